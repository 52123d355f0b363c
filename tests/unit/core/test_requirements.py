"""What a definition asks beside the rubric, and what becomes of an event that falls short."""

import pytest

from issuer.core import fields
from issuer.core.awarding import requirements
from issuer.core.awarding.achievement import achievement_document
from issuer.core.awarding.definition import Definition
from issuer.core.documents import Document
from issuer.core.intake.event import CompetencyApproved
from tests.support.badges import ADDRESSES, DEFINITION, MINIMAL

EVIDENCE: list[Document] = [
    {"kind": "lesson-plan", "genre": "document"},
    {"kind": "student-work", "genre": "portfolio", "count": 6, "containsStudentData": True},
    {"kind": "reflection", "genre": "text", "words": [400, 800]},
]
WHOLE: list[Document] = [
    {"kind": "lesson-plan"},
    {"kind": "student-work", "count": 6},
    {"kind": "reflection", "words": 600},
]
DATES: Document = {"activity": {"startDate": "2026-01-12", "endDate": "2026-06-05"}}


def definition(**changes: object) -> Definition:
    return fields.read(Definition, {**DEFINITION, "evidence": EVIDENCE, **changes})


def event(**changes: object) -> CompetencyApproved:
    return fields.read(CompetencyApproved, {**MINIMAL, **changes})


def codes(given: Definition, sent: CompetencyApproved) -> list[tuple[str, str]]:
    return [(each.code, each.pointer) for each in requirements.check(given, sent)]


def test_evidence_of_every_kind_and_number_gives_no_warning() -> None:
    assert codes(definition(), event(evidence=WHOLE)) == []


def test_single_pieces_of_one_kind_add_up() -> None:
    pieces = [{"kind": "student-work", "name": f"Sample {number}"} for number in range(6)]

    assert codes(definition(), event(evidence=[WHOLE[0], WHOLE[2], *pieces])) == []


def test_what_is_missing_too_little_unknown_or_too_long_is_told() -> None:
    sent = [{"kind": "student-work", "count": 5}, {"kind": "reflection", "words": 900}, {"kind": "video"}]

    assert codes(definition(), event(evidence=sent)) == [
        ("evidence-missing", "/evidence"),
        ("evidence-count", "/evidence"),
        ("evidence-words", "/evidence/1/words"),
        ("evidence-kind-unknown", "/evidence/2/kind"),
    ]


def test_evidence_that_falls_short_is_refused_where_it_is_required() -> None:
    with pytest.raises(requirements.InvalidEvidence, match="nothing was issued") as raised:
        requirements.check(definition(evidencePolicy="require"), event())

    assert [fault.pointer for fault in raised.value.faults] == ["/evidence"] * 3


def test_evidence_that_holds_students_data_is_never_public() -> None:
    public = {
        "kind": "student-work",
        "count": 6,
        "visibility": "public",
        "url": "https://lms.alder.example/e/1",
    }

    with pytest.raises(requirements.InvalidEvidence) as raised:
        requirements.check(definition(), event(evidence=[public]))

    assert [fault.pointer for fault in raised.value.faults] == ["/evidence/0/visibility"]


def test_credit_of_the_definition_is_what_an_event_without_any_brings() -> None:
    given = definition(credit=[{"type": "clock_hour", "amount": 15}])
    own = [{"type": "clock_hour", "amount": 10}]

    assert [each.amount for each in requirements.completed(given, event(**DATES)).credit] == [15]
    assert [each.amount for each in requirements.completed(given, event(**DATES, credit=own)).credit] == [10]


def test_credit_of_the_definition_needs_the_days_of_the_work() -> None:
    given = definition(credit=[{"type": "pdp", "amount": 6, "jurisdiction": "US-TN"}], evidence=[])

    with pytest.raises(requirements.ActivityDatesMissing) as raised:
        requirements.check(given, requirements.completed(given, event()))

    assert [fault.pointer for fault in raised.value.faults] == ["/activity/startDate", "/activity/endDate"]
    assert requirements.check(given, requirements.completed(given, event(**DATES))) == ()


def test_the_assessor_is_left_out_where_the_definition_shows_nobody() -> None:
    sent = event(assessment={"assessor": {"role": "coach", "organization": "Alder"}})

    shown = requirements.completed(definition(showAssessor="nobody"), sent).assessment
    assert shown is not None
    assert shown.assessor is None
    assert requirements.completed(definition(), sent) is sent


def test_what_open_badges_has_no_member_for_is_not_signed() -> None:
    given = definition(
        competency="Gives feedback.",
        audience="K-12 teachers",
        estimatedHours=15,
        prerequisites="None",
        modality="online",
        applyLink="https://lms.alder.example/start",
        assessment={"type": "portfolio", "turnaroundDays": 14, "supervised": False},
        credit=[{"type": "clock_hour", "amount": 15}],
        supports=[{"jurisdiction": "US-PA", "authorization": "Endorsement", "code": "1180"}],
        qualityAssurance={"name": "Alder Review"},
        editions=[{"inLanguage": "es", "name": "Retroalimentación"}],
    )

    document = achievement_document(given, ADDRESSES, "MC-FEEDBACK", 1)

    plain = achievement_document(definition(evidence=[]), ADDRESSES, "MC-FEEDBACK", 1)
    assert set(document) - set(plain) == {"creditsAvailable", "related"}
    assert document["creditsAvailable"] == 15
    assert document["related"] == [
        {
            "id": "https://badges.example.org/i/alder/a/MC-FEEDBACK?lang=es",
            "type": ["Related"],
            "inLanguage": "es",
        }
    ]


@pytest.mark.parametrize(
    "edition",
    [
        {"inLanguage": "en", "name": "Again"},
        {"inLanguage": "es", "name": "Nada", "resultDescription": [{"id": "nothing", "name": "Nada"}]},
        {"inLanguage": "es", "name": "Nada", "evidence": [{"id": "nothing", "name": "Nada"}]},
        {
            "inLanguage": "es",
            "name": "Nada",
            "resultDescription": [
                {"id": "quality", "name": "Calidad", "levels": [{"id": "nothing", "name": "Nada"}]}
            ],
        },
    ],
)
def test_an_edition_translates_what_there_is_into_another_language(edition: Document) -> None:
    with pytest.raises(fields.InvalidFields):
        definition(editions=[edition])
