"""What a badge looks like, derived from its name and its issuer alone, so that it always looks the same."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

Shape = Literal["coin", "scallop", "sunburst", "foil", "polygon", "shield", "cushion", "gear"]
Weave = Literal["ovals", "loops", "waves", "facets", "strings"]

INKS: Final = (
    "#1f4e79", "#14574f", "#5b3a78", "#7a2f3d", "#2f5233", "#6a4416", "#37476b", "#70345e",
    "#0f5263", "#4a4a1e", "#8a2b1e", "#2d3a8c", "#0b5a3c", "#54324a", "#3d3d52", "#7d3a10",
)  # fmt: skip
"""Grounds on which white letters keep a contrast of at least 7 to 1 (WCAG 2.2, 1.4.6)."""

LOBES: Final[dict[Shape, tuple[int, ...]]] = {
    "coin": (1,),
    "scallop": (16, 18, 20, 24, 28),
    "sunburst": (32, 40, 48, 56),
    "foil": (6, 8, 10, 12),
    "polygon": (6, 7, 8, 10, 12),
    "shield": (1, 2, 3),
    "cushion": (1, 2),
    "gear": (24, 30, 36),
}
"""For each shape, how many of its parts there may be, or which of its forms there are."""

WEAVES: Final[tuple[Weave, ...]] = ("ovals", "loops", "waves", "facets", "strings")


@dataclass(frozen=True)
class Layer:
    """One pass of the engraver: a weave, how many strands it has and how deep they swing."""

    weave: Weave
    count: int
    depth: int


@dataclass(frozen=True)
class Pattern:
    """All that is drawn of a badge but its words."""

    shape: Shape
    lobes: int
    first: Layer
    second: Layer
    rings: int
    edge: int
    ink: str


def pattern(name: str, issuer: str) -> Pattern:
    """Return the pattern of a badge. Which badge it is shows in the digest of both names."""
    dice = sha256(f"{name}\n{issuer}".encode("utf-8", "surrogatepass")).digest()
    shape = tuple(LOBES)[dice[0] % len(LOBES)]
    return Pattern(
        shape=shape,
        lobes=LOBES[shape][dice[1] % len(LOBES[shape])],
        first=Layer(_weave(dice[2]), 10 + dice[3] % 12, dice[4] % 8),
        second=Layer(_weave(dice[5]), 6 + dice[6] % 6, dice[7] % 8),
        rings=1 + dice[8] % 3,
        edge=dice[9] % 4,
        ink=INKS[dice[10] % len(INKS)],
    )


def _weave(roll: int) -> Weave:
    return WEAVES[roll % len(WEAVES)]
