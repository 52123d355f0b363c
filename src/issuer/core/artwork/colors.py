"""Colors that can be read: contrast as WCAG 2.2 measures it, and the nearest color that has enough."""

from typing import Final

LEAST: Final = 4.5
"""The contrast that text of any size needs (WCAG 2.2, 1.4.3)."""

_STEPS: Final = 50
_DARK_END: Final = 0.04045
Rgb = tuple[int, int, int]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors written as #rrggbb: from 1 to 21 (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(color: str, ground: str = "#ffffff", least: float = LEAST) -> str:
    """Return the color, moved toward black or white as little as lets it be read on a ground.

    Toward black on a light ground, toward white on a dark one. Raises `ValueError` where nothing is enough.
    """
    end = max(((0, 0, 0), (255, 255, 255)), key=lambda rgb: contrast(_hex(rgb), ground))
    for step in range(_STEPS + 1):
        moved = _hex(_mixed(_rgb(color), end, step / _STEPS))
        if contrast(moved, ground) >= least:
            return moved
    raise ValueError(f"nothing has a contrast of {least} on {ground}")


def mixed(one: str, other: str, share: float) -> str:
    """Return a color between two: the first where the share of the other is 0."""
    return _hex(_mixed(_rgb(one), _rgb(other), share))


def _rgb(color: str) -> Rgb:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _hex(rgb: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _mixed(rgb: Rgb, end: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(rgb, end, strict=True))
    return red, green, blue


def _luminance(rgb: Rgb) -> float:
    """Return the relative luminance (WCAG 2.2, definitions)."""
    red, green, blue = (_linear(part / 255) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= _DARK_END else float(((part + 0.055) / 1.055) ** 2.4)
