"""What the pages of a check are given: the form, and the answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias

from issuer.web.pages.views import Change, Checks, Evidence, Outcome, Result

Given: TypeAlias = Literal["file", "text", "link"]
Field: TypeAlias = Literal["link", "file", "text"]
Mistake: TypeAlias = Literal["nothing", "not_a_link", "unknown_badge", "too_large", "unreadable"]

FIELDS: Final[dict[Mistake, Field]] = {
    "nothing": "link",
    "not_a_link": "link",
    "unknown_badge": "link",
    "too_large": "file",
    "unreadable": "file",
}
"""The field that each mistake is about: where the page leads whoever made it."""


@dataclass(frozen=True, kw_only=True)
class FormView:
    """The form: empty, or with what was filled in and why it was not enough."""

    link: str = ""
    text: str = ""
    person: str = ""
    mistake: Mistake | None = None

    @property
    def field(self) -> Field | None:
        """The field that the mistake is about."""
        return FIELDS[self.mistake] if self.mistake else None


@dataclass(frozen=True, kw_only=True)
class Who:
    """An issuer as a badge names it. `domain` follows from its id alone, which the seal is bound to."""

    name: str | None = None
    domain: str | None = None
    website: str | None = None
    contact: str | None = None


@dataclass(frozen=True, kw_only=True)
class Prose:
    """A stranger's text, shortened where it is long."""

    text: str
    shortened: bool = False


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a badge says, as far as a page can show it. Nothing of it is known to be true."""

    name: str | None = None
    kind: str | None = None
    issuer: Who = field(default_factory=Who)
    holder: str | None = None
    awarded: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    description: Prose | None = None
    criteria: Prose | None = None
    criteria_url: str | None = None
    results: tuple[Result, ...] = ()
    more_results: int = 0
    evidence: tuple[Evidence, ...] = ()
    more_evidence: int = 0
    credential_id: str | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class StackView:
    """What a stack came to when it was worked out again, and the names of the badges that this is about."""

    code: str
    outcome: Outcome
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PartView:
    """A credential inside another: its own result, and its names where its seal holds."""

    code: str
    name: str | None = None
    issuer: str | None = None


@dataclass(frozen=True, kw_only=True)
class CheckLine:
    """One check as programmers want to see it. No message where nothing of the file may be repeated."""

    id: str
    outcome: Outcome
    code: str
    citation: str
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """Something that was fetched for a check, and when."""

    name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whether the badge is a certain person's. Who was asked about is not repeated."""

    code: str
    by: Literal["email", "name"]


@dataclass(frozen=True, kw_only=True)
class AnswerView:
    """The answer of a check. `claims` is there only where the seal holds and is the issuer's.

    `code` is the headline, `own` the headline without what is inside it, and `cause` the finer code of
    the check that called for it.
    """

    code: str
    own: str
    cause: str
    given: Given
    checks: Checks
    checked_at: datetime
    domain: str
    claims: Claims | None = None
    recognized: bool = False
    recognized_by: str | None = None
    change: Change | None = None
    page_url: str | None = None
    link: str | None = None
    refreshed: bool = False
    person: Person | None = None
    stack: StackView | None = None
    endorsements: tuple[PartView, ...] = ()
    contained: tuple[PartView, ...] = ()
    lines: tuple[CheckLine, ...] = ()
    sources: tuple[SourceLine, ...] = ()

    @property
    def has_no_list(self) -> bool:
        """Whether the issuer offers no way to withdraw the badge."""
        return self.checks.status == "skipped"
