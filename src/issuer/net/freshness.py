"""How long an HTTP answer may be kept, by what it says itself."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from issuer.net.headers import Headers

_DIRECTIVE = re.compile(r"(?:[^\",]|\"[^\"]*\")+")
_MAX_SECONDS: Final = 2**31
"""What RFC 9111 section 1.2.2 makes of a greater number."""

_MAX_DIGITS: Final = 10
_MAX_DATE: Final = 64


def keep_seconds(headers: Headers) -> int | None:
    """Return for how many seconds an answer may be kept (RFC 9111, 4.2 and 5.2); None where it is silent.

    What is kept here has one reader, this service, so `s-maxage` and `private` do not apply. What cannot be
    read counts as stale, as does what is named twice: fetching once more harms nobody.
    """
    lifetime = _lifetime(headers)
    return None if lifetime is None else max(0, lifetime - _age(headers))


def _lifetime(headers: Headers) -> int | None:
    said = _directives(headers.joined("cache-control"))
    if {"no-store", "no-cache"} & said.keys() or "*" in headers.joined("vary"):
        return 0
    if "max-age" in said:
        ages = said["max-age"]
        return _seconds(ages[0].strip('"')) or 0 if len(ages) == 1 else 0
    return _until_expiry(headers)


def _directives(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for directive in _DIRECTIVE.findall(text):
        name, _, value = directive.partition("=")
        found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def _until_expiry(headers: Headers) -> int | None:
    """Return the seconds from Date to Expires (RFC 9111, 5.3). Without a Date, nothing can be said: 0."""
    expires = headers.values("expires")
    if not expires:
        return None
    ends, begins = (_date(headers.values(name)) for name in ("expires", "date"))
    if ends is None or begins is None:
        return 0
    return int((ends - begins).total_seconds())


def _date(values: list[str]) -> datetime | None:
    if len(values) != 1 or len(values[0]) > _MAX_DATE:
        return None
    try:
        found = parsedate_to_datetime(values[0])
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _age(headers: Headers) -> int:
    """Return how long the answer was kept on its way: the first value, nothing if it is no number (5.1)."""
    return _seconds(headers.joined("age").partition(",")[0].strip()) or 0


def _seconds(digits: str) -> int | None:
    if not (digits.isascii() and digits.isdecimal()):
        return None
    return min(int(digits), _MAX_SECONDS) if len(digits) <= _MAX_DIGITS else _MAX_SECONDS
