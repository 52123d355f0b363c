"""How far somebody is with a stack: never more than is true, and the same as by trying every choice."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, given

from issuer.core.awarding import stack_rule
from issuer.core.awarding.stack_credit import Credit, credit
from issuer.core.awarding.stack_levels import reached
from issuer.core.awarding.stack_progress import Part, evaluate, left, step
from issuer.core.documents import Document
from tests.support import rules
from tests.unit.core.test_stack_rule import SPECIALIST


def holding(*codes: str) -> frozenset[tuple[str, str | None]]:
    return frozenset((code, None) for code in codes)


def part(value: object, *codes: str) -> Part:
    return evaluate(stack_rule.parse(value), holding(*codes))


def rest(value: object, *codes: str) -> object:
    found = left(stack_rule.parse(value), holding(*codes))
    return None if found is None else stack_rule.document(found)


def states(found: Part) -> list[str]:
    return [state for each in found.parts for state in states(each)] if found.parts else [found.state]


SUBSETS = [
    frozenset(choice) for size in range(len(rules.CODES) + 1) for choice in combinations(rules.CODES, size)
]


@given(rules.plain_rules)
def test_every_subset_of_badges_is_judged_as_by_trying_every_choice(value: rules.Value) -> None:
    rule = stack_rule.parse(value)

    for codes in SUBSETS:
        held = holding(*codes)
        assert evaluate(rule, held).satisfied == rules.satisfied(value, held)


@given(rules.rules, rules.holdings)
def test_progress_is_whole_exactly_when_satisfied(
    value: rules.Value, held: frozenset[tuple[str, str | None]]
) -> None:
    found = evaluate(stack_rule.parse(value), held)

    assert 0 <= found.progress <= 1
    assert (found.progress == 1) is found.satisfied is rules.satisfied(value, held)
    assert (found.percent == 100) is found.satisfied
    assert (found.have >= found.need) is found.satisfied


@given(rules.rules, rules.holdings, rules.holdings)
def test_more_badges_never_take_anything_away(
    value: rules.Value, held: frozenset[tuple[str, str | None]], more: frozenset[tuple[str, str | None]]
) -> None:
    rule = stack_rule.parse(value)

    before, after = evaluate(rule, held), evaluate(rule, held | more)

    assert after.progress >= before.progress
    assert after.satisfied >= before.satisfied
    assert after.have >= before.have


@given(rules.rules, rules.holdings, rules.holdings)
def test_what_is_left_is_satisfied_by_what_satisfies_the_whole(
    value: rules.Value, held: frozenset[tuple[str, str | None]], more: frozenset[tuple[str, str | None]]
) -> None:
    rule = stack_rule.parse(value)

    remaining = left(rule, held)

    assert (remaining is None) is evaluate(rule, held).satisfied
    done = remaining is None or evaluate(remaining, held | more).satisfied
    assert done is evaluate(rule, held | more).satisfied


@given(rules.rules, rules.holdings)
def test_what_is_left_names_nothing_that_is_there(
    value: rules.Value, held: frozenset[tuple[str, str | None]]
) -> None:
    remaining = left(stack_rule.parse(value), held)
    assume(remaining is not None)
    assert remaining is not None

    first = [(each.code, each.min_level) for each in stack_rule.badges(step(remaining))]

    assert first
    assert not evaluate(step(remaining), held).satisfied


@given(rules.rules, rules.holdings)
def test_a_badge_is_needed_only_where_its_groups_are_open(
    value: rules.Value, held: frozenset[tuple[str, str | None]]
) -> None:
    found = evaluate(stack_rule.parse(value), held)

    assert ("needed" in states(found)) is not found.satisfied


def test_the_example_is_followed_badge_by_badge() -> None:
    first = part(SPECIALIST, "MC-PLAN-FEEDBACK", "MC-PEER", "MC-LESSON-STUDY")
    last = part(SPECIALIST, "MC-PLAN-FEEDBACK", "MC-PEER", "MC-SELF", "MC-LESSON-STUDY", "MC-BOOK")

    assert first.progress == Fraction(1 + Fraction(1, 2) + Fraction(3, 4)) / 3
    assert (first.percent, first.have, first.need) == (75, 1, 3)
    assert (last.percent, last.satisfied) == (100, True)
    assert states(first) == ["earned", "earned", "needed", "needed", "earned", "needed", "needed"]
    assert states(last) == ["earned", "earned", "earned", "extra", "earned", "extra", "earned"]


def test_one_badge_serves_several_groups() -> None:
    value = {"all": [{"any": 1, "of": ["A", "B"]}, {"any": 1, "of": ["A", "C"]}]}

    assert part(value, "A").satisfied
    assert part(value, "B").progress == Fraction(1, 2)


def test_percent_is_rounded_down() -> None:
    value = {"points": 150, "of": [{"badge": "A", "weight": 149}, {"badge": "B", "weight": 1}]}

    assert part(value, "A").percent == 99


@pytest.mark.parametrize(
    ("value", "codes", "expected"),
    [
        ({"all": ["A", "B", "C"]}, "A", {"all": ["B", "C"]}),
        ({"all": ["A", "B"]}, "A", "B"),
        ({"any": 2, "of": ["A", "B", "C"]}, "A", {"any": 1, "of": ["B", "C"]}),
        ({"any": 3, "of": ["A", "B", "C"]}, "A", {"all": ["B", "C"]}),
        ({"any": 1, "of": ["A", "B"]}, "A", None),
        ({"any": 1, "of": [{"all": ["A", "B"]}, {"all": ["C", "B"]}]}, "AC", "B"),
        ({"any": 2, "of": [{"all": ["A", "B"]}, {"all": ["C", "B"]}, "D"]}, "AC",
         {"any": 2, "of": [{"all": ["A", "B"]}, {"all": ["C", "B"]}, "D"]}),
        ({"points": 4, "of": [{"badge": "A", "weight": 3}, {"badge": "B", "weight": 2},
                              {"badge": "C", "weight": 1}]}, "A",
         {"points": 1, "of": [{"badge": "B", "weight": 2}, {"badge": "C", "weight": 1}]}),
        ({"points": 5, "of": [{"badge": "A", "weight": 3}, {"badge": "B", "weight": 2}]}, "A", "B"),
        (SPECIALIST, "", SPECIALIST),
    ],
)  # fmt: skip
def test_what_is_left_is_said_as_a_rule(value: object, codes: str, expected: object) -> None:
    assert rest(value, *codes) == expected


SUBJECT: Document = {
    "achievement": {
        "resultDescription": [
            {"id": "a", "rubricCriterionLevel": [{"id": f"a:{level}"} for level in ("low", "mid", "high")]},
            {"id": "b", "rubricCriterionLevel": [{"id": f"b:{level}"} for level in ("low", "mid", "best")]},
            {"id": "score"},
        ]
    },
    "result": [
        {"resultDescription": "a", "achievedLevel": "a:high"},
        {"resultDescription": "b", "achievedLevel": "b:mid"},
        {"resultDescription": "score", "value": "97"},
    ],
}


def test_a_level_is_reached_where_no_criterion_falls_short_of_it() -> None:
    unscored = {**SUBJECT, "result": SUBJECT["result"][:1]}

    assert reached(SUBJECT) == {"low", "mid", "high"}
    assert reached(unscored) == {"high"}
    assert reached({"achievement": {}}) == frozenset()


def test_the_credit_is_that_of_the_shortest_way_and_of_all() -> None:
    value = {"all": ["A", {"any": 2, "of": ["B", "C", "D"]}]}
    hours = {"A": 10.0, "B": 30.0, "C": 5.0, "D": 7.0}

    assert credit(stack_rule.parse(value), hours) == Credit(22, 52)


def test_the_credit_of_points_is_that_of_the_cheapest_badges_that_bring_them() -> None:
    of = [{"badge": "A", "weight": 3}, {"badge": "B", "weight": 2}, {"badge": "C", "weight": 2}]
    rule = stack_rule.parse({"points": 4, "of": of})

    assert credit(rule, {"A": 1, "B": 20, "C": 20}) == Credit(21, 41)
    assert credit(rule, {"A": 50, "B": 20, "C": 20}) == Credit(40, 90)


def test_no_credit_is_told_where_it_is_not_known() -> None:
    shared = {"all": [{"any": 1, "of": ["A", "B"]}, {"any": 1, "of": ["A", "C"]}]}

    assert credit(stack_rule.parse({"all": ["A", "B"]}), {"A": 1, "B": None}) is None
    assert credit(stack_rule.parse(shared), {"A": 1, "B": 1, "C": 1}) is None


@given(rules.plain_rules)
def test_the_least_credit_is_found_by_trying_every_subset(value: rules.Value) -> None:
    rule = stack_rule.parse(value)
    hours = {code: float(2**place) for place, code in enumerate(rules.CODES)}

    found = credit(rule, hours)

    assume(found is not None)
    assert found is not None
    costs = [
        sum(hours[code] for code in codes) for codes in SUBSETS if rules.satisfied(value, holding(*codes))
    ]
    assert found == Credit(min(costs), sum(hours[code] for code in stack_rule.codes(rule)))
