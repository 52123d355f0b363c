from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core import fields
from issuer.core.awarding import rubric
from issuer.core.awarding.decision import Award, Declined, Held, decide
from issuer.core.awarding.definition import Definition
from issuer.core.awarding.profile import ProfileFields, profile_document
from issuer.core.awarding.rubric import BelowRequiredLevel, InvalidResults, ReportedResult
from issuer.core.awarding.validity import Validity
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from tests.support import badges

LEAST: Document = {"name": "A", "description": "B", "criteria": {"narrative": "C"}}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("duration", "ends_on", "awarded", "until"),
    [
        ("P5Y", "06-30", "2026-06-12T15:03:50", "2031-06-30T23:59:59"),
        ("P5Y", "06-30", "2026-07-01T00:00:00", "2032-06-30T23:59:59"),
        ("P5Y", None, "2026-06-12T15:03:50", "2031-06-12T15:03:50"),
        ("P1Y", None, "2024-02-29T12:00:00", "2025-02-28T12:00:00"),
        ("P4Y", None, "2024-02-29T12:00:00", "2028-02-29T12:00:00"),
        ("P1M", None, "2026-01-31T00:00:00", "2026-02-28T00:00:00"),
        ("P18M", None, "2026-08-31T00:00:00", "2028-02-29T00:00:00"),
        ("P2W", None, "2026-12-25T00:00:00", "2027-01-08T00:00:00"),
        ("P90D", "12-31", "2026-10-02T00:00:00", "2026-12-31T23:59:59"),
        ("P1Y6M10D", None, "2026-01-01T00:00:00", "2027-07-11T00:00:00"),
    ],
)
def test_an_award_lasts_as_its_validity_says(
    duration: str, ends_on: str | None, awarded: str, until: str
) -> None:
    given_validity = {"for": duration} | ({"endsOn": ends_on} if ends_on else {})

    assert Validity.model_validate(given_validity).until(moment(awarded)) == moment(until)


@given(
    st.integers(0, 30),
    st.integers(0, 40),
    st.integers(1, 900),
    st.integers(0, 3_000_000_000),
)
def test_validity_never_ends_before_the_award(years: int, months: int, days: int, since: int) -> None:
    awarded = datetime.fromtimestamp(since, UTC)
    validity = Validity.model_validate({"for": f"P{years}Y{months}M{days}D", "endsOn": "06-30"})

    assert validity.until(awarded) > awarded


