"""Words set in the space that there is: broken into lines, or bent around a circle."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import cos, degrees, sin
from typing import Final
from unicodedata import normalize

from issuer.core.artwork import faces
from issuer.core.artwork.faces import Face

MOST: Final = 160
"""The most characters of a text that are set. What is longer ends in an ellipsis."""

CAPITALS: Final = 0.714
"""How tall capitals are, in parts of the font size."""

Room = Callable[[float, float], float]
"""How wide a line may be that reaches from one height to another, above (-) or below the middle."""

Breaks = dict[int, tuple[float, tuple[int, ...]]]
"""For each unit that lines can end before: how full the fullest line is then, and where all of them break."""

_SOFT_HYPHEN: Final = "\u00ad"
_NO_BREAK: Final = "\u00a0"
_ELLIPSIS: Final = "…"
_LOOSE: Final = " ,;:\u2013\u2014-"
_LONG_WORD: Final = re.compile(r"[^\s\u00ad-]{14,}")
_SHORT_WORD: Final = re.compile(r"(?<!\S)(\S{1,3}) (?=\S{4,9}(?!\S))")
_UNITS: Final = re.compile(r"[^ \u00ad/-]*[ \u00ad/-]+|[^ \u00ad/-]+")
_THRIFT: Final = 0.88
"""How much smaller a text may be, for one line less."""

_PIECE: Final = 7
_NEAR: Final = (0, -1, 1, -2, 2)
_VOWELS: Final = frozenset("aeiouyαεηιουωаеиоуыэюя")  # noqa: RUF001 - of three alphabets
_FIRM_HYPHEN: Final = "\u2011"
_LEADING: Final = 1.16
_DESCENT: Final = 0.2


@dataclass(frozen=True)
class Block:
    """Lines of one size. Each base line is `leading` below the one before."""

    lines: tuple[str, ...]
    size: float
    leading: float

    @property
    def height(self) -> float:
        """Return how tall it is, from the top of the first capitals to the last base line."""
        return self.leading * (len(self.lines) - 1) + CAPITALS * self.size


def plain(text: str) -> str:
    """Return a text on one line and without characters that are not seen, which XML may not hold."""
    return "".join(filter(str.isprintable, normalize("NFC", " ".join(text.split()))))


def clean(text: str | None, face: Face) -> str | None:
    """Return a text as it can be set in a face, or nothing where the face cannot write it."""
    whole = plain(text or "")
    if len(whole) > MOST:
        whole = whole[: MOST - 1].rstrip() + _ELLIPSIS
    return whole if whole and faces.font(face).covers(whole) else None


def title(*texts: str | None) -> str:
    """Return what a drawing is called to those who do not see it, as SVG."""
    return f"<title>{escape(' · '.join(plain(text) for text in texts if text))}</title>"


def fitted(text: str, face: Face, sizes: Sequence[int], most: int, room: Room) -> Block:
    """Return a text as large as fits a room, in a line more where that makes it much larger.

    The sizes fall. Long words are broken where the larger two thirds of the sizes do not fit them whole;
    what does not fit in the smallest size is cut, and ends in an ellipsis.
    """
    large = sizes[: (2 * len(sizes) + 2) // 3]
    bound = _SHORT_WORD.sub(rf"\1{_NO_BREAK}", text.replace("-", _FIRM_HYPHEN))
    for words, tried in ((bound, large), (text, large), (_LONG_WORD.sub(_parted, text), sizes)):
        blocks = [_largest(words, face, tried, count, room) for count in range(1, most + 1)]
        found = [block for block in blocks if block]
        if found:
            return max(found, key=lambda block: block.size * _THRIFT ** len(block.lines))
    return fitted(shortened(text), face, sizes[-1:], most, room)


def shortened(text: str) -> str:
    """Return a text with its last word less, or half of it where there is one only, and an ellipsis."""
    whole = text.removesuffix(_ELLIPSIS).rstrip()
    head = whole.rpartition(" ")[0] or whole[: len(whole) // 2]
    return head.rstrip(_LOOSE) + _ELLIPSIS


def lines(block: Block, face: Face, x: float, top: float) -> str:
    """Return a block of lines as SVG. The capitals of the first reach up to the top."""
    first = top + CAPITALS * block.size
    opening = f'<text {faces.STYLES[face]} font-size="{block.size:g}" x="{x:g}"'
    return "".join(
        f'{opening} y="{first + block.leading * place:.1f}">{escape(line)}</text>'
        for place, line in enumerate(block.lines)
    )


def arc(text: str, face: Face, size: float, radius: float, *, below: bool, tracking: float) -> str:
    """Return a text around a circle at the origin: along its top, or along its bottom and upright."""
    font, side = faces.font(face), -1 if below else 1
    angle = -arc_angle(text, face, size, radius, tracking=tracking) / 2
    places = []
    for character in text:
        half = font.width(character) * size / 2
        middle = angle + half / radius
        x, y = radius * sin(middle) - half * cos(middle), -side * (radius * cos(middle) + half * sin(middle))
        places.append((f"{x:.1f}", f"{y:.1f}", f"{side * degrees(middle):.1f}"))
        angle += (2 * half + tracking * size) / radius
    xs, ys, turns = (" ".join(column) for column in zip(*places, strict=True))
    style = f'{faces.STYLES[face]} font-size="{size:g}"'
    return f'<text {style} x="{xs}" y="{ys}" rotate="{turns}">{escape(text)}</text>'


def arc_angle(text: str, face: Face, size: float, radius: float, *, tracking: float) -> float:
    """Return the angle that a text takes around a circle."""
    return (faces.font(face).width(text) + tracking * (len(text) - 1)) * size / radius


def _parted(word: re.Match[str]) -> str:
    """Return a long word with places to break it, before a syllable where one begins near by."""
    letters = word.group()
    pieces = max(2, round(len(letters) / _PIECE))
    near = (round(len(letters) * piece / pieces) for piece in range(1, pieces))
    cuts = [
        min((place + step for step in _NEAR), key=lambda cut: not _begins(letters, cut)) for place in near
    ]
    return _SOFT_HYPHEN.join(letters[start:end] for start, end in pairwise((0, *cuts, len(letters))))


def _begins(letters: str, place: int) -> bool:
    """Return whether a consonant stands at a place, a vowel before it and one behind it."""
    vowels = [normalize("NFD", letter)[0] in _VOWELS for letter in letters[place - 1 : place + 2].lower()]
    return vowels == [True, False, True]


def _largest(words: str, face: Face, sizes: Sequence[int], count: int, room: Room) -> Block | None:
    blocks = (_broken(words, face, size, count, room) for size in sizes)
    return next(filter(None, blocks), None)


def _broken(words: str, face: Face, size: int, count: int, room: Room) -> Block | None:
    """Return words in a number of lines, as evenly filled as may be, or nothing where they do not fit."""
    block = Block(("",) * count, size, size * _LEADING)
    bases = [CAPITALS * size - block.height / 2 + block.leading * line for line in range(count)]
    rooms = [room(base - CAPITALS * size, base + _DESCENT * size) / size for base in bases]
    units, font = _UNITS.findall(words), faces.font(face)
    widths = [(font.width(_shown(unit)), font.width(_line([unit]))) for unit in units]
    if sum(min(width) for width in widths) > sum(rooms):
        return None
    reached: Breaks = {0: (0.0, (0,))}
    for width in rooms:
        reached = _one_line_more(reached, widths, width)
    if len(units) not in reached:
        return None
    cuts = reached[len(units)][1]
    lines = tuple(_line(units[start:end]) for start, end in pairwise(cuts))
    return Block(lines, size, block.leading)


def _one_line_more(reached: Breaks, widths: Sequence[tuple[float, float]], room: float) -> Breaks:
    """Return where a line more can end. Each unit has a width within a line, and one at its end."""
    further: Breaks = {}
    for start, (fullest, cuts) in reached.items():
        before = 0.0
        for end, (within, last) in enumerate(widths[start:], start + 1):
            taken, before = before + last, before + within
            if taken > room or not room:
                break
            filled = max(fullest, taken / room)
            if end not in further or filled < further[end][0]:
                further[end] = (filled, (*cuts, end))
    return further


def _line(units: list[str]) -> str:
    joined = "".join(units).strip(" ")
    return _shown(joined) + "-" if joined.endswith(_SOFT_HYPHEN) else _shown(joined)


def _shown(unit: str) -> str:
    return unit.replace(_SOFT_HYPHEN, "").replace(_FIRM_HYPHEN, "-").replace(_NO_BREAK, " ")
