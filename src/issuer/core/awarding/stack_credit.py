"""How many hours of credit a stack brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from issuer.core.awarding.stack_rule import All, AnyOf, Badge, Points, Rule, badges, codes


@dataclass(frozen=True)
class Credit:
    """The hours of the shortest way to satisfy a rule, and those of all its badges together."""

    least: float
    most: float


def credit(rule: Rule, hours: Mapping[str, float | None]) -> Credit | None:
    """Return the credit of a rule, from that of each badge; None where it can't be told.

    It can't where a badge says nothing of its credit, nor where one serves several groups: the shortest way
    is then a search, not a sum.
    """
    known = {code: amount for code in codes(rule) if (amount := hours.get(code)) is not None}
    named = [each.code for each in badges(rule)]
    if len(named) != len(set(named)) or len(known) < len(named):
        return None
    return Credit(_least(rule, known), sum(known.values()))


def _least(rule: Rule, hours: Mapping[str, float]) -> float:
    match rule:
        case Badge(code):
            return hours[code]
        case All(parts):
            return sum(_least(each, hours) for each in parts)
        case AnyOf(needed, parts):
            return sum(sorted(_least(each, hours) for each in parts)[:needed])
        case Points():
            return _least_of_points(rule, hours)


def _least_of_points(rule: Points, hours: Mapping[str, float]) -> float:
    """Return the fewest hours that bring the points: for each number of points, the best so far."""
    nothing: dict[int, float] = {0: 0.0}
    best = reduce(
        lambda so_far, each: _with(so_far, each.weight, hours[each.badge.code], rule.target),
        rule.parts,
        nothing,
    )
    return best[rule.target]


def _with(so_far: Mapping[int, float], weight: int, amount: float, target: int) -> dict[int, float]:
    found = dict(so_far)
    for points, spent in so_far.items():
        reached = min(target, points + weight)
        found[reached] = min(found.get(reached, spent + amount), spent + amount)
    return found
