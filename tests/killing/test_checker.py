"""Every question of the checker finds what it asks for, and nothing else does."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.killing.checker import CHECKS
from tests.killing.facts import Badge, Facts, Recorded
from tests.killing.sender import Ledger

WITHDRAWN = Badge("c1", "public1", "r1", "a", 1, 3, None, None, revoked=True, finished=True)
STANDING = Badge("c2", "public2", "r2", "a", 1, 9, None, None, revoked=False, finished=True)


def good() -> Facts:
    """Return the facts after two events and a withdrawal, with nothing wrong."""
    ledger = Ledger(sent={"e1", "e2"}, withdrawn={"public1"})
    ledger.acknowledge("e1", "public1", again=False)
    ledger.acknowledge("e2", "public2", again=False)
    return Facts(
        ledger=ledger,
        badges=[WITHDRAWN, STANDING],
        events=[Recorded("e1", "issued", "c1"), Recorded("e2", "issued", "c2")],
        messages=[("c1", "award.issued"), ("c2", "award.issued"), ("c1", "award.revoked")],
        texts={"public1": "{}", "public2": "{}"},
        bits={1: bytes([0b0001_0000, 0])},
        did={},
    )


def found(facts: Facts) -> set[str]:
    return {name for name, check in CHECKS.items() if list(check(facts))}


def acknowledged_twice(facts: Facts) -> Facts:
    facts.ledger.acknowledge("e1", "public2", again=True)
    return facts


def never_acknowledged(facts: Facts) -> Facts:
    facts.ledger.sent.add("e3")
    return facts


def refused(facts: Facts) -> Facts:
    facts.ledger.given_up.append("e2: /v1/awards/public2/revoke was refused")
    return facts


def event_lost(facts: Facts) -> Facts:
    return replace(facts, events=facts.events[:1])


def second_badge(facts: Facts) -> Facts:
    other = replace(STANDING, id="c3", public_id="public3", place=10)
    said, texts = [*facts.messages, ("c3", "award.issued")], {**facts.texts, "public3": "{}"}
    events = [*facts.events, Recorded("e3", "issued", "c3")]
    return replace(facts, badges=[*facts.badges, other], messages=said, texts=texts, events=events)


def award_without_issuing(facts: Facts) -> Facts:
    return replace(facts, events=[facts.events[0], Recorded("e2", "already_awarded", "c2")])


def same_place(facts: Facts) -> Facts:
    return replace(facts, badges=[WITHDRAWN, replace(STANDING, place=3)])


def same_place_on_hold(facts: Facts) -> Facts:
    on_hold = [replace(each, suspension_list_id=2, suspension_index=4) for each in (WITHDRAWN, STANDING)]
    return replace(facts, badges=on_hold)


def not_finished(facts: Facts) -> Facts:
    return replace(facts, badges=[WITHDRAWN, replace(STANDING, finished=False)])


def not_served(facts: Facts) -> Facts:
    return replace(facts, texts={"public1": "{}"})


def announced_twice(facts: Facts) -> Facts:
    return replace(facts, messages=[*facts.messages, ("c2", "award.issued")])


def withdrawal_lost(facts: Facts) -> Facts:
    said = facts.messages[:2]
    return replace(
        facts, badges=[replace(WITHDRAWN, revoked=False), STANDING], messages=said, bits={1: b"\0\0"}
    )


def bit_of_another(facts: Facts) -> Facts:
    return replace(facts, bits={1: bytes([0b0001_0000, 0b0100_0000])})


def bit_not_set(facts: Facts) -> Facts:
    return replace(facts, bits={1: b"\0\0"})


SPOILT = [
    (acknowledged_twice, {"acknowledged and missing"}),
    (never_acknowledged, {"never acknowledged"}),
    (refused, {"never acknowledged"}),
    (event_lost, {"acknowledged and missing", "badge and event apart"}),
    (second_badge, {"more than one badge"}),
    (award_without_issuing, {"badge and event apart"}),
    (same_place, {"one place twice"}),
    (same_place_on_hold, {"one place twice"}),
    (not_finished, {"acknowledged and missing", "draft left"}),
    (not_served, {"not served"}),
    (announced_twice, {"announced exactly once"}),
    (withdrawal_lost, {"withdrawal lost"}),
    (bit_of_another, {"bits of the list"}),
    (bit_not_set, {"bits of the list"}),
]


def test_the_checker_finds_nothing_where_nothing_is_wrong() -> None:
    assert found(good()) == set()


@pytest.mark.parametrize(("spoil", "names"), SPOILT)
def test_the_checker_finds_what_is_wrong(spoil: Callable[[Facts], Facts], names: set[str]) -> None:
    assert found(spoil(good())) == names


def test_no_question_is_left_unasked() -> None:
    assert set().union(*(names for _, names in SPOILT)) == set(CHECKS)
