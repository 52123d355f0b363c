"""The card that link previews show: the picture of a badge, and beside it what it is and by whom."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from issuer.core.artwork import colors, pictures, seals, setting
from issuer.core.artwork.faces import Face
from issuer.core.artwork.pictures import Art
from issuer.core.artwork.setting import Block

WIDTH: Final = 1200
HEIGHT: Final = 630

_GREY: Final = "#4a4a4a"
_PANEL: Final = 550
_LEFT: Final = 610
_ROOM: Final = 530
_BLACK: Final = "#1f1f1f"
_MARGIN: Final = 36
_NAME_SIZES: Final = (68, 56, 46, 38, 28)
_BAND: Final = 92
_FOOT: Final = 88


@dataclass(frozen=True)
class Band:
    """How a badge stands that is not current: in words with their symbol, on a color as #rrggbb."""

    words: str
    color: str


@dataclass(frozen=True)
class Card:
    """What a card says. It has no room for a holder: sites keep previews when a name has long been hidden."""

    art: Art
    domain: str
    band: Band | None = None
    own: bytes | None = None
    """A PNG that stands for the drawing: what the achievement was given for its picture."""


@dataclass(frozen=True)
class _Part:
    """One part of the column, and the space above it."""

    block: Block
    face: Face
    ink: str
    space: int
    tracking: int = 0


def card(about: Card) -> str:
    """Return a drawing of 1200 by 630 with a title for screen readers.

    It never says that a badge is current, for a picture cannot know. Words that the fonts cannot write are
    left out.
    """
    ink = pictures.ink_of(about.art)
    bottom = HEIGHT - (_BAND if about.band else 0)
    title = setting.title(about.art.name, about.art.issuer, about.domain)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img">{title}'
        f'<path d="M0 0H{WIDTH}V{HEIGHT}H0Z" fill="{seals.PAPER}"/>'
        f'<path d="M0 0H{_PANEL}V{HEIGHT}H0Z" fill="{colors.mixed(ink, "#ffffff", 0.88)}"/>'
        f"{_picture(about, bottom)}{_column(about, ink, bottom)}"
        f"{_banded(about.band) if about.band else ''}</svg>"
    )


def _picture(about: Card, bottom: int) -> str:
    """Return the picture in the middle of its side, which a stamp crosses from edge to edge."""
    side = min(bottom - 90, 470)
    if about.own is not None:
        return (
            f'<image x="{(_PANEL - side) / 2:g}" y="{(bottom - side) / 2:g}" width="{side}" height="{side}"'
            f' href="data:image/png;base64,{b64encode(about.own).decode()}"/>'
        )
    scale = pictures.SIZE / side
    width, height = _PANEL * scale, bottom * scale
    left, top = (pictures.SIZE - width) / 2, (pictures.SIZE - height) / 2
    return (
        f'<svg width="{_PANEL}" height="{bottom}" viewBox="{left:.1f} {top:.1f} {width:.1f} {height:.1f}">'
        f"{pictures.drawing(about.art)}</svg>"
    )


def _column(about: Card, ink: str, bottom: int) -> str:
    """Return the words beside the picture, in the middle of the height above the domain."""
    room = bottom - _FOOT
    columns = (_parts(about, seals.deepened(ink), largest) for largest in _NAME_SIZES)
    parts = next((parts for parts in columns if _height(parts) <= room - 2 * _MARGIN), ())
    top = (room - _height(parts)) / 2 + _MARGIN / 4
    drawn = []
    for part in parts:
        top += part.space
        drawn.append(
            f'<g fill="{part.ink}" letter-spacing="{part.tracking}">'
            f"{setting.lines(part.block, part.face, _LEFT, top)}</g>"
        )
        top += part.block.height
    return "".join(drawn) + _domain(about.domain, ink, bottom)


def _height(parts: Sequence[_Part]) -> float:
    return sum(part.space + part.block.height for part in parts)


def _parts(about: Card, ink: str, largest: int) -> tuple[_Part, ...]:
    """Return the parts of the column whose words can be written, with a name no larger than that."""
    art, names = about.art, tuple(range(largest, 27, -2))
    parts = (
        _part(art.kind.upper(), "sans-bold", (22, 20, 18, 16), lines=1, ink=ink, space=0, tracking=3),
        _part(art.name, "serif-bold", names, lines=4, ink=ink, space=40),
        _part(art.issuer, "sans", (32, 30, 28, 26, 24, 22, 20), lines=2, ink=_BLACK, space=44),
    )
    return tuple(part for part in parts if part)


def _part(
    text: str | None,
    face: Face,
    sizes: Sequence[int],
    *,
    lines: int,
    ink: str,
    space: int,
    tracking: int = 0,
) -> _Part | None:
    """Return a part as large as fits the column, or nothing where its font cannot write it."""
    plain = setting.clean(text, face)
    if plain is None:
        return None
    room = _ROOM - tracking * len(plain)
    return _Part(
        setting.fitted(plain, face, sizes, lines, lambda _top, _bottom: room), face, ink, space, tracking
    )


def _domain(domain: str, ink: str, bottom: int) -> str:
    plain = setting.clean(domain, "sans")
    rule = f'<path d="M{_LEFT} {bottom - _FOOT}h{_ROOM}v1.5h-{_ROOM}z" fill="{ink}" fill-opacity=".4"/>'
    if plain is None:
        return rule
    block = setting.fitted(plain, "sans", tuple(range(24, 11, -1)), 1, lambda _top, _bottom: _ROOM)
    return f'{rule}<g fill="{_GREY}">{setting.lines(block, "sans", _LEFT, bottom - _FOOT + 30)}</g>'


def _banded(band: Band) -> str:
    """Return a band along the foot of the card that says how the badge stands."""
    ground = colors.readable(band.color)
    plain = setting.clean(band.words, "sans-bold") or "✕"
    block = setting.fitted(plain, "sans-bold", tuple(range(40, 19, -2)), 1, lambda _top, _bottom: WIDTH - 120)
    top = HEIGHT - _BAND
    return (
        f'<path d="M0 {top}H{WIDTH}V{HEIGHT}H0Z" fill="{ground}"/><g fill="#fff">'
        f"{setting.lines(block, 'sans-bold', 60, top + (_BAND - block.height) / 2)}</g>"
    )
