"""The picture of a badge that has none of its own: a seal that is engraved from its names."""

from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import Final

from issuer.core.artwork import colors, patterns, ribbons, seals, setting, shapes
from issuer.core.artwork.faces import Face
from issuer.core.artwork.setting import Block

SIZE: Final = 600
"""How wide and how tall a picture is."""

_GREY: Final = "#595959"
_STAMP: Final = "#1f1f1f"
_SIZES: Final = (92, 84, 76, 70, *range(64, 19, -2))
_LINES: Final = 4
_RADIUS: Final = seals.FIELD - 20
_MIDDLE: Final = -20
_LOWEST: Final = 100
_ABOVE_STAMP: Final = -66
_LOWEST_ABOVE_STAMP: Final = 18
_FOOT: Final = 148
_LEVEL_SIZES: Final = tuple(range(22, 11, -1))
_LEVEL_ROOM: Final = 190
_STAMP_SIZES: Final = tuple(range(60, 19, -2))
_STAMP_ROOM: Final = 430
_STAMP_AT: Final = 84
_STAR: Final = "M0-10 2.4-3.2 9.5-3.1 3.8 1.2 5.9 8.1 0 4 -5.9 8.1-3.8 1.2-9.5-3.1-2.4-3.2Z"


@dataclass(frozen=True)
class Art:
    """What a picture says. `kind`, `level` and `stamp` are in words, `color` is the issuer's as #rrggbb."""

    name: str
    issuer: str
    kind: str
    level: str | None = None
    color: str | None = None
    stamp: str | None = None


def picture(art: Art) -> str:
    """Return a square drawing with a title for screen readers. A stamp lies across it and takes its color.

    Words that the fonts cannot write are left out, so that no boxes stand for them.
    """
    title = setting.title(art.name, art.level, art.issuer, art.stamp)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}"'
        f' role="img">{title}{drawing(art)}</svg>'
    )


def drawing(art: Art) -> str:
    """Return what a picture draws, for a drawing that has more to it."""
    pattern = patterns.pattern(art.name, art.issuer)
    ink = ink_of(art)
    return (
        f'<g transform="translate(300 300)">{seals.seal(pattern, ink)}'
        f'<g transform="translate(0 {shapes.middle(pattern.shape)})">'
        f'<g fill="{seals.PAPER}">{ribbons.around(art.kind, art.issuer)}</g>'
        f'<g fill="{seals.deepened(ink)}" text-anchor="middle">{_field(art)}</g>'
        f"{_stamped(art.stamp)}</g></g>"
    )


def ink_of(art: Art) -> str:
    """Return the color of a picture: the issuer's, dark enough to be read, or grey under a stamp."""
    if art.stamp:
        return _GREY
    return colors.readable(art.color) if art.color else patterns.pattern(art.name, art.issuer).ink


def _field(art: Art) -> str:
    """Return the name in the field, over the level or a star: a large star where no font has the name."""
    name = setting.clean(art.name, "serif-bold")
    middle, foot = (_ABOVE_STAMP, "") if art.stamp else (_MIDDLE, _foot(art.level))
    if name is None:
        return f'<path d="{_STAR}" transform="translate(0 {middle}) scale(9)"/>{foot if art.level else ""}'
    lowest = _LOWEST_ABOVE_STAMP if art.stamp else _LOWEST
    block = setting.fitted(name, "serif-bold", _SIZES, _LINES, partial(_chord, middle, lowest))
    return _lines(block, middle, "serif-bold") + foot


def _chord(middle: float, lowest: float, top: float, bottom: float) -> float:
    """Return how wide the field is between two heights around a middle: nothing below its lowest line."""
    farthest = max(abs(middle + top), abs(middle + bottom))
    if farthest >= _RADIUS or middle + bottom > lowest:
        return 0
    return 2 * sqrt(_RADIUS**2 - farthest**2)


def _foot(level: str | None) -> str:
    """Return the level at the foot of the field, or a small star."""
    plain = setting.clean(level and level.upper(), "sans-bold")
    if plain is None:
        return f'<path d="{_STAR}" transform="translate(0 {_FOOT - 7})"/>'
    block = setting.fitted(plain, "sans-bold", _LEVEL_SIZES, 1, lambda _top, _bottom: _LEVEL_ROOM)
    rule = f'<path d="M-30 {_FOOT - 36}h60v1.6h-60z"/>'
    return f'{rule}<g letter-spacing="2">{_lines(block, _FOOT - 7, "sans-bold")}</g>'


def _lines(block: Block, middle: float, face: Face) -> str:
    """Return lines around a height."""
    return setting.lines(block, face, 0, middle - block.height / 2)


def _stamped(stamp: str | None) -> str:
    """Return a band with a word across the lower half of the seal."""
    if stamp is None:
        return ""
    word = setting.clean(stamp.upper(), "sans-bold") or "✕"
    block = setting.fitted(word, "sans-bold", _STAMP_SIZES, 1, lambda _top, _bottom: _STAMP_ROOM)
    return (
        f'<g transform="translate(0 {_STAMP_AT}) rotate(-12)">'
        f'<path d="M-440-46H440V46H-440Z" fill="{_STAMP}"/>'
        f'<path d="M-440-38H440M-440 38H440" stroke="#fff" stroke-width="2"/>'
        f'<g fill="#fff" text-anchor="middle" letter-spacing="3">{_lines(block, 0, "sans-bold")}</g></g>'
    )
