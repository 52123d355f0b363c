import threading
import time
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.remembering import Memory


def test_what_was_made_once_is_not_made_again() -> None:
    memory: Memory[str, int] = Memory(10)
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return 7

    found = [memory.recall("a", make, weigh=lambda _: 1) for _ in range(3)]

    assert found == [7, 7, 7]
    assert made == [1]


def test_what_is_not_fresh_is_made_again() -> None:
    memory: Memory[str, int] = Memory(10)
    memory.recall("a", lambda: 1, weigh=lambda _: 1)

    found = memory.recall("a", lambda: 2, weigh=lambda _: 1, fresh=lambda value: value > 1)

    assert found == 2
    assert memory.recall("a", lambda: 3, weigh=lambda _: 1) == 2


@pytest.mark.parametrize("weight", [None, 11])
def test_what_has_no_weight_or_too_much_is_not_kept_nor_what_it_replaces(weight: int | None) -> None:
    memory: Memory[str, int] = Memory(10)
    memory.recall("a", lambda: 1, weigh=lambda _: 1)
    memory.recall("a", lambda: 2, weigh=lambda _: weight, fresh=lambda _: False)

    assert memory.recall("a", lambda: 3, weigh=lambda _: 1) == 3


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    memory: Memory[str, str] = Memory(3)
    for name in "abcad":
        memory.recall(name, partial(str, name), weigh=lambda _: 1)

    found = {name: memory.recall(name, lambda: "new", weigh=lambda _: None) for name in "acdb"}

    assert found == {"a": "a", "c": "c", "d": "d", "b": "new"}


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 60)), max_size=60))
def test_no_more_than_the_bound_is_ever_kept(asked: list[tuple[int, int]]) -> None:
    memory: Memory[int, int] = Memory(100)

    for name, weight in asked:
        memory.recall(name, partial(int, weight), weigh=int)

        assert memory.weight <= 100


@pytest.mark.parametrize("weight", [1, None], ids=["kept", "not kept"])
def test_many_who_want_the_same_at_once_have_it_made_once(weight: int | None) -> None:
    memory: Memory[str, int] = Memory(10)
    made: list[int] = []
    barrier = threading.Barrier(12)

    def make() -> int:
        time.sleep(0.2)
        made.append(1)
        return len(made)

    def ask() -> None:
        barrier.wait()
        memory.recall("a", make, weigh=lambda _: weight)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [1]


def test_who_waited_for_a_failure_tries_again() -> None:
    memory: Memory[str, int] = Memory(10)

    def fail() -> int:
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        memory.recall("a", fail, weigh=lambda _: 1)

    assert memory.recall("a", lambda: 1, weigh=lambda _: 1) == 1
