"""From what a page is given to its HTML text."""

from base64 import b64encode
from functools import cache, partial
from hashlib import sha256
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from issuer.web.pages import dates, head, links, saying, verify_words, words
from issuer.web.pages.emblem import emblem
from issuer.web.pages.head import Head
from issuer.web.pages.verify_views import AnswerView, FormView
from issuer.web.pages.views import AchievementView, BadgeView, ErrorView, IssuerView
from issuer.web.pages.words import Language
from issuer.web.pages.words import language as language  # noqa: PLC0414 - the other half of the interface

TONES: Final = {"current": "good", "revoked": "bad", "altered": "bad", "issuer_key_missing": "bad"}
"""How a state looks. Every other one asks for care."""

_ERRORS: Final = {404: "missing", 429: "busy", 503: "busy"}
_OUR_FAULT: Final = 500


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


def verify_form(view: FormView, lang: Language) -> str:
    """Return the page on which a badge is given to be checked."""
    return _page("verify", lang, head.of_form(view, lang), view)


def verify_answer(view: AnswerView, lang: Language) -> str:
    """Return the answer of a check: whether to rely on it first, then why, then what it says."""
    headline = verify_words.headline(view, lang)
    return _page(
        "answer",
        lang,
        head.of_answer(headline.striptags()),
        view,
        tone=verify_words.tone(view.code),
        headline=headline,
        body=verify_words.body(view, lang),
        person=verify_words.person(view, lang),
    )


def _page(
    template: str,
    lang: Language,
    about: Head,
    view: BadgeView | IssuerView | AchievementView | ErrorView | FormView | AnswerView,
    **more: str | None,
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
        t=partial(saying.say, lang),
        kind=partial(words.kind, lang),
        lasting=partial(dates.lasting, lang),
        emblem=emblem,
        linkedin=links.linkedin,
        outside_checks=links.outside_checks,
        state=lambda part: verify_words.state(part, lang),
        tone_of=verify_words.tone,
    )
    environment.filters.update(
        bdi=saying.bdi,
        strong=saying.strong,
        host=saying.host,
        day=partial(saying.day, lang),
        moment=partial(saying.moment, lang),
    )
    environment.tests.update(web=links.is_web, same_origin=links.is_same_origin)
    return environment
