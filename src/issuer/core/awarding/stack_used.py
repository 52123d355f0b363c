"""Which badges a stack was awarded for: enough of them to satisfy its rule, and no more."""

from collections.abc import Iterator

from issuer.core.awarding.stack_progress import Part
from issuer.core.awarding.stack_rule import AnyOf, Badge, Points


def used(part: Part) -> tuple[Badge, ...]:
    """Return badges that satisfy an evaluated rule by themselves, in its order; nothing if it is not.

    Of more badges than a group needs, the first ones that stand in it are taken.
    """
    return tuple(dict.fromkeys(_used(part))) if part.satisfied else ()


def _used(part: Part) -> Iterator[Badge]:
    rule = part.rule
    if isinstance(rule, Badge):
        yield rule
        return
    satisfied = [each for each in part.parts if each.satisfied]
    if isinstance(rule, AnyOf):
        satisfied = satisfied[: rule.needed]
    if isinstance(rule, Points):
        satisfied = list(_enough(satisfied, rule.target))
    for each in satisfied:
        yield from _used(each)


def _enough(parts: list[Part], target: int) -> Iterator[Part]:
    """Yield weighted badges, the heaviest first, until they bring the points."""
    brought = 0
    for each in sorted(parts, key=lambda part: -(part.weight or 0)):
        if brought < target:
            brought += each.weight or 0
            yield each
