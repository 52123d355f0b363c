"""Styles in an uploaded SVG picture: read rule by rule, and written anew from what only draws."""

import re
from dataclasses import dataclass
from typing import Final

from issuer.core.artwork import svg_allowed

_LOCAL: Final = re.compile(r"""url\(\s*(["']?)#([^\W\d][\w.:-]*)\1\s*\)""", re.IGNORECASE)
_VALUE: Final = re.compile(r"""[\w\s.,%#+\-/()!'"]*""")
_CALL: Final = re.compile(r"([\w-]*)\s*\(")
_NAMES: Final = (
    "rgb rgba hsl hsla calc matrix translate translatex translatey scale scalex scaley rotate skewx skewy"
)
_FUNCTIONS: Final = frozenset({"", *_NAMES.split()})
_PROPERTY: Final = re.compile(r"-?[A-Za-z][\w-]*")
_NOTE: Final = "-inkscape-"

_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE: Final = re.compile(r"([^{}@;]+)\{([^{}]*)\}\s*")
_SELECTOR: Final = re.compile(r"[\w.#*-]+(?:[\s>]+[\w.#*-]+)*")
_CLASS: Final = re.compile(r"\.([\w-]+)")


class UnsafeStyle(ValueError):
    """A style does more than draw. Its text says what to do."""


@dataclass(frozen=True)
class Reach:
    """The parts of the picture that a rule refers to, for elements of these classes, or for all of none."""

    classes: frozenset[str]
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A style sheet written anew, and what its rules refer to."""

    text: str
    reaches: tuple[Reach, ...]


def refuse_value(value: str) -> None:
    """Raise `UnsafeStyle` unless a property's value names at most parts of the same picture.

    Neither escapes nor comments are accepted (CSS Syntax 3, 4.3.2 and 4.3.7): they could hide an address.
    """
    local = _LOCAL.sub(" ", value)
    if not _VALUE.fullmatch(local):
        raise UnsafeStyle(
            f"the value {value[:60]!r} is not a plain one: write it without escapes or addresses"
        )
    for name in _CALL.findall(local):
        if name.lower() not in _FUNCTIONS:
            raise UnsafeStyle(
                f"{name[:40]}(…) is not accepted: name a part of the picture itself, as in url(#part)"
            )


def parts(value: str) -> tuple[str, ...]:
    """Return the ids of the parts of the picture that a value refers to."""
    return tuple(found[2] for found in _LOCAL.finditer(value))


def declarations(text: str) -> str:
    """Return the declarations of a style that only draw, or raise `UnsafeStyle`.

    Left out are properties that mean nothing to a picture, where their value is harmless.
    """
    kept = []
    for declaration in _COMMENT.sub(" ", text).split(";"):
        name, colon, value = (part.strip() for part in declaration.partition(":"))
        if not (name or colon) or name.startswith(_NOTE):
            continue
        if not _PROPERTY.fullmatch(name) or not colon:
            raise UnsafeStyle(f"{declaration.strip()[:60]!r} is no property with its value: take it out")
        refuse_value(value)
        if name.lower() == "filter" and value != "none":
            raise UnsafeStyle(f"filter: {svg_allowed.HINTS['filter']}")
        if name.lower() in svg_allowed.PRESENTATION and value:
            kept.append(f"{name.lower()}:{value}")
    return ";".join(kept)


def sheet(text: str) -> Sheet:
    """Return a style sheet of plain rules, or raise `UnsafeStyle` for any other."""
    source = _COMMENT.sub(" ", text).strip()
    rules, reaches, start = [], [], 0
    while start < len(source):
        rule = _RULE.match(source, start)
        if rule is None:
            raise UnsafeStyle(
                "the style sheet has more than plain rules: take out what begins with @, and what is nested"
            )
        selectors, kept = _selectors(rule[1]), declarations(rule[2])
        if kept:
            rules.append(f"{','.join(selectors)}{{{kept}}}")
        reaches += [Reach(frozenset(_CLASS.findall(each)), parts(kept)) for each in selectors if parts(kept)]
        start = rule.end()
    return Sheet("\n".join(rules), tuple(reaches))


def _selectors(text: str) -> list[str]:
    found = [" ".join(each.split()) for each in text.split(",")]
    for each in found:
        if not _SELECTOR.fullmatch(each):
            raise UnsafeStyle(f"the selector {each[:60]!r} is not accepted: use names, classes and ids alone")
    return found
