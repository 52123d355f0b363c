"""What a platform's competencies mean: which achievement each is, from what score on, and for whom."""

from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from issuer.core import moments
from issuer.core.documents import Document
from issuer.core.fields import Code, DayOrMoment, Email, Line, Strict
from issuer.core.intake import event
from issuer.core.intake.event import ReportedResultFields
from issuer.core.intake.observation import Learner, Observation

MAX_RULES: Final = 2_000
IDENTIFIER: Final = "systemId"
"""The type of the identifier by which a directory knows somebody without an e-mail address."""
_SHORT: Final = 60
"""An id of a platform that is longer stands by its hash in an event's own: that is bounded."""

Fate: TypeAlias = Literal["award", "lost", "undecided"]
Fraction: TypeAlias = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Work(Strict):
    """When work was done of which a platform says the outcome alone. It ended on the day that it was passed.

    `end_date` is the last day on which it can have been done, such as a term's.
    """

    start_date: DayOrMoment
    end_date: DayOrMoment | None = None
    course_id: Line | None = None
    term: Line | None = None
    modality: Line | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end_date and self.end_date < self.start_date:
            raise ValueError("endDate is before startDate")
        return self


class Rule(Strict):
    """One competency of the platform, and the achievement that it means.

    `threshold` is the least score from 0 to 1, `grade` the least step of the platform's scale. `results` are
    written into the badge as if they had been reported, and so is `activity`, where credit needs its dates.
    """

    competency: Line
    achievement: Code
    threshold: Fraction | None = None
    grade: Annotated[int, Field(ge=0, le=1_000)] | None = None
    results: list[ReportedResultFields] = Field(default_factory=list)
    activity: Work | None = None


class Mapping(Strict):
    """The rules of one source, and who may be meant: people of its directory, or whom its messages name.

    `others` says what becomes of competencies without a rule: they are kept until one is added, or let pass.
    `activity` is that of each rule without one of its own.
    """

    rules: Annotated[list[Rule], Field(max_length=MAX_RULES)] = Field(default_factory=list)
    people: Literal["directory", "message", "either"] = "either"
    others: Literal["keep", "ignore"] = "keep"
    activity: Work | None = None
    assessor_role: Line | None = None
    assessor_organization: Line | None = None


class Known(Strict):
    """Somebody in a source's directory."""

    id: Line
    name: Line | None = None
    email: Email | None = None
    identifier: Annotated[str, StringConstraints(max_length=500)] | None = None
    """What the learning system calls the person (`systemId`), where there is no e-mail address."""


@dataclass(frozen=True)
class Verdict:
    """What one rule makes of an observation, and why: an award, one that is lost, or nothing to be told."""

    rule: Rule
    number: int
    fate: Fate
    why: str


@dataclass(frozen=True)
class Missed:
    """Why an observation, or what a rule makes of it, comes to nothing: a stable code, and a sentence."""

    code: str
    reason: str


def decide(mapping: Mapping, observation: Observation) -> list[Verdict]:
    """Return what each rule about the observation's competency makes of it; nothing where there is none."""
    return [
        Verdict(rule, number, *_fate(rule, observation))
        for number, rule in enumerate(mapping.rules)
        if rule.competency == observation.competency
    ]


def person(mapping: Mapping, learner: Learner, known: Known | None) -> Document | Missed:
    """Return the recipient of an event: of the directory, of the message, or why nobody can be told."""
    if mapping.people != "message" and known is not None:
        return _recipient(known.name or learner.name, known.email, known.identifier)
    if mapping.people == "directory":
        return Missed("unknown-person", "the person is not in the directory of this source: import it anew")
    if learner.email is None:
        return Missed(
            "unknown-person", "the message has no e-mail address: import a directory of this source"
        )
    return _recipient(learner.name, learner.email, None)


def event_of(
    source: str, mapping: Mapping, observation: Observation, found: Verdict, who: Document
) -> Document:
    """Return the event of our own dialect. Its id is the platform's with the achievement's code.

    One statement can mean several achievements, and each is an event: sent twice, it is the same one.
    """
    rule = found.rule
    results = [each.model_dump(exclude_none=True, by_alias=True) for each in rule.results]
    assessor = {
        "id": observation.assessor,
        "role": mapping.assessor_role,
        "organization": mapping.assessor_organization,
    }
    named = {name: value for name, value in assessor.items() if value is not None}
    assessment: Document = {"approvedAt": moments.stamp(observation.achieved_at)}
    activity = _activity(rule.activity or mapping.activity, observation)
    return {
        "id": f"{_short(observation.event_id)}:{rule.achievement}",
        "type": event.SUBMISSION_APPROVED,
        "source": source,
        "achievement": {"code": rule.achievement},
        "recipient": who,
        "assessment": assessment
        | ({"assessor": named} if named else {})
        | ({"results": results} if results else {}),
    } | ({"activity": activity} if activity else {})


def _activity(work: Work | None, observation: Observation) -> Document | None:
    """Return when the work was done: until it was passed, or until its last day where that was earlier."""
    if work is None:
        return None
    passed = moments.midday(observation.achieved_at.astimezone(UTC).date())
    said = work.model_dump(exclude_none=True, by_alias=True)
    return {**said, "endDate": min(work.end_date or passed, passed)}


def _fate(rule: Rule, observation: Observation) -> tuple[Fate, str]:
    if observation.outcome in {"withdrawn", "not_passed"}:
        said = "it was taken back" if observation.outcome == "withdrawn" else "it was not passed"
        return "lost", f"the platform says that {said}"
    if observation.grade is not None and rule.grade is not None:
        return _compared("the grade", observation.grade, rule.grade)
    if observation.scaled is not None and rule.threshold is not None:
        return _compared("the score", round(observation.scaled, 4), rule.threshold)
    if observation.outcome == "passed" and rule.threshold is None and rule.grade is None:
        return "award", "the platform says that it was passed"
    needed = "grade" if observation.grade is not None else "threshold"
    if observation.outcome == "passed":
        return "undecided", "the rule asks for a score or a grade, and the message has none"
    return "undecided", f"the platform does not say what passes: give the rule a {needed}"


def _compared(what: str, has: float, needs: float) -> tuple[Fate, str]:
    if has >= needs:
        return "award", f"{what} {has} reaches {needs}"
    return "lost", f"{what} {has} is below {needs}"


def _recipient(name: str | None, email: str | None, identifier: str | None) -> Document:
    found: Document = {"name": name, "email": email}
    if identifier is not None:
        found["identifiers"] = [{"type": IDENTIFIER, "value": identifier}]
    return {member: value for member, value in found.items() if value is not None}


def _short(event_id: str) -> str:
    if len(event_id) <= _SHORT:
        return event_id
    return sha256(event_id.encode(errors="surrogatepass")).hexdigest()[:_SHORT]
