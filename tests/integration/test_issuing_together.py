"""Many events issued together come to what they would have come to one after another."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.event import listen

from issuer.core.awarding import decision
from issuer.core.documents import Document
from issuer.core.intake import parse
from issuer.db import tenants
from issuer.db.tables import (
    Achievement,
    AchievementVersion,
    Credential,
    Event,
    Message,
    Recipient,
    RecipientIdentifier,
    StatusList,
)
from issuer.errors import IssuerError
from issuer.keys.ports import Keyring, Signer
from issuer.services import finish, issue
from issuer.services.issue import Issued
from tests.support.interrupted import unsign
from tests.support.world import World, make_world

TOO_LARGE = [{"name": f"Item {number}", "narrative": "x" * 19_000} for number in range(40)]


def sent(world: World, event: Document, key: str | None = None) -> issue.Sent:
    sender = issue.Sender(world.client.id, world.tenant.id, "req_test", key)
    return issue.Sent(sender, parse.received(event, {}))


def together(world: World, events: Sequence[Document]) -> list[Issued | IssuerError]:
    return issue.issue_all(world.context, [sent(world, event) for event in events])


def outcomes(answers: Sequence[Issued | IssuerError]) -> list[str]:
    return [answer.outcome if isinstance(answer, Issued) else answer.code for answer in answers]


def count(world: World, table: type) -> int:
    with world.context.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_many_events_together_give_each_its_own_badge_that_verifies(alder: World) -> None:
    alder.publish("MC-OTHER", suspendable=True)
    events = [alder.event(achievement=code) for code in ("MC-FEEDBACK", "MC-OTHER") for _ in range(20)]

    answers = together(alder, events)

    assert outcomes(answers) == ["issued"] * 40
    texts = [str(answer.award.credential.secured) for answer in answers if isinstance(answer, Issued)]
    assert len(set(texts)) == 40
    assert {alder.verify(text).result for text in texts} == {"valid"}


def test_what_is_answered_is_what_is_stored(alder: World) -> None:
    answers = together(alder, [alder.event() for _ in range(3)])

    again = together(alder, [])
    with alder.context.database.read() as session:
        stored = {row.id: row for row in session.scalars(select(Credential))}
    assert again == []
    for answer in answers:
        assert isinstance(answer, Issued)
        made = answer.award.credential
        for column in Credential.__table__.columns.keys():  # noqa: SIM118 - not a dictionary
            if column != "dictionary_id":  # what was answered holds its text as it is
                assert getattr(made, column) == getattr(stored[made.id], column), column


def test_a_refused_event_in_the_middle_leaves_the_others_and_records_nothing(alder: World) -> None:
    events = [
        alder.event(),
        alder.event(achievement="MC-UNKNOWN"),
        alder.event(assessment={"results": [{"criterion": "quality", "level": "developing"}]}),
        alder.event(time="2099-01-01T00:00:00Z"),
        alder.event(evidence=TOO_LARGE),
        alder.event(),
    ]

    answers = together(alder, events)

    refused = ["not-awardable", "below-required-level", "approved-in-future", "document-too-large"]
    assert outcomes(answers) == ["issued", *refused, "issued"]
    assert count(alder, Credential) == count(alder, Event) == count(alder, Recipient) == 2
    with alder.context.database.read() as session:
        assert session.scalars(select(StatusList.allocated)).all() == [2]


def test_a_refused_event_leaves_its_person_to_the_next_one(alder: World) -> None:
    person = {"email": "same@alder.example"}
    events = [alder.event(recipient=person, evidence=TOO_LARGE), alder.event(recipient=person)]

    answers = together(alder, events)

    assert outcomes(answers) == ["document-too-large", "issued"]


def test_the_same_event_twice_in_a_batch_gives_one_badge(alder: World) -> None:
    event = alder.event()

    first, again, changed = together(alder, [event, event, {**event, "narrative": "something else"}])

    assert outcomes([first, again, changed]) == ["issued", "already_processed", "event-id-reused"]
    assert isinstance(first, Issued)
    assert isinstance(again, Issued)
    assert again.award.credential.secured == first.award.credential.secured
    assert count(alder, Credential) == count(alder, Event) == count(alder, Message) == 1


def test_an_idempotency_key_guards_within_a_batch(alder: World) -> None:
    answers = issue.issue_all(alder.context, [sent(alder, alder.event(), "key-1") for _ in range(2)])

    assert outcomes(answers) == ["issued", "idempotency-key-reused"]


def test_two_events_of_one_submission_in_a_batch_give_one_badge(alder: World) -> None:
    alder.publish(repeat="always")
    person = {"email": "twice@alder.example"}
    events = [alder.event(recipient=person, submission={"id": key}) for key in ("a", "a", "b")]

    assert outcomes(together(alder, events)) == ["issued", "already_processed", "issued"]


def test_two_events_for_one_new_person_in_a_batch_make_one_person_and_one_award(alder: World) -> None:
    first = alder.event(recipient={"email": "New@Alder.Example", "name": "First Name"})
    second = alder.event(recipient={"email": "new@alder.example", "did": "did:example:new", "name": "New"})
    third = alder.event(recipient={"did": "did:example:new"})

    answers = together(alder, [first, second, third])

    assert outcomes(answers) == ["issued", "already_awarded", "already_awarded"]
    assert count(alder, Recipient) == count(alder, Credential) == 1
    assert count(alder, RecipientIdentifier) == 2
    with alder.context.database.read() as session:
        assert session.scalars(select(Recipient.name)).one() == "New"


def test_events_of_several_issuers_together_stay_apart(alder: World) -> None:
    birch = make_world(alder.context, alder.clock, "birch", default=False)
    birch.publish()
    person = {"email": "both@example.org"}
    events = [sent(world, world.event(recipient=person)) for world in (alder, birch, alder, birch)]

    answers = issue.issue_all(alder.context, events)

    assert outcomes(answers) == ["issued", "issued", "already_awarded", "already_awarded"]
    slugs = [answer.tenant.slug for answer in answers if isinstance(answer, Issued)]
    assert slugs == ["alder", "birch", "alder", "birch"]


def test_a_batch_that_was_interrupted_before_it_was_signed_is_finished_together(alder: World) -> None:
    events = [alder.event() for _ in range(30)]
    key = alder.context.database
    answers = together(alder, events)
    with key.write.begin() as session:
        texts = {row.id: row.secured for row in session.scalars(select(Credential))}
        for row in session.scalars(select(Credential)):
            unsign(row)
        session.query(Message).delete()

    finished = finish.finish_all(alder.context, timedelta(0))

    with key.read() as session:
        assert {row.id: row.secured for row in session.scalars(select(Credential))} == texts
    assert finished == count(alder, Message) == len(answers)


def test_a_batch_sent_again_finishes_what_was_interrupted(alder: World) -> None:
    events = [alder.event() for _ in range(5)]
    first = together(alder, events)
    with alder.context.database.write.begin() as session:
        for row in session.scalars(select(Credential).limit(3)):
            unsign(row)

    again = together(alder, events)

    assert outcomes(again) == ["already_processed"] * 5
    assert [each.award.credential.secured for each in again if isinstance(each, Issued)] == [
        each.award.credential.secured for each in first if isinstance(each, Issued)
    ]


def test_a_key_that_is_not_here_fails_its_own_drafts_alone(alder: World) -> None:
    birch = make_world(alder.context, alder.clock, "birch", default=False)
    birch.publish()
    with alder.context.database.read() as session:
        key = tenants.signing_key(session, birch.tenant.id)
    assert key is not None
    alder.context.keyring.destroy(key.id)

    answers = issue.issue_all(alder.context, [sent(world, world.event()) for world in (birch, alder)])

    assert outcomes(answers) == ["key-unavailable", "issued"]


@dataclass
class Faulty:
    """A keyring whose signer errs at one of its signatures, as a failing processor may."""

    sound: Keyring
    errs_at: int
    signed: int = 0

    def generate(self) -> str:
        return self.sound.generate()

    def signer(self, key_id: str) -> Signer:
        self.key_id = key_id
        return self

    def destroy(self, key_id: str) -> None:
        self.sound.destroy(key_id)

    def check(self) -> None:
        self.sound.check()

    def sign(self, signing_input: bytes) -> bytes:
        self.signed += 1
        signature = self.sound.signer(self.key_id).sign(signing_input)
        return bytes([signature[0] ^ 1, *signature[1:]]) if self.signed == self.errs_at else signature


@pytest.mark.parametrize("errs_at", [1, 3])
def test_a_wrong_signature_is_not_published_and_fails_its_own_event_alone(alder: World, errs_at: int) -> None:
    faulty = replace(alder.context, keyring=Faulty(alder.context.keyring, errs_at))
    events = [sent(alder, alder.event()) for _ in range(4)]

    answers = issue.issue_all(faulty, events)

    expected = ["issued"] * 4
    expected[errs_at - 1] = "self-check-failed"
    assert outcomes(answers) == expected
    assert faulty.metrics.registry.get_sample_value("issuer_faults_total", {"code": "self-check-failed"}) == 1
    with alder.context.database.read() as session:
        assert session.scalar(select(func.count()).where(Credential.secured.is_(None))) == 1
    assert finish.finish_all(alder.context, timedelta(0)) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite takes texts of any length
def test_an_event_that_the_database_refuses_keeps_no_other_one_from_its_badge(alder: World) -> None:
    long = issue.Sender(alder.client.id, alder.tenant.id, "r" * 100)
    events = [sent(alder, alder.event()), issue.Sent(long, parse.received(alder.event(), {}))]

    assert outcomes(issue.issue_all(alder.context, events)) == ["issued", "not-recorded"]


def test_overlapping_batches_at_once_give_one_badge_for_each_event(alder: World) -> None:
    events = [alder.event() for _ in range(40)]
    parts = [events, events[::-1], events[10:], events[:30][::-1]]
    found: list[list[Issued | IssuerError]] = [[] for _ in parts]
    barrier = threading.Barrier(len(parts))

    def run(number: int) -> None:
        barrier.wait()
        found[number] = together(alder, parts[number])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(parts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    seen = Counter(outcome for answers in found for outcome in outcomes(answers))
    assert seen == {"issued": 40, "already_processed": 40 + 30 + 30}
    assert count(alder, Credential) == count(alder, Event) == count(alder, Message) == 40


def test_a_batch_costs_a_few_statements_whatever_its_size(alder: World) -> None:
    alder.issue()
    statements: list[str] = []
    listen(alder.context.database.engine, "before_cursor_execute", lambda *found: statements.append(found[2]))

    together(alder, [alder.event() for _ in range(100)])

    assert len(statements) <= 16


PEOPLE = st.sampled_from(
    [
        {"email": "a@alder.example", "name": "A"},
        {"email": "A@alder.example", "did": "did:example:a"},
        {"did": "did:example:a", "name": "Renamed"},
        {"email": "b@alder.example", "identifiers": [{"type": "systemId", "value": "7"}]},
        {"email": "c@alder.example", "identifiers": [{"type": "systemId", "value": "7"}]},
    ]
)
EVENTS = st.fixed_dictionaries(
    {
        "id": st.sampled_from([f"event-{number}" for number in range(6)]),
        "type": st.just("submission.approved"),
        "achievement": st.sampled_from(["MC-FEEDBACK", "MC-ALWAYS", "MC-NONE"]),
        "recipient": PEOPLE,
    },
    optional={
        "submission": st.sampled_from([{"id": "s1"}, {"id": "s2"}]),
        "source": st.sampled_from(["https://lms.example", "urn:other"]),
        "time": st.sampled_from(["2026-06-01T00:00:00Z", "2027-06-01T00:00:00Z"]),
        "narrative": st.just("Said so."),
        "evidence": st.sampled_from([[{"name": "An item"}], "too large"]),
        "assessment": st.sampled_from(
            [
                {"results": [{"criterion": "quality", "level": level}]}
                for level in ("developing", "proficient")
            ]
        ),
    },
)


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, min_size=1, max_size=12), cuts=st.sets(st.integers(1, 11)))
def test_a_batch_comes_to_the_same_at_once_one_by_one_and_in_pieces(
    alder: World, events: list[Document], cuts: set[int]
) -> None:
    given_events = [_large(event) for event in events]
    found = []
    for pieces in (set[int](), cuts, set(range(1, len(events)))):
        world = _another(alder)
        answers = [answer for part in _cut(given_events, pieces) for answer in together(world, part)]
        found.append((_numbered(answers), _rows(world)))

    assert found[0] == found[1] == found[2]


def _large(event: Document) -> Document:
    return {**event, "evidence": TOO_LARGE} if event.get("evidence") == "too large" else event


def _another(world: World) -> World:
    """Return a new issuer with the same two achievements."""
    number = count(world, type(world.tenant))
    made = make_world(world.context, world.clock, f"issuer-{number}", default=False)
    made.publish()
    made.publish("MC-ALWAYS", repeat="always")
    return made


def _cut(events: list[Document], cuts: set[int]) -> Iterator[list[Document]]:
    places = [0, *sorted(cut for cut in cuts if cut < len(events)), len(events)]
    for begin, end in pairwise(places):
        yield events[begin:end]


def _numbered(answers: Sequence[Issued | IssuerError]) -> list[tuple[str, object]]:
    """Return outcomes, with awards numbered in the order in which they are first met."""
    numbers: dict[str, int] = {}
    return [
        (answer.outcome, numbers.setdefault(answer.award.credential.id, len(numbers)))
        if isinstance(answer, Issued)
        else (answer.code, answer.detail)
        for answer in answers
    ]


def _rows(world: World) -> dict[str, object]:
    """Return what is stored of an issuer, but for ids and what follows from them."""
    own = world.tenant.id
    with world.context.database.read() as session:
        events = session.execute(
            select(Event.source, Event.event_id, Event.submission_key, Event.outcome).where(
                Event.tenant_id == own
            )
        ).all()
        people = session.execute(
            select(Recipient.name, RecipientIdentifier.kind, RecipientIdentifier.value)
            .join(RecipientIdentifier, RecipientIdentifier.recipient_id == Recipient.id)
            .where(Recipient.tenant_id == own)
        ).all()
        awards = session.execute(
            select(Achievement.code, AchievementVersion.number, Recipient.name, Credential.awarded_at)
            .join(Achievement, Achievement.id == Credential.achievement_id)
            .join(AchievementVersion, AchievementVersion.id == Credential.achievement_version_id)
            .join(Recipient, Recipient.id == Credential.recipient_id)
            .where(Credential.tenant_id == own, Credential.secured.is_not(None))
        ).all()
        told = session.scalar(select(func.count()).select_from(Message).where(Message.tenant_id == own))
        taken = session.scalars(select(StatusList.allocated).where(StatusList.tenant_id == own)).all()
    return {
        "events": sorted(repr((source.split(":")[0], *rest)) for source, *rest in events),
        "people": sorted(map(repr, people)),
        "awards": sorted(map(repr, awards)),
        "told": [told],
        "taken": list(taken),
    }


def test_an_event_that_breaks_the_deciding_of_it_is_an_answer_of_its_own(
    alder: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = decision.decide

    def breaking(*given: Any, approved: datetime, now: datetime) -> Any:  # noqa: ANN401 - whatever it is
        if approved < now - timedelta(days=100):
            raise KeyError("nobody foresaw that")
        return whole(*given, approved=approved, now=now)

    monkeypatch.setattr(decision, "decide", breaking)
    old = (alder.clock.now - timedelta(days=200)).isoformat()
    events = [alder.event(), alder.event(time=old), alder.event()]

    found = issue.issue_all(alder.context, [sent(alder, each) for each in events])

    assert [getattr(each, "code", "issued") for each in found] == ["issued", "undecided", "issued"]
