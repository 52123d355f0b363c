"""What a learning platform may send, and how a refusal names the place."""

import pytest

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.core.intake import parse
from issuer.core.intake.cloudevents import InvalidEnvelope
from issuer.core.intake.parse import UnknownEventType
from issuer.errors import Invalid
from tests.support import badges

ENVELOPE: Document = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "https://lms.alder.example",
    "type": "submission.approved",
    "time": "2026-06-12T15:04:05-04:00",
}
BODY: Document = {"achievement": "MC-FEEDBACK", "recipient": {"email": "teacher@alder.example"}}
FULL: Document = {
    **BODY,
    "id": "e-1",
    "type": "submission.approved",
    "source": "https://lms.alder.example",
    "time": "2026-06-12T15:04:05-04:00",
    "achievement": {"code": "MC-FEEDBACK", "version": 3},
    "recipient": {
        "name": "Example Teacher",
        "givenName": "Example",
        "familyName": "Teacher",
        "email": "teacher@alder.example",
        "identifiers": [
            {"type": "ltiUserId", "value": "a81f"},
            {"type": "ext:us-pa-ppid", "value": "1234567"},
        ],
        "did": None,
        "role": "Grade 4 teacher",
        "employer": {"name": "Alder County School District", "ncesLeaId": "4200030"},
        "locale": "es-US",
    },
    "activity": {
        "startDate": "2026-01-12",
        "endDate": "2026-06-05",
        "courseId": "course-5521",
        "term": "2025-26",
        "modality": "asynchronous",
    },
    "submission": {"id": "sub-88213", "attempt": 2, "submittedAt": "2026-06-05T21:40:00-04:00"},
    "assessment": {
        "approvedAt": "2026-06-12T15:03:50-04:00",
        "method": "portfolio_review",
        "assessor": {"id": "asr-204", "role": "trained assessor", "organization": "A Board"},
        "results": [{"criterion": "quality", "level": "proficient"}],
        "overall": {"level": "proficient", "points": 10, "maxPoints": 12},
    },
    "evidence": [
        {
            "kind": "lesson-plan",
            "name": "Lesson plan",
            "genre": "document",
            "description": "Two-week unit",
            "url": "https://lms.alder.example/e/1",
            "visibility": "issuer",
            "sha256": "0" * 64,
        },
        {"kind": "reflection"},
    ],
    "credit": [{"type": "clock_hour", "amount": 15}],
    "narrative": "Students revised after every round of feedback.",
    "visibility": "unlisted",
}


def sent(event: Document, **headers: str) -> parse.Received:
    return parse.received(event, {name.replace("_", "-"): value for name, value in headers.items()})


def test_four_members_are_enough() -> None:
    found = sent(badges.MINIMAL).event

    assert (found.id, found.achievement.code, found.achievement.version) == ("e-1", "MC-FEEDBACK", None)
    assert (found.visibility, found.cryptosuite) == (None, "eddsa-rdfc-2022")


def test_every_member_is_understood_and_moments_become_utc() -> None:
    found = sent(FULL).event

    assert found.time == "2026-06-12T19:04:05Z"
    assert found.assessment is not None
    assert found.assessment.approved_at == "2026-06-12T19:03:50Z"
    assert found.activity is not None
    assert found.activity.start_date == "2026-01-12T12:00:00Z"
    assert [item.visibility for item in found.evidence] == ["issuer", "issuer"]


def test_a_structured_envelope_becomes_part_of_the_event() -> None:
    found = sent({**ENVELOPE, "data": BODY}).event

    assert (found.id, found.source, found.time) == (
        "e-1",
        "https://lms.alder.example",
        "2026-06-12T19:04:05Z",
    )


def test_a_binary_envelope_is_the_same_event_as_a_structured_one() -> None:
    headers = {f"ce_{name}": str(value) for name, value in ENVELOPE.items()}

    assert sent(BODY, **headers) == sent({**ENVELOPE, "data": BODY})


def test_headers_are_percent_decoded() -> None:
    headers = {"ce_specversion": "1.0", "ce_id": "e-1", "ce_source": "https://lms.example/%C3%A9"}

    assert sent(BODY, **headers, ce_type="submission.approved").event.source == "https://lms.example/é"


def test_the_envelope_may_be_repeated_in_the_event() -> None:
    assert sent({**ENVELOPE, "data": {**BODY, "id": "e-1"}}) == sent({**ENVELOPE, "data": BODY})


@pytest.mark.parametrize(
    ("envelope", "pointer"),
    [
        ({**ENVELOPE, "data": {**BODY, "id": "e-2"}}, "/data/id"),
        ({**ENVELOPE, "data": {**BODY, "type": "course.completed"}}, "/data/type"),
        ({**ENVELOPE, "specversion": "0.3", "data": BODY}, "/specversion"),
        ({**ENVELOPE, "specversion": 1.0, "data": BODY}, "/specversion"),
        ({**ENVELOPE, "id": "", "data": BODY}, "/id"),
        ({**ENVELOPE, "source": 5, "data": BODY}, "/source"),
        ({**ENVELOPE}, "/data"),
        ({**ENVELOPE, "data": "text"}, "/data"),
        ({**ENVELOPE, "data": [BODY]}, "/data"),
        ({**ENVELOPE, "data_base64": "e30="}, "/data_base64"),
    ],
)
def test_a_broken_envelope_is_pointed_at(envelope: Document, pointer: str) -> None:
    with pytest.raises(InvalidEnvelope) as refused:
        sent(envelope)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_binary_envelope_without_its_headers_is_refused() -> None:
    with pytest.raises(InvalidEnvelope) as refused:
        sent(BODY, ce_specversion="1.0")

    assert {fault.pointer for fault in refused.value.faults} == {"/id", "/source", "/type"}


