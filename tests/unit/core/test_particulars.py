"""What is kept of an event beside the badge, and the units that credit is counted in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core import fields
from issuer.core.awarding import credit_types, particulars
from issuer.core.awarding.particulars import Credit, Particulars
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.core.intake.event import CompetencyApproved

WORDS = st.none() | st.text(min_size=1, max_size=20)
CREDIT = st.builds(
    Credit,
    type=st.sampled_from([*credit_types.CREDIT_TYPES, "ext:unit"]),
    amount=st.integers(1, 400).map(lambda quarters: quarters / 4),
    jurisdiction=WORDS,
    category=WORDS,
)


def event(**changes: object) -> CompetencyApproved:
    whole: Document = {
        "id": "event-1",
        "type": "submission.approved",
        "achievement": "MC-FEEDBACK",
        "recipient": {"email": "rosa@alder.example", "name": "Rosa Delgado"},
        "activity": {"startDate": "2026-02-03", "endDate": "2026-06-05"},
    }
    return fields.read(CompetencyApproved, {**whole, **changes})


def of_type(kind: str) -> str:
    return event(credit=[{"type": kind, "amount": 1}]).credit[0].type


@given(st.builds(Particulars, credit=st.lists(CREDIT, max_size=4).map(tuple), method=WORDS,
                 assessor_role=WORDS, modality=WORDS))  # fmt: skip
def test_particulars_are_read_as_they_were_stored(given: Particulars) -> None:
    assert particulars.read(particulars.text(given)) == given


def test_they_are_what_the_badge_does_not_say_and_name_nobody() -> None:
    sent = event(
        activity={"startDate": "2026-02-03", "endDate": "2026-06-05", "modality": "online"},
        assessment={
            "method": "portfolio_review",
            "assessor": {"id": "asr-204", "role": "trained assessor", "organization": "Alder"},
        },
        credit=[
            {"type": "clock_hour", "amount": 15},
            {"type": "pdp", "amount": 6, "jurisdiction": "US-TN", "category": "pedagogy"},
        ],
    )

    stored = json.loads(str(particulars.text(particulars.of(sent))))

    assert stored == {
        "credit": [
            {"type": "clock_hour", "amount": 15},
            {"type": "pdp", "amount": 6, "jurisdiction": "US-TN", "category": "pedagogy"},
        ],
        "method": "portfolio_review",
        "assessor_role": "trained assessor",
        "modality": "online",
    }


def test_an_event_that_says_no_more_than_its_badge_has_none() -> None:
    assert particulars.text(particulars.of(event())) is None
    assert particulars.read(None) == Particulars()


@pytest.mark.parametrize("kind", credit_types.CREDIT_TYPES)
def test_a_known_unit_is_accepted_however_its_letters_are_written(kind: str) -> None:
    assert of_type(kind.upper()) == of_type(kind) == kind


def test_a_unit_of_a_programmes_own_stays_as_it_was_sent() -> None:
    assert of_type("ext:Alder-Point") == "ext:Alder-Point"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("clock_hours", "clock_hour"),
        ("Clock Hours", "clock_hour"),
        ("CEUs", "ceu"),
        ("act48", "act_48_hour"),
        ("semester-credit", "semester_credit"),
    ],
)
def test_a_unit_that_is_nearly_a_known_one_is_refused_with_the_one_meant(sent: str, meant: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        of_type(sent)

    fault = refused.value.faults[0]
    assert fault.pointer == "/credit/0/type"
    assert fault.detail.endswith(f"did you mean {meant}?")
    assert all(kind in fault.detail for kind in credit_types.CREDIT_TYPES)


def test_a_unit_like_no_other_is_refused_with_all_there_are() -> None:
    with pytest.raises(InvalidFields) as refused:
        of_type("badges")

    assert refused.value.faults[0].detail.endswith("nor begins with ext:")


def test_the_same_credit_in_other_letters_is_the_same() -> None:
    with pytest.raises(InvalidFields):
        event(credit=[{"type": "PDP", "amount": 6}, {"type": "pdp", "amount": 6}])


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        ([("clock_hour", 15, None), ("ceu", 1.5, None)], "clock_hour"),
        ([("contact_hour", 15, "US-MS"), ("ceu", 1.5, "us-ms")], "contact_hour"),
        ([("clock_hour", 15, None), ("ceu", 1.5, "US-MS")], "clock_hour"),
        ([("clock_hour", 10, None), ("clock_hour", 5, None), ("ceu", 1.5, None)], "clock_hour"),
        ([("clock_hour", 0.3, None), ("ceu", 0.03, None)], "clock_hour"),
        ([("clock_hour", 15, None), ("ceu", 2, None)], None),
        ([("clock_hour", 15, None), ("ceu", 1.5, None), ("contact_hour", 12, None)], None),
        ([("clock_hour", 15, "US-PA"), ("ceu", 1.5, "US-MS")], None),
        ([("clock_hour", 15, None), ("ceu", 1.5, "US-AK")], None),
        ([("clock_hour", 15, None), ("pdp", 15, None)], None),
        ([("ceu", 1.5, None)], None),
        ([], None),
    ],
)
def test_hours_explain_ceus_only_where_they_agree_in_every_place(
    credit: list[tuple[str, float, str | None]], expected: str | None
) -> None:
    assert particulars.hours_of_ceu([Credit(*each) for each in credit]) == expected
