"""Somebody's progress as a row of circles: filled with a tick, hollow, or dotted where nothing is missing."""

from typing import Final

from markupsafe import Markup

from issuer.core.awarding.stack_progress import Part, State

_STEP: Final = 28
_GAP: Final = 12
_WIDTH: Final = 256

_FRAME: Final = Markup(
    '<svg class="progress" role="img" aria-label="{label}" width="{width}" height="{height}"'
    ' viewBox="0 0 {width} {height}" fill="none" stroke="var(--brand)" stroke-width="2">{circles}</svg>'
)
_CIRCLES: Final[dict[State, Markup]] = {
    "earned": Markup(
        '<circle cx="{x}" cy="{y}" r="10" fill="var(--brand)"/>'
        '<path d="m{left} {y}l4 4l7-8" stroke="var(--card)" stroke-width="2.5"/>'
    ),
    "needed": Markup('<circle cx="{x}" cy="{y}" r="10"/>'),
    "extra": Markup('<circle cx="{x}" cy="{y}" r="10" stroke-dasharray="2 4.28"/>'),
}


def drawn(whole: Part, label: str) -> Markup:
    """Return the drawing of a rule's badges in order, its parts set apart. `label` says what it shows."""
    circles, x, y, width = [], 0, 0, 0
    after_group = False
    for group in whole.parts or (whole,):
        x += _GAP if x and (group.parts or after_group) else 0
        after_group = bool(group.parts)
        for state in _states(group):
            if x + _STEP > _WIDTH:
                x, y = 0, y + _STEP
            circles.append(
                _CIRCLES[state].format(x=x + _STEP // 2, left=x + _STEP // 2 - 5, y=y + _STEP // 2)
            )
            x += _STEP
            width = max(width, x)
    return _FRAME.format(label=label, width=width, height=y + _STEP, circles=Markup().join(circles))


def _states(part: Part) -> list[State]:
    return [state for each in part.parts for state in _states(each)] if part.parts else [part.state]
