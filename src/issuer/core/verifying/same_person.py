"""Whether two badges are certainly of two different people."""

from collections.abc import Iterator
from typing import Final

from issuer.core.credentials.rules import listed
from issuer.core.documents import Document

_NAME: Final = "name"


def are_others(one: Document, other: Document) -> bool:
    """Return whether two subjects have something to compare, and nothing of it is the same.

    Compared are ids, and identities of one type that are plain or hashed with the same salt (Open Badges 3.0,
    B.1.13). A name never tells: people share names, and change them. With another salt nothing can be told.
    """
    mine, theirs = dict(_said(one)), dict(_said(other))
    common = mine.keys() & theirs.keys()
    return bool(common) and all(mine[each].isdisjoint(theirs[each]) for each in common)


def _said(subject: Document) -> Iterator[tuple[tuple[str, str, bool], frozenset[str]]]:
    """Yield each way in which a subject says who it is, and what it says in that way."""
    if isinstance(own := subject.get("id"), str):
        yield ("id", "", False), frozenset({own})
    found: dict[tuple[str, str, bool], set[str]] = {}
    for each in listed(subject.get("identifier")):
        if isinstance(each, dict) and (kind := each.get("identityType")) != _NAME:
            way = (str(kind), str(each.get("salt", "")), each.get("hashed") is True)
            found.setdefault(way, set()).add(str(each.get("identityHash")))
    yield from ((way, frozenset(values)) for way, values in found.items())
