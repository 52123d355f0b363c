"""Long texts and long lists cut to what a page has room for, so that no badge makes a heavy page."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from issuer.web.pages.verify_views import Prose
from issuer.web.pages.views import Alignment, Evidence, Result

LINE: Final = 140
"""The most characters of a text of which a page shows one line."""

PROSE: Final = 1_000
ROWS: Final = 20

_ROOM: Final = 1_300
_EVIDENCE_ROOM: Final = 3_000
"""The most bytes of what the rows of a list say: addresses may be long too, and scripts differ in size."""

_ROW: Final = 90
"""What the elements of a row take, beside its words."""

_CUT: Final = "…"
_WHOLE: Final = 0.6
"""How much of the room a text has to fill that is cut at the end of a paragraph rather than of a word."""

Row = TypeVar("Row")


def line(text: str) -> str:
    """Return the first line of a text that has any words, cut between words to what one line holds."""
    first = next((each for each in map(str.strip, text.splitlines()) if each), "")
    return _cut(" ".join(first.split()), LINE)


def prose(text: str) -> Prose:
    """Return the beginning of a text: whole paragraphs where they fill the most of the room."""
    if len(text) <= PROSE:
        return Prose(text=text)
    paragraphs = text[:PROSE].rpartition("\n\n")[0].rstrip()
    kept = paragraphs if len(paragraphs) >= _WHOLE * PROSE else _cut(text, PROSE)
    return Prose(text=kept, shortened=True)


def results(rows: Sequence[Result]) -> list[Result]:
    """Return the first results of an assessment, as many as a page has room for."""
    return _fitting(rows, lambda row: (line(row.criterion), line(row.level), line(row.needed or "")))


def evidence(rows: Sequence[Evidence]) -> list[Evidence]:
    """Return the first pieces of evidence, as many as a page has room for."""
    return _fitting(
        rows,
        lambda row: (line(row.name), line(row.description or ""), line(row.kind or ""), row.url),
        _EVIDENCE_ROOM,
    )


def alignments(rows: Sequence[Alignment]) -> list[Alignment]:
    """Return the first entries of frameworks, as many as a page has room for."""
    return _fitting(rows, lambda row: (line(row.name), line(row.framework or ""), row.code, row.url))


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return (text[: most - 1].rpartition(" ")[0] or text[: most - 1]).rstrip(" ,;:.") + _CUT


def _fitting(
    rows: Sequence[Row], said: Callable[[Row], Sequence[str | None]], room: int = _ROOM
) -> list[Row]:
    """Return the first rows that fit the room: one at least, so that no list is empty."""
    kept: list[Row] = []
    taken = 0
    for row in rows[:ROWS]:
        taken += _ROW + sum(len(part.encode()) for part in said(row) if part)
        if kept and taken > room:
            break
        kept.append(row)
    return kept
