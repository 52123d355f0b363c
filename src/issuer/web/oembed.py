"""What sites that show links as frames are told of a badge (oEmbed 1.0)."""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from issuer.core import ids
from issuer.core.documents import Document
from issuer.db.credentials import UnknownCredential
from issuer.errors import Forbidden, Invalid
from issuer.web.pages import head, share, words
from issuer.web.pages.views import BadgeView
from issuer.web.pages.words import Language

CACHE_SECONDS: Final = 300
_ID: Final = re.compile(ids.PUBLIC_ID_PATTERN)


class UnknownFormat(Invalid):
    """A badge is described to other sites in JSON alone."""

    code = "unknown-format"


class PrivateFrame(Forbidden):
    """The badge is private, so other sites cannot show it."""

    code = "private-frame"


def badge_id(url: str, base: str) -> str:
    """Return which badge a page's address means, or raise `UnknownCredential` for any other address."""
    try:
        place, own = urlsplit(url), urlsplit(base)
    except ValueError:
        raise unknown() from None
    path, prefix = place.path, f"{own.path}/b/"
    found = path.removeprefix(prefix)
    is_here = (place.scheme, place.netloc.lower()) == own[:2] and path.startswith(prefix)
    if not is_here or not _ID.fullmatch(found):
        raise unknown()
    return found


def known_id(text: str) -> str:
    """Return an id of a badge as it is written, or raise `UnknownCredential`: as for one never issued."""
    if not _ID.fullmatch(text):
        raise unknown()
    return text


def language(url: str) -> str | None:
    """Return the language that an address asks for, if any."""
    return next(iter(parse_qs(urlsplit(url).query).get("lang", [])), None)


def unknown() -> UnknownCredential:
    """Return the one answer for whatever is not a badge here."""
    return UnknownCredential("there is no badge at this address")


def document(
    view: BadgeView, lang: Language, *, max_width: int | None = None, max_height: int | None = None
) -> Document:
    """Return the description of a badge (oEmbed 1.0, section 2.3.4.4), no larger than is asked for.

    The picture is left out where it would be larger than that: it has one size.
    """
    content = view.shown
    about = head.of_badge(view, lang)
    width = min(share.FRAME_WIDTH, max_width or share.FRAME_WIDTH)
    height = min(share.FRAME_HEIGHT, max_height or share.FRAME_HEIGHT)
    title = share.name_of(content) if content else words.phrase(lang, "sharing.status")
    found: Document = {
        "version": "1.0",
        "type": "rich",
        "title": about.share_title or about.title,
        "provider_name": content.issuer.domain if content else urlsplit(view.page_url).netloc,
        "provider_url": view.page_url.rpartition("/b/")[0],
        "cache_age": CACHE_SECONDS,
        "html": share.frame(view.page_url, title, lang, width=width, height=height),
        "width": width,
        "height": height,
    }
    if content is not None:
        found |= {"author_name": content.issuer.name, "author_url": content.issuer.page_url}
    fits = (max_width or share.CARD_WIDTH) >= share.CARD_WIDTH and (
        max_height or share.CARD_HEIGHT
    ) >= share.CARD_HEIGHT
    if content is not None and fits:
        found |= {
            "thumbnail_url": share.card(view.page_url),
            "thumbnail_width": share.CARD_WIDTH,
            "thumbnail_height": share.CARD_HEIGHT,
        }
    return found
