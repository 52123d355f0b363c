"""The answers with the pictures of a badge: with the badge in them, and the card for link previews."""

from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from fastapi import Request, Response

from issuer.context import Context
from issuer.core.artwork.cards import Band, Card
from issuer.core.artwork.pictures import Art
from issuer.core.baking import png
from issuer.core.documents import Document
from issuer.db.tables import Tenant
from issuer.services import artwork, enveloped, images, standing
from issuer.services.standing import PublicBadge
from issuer.services.tenants import presentation_of
from issuer.web import badge_forms, badge_view, forms
from issuer.web.pages import words
from issuer.web.pages.views import SILENT, State

Baked: TypeAlias = Literal["json", "jwt"]
"""What a picture holds: the credential with its embedded proof, or as a JWT."""

POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"
"""The Content-Security-Policy of an SVG that is opened by itself: it only draws, also what is inside it."""

_KEEP: Final = "public, max-age=300"
_ALARM: Final = ("#8c1d18", "✕")
_CARE: Final = ("#7a4a00", "!")
_BANDS: Final = {"revoked": _ALARM, "test": ("#3f3f3f", "!")}


def baked_png(request: Request, context: Context, badge: PublicBadge, holds: Baked) -> Response:
    """Return the answer with the badge inside a PNG."""
    made = png_of(context, badge, holds)
    return _answer(request, made, badge_forms.PNG, badge_forms.disposition(badge, ".png"))


def png_of(context: Context, badge: PublicBadge, holds: Baked = "json") -> bytes:
    """Return the badge inside a PNG (Open Badges 3.0, 5.3.1), stamped unless it is current.

    Raises an `Invalid` where the picture cannot hold it, an `Unavailable` where the picture is out of reach.
    """
    image = images.png(context, *_seen(context, badge))
    return png.bake(image, _credential(context, badge, holds))


def baked_svg(request: Request, context: Context, badge: PublicBadge, holds: Baked) -> Response:
    """Return the badge inside an SVG (Open Badges 3.0, 5.3.2), stamped unless it is current."""
    made = images.svg(context, *_seen(context, badge), _credential(context, badge, holds))
    return _answer(request, made, badge_forms.SVG, badge_forms.disposition(badge, ".svg"))


def card(request: Request, context: Context, badge: PublicBadge) -> Response:
    """Return the card that link previews show, in the issuer's language. It never names the holder."""
    (art, uploaded), state = _seen(context, badge), _state(context, badge)
    about = Card(
        art=art,
        domain=urlsplit(context.addresses(badge.tenant).base).netloc,
        band=_band(state, art.stamp) if art.stamp else None,
    )
    return _answer(request, images.card(context, about, uploaded), badge_forms.PNG)


def drawing(
    request: Request, context: Context, tenant: Tenant, achievement: Document, issuer: str
) -> Response:
    """Return the picture that is drawn of an achievement: what badges name as its image."""
    image = images.png(context, _drawn(tenant, achievement, issuer, stamp=None), None)
    return _answer(request, image, badge_forms.PNG)


def _seen(context: Context, badge: PublicBadge) -> tuple[Art, artwork.Found | None]:
    achievement = badge.document["credentialSubject"]["achievement"]
    return _art(context, badge), images.own(context, badge.tenant, achievement)


def _art(context: Context, badge: PublicBadge) -> Art:
    document, state = badge.document, _state(context, badge)
    achievement = document["credentialSubject"]["achievement"]
    return _drawn(badge.tenant, achievement, document["issuer"]["name"], stamp=_stamp(badge.tenant, state))


def _drawn(tenant: Tenant, achievement: Document, issuer: str, *, stamp: str | None) -> Art:
    presentation = presentation_of(tenant)
    return Art(
        name=achievement["name"],
        issuer=issuer,
        kind=words.kind(presentation.language, achievement["achievementType"]),
        color=presentation.color,
        stamp=stamp,
    )


def _state(context: Context, badge: PublicBadge) -> State:
    return badge_view.state_of(badge, standing.checked(context, badge))


def _stamp(tenant: Tenant, state: State) -> str | None:
    """Return the word across a picture. What nobody has vouched for is not confirmed."""
    said = "status_unknown" if state in SILENT else state
    return None if state == "current" else words.phrase(presentation_of(tenant).language, f"stamp.{said}")


def _band(state: State, stamp: str) -> Band:
    color, mark = _BANDS.get(state, _CARE)
    return Band(f"{mark} {stamp}", color)


def _credential(context: Context, badge: PublicBadge, holds: Baked) -> str:
    return enveloped.token(context, badge) if holds == "jwt" else badge.text


def _answer(request: Request, content: bytes, media: str, disposition: str | None = None) -> Response:
    headers = {"cache-control": _KEEP, "vary": forms.VARY}
    if media == badge_forms.SVG:
        headers["content-security-policy"] = POLICY
    if disposition:
        headers["content-disposition"] = disposition
    return forms.tagged(request, Response(content, media_type=media, headers=headers))
