"""Credentials inside a credential: endorsements of its parts, and what a transcript holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from issuer.core import documents
from issuer.core.credentials import kinds
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.verifying import opening
from issuer.core.verifying.opening import Opened
from issuer.errors import Invalid

MAX_ENDORSEMENTS: Final = 10
MAX_CONTAINED: Final = 50
_CREDENTIALS: Final = frozenset({"endorsement", "endorsementJwt", "verifiableCredential", "proof"})
_BESIDE: Final = frozenset({"endorsement", "endorsementJwt", "proof"})


@dataclass(frozen=True)
class Part:
    """A credential inside another: where it stands (RFC 6901), and what it is or why it cannot be read."""

    at: str
    content: Opened | Invalid


def endorsements(document: Document) -> list[Part]:
    """Return the endorsements of a credential and of its parts, but not of what they in turn hold.

    Open Badges 3.0, 9.1 step 6. At most ten are looked at.
    """
    found: list[Part] = []
    for name, place, value in _members(document) if has_endorsements(document) else ():
        found += _parts(name, place, value, MAX_ENDORSEMENTS - len(found))
    return found


def has_endorsements(document: Document) -> bool:
    """Return whether any part has an endorsement: few have, and where it stands costs more to find out."""
    return any(
        "endorsement" in value or "endorsementJwt" in value
        for value in documents.values(document)
        if isinstance(value, dict)
    )


def has_more(document: Document) -> bool:
    """Return whether a transcript holds more than is looked at: too many, or a transcript again."""
    subject = document.get("credentialSubject")
    held = subject.get("verifiableCredential") if isinstance(subject, dict) else None
    inside = [part.content for part in contained(document) if isinstance(part.content, Opened)]
    return len(listed(held)) > MAX_CONTAINED or any(kinds.kind_of(each.document) == "clr" for each in inside)


def contained(document: Document) -> list[Part]:
    """Return the credentials that a transcript holds (CLR 2.0, ClrSubject). At most fifty are looked at."""
    subject = document.get("credentialSubject")
    held = subject.get("verifiableCredential") if isinstance(subject, dict) else None
    return _parts("verifiableCredential", "/credentialSubject/verifiableCredential", held, MAX_CONTAINED)


def ids_in(document: Document) -> frozenset[str]:
    """Return every id in a credential: what an endorsement of it can be about.

    What its endorsements and proofs name is none of it: an endorsement would always find its own subject.
    """
    return frozenset(
        value
        for path, value in documents.walk(document)
        if path and path[-1] == "id" and isinstance(value, str) and _BESIDE.isdisjoint(path)
    )


def _members(document: Document) -> Iterator[tuple[str, str, object]]:
    """Yield each `endorsement` and `endorsementJwt` member, without going into credentials inside."""
    pending: list[tuple[documents.Path, object]] = [((), document)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            for name, member in value.items():
                place = (*path, name)
                if name in {"endorsement", "endorsementJwt"}:
                    yield name, documents.pointer(*place), member
                elif name not in _CREDENTIALS:
                    pending.append((place, member))
        elif isinstance(value, list):
            pending.extend(((*path, index), item) for index, item in enumerate(value))


def _parts(name: str, place: str, value: object, most: int) -> list[Part]:
    alone = not isinstance(value, list)
    return [
        Part(place if alone else f"{place}/{index}", _opened(name, item))
        for index, item in enumerate(listed(value)[:most])
    ]


def _opened(name: str, item: object) -> Opened | Invalid:
    try:
        if isinstance(item, str):
            return opening.opened_text(item)
        if isinstance(item, dict) and name != "endorsementJwt":
            return opening.opened_document(item)
    except Invalid as error:
        return error
    return documents.MalformedDocument("there is no credential at this place")
