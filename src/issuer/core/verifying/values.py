"""The kinds of value that the data model knows: a URL, a type, a text in a language, a moment."""

import re
from collections.abc import Iterator
from typing import Final

from issuer.core import moments
from issuer.core.documents import Document
from issuer.errors import Fault

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f]+")
_LANGUAGE_VALUE: Final = frozenset({"@value", "@language", "@direction"})
_DIRECTIONS: Final = frozenset({"ltr", "rtl"})


def is_url(value: object) -> bool:
    """Return whether a value is one absolute URL, of whatever scheme (VCDM 2.0, 4.4)."""
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def url_faults(place: str, node: Document, *, required: bool = False) -> Iterator[Fault]:
    """Yield a fault where a node's id is there, or must be, and is not a single URL (VCDM 2.0, 4.4)."""
    if ("id" in node or required) and not is_url(node.get("id")):
        yield Fault(f"{place}/id", "it is not a single URL")


def type_faults(place: str, node: Document) -> Iterator[Fault]:
    """Yield a fault where a node's type is missing or not one or more terms or URLs (VCDM 2.0, 4.5)."""
    found = node.get("type")
    named = found if isinstance(found, list) else [found]
    if not named or not all(isinstance(name, str) and name and " " not in name for name in named):
        yield Fault(f"{place}/type", "it is not one or more terms or URLs")


def text_faults(place: str, value: object) -> Iterator[Fault]:
    """Yield a fault where a value is not text, a language value, or several of these (VCDM 2.0, 11.1)."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, str) and not _is_language_value(one):
            yield Fault(place, "it is neither text nor a language value of @value, @language and @direction")


def moment_faults(place: str, value: object) -> Iterator[Fault]:
    """Yield a fault where a value is not a dateTimeStamp (VCDM 2.0, 4.9)."""
    try:
        moments.parse(value if isinstance(value, str) else "")
    except moments.InvalidMoment:
        yield Fault(place, "it is not a date and time with its offset from UTC")


def _is_language_value(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= _LANGUAGE_VALUE
        and isinstance(value.get("@value"), str)
        and isinstance(value.get("@language", ""), str)
        and value.get("@direction", "ltr") in _DIRECTIONS
    )
