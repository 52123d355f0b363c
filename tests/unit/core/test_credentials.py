import copy
from collections.abc import Callable
from typing import Any

import pytest

from issuer.core import documents, fields
from issuer.core.credentials import build, lint, subject
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.core.intake.event import CompetencyApproved
from issuer.core.securing.proofs import UnsecuredCredential
from tests.support import badges


def unsigned(event: Document = badges.FULL, *, suspendable: bool = False) -> Document:
    return build.build(badges.ingredients(event, suspendable=suspendable))


def test_every_member_maps_as_the_manual_says() -> None:
    badge = unsigned()
    person = badge["credentialSubject"]

    assert badge["validFrom"] == badge["awardedDate"] == "2026-06-12T19:03:50Z"
    assert badge["validUntil"] == "2031-06-30T23:59:59Z"
    assert person["activityStartDate"] == "2026-01-12T12:00:00Z"
    assert person["creditsEarned"] == 7.5
    assert person["role"] == "Grade 4 teacher"
    assert person["source"]["name"] == "A Board"
    assert person["result"] == [
        {
            "type": ["Result"],
            "resultDescription": "https://badges.example.org/i/alder/a/MC-FEEDBACK/v1#quality",
            "achievedLevel": "https://badges.example.org/i/alder/a/MC-FEEDBACK/v1#quality:proficient",
        }
    ]
    assert badge["evidence"] == [
        {"type": ["Evidence"], "name": "Plan", "genre": "document"},
        {"id": "https://lms.example/e", "type": ["Evidence"], "name": "Film"},
    ]


def test_an_email_address_is_hashed_in_lower_case_and_never_stands_in_the_badge() -> None:
    badge = unsigned()
    identity = badge["credentialSubject"]["identifier"][0]

    assert identity["identityHash"] == subject.identity_hash("teacher@alder.example", identity["salt"])
    assert "teacher@" not in documents.text(badge).lower()


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        ({"email": "a@b.example"}, (False, ["emailAddress"])),
        ({"did": "did:example:1"}, (True, [])),
        ({"did": "did:example:1", "email": "a@b.example", "name": "N"}, (True, ["emailAddress", "name"])),
        ({"identifiers": [{"type": "ltiUserId", "value": "7"}]}, (False, ["ltiUserId"])),
        (
            {"email": "a@b.example", "identifiers": [{"type": "ltiUserId", "value": "7"}]},
            (False, ["emailAddress"]),
        ),
        (
            {"email": "a@b.example", "identifiers": [{"type": "ext:us-pa-ppid", "value": "1234567"}]},
            (False, ["emailAddress"]),
        ),
    ],
)
def test_who_a_badge_is_for(recipient: Document, expected: tuple[bool, list[str]]) -> None:
    found = unsigned({**badges.MINIMAL, "recipient": recipient})["credentialSubject"]

    kinds = [identity["identityType"] for identity in found.get("identifier", [])]
    assert ("id" in found, kinds) == expected


@pytest.mark.parametrize("kind", ["ext:us-pa-ppid", "name", "emailAddress", "nationalIdentityNumber"])
def test_somebody_known_only_by_what_no_badge_may_hold_is_refused(kind: str) -> None:
    person = {"identifiers": [{"type": kind, "value": "1234567"}]}

    with pytest.raises(InvalidFields) as refused:
        fields.read(CompetencyApproved, {**badges.MINIMAL, "recipient": person})

    assert refused.value.faults[0].pointer.startswith("/recipient")


def test_nothing_is_null_and_no_array_is_empty() -> None:
    for event in (badges.MINIMAL, badges.FULL):
        assert [path for path, value in documents.walk(unsigned(event)) if value is None or value == []] == []


@pytest.mark.parametrize("suspendable", [True, False])
@pytest.mark.parametrize("event", [badges.MINIMAL, badges.FULL])
def test_what_we_build_passes_our_lint(event: Document, *, suspendable: bool) -> None:
    lint.lint(UnsecuredCredential(unsigned(event, suspendable=suspendable)), badges.NOW)


def change(*path: str | int, to: object) -> Callable[[Document], None]:
    def apply(badge: Document) -> None:
        found: Any = badge
        for part in path[:-1]:
            found = found[part]
        if to is ...:
            del found[path[-1]]
        else:
            found[path[-1]] = to

    return apply


TWIN = {"type": ["Evidence"], "name": "Twin"}
BROKEN = {
    "contexts": change("@context", 0, to="https://www.w3.org/2018/credentials/v1"),
    "contexts of another version": change(
        "@context", 1, to="https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
    ),
    "types": change("type", to=["VerifiableCredential"]),
    "id": change("id", to="relative"),
    "issuer as text": change("issuer", to="did:web:badges.example.org"),
    "issuer without a type": change("issuer", "type", to=["Thing"]),
    "dates": change("validFrom", to="2026-06-12"),
    "dates in the wrong order": change("validUntil", to="2020-01-01T00:00:00Z"),
    "subject without anybody": change("credentialSubject", "identifier", to=...),
    "achievement without criteria": change("credentialSubject", "achievement", "criteria", to={}),
    "result without a type": change("credentialSubject", "result", 0, "type", to=["Thing"]),
    "evidence without a type": change("evidence", 0, "type", to="Thing"),
    "null": change("name", to=None),
    "empty array": change("credentialSubject", "achievement", "tag", to=[]),
    "status id that is the list": change("credentialStatus", "id", to="https://badges.example.org/status/1"),
    "status index as words": change("credentialStatus", "statusListIndex", to="many"),
    "no status": change("credentialStatus", to=...),
    "a reworded term": change("credentialSubject", "achievement", "endorsementJwt", to=["x"]),
    "twins": change("evidence", to=[TWIN, dict(TWIN)]),
    "a raw address": change("credentialSubject", "identifier", 0, "hashed", to=False),
}


@pytest.mark.parametrize("breaking", BROKEN.values(), ids=BROKEN)
def test_lint_refuses_what_a_verifier_would(breaking: Callable[[Document], None]) -> None:
    badge = copy.deepcopy(unsigned())
    breaking(badge)

    with pytest.raises(lint.LintFailed):
        lint.lint(UnsecuredCredential(badge), badges.NOW)


def test_a_full_event_of_the_manual_is_understood() -> None:
    event = CompetencyApproved.model_validate(
        {
            **badges.FULL,
            "source": "https://lms.alder.example",
            "time": "2026-06-12T15:04:05-04:00",
            "achievement": {"code": "MC-FEEDBACK", "version": 3},
            "submission": {"id": "sub-88213", "attempt": 2, "submittedAt": "2026-06-05T21:40:00-04:00"},
            "visibility": "unlisted",
        }
    )

    assert event.achievement.version == 3
    assert event.time == "2026-06-12T19:04:05Z"


@pytest.mark.parametrize(
    ("credit", "hours"),
    [
        ([{"type": "clock_hour", "amount": 15}], 15),
        ([{"type": "clock_hour", "amount": 15}, {"type": "clock_hour", "amount": 5}], 20),
        (
            [
                {"type": "clock_hour", "amount": 15, "jurisdiction": "US-PA"},
                {"type": "clock_hour", "amount": 12, "jurisdiction": "US-NJ"},
            ],
            15,
        ),
        ([{"type": "pdp", "amount": 6, "jurisdiction": "US-TN"}], None),
    ],
)
def test_hours_that_two_states_are_told_of_are_counted_once(
    credit: list[Document], hours: int | None
) -> None:
    made = build.build(badges.ingredients({**badges.FULL, "credit": credit}))

    assert made["credentialSubject"].get("creditsEarned") == hours  # type: ignore[attr-defined]
