"""How long an award lasts."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from issuer.core.fields import Strict

_DURATION = re.compile(r"P(?:(\d{1,2})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_MONTHS = 12


def _duration(value: str) -> str:
    found = _DURATION.fullmatch(value)
    if found is None or not any(int(part or 0) for part in found.groups()):
        raise ValueError("it is not a duration such as P5Y, P18M or P90D")
    return value


def _month_day(value: str) -> str:
    if not _MONTH_DAY.fullmatch(value) or not _is_day(value):
        raise ValueError("it is not a day of every year, such as 06-30")
    return value


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(f"2001-{value}")
    except ValueError:
        return False
    return True


Duration = Annotated[str, AfterValidator(_duration)]
MonthDay = Annotated[str, AfterValidator(_month_day)]


class Validity(Strict):
    """A duration from the award (ISO 8601), drawn out to the next `endsOn` day where there is one.

    `renewWithin` is how long before its end an award may be renewed: earned once more, to last from there.
    """

    for_: Annotated[Duration, Field(alias="for")]
    ends_on: MonthDay | None = None
    renew_within: Duration | None = None

    def is_open(self, until: datetime, now: datetime) -> bool:
        """Return whether an award that ends at a moment may be renewed now."""
        return self.renew_within is not None and _later(now.astimezone(UTC), self.renew_within) >= until

    def until(self, awarded: datetime) -> datetime:
        """Return the last moment at which an award made at `awarded` is valid, in UTC."""
        end = _later(awarded.astimezone(UTC), self.for_)
        if self.ends_on is None:
            return end
        day = date.fromisoformat(f"{end.year}-{self.ends_on}")
        if day < end.date():
            day = day.replace(year=day.year + 1)
        return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)

    @model_validator(mode="after")
    def _stays_in_range(self) -> Self:
        self.until(datetime(2100, 1, 1, tzinfo=UTC))
        return self


def _later(moment: datetime, duration: str) -> datetime:
    found = _DURATION.fullmatch(duration)
    years, months, weeks, days = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    month = moment.month - 1 + months
    year = moment.year + years + month // _MONTHS
    first = moment.replace(year=year, month=month % _MONTHS + 1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(moment.day, last.day)) + timedelta(weeks=weeks, days=days)
