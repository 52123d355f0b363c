"""From what a page is given to its HTML text."""

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from issuer.web.pages import dates, head, links, words
from issuer.web.pages.emblem import emblem
from issuer.web.pages.head import Head
from issuer.web.pages.views import AchievementView, BadgeView, ErrorView, IssuerView
from issuer.web.pages.words import Language
from issuer.web.pages.words import language as language  # noqa: PLC0414 - the other half of the interface

TONES: Final = {"current": "good", "revoked": "bad", "altered": "bad", "issuer_key_missing": "bad"}
"""How a state looks. Every other one asks for care."""

_ERRORS: Final = {404: "missing", 429: "busy", 503: "busy"}
_OUR_FAULT: Final = 500

_BDI: Final = Markup("<bdi>{}</bdi>")
"""Keeps somebody's name from turning the words around it, whichever way it is written."""
_STRONG: Final = Markup("<strong>{}</strong>")
_HOST: Final = Markup('<strong class="url">{}</strong>')
_TIME: Final = Markup('<time datetime="{}">{}</time>')


def _stylesheet() -> str:
    """Return the one stylesheet, with its white space folded: it is inlined into every page."""
    text = resources.files(__package__).joinpath("templates", "style.css").read_text("utf-8")
    lines = [line.strip() for line in text.splitlines()]
    return "".join(line for line in lines if not line.startswith("/*"))


STYLE: Final = _stylesheet()
STYLE_HASH: Final = "sha256-" + b64encode(sha256(STYLE.encode()).digest()).decode()


def content_security_policy() -> str:
    """Return the Content-Security-Policy of every page: one stylesheet, own pictures, nothing else."""
    return (
        f"default-src 'none'; img-src 'self'; style-src '{STYLE_HASH}'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def badge(view: BadgeView, lang: Language) -> str:
    """Return the page of a badge: how it stands first, then what, who, by whom, when."""
    return _page("badge", lang, head.of_badge(view, lang), view, tone=TONES.get(view.state, "warn"))


def issuer(view: IssuerView, lang: Language) -> str:
    """Return the page of an issuer."""
    return _page("issuer", lang, head.of_issuer(view, lang), view)


def achievement(view: AchievementView, lang: Language) -> str:
    """Return the page of an achievement, or of one of its versions."""
    return _page("achievement", lang, head.of_achievement(view, lang), view)


def error(view: ErrorView, lang: Language) -> str:
    """Return the page of an error, in its own words or in those for its code."""
    known = view.code.replace("-", "_")
    if f"error_title.{known}" not in words.phrases(lang):
        known = _ERRORS.get(view.status, "fault" if view.status >= _OUR_FAULT else "refused")
    title = view.title or words.phrase(lang, f"error_title.{known}")
    detail = view.detail or words.phrase(lang, f"error_detail.{known}")
    return _page("error", lang, head.of_error(title, view), view, title=title, detail=detail)


def _page(
    template: str,
    lang: Language,
    about: Head,
    view: BadgeView | IssuerView | AchievementView | ErrorView,
    **more: str,
) -> str:
    return _environment(lang).get_template(f"{template}.html").render(head=about, view=view, **more)


@cache
def _environment(lang: Language) -> Environment:
    """Return the templates with the words of one language. Everything that is put in is escaped."""
    environment = Environment(
        loader=PackageLoader("issuer.web.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        lang=lang,
        other=words.other(lang),
        languages=words.LANGUAGES,
        style=Markup(STYLE),  # noqa: S704 - our own file
        t=partial(_say, lang),
        kind=partial(words.kind, lang),
        lasting=partial(dates.lasting, lang),
        emblem=emblem,
        linkedin=links.linkedin,
        outside_checks=links.outside_checks,
    )
    environment.filters.update(
        bdi=_BDI.format,
        strong=_STRONG.format,
        host=_HOST.format,
        day=_time(partial(dates.day, lang)),
        moment=_time(partial(dates.moment, lang)),
    )
    environment.tests.update(web=links.is_web, same_origin=links.is_same_origin)
    return environment


def _say(lang: Language, key: str, **values: object) -> Markup:
    """Return the words for a key with their values, each escaped unless it is markup of ours."""
    return escape(words.phrase(lang, key)).format(**values)


def _time(written: Callable[[datetime], str]) -> Callable[[datetime], Markup]:
    def tagged(when: datetime) -> Markup:
        return _TIME.format(when.isoformat(timespec="seconds"), written(when))

    return tagged
