"""A badge's picture as its page shows it: the seal and the name in it, small enough to be sent with it."""

from dataclasses import replace
from functools import lru_cache
from html import escape
from math import sqrt
from typing import Final

from issuer.core.artwork import colors, patterns, seals, setting, shapes, weaving
from issuer.core.artwork.setting import Block

_RADIUS: Final = seals.FIELD - 20
_BAND: Final = (seals.FIELD + 8, 250)
_SIZES: Final = (92, 84, 76, 70, *range(64, 19, -2))
_LINES: Final = 4
_FONT: Final = 'font-family="Georgia,serif" font-weight="700"'
_STAR: Final = "M0-90L22-29 86-28 34 11 53 73 0 36-53 73-34 11-86-28-22-29Z"


@lru_cache(maxsize=512)
def medal(name: str, issuer: str, label: str, ink: str | None = None) -> str:
    """Return the drawing, at most 3.5 KB: the outline and the weave of the whole picture, and its name.

    The name is text in a font of the reader's. Where our fonts could not set it, a star stands for it, as in
    the whole picture. `label` is what readers hear who do not see it, `ink` the issuer's color.
    """
    pattern = patterns.pattern(name, issuer)
    ground = colors.readable(ink) if ink else pattern.ink
    path, deep = shapes.outline(pattern.shape, pattern.lobes), seals.deepened(ground)
    layer = replace(pattern.first, count=5 + pattern.first.count % 4)
    return (
        '<svg class="art" viewBox="-300 -300 600 600" width="240" height="240" role="img"'
        f' aria-label="{escape(label)}"><path d="{path}" fill="{ground}" stroke="{deep}" stroke-width="16"/>'
        f'<g transform="translate(0 {shapes.middle(pattern.shape)})" text-anchor="middle">'
        '<g fill="none" stroke="#fff" stroke-width="3" stroke-opacity=".5">'
        f"{weaving.weave(layer, *_BAND)}</g>"
        f'<circle r="{seals.FIELD}" fill="{seals.PAPER}"/>'
        f'<circle r="{seals.FIELD - 8}" fill="none" stroke="{ground}" stroke-width="2"/>'
        f'<g fill="{deep}">{_words(name)}</g></g></svg>'
    )


def _words(name: str) -> str:
    plain = setting.clean(name, "serif-bold")
    if plain is None:
        return f'<path d="{_STAR}"/>'
    return _lines(setting.fitted(plain, "serif-bold", _SIZES, _LINES, _chord))


def _chord(top: float, bottom: float) -> float:
    """Return how wide the field is between two heights around its middle."""
    farthest = max(abs(top), abs(bottom))
    return 2 * sqrt(_RADIUS**2 - farthest**2) if farthest < _RADIUS else 0


def _lines(block: Block) -> str:
    first = setting.CAPITALS * block.size - block.height / 2
    lines = "".join(
        f'<tspan x="0" y="{first + block.leading * place:.0f}">{escape(line)}</tspan>'
        for place, line in enumerate(block.lines)
    )
    return f'<text {_FONT} font-size="{block.size:g}">{lines}</text>'
