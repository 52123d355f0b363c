"""What must be true after any kill, each a question to the facts that names what breaks it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from issuer.context import Context
from issuer.core.verifying.findings import Outcome
from issuer.services import verify
from tests.killing import stranger
from tests.killing.facts import Badge, Facts

Check: TypeAlias = Callable[[Facts], Iterator[str]]

_SAMPLE = 10
"""One badge in so many is put before the second opinion too: it reads every context anew."""


@dataclass(frozen=True)
class Verdict:
    """How much was checked, and what is wrong, by the name of the check."""

    badges: int
    faults: Mapping[str, list[str]]

    def insist(self) -> None:
        """Raise an `AssertionError` that names what is wrong, where anything is."""
        assert not self.faults, self.faults


def judge(context: Context, facts: Facts) -> Verdict:
    """Return what is wrong with the facts. `context` verifies: it issues nothing."""
    checks: Mapping[str, Check] = {**CHECKS, "every badge verifies": partial(_rejected, context)}
    found = {name: list(check(facts)) for name, check in checks.items()}
    return Verdict(len(facts.badges), {name: faults for name, faults in found.items() if faults})


def _missing(facts: Facts) -> Iterator[str]:
    """Name events that were sent and acknowledged, and of which nothing or something else is there."""
    awards = {badge.id: badge.public_id for badge in facts.badges if badge.finished}
    stored = {event.event_id: awards.get(event.credential_id) for event in facts.events}
    for event_id, named in facts.ledger.awards.items():
        if {stored.get(event_id)} != named:
            yield f"{event_id}: acknowledged as {sorted(named)}, stored as {stored.get(event_id)}"


def _unacknowledged(facts: Facts) -> Iterator[str]:
    yield from facts.ledger.given_up
    yield from sorted(facts.ledger.sent - facts.ledger.awards.keys())


def _more_than_one(facts: Facts) -> Iterator[str]:
    """Name events with more rows than one, awards of more events than one, and persons with two badges."""
    yield from _repeated("event", (event.event_id for event in facts.events))
    yield from _repeated("award of", (event.credential_id for event in facts.events))
    yield from _repeated("badge of", ((badge.recipient_id, badge.achievement_id) for badge in facts.badges))


def _apart(facts: Facts) -> Iterator[str]:
    """Name badges without the event that issued them, and events that issued none: one commit has both."""
    issued = {event.credential_id for event in facts.events if event.outcome == "issued"}
    yield from (f"badge {badge.public_id} of no event" for badge in facts.badges if badge.id not in issued)
    yield from (
        f"event {event.event_id} recorded as {event.outcome}"
        for event in facts.events
        if event.outcome != "issued"
    )


def _same_place(facts: Facts) -> Iterator[str]:
    yield from _repeated("place", ((badge.list, badge.place) for badge in facts.badges))
    held = ((badge.suspension_list_id, badge.suspension_index) for badge in facts.badges)
    yield from _repeated("place", (place for place in held if place[0] is not None))


def _unfinished(facts: Facts) -> Iterator[str]:
    yield from (badge.public_id for badge in facts.badges if not badge.finished)


def _unserved(facts: Facts) -> Iterator[str]:
    yield from (badge.public_id for badge in facts.badges if badge.public_id not in facts.texts)


def _announced(facts: Facts) -> Iterator[str]:
    """Name badges that were not announced exactly once, or whose withdrawal was not."""
    said = Counter(facts.messages)
    for badge in facts.badges:
        topics = {"award.issued": 1, "award.revoked": int(badge.revoked)}
        for topic, wanted in topics.items():
            if said[badge.id, topic] != wanted:
                yield f"{badge.public_id}: {topic} {said[badge.id, topic]} times"


def _not_withdrawn(facts: Facts) -> Iterator[str]:
    revoked = {badge.public_id for badge in facts.badges if badge.revoked}
    yield from sorted(facts.ledger.withdrawn - revoked)


def _other_bits(facts: Facts) -> Iterator[str]:
    """Name lists whose published bits are not exactly those of the badges that were withdrawn."""
    for number, bits in facts.bits.items():
        wanted = {place for badge in facts.badges if (place := _set_in(badge, number)) is not None}
        shown = {index for index in range(len(bits) * 8) if bits[index >> 3] & 0x80 >> (index & 7)}
        if shown != wanted:
            yield f"list {number}: wrong at {sorted(shown ^ wanted)[:10]}"


def _rejected(context: Context, facts: Facts) -> Iterator[str]:
    """Name badges that our own verifier rejects, or, of some, another implementation."""
    revoked = {badge.public_id for badge in facts.badges if badge.revoked}
    for number, (public_id, text) in enumerate(facts.texts.items()):
        outcomes = {check.id: check.outcome for check in verify.verify(context, text.encode()).checks}
        stands = Outcome.FAILED if public_id in revoked else Outcome.PASSED
        if outcomes["integrity"] is not Outcome.PASSED or outcomes["status"] is not stands:
            yield f"{public_id}: {outcomes}"
        if number % _SAMPLE == 0 and not stranger.accepts(text, facts.did):
            yield f"{public_id}: rejected by the second opinion"


def _set_in(badge: Badge, number: int) -> int | None:
    return badge.place if badge.revoked and badge.list == number else None


def _repeated(what: str, names: Iterable[object]) -> Iterator[str]:
    yield from (f"{what} {name}: {count}" for name, count in Counter(names).items() if count > 1)


CHECKS: Final[Mapping[str, Check]] = {
    "acknowledged and missing": _missing,
    "never acknowledged": _unacknowledged,
    "more than one badge": _more_than_one,
    "badge and event apart": _apart,
    "one place twice": _same_place,
    "draft left": _unfinished,
    "not served": _unserved,
    "announced exactly once": _announced,
    "withdrawal lost": _not_withdrawn,
    "bits of the list": _other_bits,
}
