"""Moments in time as the specifications write them: aware, in UTC, to the second."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from issuer.errors import Invalid

_STAMP = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})T(?P<time>\d{2}:\d{2}:\d{2})(?P<fraction>\.\d{1,9})?"
    r"(?P<zone>Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)"
)
_YEARS = range(1900, 10_000)
_AT_ONCE = 1024
"""How many moments are remembered with their texts: many badges are of the same few."""


class InvalidMoment(Invalid):
    """The text is not a moment in time with its offset."""

    code = "invalid-moment"


@lru_cache(_AT_ONCE)
def parse(stamp: str) -> datetime:
    """Return the moment that an `xsd:dateTimeStamp` names (VCDM 2.0 section 4.9), in UTC.

    Raises `InvalidMoment` for anything else: no offset, a numeric time, 30 February, year 0.
    """
    found = _STAMP.fullmatch(stamp) if stamp.isascii() else None
    if found is None:
        raise InvalidMoment(f"{stamp[:40]!r} is not a date and time with its offset from UTC")
    micros = (found["fraction"] or ".0")[1:7].ljust(6, "0")
    zone = "+00:00" if found["zone"] == "Z" else found["zone"]
    try:
        moment = datetime.fromisoformat(f"{found['date']}T{found['time']}.{micros}{zone}")
        utc = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidMoment(f"{stamp[:40]!r} names no moment that exists") from error
    if utc.year not in _YEARS:
        raise InvalidMoment(f"{stamp[:40]!r} is outside the years 1900 to 9999")
    return utc


def parse_day(text: str) -> date:
    """Return the day that `YYYY-MM-DD` names, or raise `InvalidMoment`."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else _no_day(text)
    except ValueError as error:
        raise InvalidMoment(f"{text[:40]!r} names no day that exists") from error


@lru_cache(_AT_ONCE)
def stamp(moment: datetime) -> str:
    """Return the canonical `xsd:dateTimeStamp`: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def midday(day: date) -> str:
    """Return the stamp of a day's middle in UTC, so that no time zone of its readers moves the day.

    Open Badges 3.0 wants a date and time where a learning platform knows only the day.
    """
    return f"{day.isoformat()}T12:00:00Z"


def _no_day(text: str) -> date:
    raise InvalidMoment(f"{text[:40]!r} is not a day written as YYYY-MM-DD")
