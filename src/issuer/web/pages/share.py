"""What people can do with a badge that they want to show: links, letters, and pieces of HTML."""

from typing import Final, Literal, TypeAlias
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from issuer.web.pages import words
from issuer.web.pages.views import BadgeContent, State
from issuer.web.pages.words import Language

Tool: TypeAlias = Literal["linkedin", "post", "mail", "link", "image", "certificate", "frame"]

TOOLS: Final[dict[State, frozenset[Tool]]] = {
    "current": frozenset({"linkedin", "post", "mail", "link", "image", "certificate", "frame"}),
    "expired": frozenset({"image", "certificate"}),
}
"""What is offered in each state. In any other one, nothing: it would be shown for more than it is."""

CARD_WIDTH: Final = 1200
CARD_HEIGHT: Final = 630
FRAME_WIDTH: Final = 480
FRAME_HEIGHT: Final = 220
_PICTURE_WIDTH: Final = 480
_PICTURE_HEIGHT: Final = 252

_POST: Final = "https://www.linkedin.com/sharing/share-offsite/?url="
_FRAME: Final = Markup(
    '<iframe src="{url}" title="{title}" width="{width}" height="{height}" loading="lazy" '
    'sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>'
)
"""It may open the badge's page, beside the frame and free of its limits, and nothing else."""
_PICTURE: Final = Markup(
    '<a href="{url}"><img src="{card}" alt="{alt}" width="{width}" height="{height}" loading="lazy"></a>'
)


def tools(state: State) -> frozenset[Tool]:
    """Return what can be done with a badge in a state."""
    return TOOLS.get(state, frozenset())


def post(page_url: str) -> str:
    """Return the link that offers a page to LinkedIn's form for posts."""
    return _POST + quote(page_url, safe="")


def mail(page_url: str, content: BadgeContent, lang: Language) -> str:
    """Return the link that begins a letter about a badge (RFC 6068): no text in it can add a field."""
    said = {"name": _line(content.name), "issuer": _line(content.issuer.name)}
    subject = words.phrase(lang, "sharing.mail_subject").format(**said)
    body = words.phrase(lang, "sharing.mail_body").format(**said)
    written = f"{body}\r\n\r\n{page_url}\r\n"
    return f"mailto:?subject={quote(subject, safe='')}&body={quote(written, safe='')}"


def card(page_url: str) -> str:
    """Return the address of the picture that previews show. It is drawn anew when the badge changes."""
    return f"{page_url}/card.png"


def embedded(page_url: str, lang: Language | None = None) -> str:
    """Return the address of a badge for frames on other sites."""
    base, _, public_id = page_url.rpartition("/b/")
    return f"{base}/embed/b/{public_id}" + (f"?lang={lang}" if lang else "")


def described(page_url: str) -> str:
    """Return the address that tells other sites how to show a badge (oEmbed 1.0, section 4)."""
    base, _, _ = page_url.rpartition("/b/")
    return f"{base}/oembed?url={quote(page_url, safe='')}&format=json"


def frame(
    page_url: str,
    title: str,
    lang: Language | None = None,
    *,
    width: int = FRAME_WIDTH,
    height: int = FRAME_HEIGHT,
) -> str:
    """Return the HTML that shows how a badge stands on another site."""
    return str(_FRAME.format(url=embedded(page_url, lang), title=_line(title), width=width, height=height))


def picture(page_url: str, content: BadgeContent, lang: Language) -> str:
    """Return HTML that does the same without a frame: the picture is stamped when the badge changes."""
    alt = words.phrase(lang, "sharing.picture").format(name=content.name, issuer=content.issuer.name)
    return str(
        _PICTURE.format(
            url=page_url, card=card(page_url), alt=_line(alt), width=_PICTURE_WIDTH, height=_PICTURE_HEIGHT
        )
    )


def name_of(content: BadgeContent) -> str:
    """Return a badge as the title of a frame names it."""
    return f"{content.name}, {content.issuer.name}"


def path(page_url: str) -> str:
    """Return the path of a page's address: what forms are sent to, whichever host was asked."""
    return urlsplit(page_url).path


def _line(text: str) -> str:
    return " ".join(text.split())
