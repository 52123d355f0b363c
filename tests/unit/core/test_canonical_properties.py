"""Generated badges and poisons, held against an independent canonicaliser and a clock."""

import time
from typing import Any

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.core import fields
from issuer.core.credentials import build, lint
from issuer.core.documents import Document
from issuer.core.intake.event import CompetencyApproved
from issuer.core.securing import canonical
from issuer.core.securing.canonical import TooComplex
from issuer.core.securing.proofs import UnsecuredCredential
from tests.support import badges

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"]), min_size=1, max_size=20).filter(
    lambda text: bool(text.strip())
)
EVIDENCE = st.fixed_dictionaries({"name": TEXT}, optional={"narrative": TEXT, "genre": TEXT})


@given(TEXT, st.lists(EVIDENCE, max_size=6, unique_by=str), st.integers(1, 400))
@settings(max_examples=25, deadline=None)
def test_a_badge_of_any_event_is_sound_and_canonicalised_as_elsewhere(
    narrative: str, evidence: list[Document], amount: int
) -> None:
    credit = [{"type": "clock_hour", "amount": amount / 4}]
    event = {**badges.FULL, "narrative": narrative, "evidence": evidence, "credit": credit}
    fields.read(CompetencyApproved, event)
    badge = build.build(badges.ingredients(event))

    lint.lint(UnsecuredCredential(badge), badges.NOW)
    ours = canonical.rdfc(badge).decode()

    assert sorted(ours.splitlines()) == sorted(f"{quad} ." for quad in elsewhere(ours))
    assert ours.splitlines() == sorted(ours.splitlines())
    assert f"<{badge['id']}>" in ours


def elsewhere(quads: str) -> pyoxigraph.Dataset:
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(quads, format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@pytest.mark.parametrize("point", [*range(0x20), 0x7F, 0x80, 0x9F, 0x2028, 0xFFFD, 0x10FFFF])
def test_a_character_is_escaped_as_elsewhere(point: int) -> None:
    literal = {"type": "literal", "value": f"a{chr(point)}b", "datatype": STRING}

    ours = canonical.canonize_dataset({"@default": [triple("_:x", literal)]})

    assert ours == "".join(f"{quad} .\n" for quad in elsewhere(ours))
    assert next(iter(elsewhere(ours))).object.value == literal["value"]


STRING = "http://www.w3.org/2001/XMLSchema#string"


def triple(subject: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - a term of any kind
    return {
        "subject": {"type": "blank node", "value": subject},
        "predicate": {"type": "IRI", "value": "https://a.example/p"},
        "object": value,
    }


def graph(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    return {"@default": [triple(f"_:{a}", {"type": "blank node", "value": f"_:{b}"}) for a, b in pairs]}


def clique(size: int) -> dict[str, Any]:
    return graph([(str(a), str(b)) for a in range(size) for b in range(size) if a != b])


def bipartite(size: int) -> dict[str, Any]:
    return graph([(f"a{a}", f"b{b}") for a in range(size) for b in range(size)])


@pytest.mark.parametrize("size", [8, 9, 12, 20, 40])
@pytest.mark.parametrize("shape", [clique, bipartite])
def test_parts_that_all_look_alike_are_given_up_at_once(shape: Any, size: int) -> None:  # noqa: ANN401
    started = time.process_time()

    with pytest.raises(TooComplex):
        canonical.canonize_dataset(shape(size))

    assert time.process_time() - started < 1


def test_a_small_number_of_parts_that_look_alike_is_still_canonicalised() -> None:
    ours = canonical.canonize_dataset(clique(4))

    assert sorted(ours.splitlines()) == sorted(f"{quad} ." for quad in elsewhere(ours))
