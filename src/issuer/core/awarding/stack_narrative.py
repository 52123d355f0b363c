"""What it takes to earn a stack, as the criteria that are signed into it: generated from its rule."""

from collections.abc import Iterator, Mapping
from typing import Final

from issuer.core.awarding.stack_rule import All, AnyOf, Badge, Label, Points, Rule

_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "intro": "Earn these micro-credentials:",
        "all": "all of these",
        "any": "any {needed} of these {count}",
        "points": "at least {target} points of these",
        "level": "{name}, at the level {level} or above",
        "point": "{name} ({weight} pt.)",
    },
    "es": {
        "intro": "Obtenga estas microcredenciales:",
        "all": "todas estas",
        "any": "{needed} cualesquiera de estas {count}",
        "points": "al menos {target} puntos entre estas",
        "level": "{name}, con el nivel {level} o superior",
        "point": "{name} ({weight} pt.)",
    },
}
_FALLBACK: Final = "en"
_INDENT: Final = "  "


def narrative(rule: Rule, names: Mapping[str, str], language: str) -> str:
    """Return a rule as a Markdown list, in Spanish or in English; `names` are the badges' by their codes.

    Text and rule cannot disagree: nobody writes the one.
    """
    said = _SAID.get(language.partition("-")[0], _SAID[_FALLBACK])
    return "\n".join([said["intro"], "", *_lines(rule, names, said, language, depth=0)])


def _lines(
    rule: Rule, names: Mapping[str, str], said: Mapping[str, str], language: str, *, depth: int
) -> Iterator[str]:
    start = f"{_INDENT * depth}- "
    match rule:
        case Badge():
            yield start + _badge(rule, names, said)
        case Points(target, parts, label):
            yield start + _titled(label, said["points"].format(target=target), language)
            for each in parts:
                point = said["point"].format(name=_badge(each.badge, names, said), weight=each.weight)
                yield f"{_INDENT}{start}{point}"
        case All(parts, label) | AnyOf(parts=parts, label=label):
            yield start + _titled(label, _heading(rule, said), language)
            for part in parts:
                yield from _lines(part, names, said, language, depth=depth + 1)


def _heading(rule: All | AnyOf, said: Mapping[str, str]) -> str:
    if isinstance(rule, All):
        return said["all"]
    return said["any"].format(needed=rule.needed, count=len(rule.parts))


def _badge(badge: Badge, names: Mapping[str, str], said: Mapping[str, str]) -> str:
    name = names.get(badge.code, badge.code)
    return said["level"].format(name=name, level=badge.min_level) if badge.min_level else name


def _titled(label: Label | None, heading: str, language: str) -> str:
    title = (label.es if language.startswith("es") else label.en) if label else None
    return f"{title}: {heading}" if title else heading
