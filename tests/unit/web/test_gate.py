"""How much strangers may ask: shares that grow back, and places that are counted."""

import threading
from functools import partial

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.web.gate import Gate, TooManyRequests
from issuer.web.places import TooBusy

HERE, THERE = "198.51.100.7", "203.0.113.9"


class Time:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def passing() -> Time:
    return Time()


@pytest.fixture
def gate(passing: Time) -> Gate:
    return Gate(30, 2, passing)


def admitted(gate: Gate, address: str, cost: int = 1, most: int = 100) -> int:
    """Return how often an address comes in before it is refused."""
    for count in range(most):
        try:
            gate.admit(address, cost)
        except TooManyRequests:
            return count
    return most


def test_an_address_has_its_share_and_no_more(gate: Gate) -> None:
    assert admitted(gate, HERE) == 30
    with pytest.raises(TooManyRequests, match="at most 30"):
        gate.admit(HERE)


def test_the_share_of_one_address_is_nobody_elses(gate: Gate) -> None:
    admitted(gate, HERE)

    assert admitted(gate, THERE) == 30


def test_a_share_grows_back_evenly_and_never_beyond_itself(gate: Gate, passing: Time) -> None:
    admitted(gate, HERE)

    passing.now += 10
    assert admitted(gate, HERE) == 5
    passing.now += 86_400
    assert admitted(gate, HERE) == 30


def test_who_goes_on_asking_while_refused_does_not_wait_longer(gate: Gate, passing: Time) -> None:
    admitted(gate, HERE)
    for _ in range(8):
        passing.now += 0.25
        admitted(gate, HERE, most=1)

    assert admitted(gate, HERE) == 0
    passing.now += 2
    assert admitted(gate, HERE) == 1


def test_many_at_once_cost_as_much_as_one_by_one(gate: Gate) -> None:
    assert admitted(gate, HERE, cost=10) == 3


def test_what_is_refused_costs_nothing(gate: Gate) -> None:
    with pytest.raises(TooManyRequests):
        gate.admit(HERE, 31)

    assert admitted(gate, HERE) == 30


def test_a_network_of_ipv6_is_one_address_and_another_is_another(gate: Gate) -> None:
    for number in range(30):
        gate.admit(f"2001:db8:1:1::{number:x}")

    assert admitted(gate, "2001:db8:1:1:ffff::1") == 0
    assert admitted(gate, "2001:db8:1:2::1") == 30


def test_an_ipv4_address_written_as_ipv6_is_still_one_address(gate: Gate) -> None:
    admitted(gate, f"::ffff:{HERE}")

    assert admitted(gate, HERE) == 0
    assert admitted(gate, f"::ffff:{THERE}") == 30


@given(st.text(max_size=40))
def test_no_address_breaks_the_gate(address: str) -> None:
    assert admitted(Gate(2, 1, Time()), address) == 2


def test_addresses_without_number_take_room_with_a_bound(gate: Gate) -> None:
    for number in range(20_500):
        gate.admit(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")

    assert len(gate._allowances) == 20_000  # noqa: SLF001 - memory is what this is about


def test_no_more_than_the_places_work_at_once_and_who_waits_too_many_is_refused() -> None:
    anyio.run(partial(_crowd, Gate(30, 2)))


async def _crowd(gate: Gate) -> None:
    opened, lock = threading.Event(), threading.Lock()
    working: list[int] = [0, 0]
    refused: list[TooBusy] = []

    def work() -> None:
        with lock:
            working[0] += 1
            working[1] = max(working)
        opened.wait(10)
        with lock:
            working[0] -= 1

    async def ask() -> None:
        try:
            await gate.run(work)
        except TooBusy as error:
            refused.append(error)

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(ask)
        await anyio.sleep(0.2)
        opened.set()

    assert (working, len(refused)) == ([0, 2], 4)
    assert await gate.run(lambda: "an answer") == "an answer"


def test_work_that_fails_leaves_its_place_free() -> None:
    def fail() -> None:
        raise ValueError("as it happens")

    async def scene() -> None:
        gate = Gate(30, 1)
        for _ in range(20):
            with pytest.raises(ValueError, match="as it happens"):
                await gate.run(fail)
        assert await gate.run(lambda: 1) == 1

    anyio.run(scene)
