"""Marks that stand for the texts of a document while it is turned into RDF, and how they come out of it."""

import re
from typing import Final, Literal, TypeAlias

from issuer.core.securing.quads import Quad

Role: TypeAlias = Literal["iri", "literal"]

PREFIX: Final = "urn:issuer-text:"
PATTERN: Final = re.compile(PREFIX + r"(\d{4})\.")

IRI: Final = re.compile(
    r"(?:https?://|urn:|did:|mailto:|tel:|data:)[^\s\x00-\x20<>\"{}|\\^`\x7f-\x9f]*"
).fullmatch
"""Absolute IRIs of schemes that no context takes for a prefix: they mean the same wherever they stand."""


def mark(place: int) -> str:
    """Return the mark of a text, an IRI that occurs nowhere else."""
    return f"{PREFIX}{place:04}."


def roles(quads: list[Quad], count: int) -> list[Role | None]:
    """Return what became of each text: an IRI, a literal, or None for one that must not be replaced.

    None stands for a text that vanished, that is part of a larger term, or that is read in two ways.
    """
    found: list[Role | None] = [None] * count
    unfit: set[int] = set()
    for quad in quads:
        for position, term in enumerate(quad):
            for place in map(int, PATTERN.findall(term)):
                role = _role(term, place, position)
                if role is None or found[place] not in {None, role}:
                    unfit.add(place)
                found[place] = role
    return [None if place in unfit else role for place, role in enumerate(found)]


def _role(term: str, place: int, position: int) -> Role | None:
    text = mark(place)
    if term == f"<{text}>":
        return None if position == 1 else "iri"
    if position != 2 or not term.startswith(f'"{text}"'):  # noqa: PLR2004 - the object
        return None
    return None if PATTERN.search(term[len(text) + 2 :]) else "literal"
