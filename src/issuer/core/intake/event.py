"""The event of our own dialect: an approved submission."""

import re
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from issuer.core.awarding import educator_ids, vocabulary
from issuer.core.awarding.credit import Credit
from issuer.core.awarding.programme import Visibility
from issuer.core.fields import (
    Code,
    DayOrMoment,
    Did,
    Email,
    Key,
    Line,
    Moment,
    Prose,
    Strict,
    WebUrl,
    distinct,
    extensible,
)
from issuer.core.securing import proofs

Cryptosuite: TypeAlias = Literal["eddsa-rdfc-2022", "eddsa-jcs-2022"]
_REFUSED = re.compile(r"(?i)ssn|social.?security|last.?(four|4)|birth|\bdob\b|[:._-]dob|student")
_OWN_MEMBERS = {"name": "name", "emailAddress": "email"}
"""Identifier types that have a member of their own: a name is never matched, an address is normalised."""
SUBMISSION_APPROVED = "submission.approved"


def _code_alone(value: object) -> object:
    return {"code": value} if isinstance(value, str) else value


def _identifier_type(value: str) -> str:
    if value == "nationalIdentityNumber":
        raise ValueError("national identity numbers are not accepted: this must not be where they are kept")
    if _REFUSED.search(value):
        raise ValueError("social security numbers, dates of birth and student data are not accepted")
    if value in _OWN_MEMBERS:
        raise ValueError(f"send it as recipient.{_OWN_MEMBERS[value]}")
    return extensible(vocabulary.IDENTIFIER_TYPES)(value)


def _identifier_value(value: str) -> str:
    if re.fullmatch(r"\d{3}-\d{2}-\d{4}", value):
        raise ValueError("it looks like a social security number, which is not accepted")
    return value


class AchievementRef(Strict):
    """Which achievement: its code, and a version where it must not be the current one."""

    code: Code
    version: Annotated[int, Field(ge=1, le=100_000)] | None = None


class RecipientIdentifier(Strict):
    """An identifier of the person in some other system."""

    type: Annotated[Line, AfterValidator(_identifier_type)]
    value: Annotated[Line, AfterValidator(_identifier_value)]

    @model_validator(mode="after")
    def _is_written_as_its_state_writes_it(self) -> Self:
        fault = educator_ids.fault(self.type, self.value)
        if fault is not None:
            raise ValueError(fault)
        return self


class Employer(Strict):
    """Whom the person works for. Kept out of the badge."""

    name: Line
    nces_lea_id: Line | None = None


class Recipient(Strict):
    """The person. An e-mail address, a DID or an identifier says who it is; a name never does."""

    name: Line | None = None
    given_name: Line | None = None
    family_name: Line | None = None
    email: Email | None = None
    identifiers: Annotated[list[RecipientIdentifier], AfterValidator(distinct)] = Field(default_factory=list)
    did: Did | None = None
    role: Line | None = None
    employer: Employer | None = None
    locale: Line | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        standard = [each for each in self.identifiers if each.type in vocabulary.IDENTIFIER_TYPES]
        if self.email is None and self.did is None and not standard:
            raise ValueError("an email, a did or an identifier of a standard type is needed to say who it is")
        return self


class Activity(Strict):
    """What was done, and when."""

    start_date: DayOrMoment | None = None
    end_date: DayOrMoment | None = None
    course_id: Line | None = None
    term: Line | None = None
    modality: Line | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValueError("endDate is before startDate")
        return self


class Submission(Strict):
    """The platform's own record of what was handed in."""

    id: Key
    attempt: Annotated[int, Field(ge=1)] | None = None
    submitted_at: Moment | None = None


class Assessor(Strict):
    """Who judged it. Only the organisation enters the badge."""

    id: Line | None = None
    role: Line | None = None
    organization: Line | None = None


class ReportedResultFields(Strict):
    """A result for one criterion of the rubric."""

    criterion: Line
    level: Line | None = None
    value: Line | None = None
    status: Annotated[Line, AfterValidator(extensible(vocabulary.RESULT_STATUSES))] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.level is None and self.value is None and self.status is None:
            raise ValueError("a level, a value or a status is needed")
        return self


class Overall(Strict):
    """The assessor's sum of it all, kept out of the badge."""

    level: Line | None = None
    points: Annotated[float, Field(allow_inf_nan=False)] | None = None
    max_points: Annotated[float, Field(allow_inf_nan=False)] | None = None


class Assessment(Strict):
    """How it was judged. `approvedAt` is the moment from which the badge is valid."""

    approved_at: Moment | None = None
    method: Line | None = None
    assessor: Assessor | None = None
    results: list[ReportedResultFields] = Field(default_factory=list)
    overall: Overall | None = None


class EvidenceItem(Strict):
    """One piece of evidence. Its address enters the badge only when its visibility is public."""

    kind: Line | None = None
    name: Line | None = None
    genre: Line | None = None
    description: Prose | None = None
    narrative: Prose | None = None
    audience: Line | None = None
    url: WebUrl | None = None
    visibility: Literal["issuer", "public"] = "issuer"
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    count: Annotated[int, Field(ge=1, le=1_000)] = 1
    """How many pieces it holds: a portfolio may be six samples."""
    words: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any((self.name, self.description, self.narrative, self.kind)):
            raise ValueError("a name, a kind, a description or a narrative is needed")
        return self


class CompetencyApproved(Strict):
    """A competency that an assessor approved in a learning platform: what every dialect becomes."""

    id: Key
    type: Literal["submission.approved"]
    achievement: Annotated[AchievementRef, BeforeValidator(_code_alone)]
    recipient: Recipient
    source: Line | None = None
    time: Moment | None = None
    activity: Activity | None = None
    submission: Submission | None = None
    assessment: Assessment | None = None
    evidence: Annotated[list[EvidenceItem], Field(max_length=100), AfterValidator(distinct)] = Field(
        default_factory=list
    )
    credit: Annotated[list[Credit], Field(max_length=100), AfterValidator(distinct)] = Field(
        default_factory=list
    )
    narrative: Prose | None = None
    visibility: Visibility | None = None
    """Who may find the badge: what its definition says, where nothing is said here."""
    cryptosuite: Cryptosuite = proofs.EDDSA_RDFC

    @model_validator(mode="after")
    def _credit_has_dates(self) -> Self:
        dated = self.activity and self.activity.start_date and self.activity.end_date
        if self.credit and not dated:
            raise ValueError("credit needs activity.startDate and activity.endDate")
        return self
