"""The lines of a guilloche between two circles, as SVG without a color."""

from collections.abc import Callable, Mapping
from math import acos, ceil, gcd, pi, tau
from typing import Final

from issuer.core.artwork.patterns import Layer, Weave
from issuer.core.artwork.shapes import around, polygon


def weave(layer: Layer, inner: float, outer: float) -> str:
    """Return one layer that touches the outer circle and swings toward the inner one."""
    least = inner + (outer - inner) * 0.045 * layer.depth
    return _WOVEN[layer.weave](layer.count, least, outer)


def _ovals(count: int, inner: float, outer: float) -> str:
    oval = f'<ellipse rx="{outer:.0f}" ry="{inner:.0f}"'
    return "".join(f'{oval} transform="rotate({180 * place / count:.1f})"/>' for place in range(count))


def _loops(count: int, inner: float, outer: float) -> str:
    """Return circles whose middles go around: each touches both circles from within."""
    radius, away = (outer + inner) / 2, (outer - inner) / 2
    middles = around(count, away)
    return "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>' for x, y in middles)


def _waves(count: int, inner: float, outer: float) -> str:
    """Return waves around the ring, three strands that follow each other."""
    joints = around(2 * count, outer, inner)
    pull = tau / (4 * count) * 1.1
    path = f"M{joints[0][0]:.1f} {joints[0][1]:.1f}"
    for here, there in zip(joints, [*joints[1:], joints[0]], strict=True):
        one, other = _along(here, pull), _along(there, -pull)
        path += f"C{one[0]:.0f} {one[1]:.0f} {other[0]:.0f} {other[1]:.0f} {there[0]:.0f} {there[1]:.0f}"
    turns = (360 * strand / (3 * count) for strand in range(3))
    return "".join(f'<path d="{path}Z" transform="rotate({turn:.2f})"/>' for turn in turns)


def _along(point: tuple[float, float], pull: float) -> tuple[float, float]:
    return point[0] - point[1] * pull, point[1] + point[0] * pull


def _facets(count: int, inner: float, outer: float) -> str:
    """Return polygons turned over each other, with sides that touch the inner circle."""
    sides = max(5, ceil(pi / acos(inner / outer)))
    path = polygon(around(sides, outer))
    copies = 3 + count // 4
    return "".join(
        f'<path d="{path}" transform="rotate({360 * place / (sides * copies):.2f})"/>'
        for place in range(copies)
    )


def _strings(count: int, inner: float, outer: float) -> str:
    """Return lines drawn from point to point of the outer circle, so that they touch the inner one."""
    points = 2 * count + 11
    step = max(2, round(points * acos(inner / outer) / pi))
    rounds = gcd(points, step)
    places = around(points, outer)
    drawn = (
        polygon(places[(start + step * hop) % points] for hop in range(points // rounds))
        for start in range(rounds)
    )
    return "".join(f'<path d="{path}"/>' for path in drawn)


_WOVEN: Final[Mapping[Weave, Callable[[int, float, float], str]]] = {
    "ovals": _ovals,
    "loops": _loops,
    "waves": _waves,
    "facets": _facets,
    "strings": _strings,
}
