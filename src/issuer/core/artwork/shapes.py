"""The outlines of badges, as SVG paths around the origin."""

from collections.abc import Callable, Iterable, Mapping
from math import cos, hypot, pi, sin, sqrt, tau
from typing import Final

from issuer.core.artwork.patterns import Shape

Point = tuple[float, float]

_REACH: Final = 292
_HERALDIC: Final = (
    "M-200-276Q-100-246 0-276 100-246 200-276L268-214Q244-120 262-20"
    "C262 130 150 230 0 292-150 230-262 130-262-20Q-244-120-268-214Z"
)
_SHIELDS: Final = (
    "M-262-236Q-130-240 0-288 130-240 262-236V-20C262 130 150 232 0 292-150 232-262 130-262-20Z",
    "M-262-262H262V0C262 140 140 242 0 292-140 242-262 140-262 0Z",
    _HERALDIC,
)
_CUSHIONS: Final = (
    "M-170-262H170Q262-262 262-170V170Q262 262 170 262H-170Q-262 262-262 170V-170Q-262-262-170-262Z",
    "M0-286C220-286 286-220 286 0 286 220 220 286 0 286-220 286-286 220-286 0-286-220-220-286 0-286Z",
)


def outline(shape: Shape, lobes: int) -> str:
    """Return the path of a shape that fills a square of 600."""
    return _DRAWN[shape](lobes)


def middle(shape: Shape) -> float:
    """Return how far below the origin the middle of what is inside a shape is."""
    return -14 if shape == "shield" else 0


def clear(shape: Shape) -> float | None:
    """Return the radius inside the rim of a shape that is round enough to have one, or nothing."""
    return {"coin": 263.0, "sunburst": 252.0, "gear": 254.0}.get(shape)


def polygon(points: Iterable[Point]) -> str:
    """Return the closed path through points."""
    return "M" + "L".join(_pair(point) for point in points) + "Z"


def around(count: int, *radii: float, turn: float = -pi / 2) -> list[Point]:
    """Return points around the origin, on circles that take turns, the first at the top."""
    steps = [(turn + tau * place / count, radii[place % len(radii)]) for place in range(count)]
    return [(radius * cos(angle), radius * sin(angle)) for angle, radius in steps]


def _coin(_: int) -> str:
    return "M-288 0A288 288 0 1 1 288 0 288 288 0 1 1-288 0Z"


def _lobed(swell: float, lobes: int) -> str:
    """Return arcs that bulge outward between points on a circle. The swell is their radius by their chord."""
    points = around(lobes, _joint(swell, lobes), turn=-pi / 2 + pi / lobes)
    bulge = swell * hypot(points[1][0] - points[0][0], points[1][1] - points[0][1])
    arcs = (f"A{bulge:.0f} {bulge:.0f} 0 0 1 {_pair(point)}" for point in (*points[1:], points[0]))
    return f"M{_pair(points[0])}{''.join(arcs)}Z"


def _joint(swell: float, lobes: int) -> float:
    """Return how far from the middle arcs meet that reach as far as they may."""
    half = pi / lobes
    return _REACH / (cos(half) + 2 * sin(half) * (swell - sqrt(swell**2 - 0.25)))


def _scallop(lobes: int) -> str:
    return _lobed(0.58, lobes)


def _foil(lobes: int) -> str:
    return _lobed(0.64, lobes)


def _sunburst(points: int) -> str:
    return polygon(around(2 * points, 293, 273))


def _gear(teeth: int) -> str:
    return polygon(around(4 * teeth, 291, 291, 276, 276, turn=-pi / 2 - pi / (4 * teeth)))


def _polygon(sides: int) -> str:
    return polygon(around(sides, 290))


_DRAWN: Final[Mapping[Shape, Callable[[int], str]]] = {
    "coin": _coin,
    "scallop": _scallop,
    "sunburst": _sunburst,
    "foil": _foil,
    "polygon": _polygon,
    "shield": lambda form: _SHIELDS[form - 1],
    "cushion": lambda form: _CUSHIONS[form - 1],
    "gear": _gear,
}


def _pair(point: Point) -> str:
    return f"{point[0]:.0f} {point[1]:.0f}"
