"""What a page says of itself to browsers, search engines and link previews."""

from dataclasses import dataclass
from typing import Final

from issuer.web.pages import words
from issuer.web.pages.verify_views import FormView
from issuer.web.pages.views import STOPPED, AchievementView, BadgeView, ErrorView, IssuerView
from issuer.web.pages.words import Language

_SUMMARY: Final = 200
_DASH: Final = " \N{EN DASH} "


@dataclass(frozen=True, kw_only=True)
class Head:
    """The parts of a page's head that differ. Without a `page_url` there is nothing to share.

    `color` is the issuer's, as #rrggbb. The address of a `secret` page is told to nobody.
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


def of_badge(view: BadgeView, lang: Language) -> Head:
    """Return the head of a badge page: its title starts with the state when it is not current."""
    content, state = view.shown, view.state
    page_url = None if view.share else view.page_url
    if content is None:
        title = bare(words.phrase(lang, f"headline.{state}"))
        return Head(title=title, page_url=page_url, secret=page_url is None)
    named = _DASH.join(filter(None, [content.name, content.holder, content.issuer.name]))
    title, share_title = named, content.name
    if state != "current":
        pattern = words.phrase(lang, f"title.{state}")
        title, share_title = pattern.format(name=named), pattern.format(name=content.name)
    return Head(
        title=title,
        share_title=share_title,
        description=content.issuer.name if state in STOPPED else summary(content.description),
        site=content.issuer.name,
        color=content.issuer.color,
        page_url=page_url,
        secret=page_url is None,
        json_url=view.json_url,
        json_type="application/vc",
        listed=view.listed and state in {"current", "expired"},
    )


def of_achievement(view: AchievementView, lang: Language) -> Head:
    """Return the head of an achievement page."""
    title = f"{view.name}{_DASH}{view.issuer.name}"
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
    )


def of_issuer(view: IssuerView, lang: Language) -> Head:
    """Return the head of an issuer's page."""
    kind = words.phrase(lang, "issuer.kind")
    return Head(
        title=f"{view.issuer.name}{_DASH}{kind}",
        share_title=view.issuer.name,
        description=summary(view.description or kind),
        site=view.issuer.name,
        color=view.issuer.color,
        page_url=view.issuer.page_url,
        json_url=view.json_url,
        listed=view.listed,
    )


def of_error(title: str, view: ErrorView) -> Head:
    """Return the head of an error page."""
    return Head(title=f"{title} ({view.status})")


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
