"""The small sister of a badge's picture, for pages: its outline and its weave, with initials."""

from dataclasses import replace
from html import escape
from typing import Final

from issuer.core.artwork import colors, patterns, seals, shapes, weaving
from issuer.core.artwork.patterns import Shape

_FIELD: Final = 150
_REACH: Final = 246
_HALVED: Final[frozenset[Shape]] = frozenset({"sunburst", "gear"})
"""Outlines that have as many teeth as a picture can show, and more than an emblem can."""


def emblem(name: str, issuer: str, level: str | None = None, ink: str | None = None) -> str:
    """Return a small drawing, at most 2.5 KB. It carries no fact, so that screen readers pass over it.

    A level gives it a ring more. `ink` is the issuer's color, which is made dark enough to be read.
    """
    pattern = patterns.pattern(name, issuer)
    ground = colors.readable(ink) if ink else pattern.ink
    lobes = pattern.lobes // 2 if pattern.shape in _HALVED else pattern.lobes
    layer = replace(pattern.first, count=5 + pattern.first.count % 4)
    ring = f'<circle r="{_FIELD - 14}" fill="none" stroke="{ground}" stroke-width="6"/>' if level else ""
    return (
        '<svg class="art" viewBox="-300 -300 600 600" width="120" height="120" aria-hidden="true"'
        f' focusable="false"><path d="{shapes.outline(pattern.shape, lobes)}" fill="{ground}"/>'
        f'<g transform="translate(0 {shapes.middle(pattern.shape)})">'
        f'<g fill="none" stroke="#fff" stroke-width="4" stroke-opacity=".5">'
        f"{weaving.weave(layer, _FIELD + 10, _REACH)}</g>"
        f'<circle r="{_FIELD}" fill="{seals.PAPER}"/>{ring}'
        f"{_letters(monogram(name), seals.deepened(ground))}</g></svg>"
    )


def monogram(name: str) -> str:
    """Return the first letters of the first two words that matter, or a star where there are none."""
    words = ["".join(filter(str.isalnum, word)) for word in name.split()]
    words = [word for word in words if word]
    capital = [word for word in words if not word[0].islower()]
    return "".join(word[0] for word in (capital or words)[:2]).upper() or "★"


def _letters(letters: str, ink: str) -> str:
    size = 150 if len(letters) == 1 else 120
    return (
        f'<text y="{size * 0.35:g}" text-anchor="middle" font-family="Georgia,serif" font-weight="700"'
        f' font-size="{size}" fill="{ink}">{escape(letters)}</text>'
    )