@pytest.mark.parametrize(
    "bad",
    [
        {"for": "5 years"},
        {"for": "P"},
        {"for": "P0D"},
        {"for": "P1Y", "endsOn": "02-30"},
        {"for": "P1Y", "endsOn": "6-30"},
        {},
    ],
)
def test_a_validity_that_makes_no_sense_is_refused(bad: Document) -> None:
    with pytest.raises(InvalidFields):
        fields.read(Validity, bad)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"name": " "}, "/name"),
        ({"name": 5}, "/name"),
        ({"criteria": {"narrative": "x", "extra": 1}}, "/criteria/extra"),
        ({"alignment": [{"targetName": "x", "targetUrl": "not an address"}]}, "/alignment/0/targetUrl"),
        ({"alignment": [{"targetName": "x", "targetUrl": "https://a.example/"}] * 2}, "/alignment"),
        ({"creditsAvailable": -1}, "/creditsAvailable"),
        ({"creditsAvailable": "15"}, "/creditsAvailable"),
        ({"inLanguage": "English"}, "/inLanguage"),
        (
            {"otherIdentifier": [{"identifier": "x", "identifierType": "nces"}]},
            "/otherIdentifier/0/identifierType",
        ),
        ({"endorsementJwt": ["x"]}, "/endorsementJwt"),
        (
            {"resultDescription": [{"id": "q", "name": "Q", "resultType": "Stars"}]},
            "/resultDescription/0/resultType",
        ),
        (
            {"resultDescription": [{"id": "q", "name": "Q", "resultType": "Result", "requiredLevel": "x"}]},
            "/resultDescription/0",
        ),
        ({"image": {"id": "javascript:alert(1)"}}, "/image/id"),
        ({"suspendable": "yes"}, "/suspendable"),
    ],
)
def test_a_fault_in_a_definition_is_pointed_at(change: Document, pointer: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        fields.read(Definition, {**LEAST, **change})

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_extension_terms_are_taken_where_the_standard_takes_them() -> None:
    found = fields.read(Definition, {**LEAST, "achievementType": "ext:Stack"})

    assert found.achievement_type == "ext:Stack"


def test_a_profile_is_written_as_the_standard_wants_it() -> None:
    given_profile = fields.read(
        ProfileFields,
        {
            "name": "A",
            "address": {"addressLocality": "B", "geo": {"latitude": 1, "longitude": 2.5}},
            "image": {"id": "https://a.example/a.png"},
            "otherIdentifier": [{"identifier": "1", "identifierType": "ext:nces"}],
        },
    )

    assert profile_document(given_profile, "did:web:a.example") == {
        "id": "did:web:a.example",
        "type": ["Profile"],
        "name": "A",
        "address": {
            "type": ["Address"],
            "addressLocality": "B",
            "geo": {"type": "GeoCoordinates", "latitude": 1, "longitude": 2.5},
        },
        "image": {"type": "Image", "id": "https://a.example/a.png"},
        "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "1", "identifierType": "ext:nces"}],
    }


RUBRIC = Definition.model_validate(
    {
        **badges.DEFINITION,
        "resultDescription": [
            *badges.DEFINITION["resultDescription"],
            {
                "id": "score",
                "name": "Score",
                "resultType": "Percent",
                "valueMin": "0",
                "valueMax": "100",
                "requiredValue": "70",
            },
            {
                "id": "grade",
                "name": "Grade",
                "resultType": "LetterGrade",
                "allowedValue": ["C", "B", "A"],
                "requiredValue": "B",
            },
        ],
    }
)


@pytest.mark.parametrize(
    "result",
    [
        ReportedResult("quality", level="proficient"),
        ReportedResult("score", value="70"),
        ReportedResult("score", value="100"),
        ReportedResult("grade", value="A"),
        ReportedResult("quality", status="Completed"),
    ],
)
def test_results_that_suffice(result: ReportedResult) -> None:
    rubric.check_results(RUBRIC, [result])


@pytest.mark.parametrize(
    "result",
    [
        ReportedResult("quality", level="developing"),
        ReportedResult("score", value="69.9"),
        ReportedResult("grade", value="C"),
        ReportedResult("quality", status="Failed"),
    ],
)
def test_results_below_what_is_required(result: ReportedResult) -> None:
    with pytest.raises(BelowRequiredLevel) as refused:
        rubric.check_results(RUBRIC, [result])

    assert refused.value.faults[0].pointer == "/assessment/results/0"


@pytest.mark.parametrize(
    ("result", "member"),
    [
        (ReportedResult("unknown", level="x"), "criterion"),
        (ReportedResult("quality", level="superb"), "level"),
        (ReportedResult("score", value="101"), "value"),
        (ReportedResult("score", value="many"), "value"),
        (ReportedResult("score", value="nan"), "value"),
        (ReportedResult("grade", value="F"), "value"),
    ],
)
def test_results_that_do_not_fit_the_rubric(result: ReportedResult, member: str) -> None:
    with pytest.raises(InvalidResults) as refused:
        rubric.check_results(RUBRIC, [result])

    assert refused.value.faults[0].pointer == f"/assessment/results/0/{member}"


def test_a_criterion_has_one_result() -> None:
    with pytest.raises(InvalidResults):
        rubric.check_results(RUBRIC, [ReportedResult("quality", level="proficient")] * 2)


NOW = datetime(2026, 6, 12, tzinfo=UTC)
CURRENT = Held("current", None, revoked=False)
EXPIRED = Held("expired", datetime(2020, 1, 1, tzinfo=UTC), revoked=False)
WITHDRAWN = Held("withdrawn", None, revoked=True)


@pytest.mark.parametrize(
    ("repeat", "held", "declined"),
    [
        ("never", [], None),
        ("never", [CURRENT], "current"),
        ("never", [EXPIRED], "expired"),
        ("never", [WITHDRAWN], None),
        ("after_expiry", [CURRENT], "current"),
        ("after_expiry", [EXPIRED], None),
        ("after_expiry", [EXPIRED, CURRENT], "current"),
        ("after_expiry", [WITHDRAWN], None),
        ("always", [CURRENT], None),
    ],
)
def test_who_holds_it_already_is_decided_by_the_repeat_policy(
    repeat: str, held: list[Held], declined: str | None
) -> None:
    definition = Definition.model_validate({**LEAST, "repeat": repeat})

    found = decide(definition, held, approved=NOW, now=NOW)

    expected = Declined(declined) if declined else Award(NOW, None, len(held))
    assert found == expected


@pytest.mark.parametrize(
    ("ends", "until"),
    [
        (datetime(2026, 9, 11, tzinfo=UTC), None),
        (datetime(2026, 9, 10, tzinfo=UTC), datetime(2031, 9, 10, tzinfo=UTC)),
        (datetime(2026, 6, 13, tzinfo=UTC), datetime(2031, 6, 13, tzinfo=UTC)),
        (datetime(2026, 6, 11, tzinfo=UTC), datetime(2031, 6, 12, tzinfo=UTC)),
    ],
)
def test_a_badge_is_renewed_shortly_before_its_end_and_nothing_of_it_is_lost(
    ends: datetime, until: datetime | None
) -> None:
    definition = Definition.model_validate({**LEAST, "validity": {"for": "P5Y", "renewWithin": "P90D"}})

    found = decide(definition, [Held("earlier", ends, revoked=False)], approved=NOW, now=NOW)

    assert found == (Award(NOW, until, 1) if until else Declined("earlier"))
