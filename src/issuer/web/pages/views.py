"""What each public page is given: plain values, ready to be shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from issuer.core.awarding.credit_types import CLOCK_HOUR
from issuer.core.awarding.particulars import Credit
from issuer.web.pages.pathway_refs import PathwayRef

Outcome: TypeAlias = Literal["passed", "failed", "unknown", "skipped"]
Reason: TypeAlias = Literal[
    "issued_in_error", "replaced", "holder_request", "requirements_not_met", "authority_ended", "other"
]
"""The closed list of public reasons: free text about a person is never published."""

State: TypeAlias = Literal[
    "current",
    "expired",
    "suspended",
    "revoked",
    "superseded",
    "not_yet_valid",
    "test",
    "status_unknown",
    "altered",
    "issuer_key_missing",
    "could_not_check",
]

SILENT: Final[frozenset[State]] = frozenset({"altered", "issuer_key_missing", "could_not_check"})
"""States in which nothing that the file says is repeated: nobody has vouched for it."""

STOPPED: Final[frozenset[State]] = frozenset({"revoked", "superseded", "suspended"})
"""States in which what the badge stood for is not shown, and since when is."""


@dataclass(frozen=True, kw_only=True)
class Checks:
    """How the four checks came out that every badge page lists."""

    integrity: Outcome
    status: Outcome
    validity: Outcome
    issuer: Outcome


@dataclass(frozen=True, kw_only=True)
class Change:
    """When a badge was withdrawn, replaced or put on hold, and the public reason for it.

    `newer_url` is the page of the badge that replaced it.
    """

    on: datetime
    reason: Reason = "other"
    newer_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Image:
    """A picture on our own origin. `alt` is the image's caption; without one, the name is used."""

    url: str
    alt: str | None = None


@dataclass(frozen=True, kw_only=True)
class IssuerRef:
    """An issuer as other pages name it. `domain` is the host name that people should look for.

    `color` is its own, as #rrggbb: the pages make it readable. `linkedin` is its number there.
    """

    name: str
    page_url: str
    domain: str
    website: str | None = None
    email: str | None = None
    color: str | None = None
    logo: Image | None = None
    linkedin: str | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """One row of the assessment: a criterion, what was reached, what was needed."""

    criterion: str
    level: str
    needed: str | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A piece of evidence. `url` only where the evidence itself is public."""

    name: str
    kind: str | None = None
    description: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class BuiltFrom:
    """A badge that a stack was awarded for, and how it stands now: None while it is current."""

    name: str
    url: str | None
    state: Literal["revoked", "suspended", "expired"] | None = None


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """An entry of a framework that the achievement fits."""

    name: str
    framework: str | None = None
    code: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Technical:
    """What a programmer wants to see of a signed badge."""

    key_id: str
    content_sha256: str
    status_list_url: str | None = None
    status_list_index: int | None = None


@dataclass(frozen=True, kw_only=True)
class BadgeContent:
    """What a badge says. `kind` is its OB 3.0 achievementType, `language` that of the signed text.

    `criteria` and `narrative` are Markdown. `holder` is the name as its holder wants it shown.
    Every moment is shown in its own offset: give it in the issuer's time zone. `credits` and the three below
    it are what the event said besides, and `credit_hours` what is signed of it.
    """

    name: str
    kind: str
    description: str
    issuer: IssuerRef
    awarded: datetime
    valid_from: datetime
    credential_id: str
    technical: Technical
    holder: str | None = None
    role: str | None = None
    valid_until: datetime | None = None
    activity_start: datetime | None = None
    activity_end: datetime | None = None
    credit_hours: float | None = None
    credits: tuple[Credit, ...] = ()
    method: str | None = None
    assessor_role: str | None = None
    modality: str | None = None
    criteria: str | None = None
    achievement_url: str | None = None
    assessed_by: str | None = None
    narrative: str | None = None
    results: tuple[Result, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    built_from: tuple[BuiltFrom, ...] = ()
    corrected: datetime | None = None
    alignments: tuple[Alignment, ...] = ()
    image: Image | None = None
    language: str = "en"

    @property
    def number(self) -> str:
        """The random part of the credential's id: what people copy."""
        return self.credential_id.rstrip("/").rpartition("/")[2]

    @property
    def credit(self) -> tuple[Credit, ...]:
        """All credit: the hours that are signed, where no more is known of it."""
        signed = (Credit(CLOCK_HOUR, self.credit_hours),) if self.credit_hours else ()
        return self.credits or signed


@dataclass(frozen=True, kw_only=True)
class BadgeView:
    """A badge page: how the badge stands, and what it says unless its state is a silent one."""

    state: State
    checks: Checks
    checked_at: datetime
    page_url: str
    json_url: str
    content: BadgeContent | None = None
    change: Change | None = None
    listed: bool = False
    share: str | None = None
    """The token that opened a private badge: then it offers nothing that needs it to be public."""
    pathways: tuple[PathwayRef, ...] = ()
    """What the badge counts toward. Nobody's progress is in it."""

    def __post_init__(self) -> None:
        if self.state not in SILENT and self.content is None:
            raise ValueError(f"a badge that is {self.state} has content")
        if self.state in STOPPED and self.change is None:
            raise ValueError(f"a badge that is {self.state} has the moment since when")
        if self.state == "superseded" and (self.change is None or self.change.newer_url is None):
            raise ValueError("a badge that is superseded has the one that replaced it")
        if self.state == "expired" and (self.content is None or self.content.valid_until is None):
            raise ValueError("a badge that has expired has its last moment")

    @property
    def shown(self) -> BadgeContent | None:
        """What may be shown: nothing in a silent state, whatever was given."""
        return None if self.state in SILENT else self.content


@dataclass(frozen=True, kw_only=True)
class ErrorView:
    """An error page. Without a title and a detail of its own, it has the words for its code.

    `issuer` is whose page it would be. `home` is where this service is, without a final slash.
    """

    status: int
    code: str
    title: str | None = None
    detail: str | None = None
    issuer: IssuerRef | None = None
    home: str = ""
