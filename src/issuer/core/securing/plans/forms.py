"""Pieces of text with places for values: a document's texts, escaped, then the names of its blank nodes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from issuer.core.securing.plans import marks


class Form(NamedTuple):
    """A pattern with a `%s` for each value, and which values those are."""

    pattern: str
    numbers: tuple[int, ...]
    chosen: Callable[[Sequence[str]], tuple[str, ...] | str]


Piece: TypeAlias = Form | list[Form]
"""A part of the canonical form, or lines whose order their values decide."""


def form(terms: Iterable[str], blanks: Mapping[str, int]) -> Form:
    """Return how to join terms, with values in the place of their marks and of blank nodes."""
    pattern: list[str] = []
    numbers: list[int] = []
    for term in terms:
        if term in blanks:
            pattern.append("%s")
            numbers.append(blanks[term])
        else:
            pattern.append(marks.PATTERN.sub("%s", term.replace("%", "%%")))
            numbers += map(int, marks.PATTERN.findall(term))
    return Form("".join(pattern), tuple(numbers), itemgetter(*numbers) if numbers else _nothing)


def joined(pieces: Sequence[Piece], values: Sequence[str]) -> str:
    """Return pieces filled in, the lines sorted whose order was left to their values."""
    return "".join(
        [
            "".join(sorted([pattern % chosen(values) for pattern, _, chosen in piece]))
            if isinstance(piece, list)
            else piece.pattern % piece.chosen(values)
            for piece in pieces
        ]
    )


def _nothing(_values: Sequence[str]) -> tuple[str, ...]:
    return ()