def test_an_event_of_another_type_is_said_to_issue_nothing() -> None:
    with pytest.raises(UnknownEventType) as refused:
        sent({**badges.MINIMAL, "type": "award.exploded"})

    assert refused.value.faults[0].pointer == "/type"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"id": None}, "/id"),
        ({"id": ""}, "/id"),
        ({"id": "e\x001"}, "/id"),
        ({"type": None}, "/type"),
        ({"type": ["submission.approved"]}, "/type"),
        ({"achievement": None}, "/achievement"),
        ({"achievement": {"code": "../x"}}, "/achievement/code"),
        ({"achievement": {"code": "MC", "version": True}}, "/achievement/version"),
        ({"achievement": {"code": "MC", "version": "3"}}, "/achievement/version"),
        ({"achievement": {"code": "MC", "version": 0}}, "/achievement/version"),
        ({"recipient": []}, "/recipient"),
        ({"recipient": {}}, "/recipient"),
        ({"recipient": {"name": "Only A Name"}}, "/recipient"),
        ({"recipient": {"email": "no address"}}, "/recipient/email"),
        ({"recipient": {"email": "a@b.example", "ssn": "000"}}, "/recipient/ssn"),
        ({"recipient": {"email": "a@b.example", "dateOfBirth": "2000-01-01"}}, "/recipient/dateOfBirth"),
        ({"recipient": {"did": "example"}}, "/recipient/did"),
        (
            {"recipient": {"email": "a@b.example", "identifiers": [{"type": "ssn", "value": "1"}]}},
            "/recipient/identifiers/0/type",
        ),
        ({"time": "2026-06-12"}, "/time"),
        ({"activity": {"startDate": "2026-02-30"}}, "/activity/startDate"),
        ({"activity": {"startDate": "2026-02-02", "endDate": "2026-02-01"}}, "/activity"),
        ({"submission": {"id": "s", "attempt": 0}}, "/submission/attempt"),
        ({"assessment": {"approvedAt": "yesterday"}}, "/assessment/approvedAt"),
        ({"assessment": {"results": [{"criterion": "quality"}]}}, "/assessment/results/0"),
        (
            {"assessment": {"results": [{"criterion": "q", "status": "Great"}]}},
            "/assessment/results/0/status",
        ),
        ({"evidence": [{}]}, "/evidence/0"),
        ({"evidence": [{"name": "A", "url": "javascript:alert(1)"}]}, "/evidence/0/url"),
        ({"evidence": [{"name": "A", "url": "https://me@evil.example/"}]}, "/evidence/0/url"),
        ({"evidence": [{"name": "A"}, {"name": "A"}]}, "/evidence"),
        ({"evidence": [{"name": str(number)} for number in range(101)]}, "/evidence"),
        ({"evidence": [{"name": "A", "sha256": "F" * 64}]}, "/evidence/0/sha256"),
        ({"credit": [{"type": "clock_hour", "amount": 15}]}, ""),
        ({"credit": [{"type": "clock_hour", "amount": 0}]}, "/credit/0/amount"),
        ({"narrative": "a\x00b"}, "/narrative"),
        ({"visibility": "public"}, "/visibility"),
        ({"cryptosuite": "eddsa-2022"}, "/cryptosuite"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_a_fault_in_an_event_is_pointed_at(change: Document, pointer: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        sent({**badges.MINIMAL, **change})

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_refusal_repeats_nothing_that_was_sent() -> None:
    secret = "078-05-1120"

    with pytest.raises(InvalidFields) as refused:
        sent({**badges.MINIMAL, "recipient": {"email": secret, "role": 5, "ssn": secret}})

    said = f"{refused.value.detail} {refused.value.faults}"
    assert secret not in said


def test_the_hash_tells_two_events_apart_and_not_two_spellings() -> None:
    spelt = documents.parse(documents.text(dict(reversed(list(FULL.items())))).encode())

    assert sent(spelt).content_sha256 == sent(FULL).content_sha256
    assert sent({**FULL, "narrative": "Another."}).content_sha256 != sent(FULL).content_sha256


@pytest.mark.parametrize("points", ["9007199254740992", "-9007199254740992", "1e309", "NaN"])
def test_an_event_with_a_number_that_has_no_canonical_form_is_refused_and_does_not_break_us(
    points: str,
) -> None:
    raw = documents.text(FULL).replace('"points":10,', f'"points":{points},').encode()

    with pytest.raises(Invalid):
        sent(documents.parse(raw))
