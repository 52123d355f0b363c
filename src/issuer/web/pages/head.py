"""What a page says of itself to browsers, search engines and link previews."""

from dataclasses import dataclass
from typing import Final

from issuer.core.documents import Document
from issuer.web.pages import share, structured, words
from issuer.web.pages.issuer_views import AchievementView, IssuerView
from issuer.web.pages.verify_views import FormView
from issuer.web.pages.views import STOPPED, BadgeContent, BadgeView, ErrorView, Image
from issuer.web.pages.words import Language

DASH: Final = " \N{EN DASH} "
_SUMMARY: Final = 200
_LISTED: Final = frozenset({"current", "expired"})


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The picture that a link's preview shows. Only a card made for previews has a `size`."""

    url: str
    alt: str
    size: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Head:
    """The parts of a page's head that differ. Without a `page_url` there is nothing to share.

    `color` is the issuer's, as #rrggbb. The address of a `secret` page is told to nobody. `data` is what
    search engines read, and `frame_url` describes how to show the page elsewhere (oEmbed).
    """

    title: str
    share_title: str | None = None
    description: str | None = None
    site: str | None = None
    page_url: str | None = None
    json_url: str | None = None
    json_type: str = "application/json"
    listed: bool = False
    color: str | None = None
    secret: bool = False
    preview: Preview | None = None
    frame_url: str | None = None
    data: Document | None = None


def of_badge(view: BadgeView, lang: Language) -> Head:
    """Return the head of a badge page: its title starts with the state when it is not current.

    Previews never name the holder. Other sites keep them, and would still after the holder hid the name.
    """
    content, state = view.shown, view.state
    page_url = None if view.share else view.page_url
    if content is None:
        title = bare(words.phrase(lang, f"headline.{state}"))
        return Head(title=title, page_url=page_url, secret=page_url is None)
    named = DASH.join(filter(None, [content.name, content.holder, content.issuer.name]))
    pattern = words.phrase(lang, f"title.{state}") if state != "current" else "{name}"
    share_title, listed = pattern.format(name=content.name), view.listed and state in _LISTED
    said = summary(content.description)
    if state in STOPPED:
        said = f"{bare(words.phrase(lang, f'headline.{state}'))}. {content.issuer.name}"
    return Head(
        title=pattern.format(name=named),
        share_title=share_title,
        description=said,
        site=content.issuer.name,
        color=content.issuer.color,
        page_url=page_url,
        secret=page_url is None,
        json_url=view.json_url,
        json_type="application/vc",
        listed=listed,
        preview=_card(view.page_url, share_title, content, lang),
        frame_url=share.described(view.page_url),
        data=structured.badge(view, content)
        if listed
        else structured.web_page(view.page_url, share_title, said, content.language),
    )


def of_achievement(view: AchievementView, lang: Language) -> Head:
    """Return the head of an achievement page."""
    title = f"{view.name}{DASH}{view.issuer.name}"
    if view.retired:
        title = words.phrase(lang, "title.retired").format(name=title)
    return Head(
        title=title,
        share_title=view.name,
        description=summary(view.description),
        site=view.issuer.name,
        color=view.issuer.color,
        page_url=view.page_url,
        json_url=view.json_url,
        listed=view.listed,
        preview=_picture(view.image, view.name),
        data=structured.achievement(view),
    )


def of_issuer(view: IssuerView, lang: Language) -> Head:
    """Return the head of an issuer's page."""
    kind = words.phrase(lang, "issuer.kind")
    return Head(
        title=f"{view.issuer.name}{DASH}{kind}",
        share_title=view.issuer.name,
        description=summary(view.description or kind),
        site=view.issuer.name,
        color=view.issuer.color,
        page_url=view.issuer.page_url,
        json_url=view.json_url,
        listed=view.listed,
        preview=_picture(view.issuer.logo, view.issuer.name),
        data=structured.issuer(view),
    )


def of_error(title: str, view: ErrorView) -> Head:
    """Return the head of an error page."""
    return Head(title=title, color=view.issuer.color if view.issuer else None)


def of_form(view: FormView, lang: Language) -> Head:
    """Return the head of the form: its title says first that something in it is missing or wrong."""
    title = words.phrase(lang, "form.title")
    return Head(title=words.phrase(lang, "form.error").format(title=title) if view.mistake else title)


def of_answer(headline: str) -> Head:
    """Return the head of an answer, whose title is its headline."""
    return Head(title=bare(headline))


def bare(headline: str) -> str:
    """Return a headline without the symbol before its words."""
    mark, _, rest = headline.partition(" ")
    return rest if mark in {"✓", "✕"} else headline


def summary(text: str) -> str:
    """Return the beginning of a text, cut between words to what previews show."""
    line = " ".join(text.split())
    if len(line) <= _SUMMARY:
        return line
    return line[:_SUMMARY].rpartition(" ")[0].rstrip(",;:.") + "…"


def _card(page_url: str, title: str, content: BadgeContent, lang: Language) -> Preview:
    alt = words.phrase(lang, "sharing.card").format(name=title, issuer=content.issuer.name)
    return Preview(url=share.card(page_url), alt=alt, size=(share.CARD_WIDTH, share.CARD_HEIGHT))


def _picture(image: Image | None, name: str) -> Preview | None:
    """Return a picture for previews, which show no drawings in SVG."""
    if image is None or image.url.endswith(".svg"):
        return None
    return Preview(url=image.url, alt=image.alt or name)
