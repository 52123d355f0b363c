"""How large an SVG picture is, whatever it says of that and however it says it."""

import re
from math import isfinite
from typing import Final

from lxml.etree import _Element

from issuer.core.artwork.uploaded import LONGEST_SIDE, UnreadableArtwork

_LENGTH: Final = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]{1,3})?)(px|pt|pc|mm|cm|in|)\s*")
_PIXELS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_LARGEST: Final = 1_000_000
_FLATTEST: Final = 10
_BOX: Final = 4


def settle(root: _Element) -> tuple[int, int]:
    """Write the size of a picture into its root, in whole pixels with a `viewBox`, and return it.

    The longer side has 1,024 at most. Raises `UnreadableArtwork` where no size is to be had, or one that is
    no picture's (SVG 2, 8.2 and 8.12).
    """
    box = _view_box(root.get("viewBox"))
    width, height = _length(root.get("width")), _length(root.get("height"))
    if box is None:
        box = (width, height) if width and height else _none()
        root.set("viewBox", f"0 0 {_text(box[0])} {_text(box[1])}")
    if not width and not height:
        width, height = box
    width = width or (height or 1) * box[0] / box[1]
    height = height or width * box[1] / box[0]
    for wide, tall in (box, (width, height)):
        _refuse_odd(wide, tall)
    factor = min(1.0, LONGEST_SIDE / max(width, height))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    root.set("width", str(size[0]))
    root.set("height", str(size[1]))
    return size


def _view_box(value: str | None) -> tuple[float, float] | None:
    """Return width and height of the `viewBox`, or None where there is none that holds."""
    if value is None:
        return None
    try:
        numbers = [float(part) for part in value.replace(",", " ").split()]
    except ValueError:
        numbers = []
    if len(numbers) != _BOX or not all(map(isfinite, numbers)) or min(numbers[2:]) <= 0:
        raise UnreadableArtwork('the viewBox of the SVG picture is wrong: four numbers, as in "0 0 600 600"')
    return numbers[2], numbers[3]


def _length(value: str | None) -> float | None:
    """Return a length in pixels, or None for one that depends on where the picture is shown."""
    found = _LENGTH.fullmatch(value or "")
    return float(found[1]) * _PIXELS[found[2]] if found else None


def _none() -> tuple[float, float]:
    raise UnreadableArtwork('the SVG picture does not say how large it is: give it viewBox="0 0 600 600"')


def _refuse_odd(width: float, height: float) -> None:
    if min(width, height) <= 0 or max(width, height) > _LARGEST:
        raise UnreadableArtwork(
            f"the SVG picture is {width:g} by {height:g}: give it a size such as 600 by 600"
        )
    if max(width, height) > _FLATTEST * min(width, height):
        raise UnreadableArtwork(
            f"one side of the SVG picture is more than {_FLATTEST} times as long as the other: make it square"
        )


def _text(number: float) -> str:
    return f"{number:.6g}"
