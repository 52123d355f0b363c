"""What one agency is given: which badges, which columns, in which form."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from issuer.core import moments
from issuer.core.awarding import educator_ids
from issuer.core.exchange.exports import columns
from issuer.core.fields import Code, Line, Strict, distinct

Format: TypeAlias = Literal["ndjson", "csv", "parquet", "clr"]
"""`clr` is no row for each badge, but a signed record for each person (Comprehensive Learner Record 2.0)."""
Compression: TypeAlias = Literal["gzip", "zstd"]
MAX_ROWS: Final = 25_000
"""How many rows one file has at most."""


def _column(name: str) -> str:
    if name not in columns.BY_NAME or name == columns.CREDENTIAL.name:
        raise ValueError(f"there is no column {name[:60]!r}: the data dictionary lists them")
    return name


def _day(text: str) -> str:
    try:
        moments.parse_day(text)
    except moments.InvalidMoment as error:
        raise ValueError(error.detail) from error
    return text


def _identifier_type(kind: str) -> str:
    if not kind.startswith(educator_ids.PREFIX):
        raise ValueError(f"it begins with {educator_ids.PREFIX}, such as ext:us-pa-ppid")
    return kind


Day = Annotated[str, AfterValidator(_day)]


class Activity(Strict):
    """The number under which the state knows an achievement."""

    achievement: Code
    number: Line


class ExportProfile(Strict):
    """The agreement with one agency, as far as data goes. What it does not name is not given.

    `columns` are all where none are named; those that make a row a row are always there. `signed` adds the
    signed credential to each row.
    """

    title: Line
    jurisdiction: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z0-9]{1,3})?$")]
    identifier_type: Annotated[str, AfterValidator(_identifier_type)]
    client: Annotated[str, Field(pattern=r"^[1-9A-Za-z]{12}$")]
    """The one API client that may read it: its key between `sk_live_` and the next `_`."""
    achievements: (
        Annotated[list[Code], Field(min_length=1, max_length=2_000), AfterValidator(distinct)] | None
    ) = None
    awarded_from: Day | None = None
    awarded_until: Day | None = None
    columns: Annotated[list[Annotated[str, AfterValidator(_column)]], AfterValidator(distinct)] | None = None
    format: Format = "ndjson"
    compression: Compression = "gzip"
    signed: bool = False
    cadence_hours: Annotated[int, Field(ge=1, le=24 * 31)] = 24
    provider_number: Line | None = None
    activities: Annotated[list[Activity], Field(max_length=2_000)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _is_a_span(self) -> Self:
        if self.awarded_from and self.awarded_until and self.awarded_until < self.awarded_from:
            raise ValueError("awardedUntil is before awardedFrom")
        return self


@dataclass(frozen=True)
class Scope:
    """Which badges a profile is about, by what a row of the database tells."""

    achievements: frozenset[str] | None
    first: date | None
    last: date | None

    def holds(self, code: str, awarded: date) -> bool:
        """Return whether a badge of an achievement, awarded on a day, is within."""
        if self.achievements is not None and code not in self.achievements:
            return False
        return not ((self.first and awarded < self.first) or (self.last and awarded > self.last))


def scope_of(profile: ExportProfile) -> Scope:
    """Return which badges a profile is about."""
    return Scope(
        frozenset(profile.achievements) if profile.achievements is not None else None,
        date.fromisoformat(profile.awarded_from) if profile.awarded_from else None,
        date.fromisoformat(profile.awarded_until) if profile.awarded_until else None,
    )


def columns_of(profile: ExportProfile) -> tuple[columns.Column, ...]:
    """Return the columns of a profile's rows, in the order of the data dictionary."""
    wanted = columns.REQUIRED | set(columns.NAMES if profile.columns is None else profile.columns)
    found = tuple(each for each in columns.COLUMNS if each.name in wanted)
    return (*found, columns.CREDENTIAL) if profile.signed else found
