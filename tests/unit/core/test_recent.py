import json
import tracemalloc
from collections.abc import Hashable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.securing.plans import recent, shapes
from issuer.core.securing.plans.recent import Recent

DOCUMENTS: list[dict[str, Any]] = [
    {},
    {"type": [f"a{number}" for number in range(100, 400)]},
    {"a": list(range(1000, 2000)), "b": [number + 0.5 for number in range(300)]},
    {f"n{number}": "x" for number in range(10, 99)},
    {"\N{GRINNING FACE}" * 50 + str(number): {} for number in range(50)},
    {"a": [[[{"b": None, "cc": [True, False]}]]]},
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_a_shape_takes_no_more_than_it_is_weighed_with(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    shapes.read(json.loads(text))

    tracemalloc.start()
    kept = [shapes.read(json.loads(text))[0] for _ in range(20)]
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert taken / 20 <= recent.weight(kept[0]) + 200, "what the list of them takes is none of theirs"


@given(st.lists(st.tuples(st.tuples(st.integers(0, 9)), st.integers(1, 4)), max_size=40))
def test_what_is_kept_is_what_was_used_last_and_never_weighs_too_much(
    given: list[tuple[Hashable, int]],
) -> None:
    kept = Recent[int](10)
    used: list[Hashable] = []

    for key, weight in given:
        if kept.get(key) is None:
            kept.keep(key, weight, weight)
        used = [*(each for each in used if each != key), key]
        assert kept.weight <= 10

    assert kept.weight == sum(kept.get(key) or 0 for key in used)
    known = [kept.get(key) is not None for key in used]
    assert known == sorted(known), "what was used before something that is kept is not forgotten first"
