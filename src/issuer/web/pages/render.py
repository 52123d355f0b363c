"""From what a page is given to its HTML text."""

from functools import cache, partial
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from issuer.core.artwork import emblems, medals
from issuer.web.pages import (
    assessing,
    credit_words,
    dates,
    head,
    links,
    markdown,
    pdf,
    qr,
    saying,
    share,
    shortening,
    structured,
    styles,
    verify_words,
    words,
)
from issuer.web.pages.head import Head
from issuer.web.pages.issuer_views import AchievementView, IssuerView
from issuer.web.pages.verify_views import AnswerView, FormView
from issuer.web.pages.views import BadgeView, ErrorView
from issuer.web.pages.words import Language
from issuer.web.pages.words import language as language  # noqa: PLC0414 - the other half of the interface

TONES: Final = {"current": "good", "revoked": "bad", "altered": "bad", "issuer_key_missing": "bad"}
"""How a state looks. Every other one asks for care."""

_BARE: Final = frozenset({"private_badge", "badge_removed", "unknown_badge", "unusable_link"})
"""Errors that people meet at the address of a badge or of all theirs: their pages say one thing, no code."""

_ERRORS: Final = {404: "missing", 429: "busy", 503: "busy"}
_OUR_FAULT: Final = 500


def badge(view: BadgeView, lang: Language, *, chosen: bool = False) -> str:
    """Return the page of a badge: how it stands first, then what, who, by whom, when."""
    about, tone = head.of_badge(view, lang), TONES.get(view.state, "warn")
    return page("badge", lang, about, view, chosen=chosen, tone=tone)


def issuer(view: IssuerView, lang: Language, *, chosen: bool = False) -> str:
    """Return the page of an issuer."""
    return page("issuer", lang, head.of_issuer(view, lang), view, chosen=chosen)


def achievement(view: AchievementView, lang: Language, *, chosen: bool = False) -> str:
    """Return the page of an achievement, or of one of its versions."""
    return page("achievement", lang, head.of_achievement(view, lang), view, chosen=chosen)


def error(view: ErrorView, lang: Language, *, chosen: bool = False) -> str:
    """Return the page of an error, in its own words or in those for its code."""
    known = view.code.replace("-", "_")
    if f"error_title.{known}" not in words.phrases(lang):
        known = _ERRORS.get(view.status, "fault" if view.status >= _OUR_FAULT else "refused")
    title = view.title or words.phrase(lang, f"error_title.{known}")
    detail = view.detail or words.phrases(lang).get(f"error_detail.{known}")
    about = head.of_error(words.phrases(lang).get(f"error_page.{known}", f"{title} ({view.status})"), view)
    return page("error", lang, about, view, chosen=chosen, title=title, detail=detail, bare=known in _BARE)


def verify_form(view: FormView, lang: Language) -> str:
    """Return the page on which a badge is given to be checked."""
    return page("verify", lang, head.of_form(view, lang), view)


def verify_answer(view: AnswerView, lang: Language) -> str:
    """Return the answer of a check: whether to rely on it first, then why, then what it says."""
    headline = verify_words.headline(view, lang)
    return page(
        "answer",
        lang,
        head.of_answer(headline.striptags()),
        view,
        chosen=True,
        tone=verify_words.tone(view.code),
        headline=headline,
        body=verify_words.body(view, lang),
        person=verify_words.person(view, lang),
    )


def page(
    template: str,
    lang: Language,
    about: Head,
    view: object,
    *,
    chosen: bool = False,
    **more: object,
) -> str:
    """Return a template filled in: `view` is what the page shows, `more` what else its template names.

    Links to other pages of ours keep the language where it was `chosen`.
    """
    sheet = Markup(styles.sheet(template, about.color))  # noqa: S704 - our own files, and a checked color
    found = _environment(lang, lang if chosen else None).get_template(f"{template}.html")
    return found.render(head=about, view=view, style=sheet, **more)


@cache
def _environment(lang: Language, kept: Language | None) -> Environment:
    """Return the templates with the words of one language. Everything that is put in is escaped.

    `kept` is the language that links keep.
    """
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
        t=partial(saying.say, lang),
        kind=partial(words.kind, lang),
        tongue=partial(words.tongue, lang),
        lasting=partial(dates.lasting, lang),
        assessed=partial(assessing.sentence, lang),
        modality=partial(assessing.modality, lang),
        credit_amount=partial(credit_words.amount, lang),
        credit_formula=partial(credit_words.formula, lang),
        by_place=credit_words.by_place,
        region=partial(credit_words.place, lang),
        emblem=_emblem,
        medal=_medal,
        qr=qr.svg,
        share=share,
        shortening=shortening,
        pdf_offered=pdf.available,
        data_block=structured.block,
        linkedin=links.linkedin,
        outside_checks=links.outside_checks,
        state=lambda part: verify_words.state(part, lang),
        tone_of=verify_words.tone,
    )
    environment.filters.update(
        bdi=saying.bdi,
        credit=partial(credit_words.line, lang),
        signed=partial(saying.signed, lang),
        strong=saying.strong,
        kept=partial(links.kept, kept),
        letter=links.letter,
        line=shortening.line,
        prose=shortening.prose,
        host=saying.host,
        path=share.path,
        markdown=markdown.rendered,
        day=partial(saying.day, lang),
        moment=partial(saying.moment, lang),
    )
    environment.tests.update(mailbox=links.is_mailbox, web=links.is_web, same_origin=links.is_same_origin)
    return environment


def _emblem(name: str, issuer: str, level: str | None = None, ink: str | None = None) -> Markup:
    """Return an emblem, in which everything that was given is escaped already."""
    return Markup(emblems.emblem(name, issuer, level, ink))  # noqa: S704 - our own drawing


def _medal(name: str, issuer: str, label: str, ink: str | None) -> Markup:
    """Return a badge's picture, in which everything that was given is escaped already."""
    return Markup(medals.medal(name, issuer, str(label), ink))  # noqa: S704 - our own drawing
