"""The words around the field of a seal: the kind along the top, the issuer along the bottom."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import degrees, radians, tau
from typing import Final

from issuer.core.artwork import seals, setting
from issuer.core.artwork.faces import Face

_FACE: Final[Face] = "sans-bold"
_SIZES: Final = (23, 22, 21, 20, 19, 18, 17, 16)
_TRACKING: Final = 0.13
_MIDDLE: Final = (seals.FIELD + seals.RIBBON) / 2
_KIND_ANGLE: Final = radians(150)
_GAP: Final = radians(13)
_MARK: Final = "M0-6L5 0 0 6-5 0Z"


@dataclass(frozen=True)
class Bent:
    """Words in capitals around a circle, and the angle that they take."""

    text: str
    size: int
    angle: float


def around(kind: str, issuer: str) -> str:
    """Return the words around the origin. Where a font cannot write one of the two, it is left out."""
    above = _bent(kind, _KIND_ANGLE, _SIZES)
    below = _bent(issuer, tau - 2 * _GAP - (above.angle if above else 0), _SIZES[1:])
    return (
        (_drawn(above, below=False) if above else "")
        + (_drawn(below, below=True) if below else "")
        + (_marks(above, below) if above and below else "")
    )


def _bent(text: str, most: float, sizes: Sequence[int]) -> Bent | None:
    """Return words in the largest size that fits an angle, shortened where none does."""
    plain = setting.clean(text.upper(), _FACE)
    if plain is None:
        return None
    for size in sizes:
        angle = setting.arc_angle(plain, _FACE, size, _MIDDLE, tracking=_TRACKING)
        if angle <= most:
            return Bent(plain, size, angle)
    return _bent(setting.shortened(plain), most, sizes[-1:])


def _drawn(words: Bent, *, below: bool) -> str:
    lift = setting.CAPITALS * words.size / 2
    radius = _MIDDLE + (lift if below else -lift)
    return setting.arc(words.text, _FACE, words.size, radius, below=below, tracking=_TRACKING)


def _marks(above: Bent, below: Bent) -> str:
    """Return a mark on either side, in the middle of the gaps between the words."""
    turn = degrees(above.angle / 2 + (tau - above.angle - below.angle) / 4)
    return "".join(
        f'<path d="{_MARK}" transform="rotate({side}{turn:.1f}) translate(0 {-_MIDDLE:g})"/>'
        for side in ("", "-")
    )
