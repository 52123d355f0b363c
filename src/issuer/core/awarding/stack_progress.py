"""How far somebody is with a stack, and what is left to do."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from issuer.core.awarding.stack_rule import All, AnyOf, Badge, Points, Rule

Held: TypeAlias = AbstractSet[tuple[str, str | None]]
"""What somebody holds: (code, None) for each badge, and (code, level) for each level reached with it."""

State: TypeAlias = Literal["earned", "needed", "extra"]

_WHOLE: Final = Fraction(1)
_NOTHING: Final = Fraction(0)
_PERCENT: Final = 100


@dataclass(frozen=True)
class Part:
    """A rule as somebody stands to it. `have` of `need` are parts, points for `Points`, 1 for a badge.

    `weight` is what a badge brings where points are counted.
    """

    rule: Rule
    satisfied: bool
    progress: Fraction
    have: int
    need: int
    parts: tuple["Part", ...] = ()
    state: State = "needed"
    weight: int | None = None

    @property
    def percent(self) -> int:
        """The progress in percent, rounded down: 100 when satisfied, and never before."""
        return int(self.progress * _PERCENT)


def evaluate(rule: Rule, held: Held) -> Part:
    """Return how somebody who holds these badges stands to a rule and to each of its parts.

    An achievement counts once, and may serve several groups. More badges never take anything away.
    """
    return _marked(_evaluated(rule, held), spare=False)


def left(rule: Rule, held: Held) -> Rule | None:
    """Return what is left of a rule for somebody who holds these badges, None if it is satisfied.

    Whatever further badges satisfy the one satisfy the other, and no others do.
    """
    if _evaluated(rule, held).satisfied:
        return None
    match rule:
        case All(parts):
            return _all(tuple(dict.fromkeys(rest for each in parts if (rest := left(each, held)))))
        case AnyOf():
            return _left_of_any(rule, held)
        case Points():
            return _left_of_points(rule, held)
        case Badge():
            return rule


def step(rule: Rule) -> Rule:
    """Return what of a rule to do first: the first part where all are needed, else the rule itself."""
    return step(rule.parts[0]) if isinstance(rule, All) else rule


def _evaluated(rule: Rule, held: Held) -> Part:
    match rule:
        case Badge():
            return _badge(rule, held)
        case All(parts):
            return _counted(rule, tuple(_evaluated(each, held) for each in parts), len(parts))
        case AnyOf(needed, parts):
            return _counted(rule, tuple(_evaluated(each, held) for each in parts), needed)
        case Points():
            return _summed(rule, held)


def _badge(rule: Badge, held: Held) -> Part:
    has = (rule.code, rule.min_level) in held
    return Part(rule, has, _WHOLE if has else _NOTHING, int(has), 1)


def _counted(rule: Rule, parts: tuple[Part, ...], need: int) -> Part:
    """Return a group whose progress is the mean of its best parts, as many as are needed."""
    best = sorted((each.progress for each in parts), reverse=True)[:need]
    have = sum(each.satisfied for each in parts)
    return Part(rule, have >= need, sum(best, _NOTHING) / need, have, need, parts)


def _summed(rule: Points, held: Held) -> Part:
    parts = tuple(replace(_badge(each.badge, held), weight=each.weight) for each in rule.parts)
    have = sum(part.weight or 0 for part in parts if part.satisfied)
    progress = min(_WHOLE, Fraction(have, rule.target))
    return Part(rule, have >= rule.target, progress, have, rule.target, parts)


def _marked(part: Part, *, spare: bool) -> Part:
    """Return a part with the state of each badge: earned, needed, or spare since its group is satisfied."""
    spare = spare or part.satisfied
    state: State = "earned" if part.satisfied else "extra" if spare else "needed"
    return replace(part, state=state, parts=tuple(_marked(each, spare=spare) for each in part.parts))


def _left_of_any(rule: AnyOf, held: Held) -> Rule:
    open_parts = [each for each in rule.parts if not _evaluated(each, held).satisfied]
    needed = rule.needed - (len(rule.parts) - len(open_parts))
    rests = [rest for each in open_parts if (rest := left(each, held))]
    if len(set(rests)) < len(rests):  # two parts that have come to the same still count as two
        rests = list(dict.fromkeys(rests)) if needed == 1 else open_parts
    if needed == len(rests):
        return _all(tuple(dict.fromkeys(rests)))
    return AnyOf(needed, tuple(rests), rule.label)


def _left_of_points(rule: Points, held: Held) -> Rule:
    rest = tuple(each for each in rule.parts if (each.badge.code, None) not in held)
    brought = sum(each.weight for each in rule.parts) - sum(each.weight for each in rest)
    target = rule.target - brought
    return rest[0].badge if len(rest) == 1 else Points(target, rest, rule.label)


def _all(parts: tuple[Rule, ...]) -> Rule:
    return parts[0] if len(parts) == 1 else All(parts)
