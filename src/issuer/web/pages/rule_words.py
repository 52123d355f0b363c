"""The rule of a stack as a sentence, generated from the rule so that the two cannot disagree."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal, TypeAlias

from markupsafe import Markup, escape

from issuer.core.awarding.stack_progress import Part, step
from issuer.core.awarding.stack_rule import All, AnyOf, Badge, Points, Rule, Weighted
from issuer.web.pages import words
from issuer.web.pages.saying import say
from issuer.web.pages.words import Language

_PAIR: Final = 2
_COMMA: Final = Markup(", ")
_APART: Final = Markup("; ")
_NAME: Final = Markup("<bdi{}>{}</bdi>")
_LANG: Final = Markup(' lang="{}"')
_MISLEADING: Final = re.compile(r"[,;:()]|\b(?:(?i:and|or)|[yeou])\b")
"""What in a name could be taken for the sentence's own: such a name stands in quotation marks."""

_SOUNDS_LIKE_I: Final = re.compile(r"\W*h?[ií](?![aeouáéóú])", re.IGNORECASE)
_SOUNDS_LIKE_O: Final = re.compile(r"\W*h?[oó]", re.IGNORECASE)


@dataclass(frozen=True)
class BadgeName:
    """What a badge is called, in the language that this is written in, and its levels' names by their ids."""

    name: str
    language: str = "en"
    levels: Mapping[str, str] = field(default_factory=dict)


Unit: TypeAlias = Literal["badges", "parts", "points"]
Names: TypeAlias = Mapping[str, BadgeName]
"""Badges by their codes. One that is not there is called by its code."""


def sentence(lang: Language, rule: Rule, names: Names) -> Markup:
    """Return what to earn, as one sentence. It claims no more than the rule, whatever its nesting."""
    return say(lang, "rule.earn", what=phrase(lang, rule, names))


def phrase(lang: Language, rule: Rule, names: Names) -> Markup:
    """Return what to earn, to stand in a sentence or after a colon."""
    return _first(lang, rule, names).text


def heading(lang: Language, rule: Rule) -> Markup:
    """Return how many of a group's parts are needed, to stand over the list of them."""
    match rule:
        case Points(target):
            return say(lang, "part.points", points=points(lang, target))
        case AnyOf(1, parts) if len(parts) > 1:
            return say(lang, "part.any_one", count=len(parts))
        case AnyOf(needed, parts) if needed < len(parts):
            return say(lang, "part.any", needed=needed, count=len(parts))
        case All(parts) | AnyOf(parts=parts):
            key = {1: "part.all_one", _PAIR: "part.all_two"}.get(len(parts), "part.all")
            return say(lang, key, count=len(parts))
        case Badge():
            return say(lang, "part.all_one", count=1)


def summary(lang: Language, part: Part, left: Rule | None, names: Names) -> Markup:
    """Return how far somebody is: what is earned of what is needed, and what is next."""
    if left is None:
        return say(lang, "progress.complete")
    done = say(lang, f"progress.{unit(part)}", have=part.have, need=part.need)
    return done + " " + say(lang, "progress.next", what=phrase(lang, step(left), names))


def unit(part: Part) -> Unit:
    """Return what of a rule is counted."""
    if isinstance(part.rule, Points):
        return "points"
    return "parts" if any(each.parts for each in part.parts) else "badges"


def badge(lang: Language, wanted: Badge, names: Names) -> Markup:
    """Return the name of a badge, with the level that is asked for."""
    known = names.get(wanted.code) or BadgeName(wanted.code, lang)
    name = escape(known.name)
    if _MISLEADING.search(known.name):
        name = say(lang, "rule.quoted", name=name)
    text = _marked(name, known.language, lang)
    if wanted.min_level is None:
        return text
    level = _marked(known.levels.get(wanted.min_level, wanted.min_level), known.language, lang)
    return say(lang, "rule.level", badge=text, level=level)


def points(lang: Language, count: int) -> str:
    """Return a number of points."""
    return words.phrase(lang, "rule.point_one" if count == 1 else "rule.point_many").format(count=count)


@dataclass(frozen=True)
class _Said:
    """Words for a rule, and how many lists they hold, one inside the other."""

    text: Markup
    depth: int = 0


