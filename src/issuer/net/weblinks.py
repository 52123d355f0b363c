"""Links to other forms of the same thing, as a Link header states them."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_MAX_HEADER: Final = 8_192
_ALTERNATE: Final = "alternate"
_NEXT: Final = "next"
_LINK = re.compile(r"<(?P<href>[^<>]*)>(?P<parameters>(?:[^\",<>]|\"[^\"]*\")*)(?:,|$)")
_PARAMETER = re.compile(r";\s*(?P<name>[A-Za-z0-9*-]+)\s*=\s*(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\s;\"]+))")


class Alternate(NamedTuple):
    """Another form of the same thing: where it is, and its media type in lower case."""

    href: str
    media_type: str


def alternate(relations: str, href: str, media_type: str) -> Alternate | None:
    """Return the link if `alternate` is among its relation types, in the form in which it is compared."""
    if _ALTERNATE not in relations.lower().split():
        return None
    return Alternate(href.strip(), media_type.partition(";")[0].strip().lower())


def in_header(header: str) -> Iterator[Alternate]:
    """Yield the alternates that a Link header names (RFC 8288, 3), except those of something else.

    Of an endless header only the beginning is read.
    """
    for href, named in _links(header):
        stated = alternate(named.get("rel", ""), href, named.get("type", ""))
        if stated is not None and "anchor" not in named:
            yield stated


def next_in(header: str) -> str | None:
    """Return where a Link header says that the next page is, or None."""
    found = (href for href, named in _links(header) if _NEXT in named.get("rel", "").lower().split())
    return next(found, None)


def _links(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each link with its parameters by their names in lower case."""
    for link in _LINK.finditer(header[:_MAX_HEADER]):
        named: dict[str, str] = {}
        for found in _PARAMETER.finditer(link["parameters"]):
            value = found["bare"] if found["quoted"] is None else found["quoted"]
            named.setdefault(found["name"].lower(), value)  # the first one counts (RFC 8288, 3.3)
        yield link["href"], named
