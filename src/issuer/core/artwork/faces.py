"""The fonts that drawings are set in: where they are, what they can write and how wide it gets."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, Literal

FOLDER: Final = Path(str(resources.files(__package__) / "fonts"))
"""Where the font files are, for whatever sets text with them."""

Face = Literal["serif", "serif-bold", "sans", "sans-bold"]

FILES: Final[Mapping[Face, str]] = {
    "serif": "NotoSerif-Regular.ttf",
    "serif-bold": "NotoSerif-Bold.ttf",
    "sans": "NotoSans-Regular.ttf",
    "sans-bold": "NotoSans-Bold.ttf",
}
"""The file of each face. Two more files in the folder hold arrows and marks."""

STYLES: Final[Mapping[Face, str]] = {
    "serif": 'font-family="Noto Serif,Georgia,serif"',
    "serif-bold": 'font-family="Noto Serif,Georgia,serif" font-weight="700"',
    "sans": 'font-family="Noto Sans,Arial,sans-serif"',
    "sans-bold": 'font-family="Noto Sans,Arial,sans-serif" font-weight="700"',
}
"""How SVG names each face, and what a reader without our fonts takes instead."""

_MARKS: Final = ("NotoSansSymbols-Regular.ttf", "NotoSansSymbols2-Regular.ttf")
_BY_SEGMENTS: Final = 4


@dataclass(frozen=True)
class Font:
    """How wide each character of a font is, in parts of the font size."""

    advances: Mapping[int, float]

    def covers(self, text: str) -> bool:
        """Return whether every character has a glyph."""
        return all(ord(character) in self.advances for character in text)

    def width(self, text: str) -> float:
        """Return how wide a text is at size 1. Kerning is left out: it seldom widens a line."""
        return sum(self.advances.get(ord(character), 0.6) for character in text)


@cache
def font(face: Face) -> Font:
    """Return the font of a face, with the marks that stand in for what it lacks."""
    advances: dict[int, float] = {}
    for name in (*_MARKS, FILES[face]):
        advances |= _advances((FOLDER / name).read_bytes())
    return Font(advances)


def _advances(file: bytes) -> dict[int, float]:
    """Return the advance of each character (OpenType 1.9: cmap, head, hhea, hmtx)."""
    tables = _tables(file)
    (units,) = struct.unpack_from(">H", file, tables["head"] + 18)
    (count,) = struct.unpack_from(">H", file, tables["hhea"] + 34)
    widths = [entry[0] / units for entry in struct.iter_unpack(">HH", _part(file, tables["hmtx"], 4 * count))]
    return {
        character: widths[min(glyph, count - 1)] for character, glyph in _glyphs(file, tables["cmap"]).items()
    }


def _tables(file: bytes) -> dict[str, int]:
    (count,) = struct.unpack_from(">H", file, 4)
    records = struct.iter_unpack(">4sLLL", _part(file, 12, 16 * count))
    return {tag.decode("ascii"): start for tag, _, start, _ in records}


def _glyphs(file: bytes, cmap: int) -> dict[int, int]:
    """Return the glyph of each character, from the subtable in format 4."""
    (count,) = struct.unpack_from(">H", file, cmap + 2)
    starts = [cmap + offset for _, _, offset in struct.iter_unpack(">HHL", _part(file, cmap + 4, 8 * count))]
    table = next(start for start in starts if struct.unpack_from(">H", file, start) == (_BY_SEGMENTS,))
    (doubled,) = struct.unpack_from(">H", file, table + 6)
    columns = [table + 14, *(table + 16 + doubled * column for column in (1, 2, 3))]
    found: dict[int, int] = {}
    for place in range(0, doubled, 2):
        last, first, delta, offset = (struct.unpack_from(">H", file, start + place)[0] for start in columns)
        for character in range(first, min(last, 0xFFFE) + 1):
            glyph = character
            if offset:
                (glyph,) = struct.unpack_from(
                    ">H", file, columns[3] + place + offset + 2 * (character - first)
                )
            found[character] = (glyph + delta) % 0x10000
    return {character: glyph for character, glyph in found.items() if glyph}


def _part(file: bytes, start: int, length: int) -> bytes:
    return file[start : start + length]
