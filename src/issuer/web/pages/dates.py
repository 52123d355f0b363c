"""Days, moments and spans of time, written out."""

import re
from datetime import date, datetime
from typing import Final

from issuer.web.pages.words import Language, phrase

_PARTS: Final = ("years", "months", "weeks", "days")
_DURATION: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_NOON: Final = 12


def day(lang: Language, when: date) -> str:
    """Return the day: June 12, 2026."""
    return phrase(lang, "date.day").format(month=_month(lang, when), day=when.day, year=when.year)


def moment(lang: Language, when: datetime) -> str:
    """Return the day and the time to the minute with its zone: June 12, 2026, 2:05 PM UTC."""
    clock = f"{when:%H:%M}" if lang == "es" else _clock(when)
    return phrase(lang, "date.moment").format(day=day(lang, when), clock=clock, zone=when.tzname())


def lasting(lang: Language, valid_for: str | None, ends_on: str | None) -> str:
    """Return how long an award lasts, from an ISO 8601 duration and a day of every year (06-30)."""
    if valid_for is None:
        return phrase(lang, "lasts.always")
    span = _span(lang, valid_for)
    if ends_on is None:
        return span
    when = date.fromisoformat(f"2001-{ends_on}")
    named = phrase(lang, "date.day_of_year").format(month=_month(lang, when), day=when.day)
    return phrase(lang, "lasts.until_day").format(duration=span, day=named)


def _span(lang: Language, valid_for: str) -> str:
    found = _DURATION.fullmatch(valid_for)
    if found is None or not any(found.groups()):
        raise ValueError(f"{valid_for!r} is not a duration such as P5Y")
    counts = [(name, int(count)) for name, count in zip(_PARTS, found.groups(), strict=True) if count]
    named = [
        phrase(lang, f"lasts.{name}_{'one' if count == 1 else 'many'}").format(count=count)
        for name, count in counts
    ]
    if len(named) == 1:
        return named[0]
    return phrase(lang, "lasts.and").format(some=", ".join(named[:-1]), last=named[-1])


def _month(lang: Language, when: date) -> str:
    return phrase(lang, f"month.{when.month}")


def _clock(when: datetime) -> str:
    return f"{when.hour % _NOON or _NOON}:{when:%M} {'AM' if when.hour < _NOON else 'PM'}"
