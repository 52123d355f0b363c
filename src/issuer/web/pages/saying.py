"""Words with values put in: each value is escaped, unless it is markup of ours."""

from datetime import datetime
from functools import cache
from typing import Final

from markupsafe import Markup, escape

from issuer.web.pages import dates, words
from issuer.web.pages.words import Language

_BDI: Final = Markup("<bdi>{}</bdi>")
_SIGNED: Final = Markup('<bdi lang="{}">{}</bdi>')
_STRONG: Final = Markup("<strong>{}</strong>")
_HOST: Final = Markup('<strong class="url">{}</strong>')
_LINK: Final = Markup('<a href="{}">{}</a>')
_TIME: Final = Markup('<time datetime="{}">{}</time>')


def say(lang: Language, key: str, **values: object) -> Markup:
    """Return the words for a key with their values, each escaped unless it is markup of ours."""
    return escape(words.phrase(lang, key)).format(**values) if values else _alone(lang, key)


def bdi(text: object) -> Markup:
    """Return a text that cannot turn the words around it, whichever way it is written."""
    return _BDI.format(text)


def signed(lang: Language, text: object, language: str) -> Markup:
    """Return a text of a signed badge, marked with its own language where that is not the page's."""
    return bdi(text) if language == lang else _SIGNED.format(language, text)


def strong(text: object) -> Markup:
    """Return a text that stands out."""
    return _STRONG.format(text)


def host(name: object) -> Markup:
    """Return a host name, set so that each letter can be told from the next."""
    return _HOST.format(name)


def linked(url: str, words: object) -> Markup:
    """Return words that lead to an address of ours."""
    return _LINK.format(url, words)


def day(lang: Language, when: datetime) -> Markup:
    """Return the day in words, with the moment for programs."""
    return _TIME.format(when.isoformat(timespec="seconds"), dates.day(lang, when))


def moment(lang: Language, when: datetime) -> Markup:
    """Return the day and the time in words, with the moment for programs."""
    return _TIME.format(when.isoformat(timespec="seconds"), dates.moment(lang, when))


@cache
def _alone(lang: Language, key: str) -> Markup:
    """Return words that take no value. They are most of a page, so each is made once."""
    return escape(words.phrase(lang, key)).format()
