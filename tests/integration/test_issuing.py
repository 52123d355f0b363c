import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen

from issuer.core.credentials import lint
from issuer.core.credentials.lint import LintFailed
from issuer.core.securing.proofs import UnsecuredCredential
from issuer.db import credentials
from issuer.db.tables import Credential, Event, Message, StatusList
from issuer.errors import Invalid
from issuer.services import achievements, issue, revoke
from issuer.services.acknowledged import EventIdReused
from issuer.services.offers import NotAwardable
from issuer.services.recording import ApprovedInFuture
from tests.support.world import NOW, World


def stored(world: World) -> int:
    with world.context.database.read() as session:
        return session.scalar(select(func.count()).select_from(Credential)) or 0


def document(issued: issue.Issued) -> dict[str, object]:
    found: dict[str, object] = json.loads(str(issued.award[0].secured))
    return found


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """Return what each of many threads got, an exception included."""
    found: list[object] = [None] * count
    barrier = threading.Barrier(count)

    def run(index: int) -> None:
        barrier.wait()
        try:
            found[index] = work(index)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            found[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_an_approved_event_becomes_a_badge_that_verifies(alder: World) -> None:
    issued = alder.issue()

    assert issued.outcome == "issued"
    assert alder.verify(str(issued.award[0].secured)).result == "valid"


def test_the_same_event_gives_the_same_award_for_ever(alder: World) -> None:
    event = alder.event()
    first = alder.send(event)
    alder.clock.move(days=3650)

    again = alder.send(event)

    assert again.outcome == "already_processed"
    assert again.award[0].secured == first.award[0].secured
    assert stored(alder) == 1


def test_the_same_id_with_other_content_is_a_conflict(alder: World) -> None:
    event = alder.event()
    alder.send(event)

    with pytest.raises(EventIdReused):
        alder.send({**event, "narrative": "something else"})


def test_two_hundred_sends_of_one_event_at_once_give_one_badge(alder: World) -> None:
    event = alder.event()

    results = at_once(200, lambda _: alder.send(event))

    outcomes = [found.outcome if isinstance(found, issue.Issued) else repr(found) for found in results]
    assert sorted(set(outcomes)) == ["already_processed", "issued"]
    assert outcomes.count("issued") == 1
    assert stored(alder) == 1


def test_many_events_for_one_new_person_at_once_give_one_badge(alder: World) -> None:
    events = [alder.event(recipient={"email": "Same@Alder.example "[:-1]}) for _ in range(20)]

    results = at_once(20, lambda index: alder.send(events[index]))

    outcomes = [found.outcome if isinstance(found, issue.Issued) else repr(found) for found in results]
    assert outcomes.count("issued") == 1
    assert outcomes.count("already_awarded") == 19
    assert stored(alder) == 1


def test_different_people_at_once_never_share_a_status_index(alder: World) -> None:
    events = [alder.event() for _ in range(40)]

    at_once(40, lambda index: alder.send(events[index]))

    with alder.context.database.read() as session:
        rows = session.execute(select(Credential.revocation_list_id, Credential.revocation_index)).all()
    assert len(rows) == 40
    assert len(set(rows)) == 40


def test_an_award_in_force_is_not_repeated_but_an_expired_one_is_renewed(alder: World) -> None:
    alder.publish(validity={"for": "P1Y"})
    person = {"email": "renewing@alder.example"}
    first = alder.issue(recipient=person)

    second = alder.issue(recipient=person)
    alder.clock.move(days=400)
    third = alder.issue(recipient=person)

    assert second.outcome == "already_awarded"
    assert second.award[0].id == first.award[0].id
    assert third.outcome == "issued"


def test_a_withdrawn_award_can_be_earned_again(alder: World) -> None:
    person = {"email": "again@alder.example"}
    first = alder.issue(recipient=person)
    revoke.change(
        alder.context, alder.client, first.award[0].public_id, "revoke",
        reason="issued_in_error", note=None, request_id="req",
    )  # fmt: skip

    assert alder.issue(recipient=person).outcome == "issued"


def test_one_submission_earns_one_badge_even_under_another_event_id(alder: World) -> None:
    alder.publish(repeat="always")
    person = {"email": "twice@alder.example"}

    first = alder.issue(recipient=person, submission={"id": "sub-1"})
    again = alder.issue(recipient=person, submission={"id": "sub-1"})
    other = alder.issue(recipient=person, submission={"id": "sub-2"})

    assert (first.outcome, again.outcome, other.outcome) == ("issued", "already_processed", "issued")


def test_a_person_is_known_by_email_whatever_its_case_and_never_by_name(alder: World) -> None:
    first = alder.issue(recipient={"email": "Case@Alder.Example", "name": "Same Name"})

    same = alder.issue(recipient={"email": "case@alder.example", "name": "Another Name"})
    namesake = alder.issue(recipient={"email": "other@alder.example", "name": "Same Name"})

    assert same.award[0].id == first.award[0].id
    assert namesake.outcome == "issued"


def test_no_badge_holds_a_raw_email_address_or_an_educator_id(alder: World) -> None:
    identifiers = [{"type": "ext:us-pa-ppid", "value": "7654321"}]

    issued = alder.issue(recipient={"email": "secret.person@alder.example", "identifiers": identifiers})

    text = str(issued.award[0].secured)
    assert "secret.person" not in text.lower()
    assert "7654321" not in text
    assert "ppid" not in text


def test_a_badge_is_valid_from_the_approval_and_sealed_now(alder: World) -> None:
    issued = alder.issue(assessment={"approvedAt": "2019-03-01T08:00:00-05:00"})

    found = document(issued)
    assert found["validFrom"] == found["awardedDate"] == "2019-03-01T13:00:00Z"
    assert found["proof"]["created"] == "2026-06-12T19:03:50Z"  # type: ignore[index]


def test_an_approval_a_little_ahead_of_our_clock_counts_from_now(alder: World) -> None:
    issued = alder.issue(time="2026-06-12T19:05:00Z")

    assert issued.award[0].awarded_at == NOW


def test_an_approval_in_the_future_is_refused_where_it_stands(alder: World) -> None:
    with pytest.raises(ApprovedInFuture) as refused:
        alder.issue(assessment={"approvedAt": "2027-01-01T00:00:00Z"})

    assert refused.value.faults[0].pointer == "/assessment/approvedAt"
    assert stored(alder) == 0


def test_an_unknown_achievement_names_the_nearest_ones(alder: World) -> None:
    with pytest.raises(NotAwardable, match="MC-FEEDBACK") as refused:
        alder.issue(achievement="MC-FEDBACK")

    assert refused.value.faults[0].pointer == "/achievement"


def test_a_retired_achievement_is_not_awarded(alder: World) -> None:
    achievements.retire(alder.context, alder.tenant, "MC-FEEDBACK")

    with pytest.raises(NotAwardable, match="retired"):
        alder.issue()


def test_a_result_below_the_required_level_issues_nothing(alder: World) -> None:
    results = [{"criterion": "quality", "level": "developing"}]

    with pytest.raises(Invalid, match="below") as refused:
        alder.issue(assessment={"results": results})

    assert refused.value.faults[0].pointer == "/assessment/results/0"
    assert stored(alder) == 0


def test_a_badge_keeps_the_version_that_was_signed_into_it(alder: World) -> None:
    first = alder.issue()
    alder.publish(description="A second wording.")

    second = alder.issue()

    assert document(first)["credentialSubject"]["achievement"]["version"] == "1"  # type: ignore[index]
    assert document(second)["credentialSubject"]["achievement"]["version"] == "2"  # type: ignore[index]
    assert first.award[2] == 1


def test_a_suspendable_badge_has_two_entries_with_revocation_first(alder: World) -> None:
    alder.publish(suspendable=True)

    entries = document(alder.issue())["credentialStatus"]

    assert [entry["statusPurpose"] for entry in entries] == ["revocation", "suspension"]  # type: ignore[attr-defined]


def test_any_other_badge_has_one_entry_that_is_an_object(alder: World) -> None:
    entry = document(alder.issue())["credentialStatus"]

    assert isinstance(entry, dict)
    assert entry["statusPurpose"] == "revocation"
    assert entry["id"] != entry["statusListCredential"]


def test_jcs_is_used_on_request_and_verifies(alder: World) -> None:
    issued = alder.issue(cryptosuite="eddsa-jcs-2022")

    assert document(issued)["proof"]["cryptosuite"] == "eddsa-jcs-2022"  # type: ignore[index]
    assert alder.verify(str(issued.award[0].secured)).result == "valid"


def test_what_is_too_large_for_a_verifier_is_refused_before_anything_is_recorded(alder: World) -> None:
    evidence = [{"name": f"Item {index}", "narrative": "x" * 19_000} for index in range(40)]

    with pytest.raises(Invalid):
        alder.issue(evidence=evidence)

    assert stored(alder) == 0


def test_an_event_is_stored_with_its_award_and_announced_once(alder: World) -> None:
    event = alder.event()
    alder.send(event)
    alder.send(event)

    with alder.context.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 1
        assert session.scalars(select(Message.topic)).all() == ["award.issued"]


def test_a_new_status_list_is_opened_before_the_old_one_is_full(alder: World) -> None:
    first = alder.issue()
    with alder.context.database.write.begin() as session:
        row = credentials.by_key(session, alder.tenant.id, first.award[0].id)
        found = session.get(StatusList, row.revocation_list_id)
        assert found is not None
        found.allocated = int(found.length * 0.8) + 1

    second = alder.issue()

    assert second.award[0].revocation_list_id != first.award[0].revocation_list_id


def test_lint_refuses_what_starts_in_the_future(alder: World) -> None:
    signed = json.loads(str(alder.issue().award[0].secured))
    draft = UnsecuredCredential({name: value for name, value in signed.items() if name != "proof"})

    with pytest.raises(LintFailed, match="future"):
        lint.lint(draft, datetime(2020, 1, 1, tzinfo=UTC))


def test_issuing_reads_nothing_twice_that_it_holds(alder: World) -> None:
    for _ in range(2):
        alder.issue()  # makes the first status list, and what the texts have in common
    statements: list[str] = []
    listen(alder.context.database.engine, "before_cursor_execute", lambda *found: statements.append(found[2]))

    alder.issue()

    whole_rows = [each for each in statements if "credential.draft" in each.partition("FROM")[0]]
    assert len(statements) <= 13
    assert sum(each.startswith("SELECT") for each in whole_rows) <= 2
