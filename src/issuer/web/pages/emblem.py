"""An emblem for a badge that has no picture, engraved like a seal from its names.

Colors and pattern follow from the issuer and the badge alone, so the same badge always looks the same.
"""

from hashlib import sha256
from math import tau
from typing import Final

from markupsafe import Markup

_INKS: Final = ("#1f4e79", "#14574f", "#5b3a78", "#7a2f3d", "#2f5233", "#6a4416", "#37476b", "#70345e")
"""Grounds on which white letters keep a contrast of at least 7 to 1."""

_EDGE: Final = tau * 54

_SEAL: Final = Markup(
    '<svg class="art" viewBox="0 0 120 120" width="120" height="120" aria-hidden="true" focusable="false">'
    '<circle cx="60" cy="60" r="52" fill="{ink}"/>'
    '<circle cx="60" cy="60" r="54" fill="none" stroke="{ink}" stroke-width="8" stroke-linecap="round"'
    ' stroke-dasharray="0 {step:.3f}"/>'
    '<g fill="none" stroke="#fff"><circle cx="60" cy="60" r="49" stroke-opacity=".8"/>'
    '<circle cx="60" cy="60" r="46" stroke-opacity=".35"/>'
    '<g stroke-opacity=".42" stroke-width=".8">{petals}</g></g>'
    '<circle cx="60" cy="60" r="25" fill="{ink}" stroke="#fff" stroke-width="1.5"/>'
    '<text x="60" y="{baseline}" text-anchor="middle" font-family="Georgia,serif" font-weight="700"'
    ' font-size="{size}" fill="#fff">{letters}</text></svg>'
)
_PETAL: Final = Markup(
    '<ellipse cx="60" cy="60" rx="44" ry="{breadth}" transform="rotate({turn:.1f} 60 60)"/>'
)


def emblem(name: str, issuer: str) -> Markup:
    """Return a small drawing. It carries no fact, so that screen readers pass over it."""
    pattern, ink = sha256(name.encode()).digest(), sha256(issuer.encode()).digest()[0]
    count, breadth = 6 + pattern[0] % 5, 12 + pattern[1] % 17
    petals = Markup().join(_PETAL.format(breadth=breadth, turn=180 * place / count) for place in range(count))
    letters = initials(name)
    size = 26 if len(letters) == 1 else 21
    return _SEAL.format(
        ink=_INKS[ink % len(_INKS)],
        step=_EDGE / (36 + 4 * (pattern[2] % 3)),
        petals=petals,
        baseline=60 + size * 0.35,
        size=size,
        letters=letters,
    )


def initials(name: str) -> str:
    """Return the first letters of the first two words that matter, or a star where there are none."""
    words = ["".join(filter(str.isalnum, word)) for word in name.split()]
    words = [word for word in words if word]
    capital = [word for word in words if not word[0].islower()]
    return "".join(word[0] for word in (capital or words)[:2]).upper() or "★"
