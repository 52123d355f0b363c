"""Views to render: a teacher's badge in every state, her district, and what it awards."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, get_args

from issuer.web.pages.issuer_views import (
    AchievementRef,
    AchievementView,
    Criterion,
    Edition,
    Identifier,
    IssuerView,
    Key,
    Level,
    Policy,
    VersionRef,
)
from issuer.web.pages.views import (
    STOPPED,
    Alignment,
    BadgeContent,
    BadgeView,
    Change,
    Checks,
    Evidence,
    IssuerRef,
    Outcome,
    Result,
    State,
    Technical,
)

STATES: Final[tuple[State, ...]] = get_args(State)
ORIGIN: Final = "https://badges.alder.example"
NUMBER: Final = "7HqyV2cWmX4tKfRz9aBnPd"
PAGE: Final = f"{ORIGIN}/b/{NUMBER}"
NEWER: Final = f"{ORIGIN}/b/9KqyV2cWmX4tKfRz9aBnPe"
NOW: Final = datetime(2026, 6, 15, 14, 5, 30, tzinfo=UTC)

DISTRICT: Final = IssuerRef(
    name="Alder County School District",
    page_url=f"{ORIGIN}/i/alder",
    domain="badges.alder.example",
    website="https://alder.example",
    email="badges@alder.example",
)
INTASC: Final = Alignment(
    name="Assessment",
    framework="InTASC Model Core Teaching Standards",
    code="6",
    url="https://ccsso.org/resource-library/intasc-model-core-teaching-standards",
)
CRITERIA: Final = (
    "Submit a lesson plan with a feedback protocol, six samples of student work with feedback and "
    "revisions, and a written reflection. Two trained assessors score them."
)
CONTENT: Final = BadgeContent(
    name="Feedback that Moves Learning",
    kind="MicroCredential",
    description="Gives timely, specific feedback that students use to revise their work.",
    issuer=DISTRICT,
    awarded=datetime(2026, 6, 12, 12, tzinfo=UTC),
    valid_from=datetime(2026, 6, 12, 12, tzinfo=UTC),
    valid_until=datetime(2031, 6, 30, 23, 59, 59, tzinfo=UTC),
    activity_start=datetime(2026, 2, 3, 12, tzinfo=UTC),
    activity_end=datetime(2026, 6, 5, 12, tzinfo=UTC),
    credit_hours=15,
    holder="Rosa Delgado",
    credential_id=PAGE,
    criteria=CRITERIA,
    achievement_url=f"{ORIGIN}/i/alder/a/MC-FEEDBACK/v1",
    assessed_by="Alder County School District",
    narrative="Students revised after every round of feedback.",
    results=(
        Result(criterion="Quality of feedback", level="Distinguished", needed="Proficient"),
        Result(criterion="Student use of feedback", level="Proficient", needed="Proficient"),
    ),
    evidence=(
        Evidence(
            name="Lesson plan with feedback protocol",
            kind="document",
            description="Two-week unit, grade 4 writing",
        ),
        Evidence(name="Six work samples with feedback and revisions", kind="portfolio"),
        Evidence(name="Written reflection, 600 words", kind="text", url="https://alder.example/r.pdf"),
    ),
    alignments=(INTASC,),
    technical=Technical(
        key_id="did:web:badges.alder.example#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQXJt4d9c3sGzX",
        content_sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        status_list_url=f"{ORIGIN}/status/1",
        status_list_index=94_567,
    ),
)
ACHIEVEMENT: Final = AchievementView(
    name=CONTENT.name,
    kind="MicroCredential",
    description=CONTENT.description,
    issuer=DISTRICT,
    page_url=f"{ORIGIN}/i/alder/a/MC-FEEDBACK",
    json_url=f"{ORIGIN}/i/alder/a/MC-FEEDBACK.json",
    version="1",
    criteria=CRITERIA,
    rubric=tuple(
        Criterion(
            name=name,
            levels=(
                Level(name="Developing", description="Feedback is general or comes late."),
                Level(name="Proficient", description="Feedback is specific and in time.", required=True),
                Level(name="Distinguished"),
            ),
        )
        for name in ("Quality of feedback", "Student use of feedback")
    ),
    alignments=(INTASC,),
    credit_hours=15,
    valid_for="P5Y",
    ends_on="06-30",
    versions=(
        VersionRef(
            name="1",
            url=f"{ORIGIN}/i/alder/a/MC-FEEDBACK/v1",
            published=datetime(2025, 8, 18, 9, tzinfo=UTC),
        ),
    ),
    editions=(Edition(language="es-US", url=f"{ORIGIN}/i/alder/a/MC-FEEDBACK-ES"),),
)
ISSUER: Final = IssuerView(
    issuer=DISTRICT,
    json_url=f"{ORIGIN}/i/alder.json",
    did="did:web:badges.alder.example",
    description="A public school district of 41 schools.",
    place="Alder, PA",
    kind="Public school district",
    legal_name="School District of Alder County",
    identifiers=(
        Identifier(
            label="nces-lea",
            value="4200030",
            url="https://nces.ed.gov/ccd/districtsearch/district_detail.asp?ID2=4200030",
        ),
    ),
    policies=(Policy(about="assessment", url="https://alder.example/assessment"),),
    records_years=8,
    achievements=(
        AchievementRef(
            name=CONTENT.name,
            url=f"{ORIGIN}/i/alder/a/MC-FEEDBACK",
            kind="MicroCredential",
            description=CONTENT.description,
        ),
        AchievementRef(name="Families as Partners", url=f"{ORIGIN}/i/alder/a/MC-FAMILIES"),
    ),
    keys=(
        Key(id="z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQXJt4d9c3sGzX", since=CONTENT.awarded),
        Key(id="z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH", since=CONTENT.valid_from, until=NOW),
    ),
)
STOPPED_THEN: Final = Change(on=datetime(2026, 6, 14, tzinfo=UTC), reason="issued_in_error", newer_url=NEWER)

_FAILS: Final[dict[State, dict[str, Outcome]]] = {
    "expired": {"validity": "failed"},
    "not_yet_valid": {"validity": "failed"},
    "suspended": {"status": "failed"},
    "revoked": {"status": "failed"},
    "superseded": {"status": "failed"},
    "status_unknown": {"status": "unknown"},
    "altered": {"integrity": "failed", "issuer": "unknown"},
    "issuer_key_missing": {"issuer": "failed", "integrity": "unknown"},
    "could_not_check": {"integrity": "unknown", "status": "skipped", "issuer": "unknown"},
}


def badge(state: State = "current", content: BadgeContent = CONTENT) -> BadgeView:
    """Return a badge page in a state, with dates that go with it."""
    outcomes: dict[str, Outcome] = dict.fromkeys(("integrity", "status", "validity", "issuer"), "passed")
    if state == "expired":
        content = replace(content, valid_until=datetime(2026, 6, 14, tzinfo=UTC))
    if state == "not_yet_valid":
        content = replace(content, valid_from=datetime(2026, 8, 1, tzinfo=UTC))
    return BadgeView(
        state=state,
        checks=Checks(**{**outcomes, **_FAILS.get(state, {})}),
        checked_at=NOW,
        page_url=PAGE,
        json_url=f"{PAGE}.json",
        content=content,
        change=STOPPED_THEN if state in STOPPED else None,
    )
