"""The language in which a stack says which badges it takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from issuer.core.awarding import stack_faults
from issuer.core.awarding.stack_faults import Path
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields


@dataclass(frozen=True)
class Label:
    """What a group is called, in each language that has a name for it."""

    en: str | None = None
    es: str | None = None


@dataclass(frozen=True)
class Badge:
    """One badge, with a level of its rubric where the badge alone does not do."""

    code: str
    min_level: str | None = None


@dataclass(frozen=True)
class All:
    """Every part."""

    parts: tuple["Rule", ...]
    label: Label | None = None


@dataclass(frozen=True)
class AnyOf:
    """As many of the parts as are `needed`, whichever they are."""

    needed: int
    parts: tuple["Rule", ...]
    label: Label | None = None


@dataclass(frozen=True)
class Weighted:
    """A badge and the points that it brings."""

    badge: Badge
    weight: int


@dataclass(frozen=True)
class Points:
    """Badges whose points come to at least `target`."""

    target: int
    parts: tuple[Weighted, ...]
    label: Label | None = None


Rule: TypeAlias = Badge | All | AnyOf | Points


def parse(value: object, place: Path = ()) -> Rule:
    """Return the rule that a JSON value says, or raise `InvalidFields` that points at each fault.

    `place` is where the value stands in its document.
    """
    faults = stack_faults.faults(value, place)
    if faults:
        places = ", ".join(dict.fromkeys(fault.pointer or "the rule" for fault in faults[:3]))
        raise InvalidFields(f"not accepted: {places}", faults)
    return _built(value)


def document(rule: Rule) -> str | Document:
    """Return the JSON value of a rule, each badge in its shortest form."""
    match rule:
        case Badge(code, None):
            return code
        case Badge(code, level):
            return {"badge": code, "minLevel": level}
        case All():
            return {**_labelled(rule.label), "all": [document(each) for each in rule.parts]}
        case AnyOf():
            return {
                **_labelled(rule.label),
                "any": rule.needed,
                "of": [document(each) for each in rule.parts],
            }
        case Points():
            of = [{"badge": each.badge.code, "weight": each.weight} for each in rule.parts]
            return {**_labelled(rule.label), "points": rule.target, "of": of}


def badges(rule: Rule) -> Iterator[Badge]:
    """Yield every badge that a rule names, in order, as often as it is named."""
    match rule:
        case Badge():
            yield rule
        case Points():
            yield from (each.badge for each in rule.parts)
        case All() | AnyOf():
            for part in rule.parts:
                yield from badges(part)


def codes(rule: Rule) -> tuple[str, ...]:
    """Return the codes of a rule in order, each once."""
    return tuple(dict.fromkeys(each.code for each in badges(rule)))


def places(value: Any, place: Path = ()) -> Iterator[tuple[Path, Badge]]:  # noqa: ANN401 - JSON
    """Yield every badge of a rule without faults, each with the place where its code stands."""
    if isinstance(value, str):
        yield place, Badge(value)
    elif "badge" in value:
        yield (*place, "badge"), Badge(value["badge"], value.get("minLevel"))
    else:
        name = "all" if "all" in value else "of"
        for index, each in enumerate(value[name]):
            yield from places(each, (*place, name, index))


def _built(value: Any) -> Rule:  # noqa: ANN401 - JSON in which no fault was found
    if isinstance(value, str):
        return Badge(value)
    if "badge" in value:
        return Badge(value["badge"], value.get("minLevel"))
    label = Label(**value["label"]) if "label" in value else None
    if "all" in value:
        return All(tuple(_built(each) for each in value["all"]), label)
    if "any" in value:
        return AnyOf(value["any"], tuple(_built(each) for each in value["of"]), label)
    weighted = tuple(Weighted(Badge(each["badge"]), each["weight"]) for each in value["of"])
    return Points(value["points"], weighted, label)


def _labelled(label: Label | None) -> Document:
    given = {"en": label.en, "es": label.es} if label else {}
    named = {lang: text for lang, text in given.items() if text is not None}
    return {"label": named} if named else {}
