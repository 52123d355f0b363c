"""The seal of a badge without its words: outline, engraving, the ribbon for words and the field."""

from math import tau
from typing import Final

from issuer.core.artwork import colors, shapes, weaving
from issuer.core.artwork.patterns import Pattern

PAPER: Final = "#fffdf8"
FIELD: Final = 194
"""The radius of the field, in which the name is."""

RIBBON: Final = 235
"""The radius of the ribbon around the field."""

_REACH: Final = 292
_RIM: Final = ((0.93, 0.9, 2.4), (0.915, 0.7, 1.8), (0.9, 0.5, 1.2))
"""The lines along the outline: how large, how strong, how wide."""

_DOT: Final = tau * RIBBON / 160
_EDGES: Final = (
    f'<circle r="{RIBBON}" stroke-width="2.5"/>',
    f'<circle r="{RIBBON}" stroke-width="5" stroke-dasharray="0 {_DOT:.3f}" stroke-linecap="round"/>',
    f'<circle r="{RIBBON}" stroke-width="2"/><circle r="{RIBBON - 5}"/>',
    f'<circle r="{RIBBON}" stroke-width="5" stroke-dasharray="{_DOT / 3:.3f}"/>',
)


def seal(pattern: Pattern, ink: str, name: str = "rim") -> str:
    """Return the seal around the origin, 600 wide. `name` is that of its clipping path."""
    path = shapes.outline(pattern.shape, pattern.lobes)
    deep = deepened(ink)
    field = f'<g transform="translate(0 {shapes.middle(pattern.shape)})">'
    return (
        f'<path d="{path}" fill="{deep}"/><path d="{path}" fill="{ink}" transform="scale(.967)"/>'
        f'<g fill="none" stroke="#fff">{_rim(path, pattern.rings)}{_engraved(path, pattern, field, name)}</g>'
        f"{field}{_field(pattern.edge, ink, deep)}</g>"
    )


def deepened(ink: str) -> str:
    """Return the darker of the two colors of a seal, in which its words are."""
    return colors.mixed(ink, "#000000", 0.3)


def _rim(path: str, rings: int) -> str:
    """Return fine lines that follow the outline."""
    return "".join(
        f'<path d="{path}" transform="scale({scale})" stroke-opacity="{opacity}" stroke-width="{width}"/>'
        for scale, opacity, width in _RIM[:rings]
    )


def _engraved(path: str, pattern: Pattern, field: str, name: str) -> str:
    """Return the weave around the ribbon. Where the outline is not round, it fills what there is of it."""
    clear = shapes.clear(pattern.shape)
    first, second = (
        weaving.weave(layer, RIBBON, clear or _REACH) for layer in (pattern.first, pattern.second)
    )
    layers = (
        f'{field}<g stroke-opacity=".62" stroke-width="1.2">{first}</g>'
        f'<g stroke-opacity=".34">{second}</g></g>'
    )
    if clear:
        return layers
    clip = f'<clipPath id="{name}"><path d="{path}" transform="scale(.93)"/></clipPath>'
    return f'{clip}<g clip-path="url(#{name})">{layers}</g>'


def _field(edge: int, ink: str, deep: str) -> str:
    """Return the ribbon for the words around, edged in one of four ways, and the field inside it."""
    return (
        f'<circle r="{RIBBON}" fill="{deep}"/><g fill="none" stroke="{PAPER}">{_EDGES[edge]}</g>'
        f'<circle r="{FIELD}" fill="{PAPER}"/>'
        f'<circle r="{FIELD - 6}" fill="none" stroke="{ink}" stroke-opacity=".45"/>'
    )
