"""Which numbers of a row are missing, so that one who read past them can come back for them."""

from collections.abc import Iterable
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""From one number to another, both included."""


def holes(span: Span, found: Iterable[int]) -> list[Span]:
    """Return the spans of those numbers within a span that were not found, in order.

    PostgreSQL gives out numbers before their rows are committed: what is missing now may appear later.
    """
    missing, following = [], span[0]
    for number in sorted(found):
        if number > following:
            missing.append((following, number - 1))
        following = number + 1
    if following <= span[1]:
        missing.append((following, span[1]))
    return missing
