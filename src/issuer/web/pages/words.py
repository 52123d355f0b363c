"""Every word of the interface, in English and in Spanish."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final, Literal, TypeAlias

Language: TypeAlias = Literal["en", "es"]

LANGUAGES: Final[tuple[Language, ...]] = ("en", "es")


class UnknownWord(LookupError):
    """A page asks for a word that no language has: a mistake of ours."""


def phrase(lang: Language, key: str) -> str:
    """Return the words for a dotted key, with their {placeholders}."""
    found = phrases(lang).get(key)
    if found is None:
        raise UnknownWord(f"there is no {key!r} in {lang!r}")
    return found


def kind(lang: Language, achievement_type: str) -> str:
    """Return the kind of an achievement in words. A programme's own kind (`ext:…`) is just a badge."""
    known = phrases(lang)
    return known.get(f"kind.{achievement_type}", known["kind.Badge"])


def tongue(lang: Language, tag: str) -> str:
    """Return the name of a language, or its tag where there is no name for it."""
    return phrases(lang).get(f"tongue.{tag.partition('-')[0].lower()}", tag)


@cache
def phrases(lang: Language) -> Mapping[str, str]:
    """Return every phrase of a language by its dotted key."""
    found: dict[str, str] = {}
    for part in sorted(resources.files(__package__).joinpath("languages", lang).iterdir(), key=_name):
        for key, text in _flat(tomllib.loads(part.read_text("utf-8"))):
            if found.setdefault(key, text) is not text:
                raise ValueError(f"{key!r} is said twice in {lang!r}")
    return found


def language(query: str | None, accept_language: str | None, default: Language = LANGUAGES[0]) -> Language:
    """Return the language to answer in: the one asked for, else the reader's preference, else the default."""
    wanted = [(1.0, query or ""), *_preferences(accept_language or "")]
    found = (lang for weight, tag in wanted if weight > 0 and (lang := named(tag)))
    return next(found, default)


def named(tag: str) -> Language | None:
    """Return the language of a tag such as es-MX, or None where there are no words in it."""
    primary = tag.strip().lower().partition("-")[0]
    return next((lang for lang in LANGUAGES if lang == primary), None)


def other(lang: Language) -> Language:
    """Return the language that the switch of a page leads to."""
    return LANGUAGES[1 - LANGUAGES.index(lang)]


def _name(part: Traversable) -> str:
    return part.name


def _flat(sections: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for section, entries in sections.items():
        for name, text in entries.items():
            yield f"{section}.{name}", text


def _preferences(accept_language: str) -> list[tuple[float, str]]:
    """Return the ranges of the header (RFC 9110, section 12.5.4), the most wanted first."""
    ranges = [part.partition(";") for part in accept_language.split(",")[:20]]
    weighted = [(_weight(parameters), tag) for tag, _, parameters in ranges]
    return sorted(weighted, key=lambda pair: -pair[0])


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