def _first(lang: Language, rule: Rule, names: Names) -> _Said:
    """Return the words for a rule that begins a sentence: its list needs no brackets."""
    match _simple(rule):
        case All(parts):
            return _enumerated(lang, [_inside(lang, each, names) for each in parts])
        case AnyOf(needed, parts):
            items = [_inside(lang, each, names) for each in parts]
            key = "rule.one_of" if needed == 1 else "rule.any_first"
            return _listed(lang, key, items, needed=needed, count=len(parts))
        case Points(target, parts):
            return _pointed(lang, "rule.points_first", target, parts, names)
        case Badge() as one:
            return _Said(badge(lang, one, names))


def _inside(lang: Language, rule: Rule, names: Names) -> _Said:
    """Return the words for a rule that is a part of another: its list stands in brackets."""
    match _simple(rule):
        case All(parts):
            return _every(lang, [_inside(lang, each, names) for each in parts])
        case AnyOf(needed, parts):
            return _some(lang, needed, [_inside(lang, each, names) for each in parts])
        case Points(target, parts):
            return _pointed(lang, "rule.points", target, parts, names)
        case Badge() as one:
            return _Said(badge(lang, one, names))


def _simple(rule: Rule) -> Rule:
    """Return the shortest rule that asks for the same: a group of one is its part, any 2 of 2 are all."""
    match rule:
        case All((only,)) | AnyOf(_, (only,)):
            return _simple(only)
        case Points(_, (only,)):
            return only.badge
        case AnyOf(needed, parts) if needed == len(parts):
            return All(parts)
        case _:
            return rule


def _enumerated(lang: Language, items: Sequence[_Said]) -> _Said:
    """Return parts that are all needed: with commas, or semicolons where a part has lists in a list."""
    depth = max(each.depth for each in items)
    *some, last = (each.text for each in items)
    key = "rule.two" if len(items) == _PAIR else "rule.many"
    if depth:
        key = "rule.many_groups" if depth == 1 else "rule.many_apart"
    first = (_APART if depth > 1 else _COMMA).join(some)
    return _Said(say(lang, key, first=first, joint=_and(lang, last), last=last), depth + 1)


def _every(lang: Language, items: Sequence[_Said]) -> _Said:
    if len(items) > _PAIR:
        return _listed(lang, "rule.all", items, count=len(items))
    if any(each.depth for each in items):
        return _listed(lang, "rule.all_two", items)
    first, last = (each.text for each in items)
    return _Said(say(lang, "rule.both", first=first, last=last), 1)


def _some(lang: Language, needed: int, items: Sequence[_Said]) -> _Said:
    if needed > 1 or len(items) > _PAIR or any(each.depth for each in items):
        return _listed(lang, "rule.any", items, needed=needed, count=len(items))
    first, last = (each.text for each in items)
    return _Said(say(lang, "rule.either", first=first, joint=_or(lang, last), last=last), 1)


def _pointed(lang: Language, key: str, target: int, parts: Sequence[Weighted], names: Names) -> _Said:
    point = partial(points, lang)
    items = [
        _Said(say(lang, "rule.weighted", badge=badge(lang, each.badge, names), points=point(each.weight)))
        for each in parts
    ]
    return _listed(lang, key, items, points=point(target), count=len(parts))


def _listed(lang: Language, key: str, items: Sequence[_Said], **values: object) -> _Said:
    depth = max(each.depth for each in items)
    text = (_APART if depth else _COMMA).join(each.text for each in items)
    return _Said(say(lang, key, items=text, **values), depth + 1)


def _and(lang: Language, following: Markup) -> str:
    sound = _SOUNDS_LIKE_I.match(following.striptags())
    return words.phrase(lang, "rule.and_before_i" if sound else "rule.and")


def _or(lang: Language, following: Markup) -> str:
    sound = _SOUNDS_LIKE_O.match(following.striptags())
    return words.phrase(lang, "rule.or_before_o" if sound else "rule.or")


def _marked(text: str, language: str, lang: Language) -> Markup:
    """Return a text that cannot turn the words around it, with its language where that is another."""
    return _NAME.format(_LANG.format(language) if language != lang else "", text)
