"""What the pages of an issuer and of an achievement are given: plain values, ready to be shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from issuer.core.awarding.particulars import Credit
from issuer.web.pages.pathway_refs import PathwayRef
from issuer.web.pages.views import Alignment, Image, IssuerRef

PolicyKind: TypeAlias = Literal["assessment", "withdrawal", "appeal", "privacy"]


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level of a rubric criterion."""

    name: str
    description: str | None = None
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A criterion of the rubric: its levels, the lowest first, or the value that is needed."""

    name: str
    levels: tuple[Level, ...] = ()
    needed: str | None = None


@dataclass(frozen=True, kw_only=True)
class VersionRef:
    """A published version: what it is called, where it is, since when."""

    name: str
    url: str
    published: datetime


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The same achievement in another language. `language` is its tag, such as es-US."""

    language: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A kind of evidence that is handed in. `words` are the fewest and the most."""

    name: str
    count: int = 1
    words: tuple[int, int] | None = None
    description: str | None = None
    private: bool = False


@dataclass(frozen=True, kw_only=True)
class Use:
    """A use that a state may make of it, as the issuer says."""

    place: str
    name: str
    code: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Programme:
    """What a definition says that no badge does: for whom it is, what is handed in, how it is judged."""

    competency: str | None = None
    audience: str | None = None
    hours: float | None = None
    prerequisites: str | None = None
    modality: str | None = None
    apply_url: str | None = None
    evidence: tuple[Piece, ...] = ()
    assessed_by: str | None = None
    turnaround_days: int | None = None
    resubmission: str | None = None
    identity_verified: bool = False
    supervised: bool = False
    credit: tuple[Credit, ...] = ()
    uses: tuple[Use, ...] = ()
    quality_name: str | None = None
    quality_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class AchievementView:
    """An achievement page: what can be earned. `valid_for` and `ends_on` are as in its definition.

    `versions` are all that were published, the newest first.
    """

    name: str
    kind: str
    description: str
    issuer: IssuerRef
    page_url: str
    json_url: str
    version: str
    criteria: str | None = None
    criteria_url: str | None = None
    rubric: tuple[Criterion, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    credit_hours: float | None = None
    valid_for: str | None = None
    ends_on: str | None = None
    retired: bool = False
    newer_url: str | None = None
    versions: tuple[VersionRef, ...] = ()
    editions: tuple[Edition, ...] = ()
    image: Image | None = None
    language: str = "en"
    listed: bool = False
    pathways: tuple[PathwayRef, ...] = ()
    programme: Programme = Programme()


@dataclass(frozen=True, kw_only=True)
class Identifier:
    """A number by which others know an issuer, and where they tell of it."""

    label: str
    value: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class AchievementRef:
    """An achievement as the issuer's page lists it."""

    name: str
    url: str
    kind: str | None = None
    description: str | None = None
    image: Image | None = None


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Where an issuer explains how it does something."""

    about: PolicyKind
    url: str


@dataclass(frozen=True, kw_only=True)
class Key:
    """A public key and the time for which it signed. `until` is None for one in use."""

    id: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class IssuerView:
    """An issuer page: who it is, and what it awards. `kind` says what it is in its own words."""

    issuer: IssuerRef
    json_url: str
    did: str
    description: str | None = None
    kind: str | None = None
    legal_name: str | None = None
    place: str | None = None
    official: str | None = None
    phone: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    policies: tuple[Policy, ...] = ()
    records_years: int | None = None
    achievements: tuple[AchievementRef, ...] = ()
    pathways: tuple[PathwayRef, ...] = ()
    keys: tuple[Key, ...] = ()
    language: str = "en"
    listed: bool = False
