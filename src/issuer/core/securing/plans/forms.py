"""Pieces of text with places for values: a document's texts, escaped, then the names of its blank nodes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from issuer.core.securing.plans import marks


class Form(NamedTuple):
    """Constant parts with an empty one between each two, and which values go there."""

    parts: list[str]
    numbers: tuple[int, ...]
    chosen: Callable[[Sequence[str]], Sequence[str]]

    def fill(self, values: Sequence[str]) -> str:
        """Return the parts with these values between them: four times as fast as a `%` for each."""
        parts = self.parts.copy()
        parts[1::2] = self.chosen(values)
        return "".join(parts)


Piece: TypeAlias = Form | list[Form]
"""A part of the canonical form, or lines whose order their values decide."""


def form(terms: Iterable[str], blanks: Mapping[str, int]) -> Form:
    """Return how to join terms, with values in the place of their marks and of blank nodes."""
    parts, numbers = [""], []
    for term in terms:
        if term in blanks:
            parts += ["", ""]
            numbers.append(blanks[term])
        else:
            constant, *rest = marks.PATTERN.split(term)
            parts[-1] += constant
            for number, after in zip(rest[::2], rest[1::2], strict=True):
                parts += ["", after]
                numbers.append(int(number))
    return Form(parts, tuple(numbers), _choosing(numbers))


def joined(pieces: Sequence[Piece], values: Sequence[str]) -> str:
    """Return pieces filled in, the lines sorted whose order was left to their values."""
    return "".join(
        [
            "".join(sorted([line.fill(values) for line in piece]))
            if isinstance(piece, list)
            else piece.fill(values)
            for piece in pieces
        ]
    )


def _choosing(numbers: Sequence[int]) -> Callable[[Sequence[str]], Sequence[str]]:
    if len(numbers) > 1:
        return itemgetter(*numbers)
    return lambda values: [values[number] for number in numbers]  # itemgetter gives one item bare
