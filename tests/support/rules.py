"""Random rules of stacks, and another reading of what they mean, written from the words of the language."""

from collections.abc import Collection
from itertools import combinations
from typing import Any, TypeAlias

from hypothesis import strategies as st

Value: TypeAlias = Any
"""A rule as JSON has it."""

CODES = ("A", "B", "C", "D", "E", "F")
LEVELS = ("proficient", "distinguished")


@st.composite
def groups(draw: st.DrawFn, inner: st.SearchStrategy[Value]) -> Value:
    parts: list[Value] = []
    for part in draw(st.lists(inner, min_size=1, max_size=4)):
        if named(part) is None or named(part) not in [named(each) for each in parts]:
            parts.append(part)
    if draw(st.booleans()):
        return {"all": parts, **draw(labels)}
    return {"any": draw(st.integers(1, len(parts))), "of": parts, **draw(labels)}


@st.composite
def points(draw: st.DrawFn) -> Value:
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True))
    weights = draw(st.lists(st.integers(1, 4), min_size=len(codes), max_size=len(codes)))
    of = [{"badge": code, "weight": weight} for code, weight in zip(codes, weights, strict=True)]
    return {"points": draw(st.integers(1, sum(weights))), "of": of, **draw(labels)}


labels = st.sampled_from([{}, {"label": {"en": "Core"}}, {"label": {"en": "Core", "es": "Base"}}])
plain_badges = st.sampled_from(CODES)
badges = st.one_of(
    plain_badges,
    st.fixed_dictionaries({"badge": plain_badges, "minLevel": st.sampled_from(LEVELS)}),
)


def _nested(leaves: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    found = leaves
    for _ in range(3):
        found = st.one_of(leaves, points(), groups(found))
    return found


rules = _nested(badges)
plain_rules = _nested(plain_badges)
"""Rules that ask for no level."""
holdings = st.dictionaries(st.sampled_from(CODES), st.integers(0, 2)).map(
    lambda reached: frozenset(
        (code, level) for code, count in reached.items() for level in (None, *LEVELS)[: count + 1]
    )
)
"""What people may hold: who has reached a level has reached those below it."""


def named(part: Value) -> str | None:
    """Return the code of a part that is a badge."""
    code = part.get("badge") if isinstance(part, dict) else part
    return code if isinstance(code, str) else None


def satisfied(rule: Value, held: Collection[tuple[str, str | None]]) -> bool:
    """Say whether a rule is satisfied, straight from its words: by looking for a choice that does it."""
    if isinstance(rule, str):
        return (rule, None) in held
    if "badge" in rule:
        return (rule["badge"], rule.get("minLevel")) in held
    if "all" in rule:
        return all(satisfied(each, held) for each in rule["all"])
    choices = [choice for size in range(len(rule["of"]) + 1) for choice in combinations(rule["of"], size)]
    if "any" in rule:
        return any(
            len(choice) == rule["any"] and all(satisfied(each, held) for each in choice) for choice in choices
        )
    return any(
        sum(each["weight"] for each in choice) >= rule["points"]
        and all((each["badge"], None) in held for each in choice)
        for choice in choices
    )
