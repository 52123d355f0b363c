"""The rule language of stacks: what it takes, and what it refuses with a place and a reason."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.awarding import stack_faults, stack_rule
from issuer.core.awarding.stack_rule import All, AnyOf, Badge, Label, Points, Weighted
from issuer.core.fields import InvalidFields
from tests.support import rules

SPECIALIST = {
    "all": [
        "MC-PLAN-FEEDBACK",
        {"any": 2, "of": ["MC-PEER", "MC-SELF", "MC-FAMILIES"]},
        {
            "points": 4,
            "of": [
                {"badge": "MC-LESSON-STUDY", "weight": 3},
                {"badge": "MC-MENTOR", "weight": 2},
                {"badge": "MC-BOOK", "weight": 1},
            ],
        },
    ]
}


def refused(value: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFields) as caught:
        stack_rule.parse(value, ("requires",))
    return [(fault.pointer, fault.detail) for fault in caught.value.faults]


def deep(levels: int) -> object:
    rule: object = "A"
    for _ in range(levels - 1):
        rule = {"all": [rule]}
    return rule


def wide(parts: int) -> dict[str, list[str]]:
    return {"all": [f"B{number}" for number in range(parts - 1)]}


def test_every_form_is_read() -> None:
    labelled = {"any": 1, "of": [{"badge": "A", "minLevel": "proficient"}, "B"], "label": {"es": "Base"}}

    assert stack_rule.parse("A") == Badge("A")
    assert stack_rule.parse({"badge": "A"}) == Badge("A")
    assert stack_rule.parse(labelled) == AnyOf(1, (Badge("A", "proficient"), Badge("B")), Label(es="Base"))
    assert stack_rule.parse(SPECIALIST) == All((
        Badge("MC-PLAN-FEEDBACK"),
        AnyOf(2, (Badge("MC-PEER"), Badge("MC-SELF"), Badge("MC-FAMILIES"))),
        Points(4, (
            Weighted(Badge("MC-LESSON-STUDY"), 3), Weighted(Badge("MC-MENTOR"), 2),
            Weighted(Badge("MC-BOOK"), 1),
        )),
    ))  # fmt: skip


def test_its_codes_are_in_order_each_once() -> None:
    rule = stack_rule.parse({"all": ["B", {"any": 1, "of": ["A", "B"]}, {"all": ["C", "A"]}]})

    assert stack_rule.codes(rule) == ("B", "A", "C")


@given(rules.rules)
def test_what_is_written_is_read_again(value: rules.Value) -> None:
    rule = stack_rule.parse(value)

    assert stack_rule.parse(stack_rule.document(rule)) == rule


@pytest.mark.parametrize(
    ("value", "pointer", "words"),
    [
        ({"all": []}, "/requires/all", "at least one part"),
        ({"any": 1, "of": []}, "/requires/of", "at least one part"),
        ({"points": 1, "of": []}, "/requires/of", "at least one part"),
        ({"any": 1}, "/requires/of", "at least one part"),
        ({"all": "AB"}, "/requires/all", "at least one part"),
        ({"any": 3, "of": ["A", "B"]}, "/requires/any", "from 1 to 2"),
        ({"any": 0, "of": ["A"]}, "/requires/any", "from 1 to 1"),
        ({"any": -1, "of": ["A"]}, "/requires/any", "from 1"),
        ({"any": 1.0, "of": ["A"]}, "/requires/any", "whole number"),
        ({"any": True, "of": ["A"]}, "/requires/any", "whole number"),
        ({"any": "1", "of": ["A"]}, "/requires/any", "whole number"),
        ({"points": 6, "of": [{"badge": "A", "weight": 3}, {"badge": "B", "weight": 2}]},
         "/requires/points", "bring no more"),
        ({"points": 0, "of": [{"badge": "A", "weight": 3}]}, "/requires/points", "from 1 to 3"),
        ({"points": 1, "of": ["A"]}, "/requires/of/0", "badge and weight"),
        ({"points": 1, "of": [{"badge": "A"}]}, "/requires/of/0/weight", "from 1 to 1000"),
        ({"points": 1, "of": [{"badge": "A", "weight": 0}]}, "/requires/of/0/weight", "from 1"),
        ({"points": 1, "of": [{"badge": "A", "weight": 1_001}]}, "/requires/of/0/weight", "from 1"),
        ({"points": 1, "of": [{"badge": "A", "weight": 1, "minLevel": "x"}]},
         "/requires/of/0/minLevel", "not known"),
        ({"points": 1, "of": [{"all": ["A"]}]}, "/requires/of/0", "badge and weight"),
        ({"all": ["A", "B", "A"]}, "/requires/all/2", "already"),
        ({"all": ["A", {"badge": "A", "minLevel": "proficient"}]}, "/requires/all/1", "already"),
        ({"any": 1, "of": ["A", {"badge": "A"}]}, "/requires/of/1", "already"),
        ({"points": 2, "of": [{"badge": "A", "weight": 1}] * 2}, "/requires/of/1", "already"),
        ({"all": ["A"], "any": 1}, "/requires", "exactly one"),
        ({"badge": "A", "all": ["B"]}, "/requires", "exactly one"),
        ({}, "/requires", "exactly one"),
        ({"not": "A"}, "/requires", "exactly one"),
        ({"all": ["A"], "not": ["B"]}, "/requires/not", "not known"),
        ({"all": ["A", {"badge": "B", "min_level": "x"}]}, "/requires/all/1/min_level", "not known"),
        ({"badge": 7}, "/requires/badge", "not a code"),
        ({"badge": "A", "minLevel": None}, "/requires/minLevel", "not a code"),
        ("", "/requires", "not a code"),
        ("a/b", "/requires", "not a code"),
        (None, "/requires", "a rule is"),
        (["A"], "/requires", "a rule is"),
        ({"all": ["A", {"all": [3]}]}, "/requires/all/1/all/0", "a rule is"),
        ({"all": ["A"], "label": "Core"}, "/requires/label", "en, es or both"),
        ({"all": ["A"], "label": {}}, "/requires/label", "en, es or both"),
        ({"all": ["A"], "label": {"fr": "Base"}}, "/requires/label/fr", "not known"),
        ({"all": ["A"], "label": {"en": " "}}, "/requires/label/en", "one line"),
        ({"all": ["A"], "label": {"en": "x" * 201}}, "/requires/label/en", "one line"),
        ({"all": ["A"], "label": {"en": "a\nb"}}, "/requires/label/en", "one line"),
        ({"badge": "A", "label": {"en": "Core"}}, "/requires/label", "not known"),
        (deep(6), "/requires/all/0/all/0/all/0/all/0/all/0", "levels deep"),
        (wide(201), "/requires", "200 parts"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_place(value: object, pointer: str, words: str) -> None:
    found = refused(value)

    assert [place for place, _ in found] == [pointer]
    assert words in found[0][1]


def test_every_fault_is_told_at_once() -> None:
    found = refused({"all": ["A", "A", {"any": 9, "of": ["B", 3]}]})

    assert [place for place, _ in found] == [
        "/requires/all/1",
        "/requires/all/2/of/1",
        "/requires/all/2/any",
    ]


def test_a_rule_may_be_as_deep_and_as_wide_as_is_said() -> None:
    assert stack_rule.codes(stack_rule.parse(deep(stack_faults.MOST_LEVELS))) == ("A",)
    choice = {"any": 50, "of": [f"B{number}" for number in range(stack_faults.MOST_PARTS - 1)]}
    assert len(stack_rule.codes(stack_rule.parse(choice))) == 199


def test_a_rule_that_takes_more_badges_than_a_verifier_looks_at_is_refused() -> None:
    badges = [f"B{number}" for number in range(stack_faults.MOST_USED + 1)]
    points = {"points": 51, "of": [{"badge": each, "weight": 1} for each in badges]}

    assert len(stack_rule.codes(stack_rule.parse({"all": badges[1:]}))) == 50
    assert len(stack_rule.codes(stack_rule.parse({"any": 50, "of": badges}))) == 51
    for rule in ({"all": badges}, {"all": [{"any": 50, "of": badges}, "A"]}, points):
        [(place, said)] = refused(rule)
        assert place == "/requires"
        assert "more than 50 badges" in said


def test_a_hostile_rule_has_few_faults() -> None:
    wrong = {"all": [{f"k{number}": 1 for number in range(40)}] * 150}
    deepest = deep(900)

    assert len(refused(wrong)) == 50
    assert len(refused(deepest)) == 1


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["badge", "all", "any", "of", "points", "weight", "label"]), inner)
    ),
    max_leaves=12,
)


@given(anything)
def test_any_json_is_either_read_or_refused(value: object) -> None:
    try:
        rule = stack_rule.parse(value)
    except InvalidFields as error:
        assert error.faults  # noqa: PT017 - both outcomes are right
    else:
        assert stack_rule.codes(rule)


def test_faults_come_in_the_order_of_the_rule() -> None:
    found = refused({"all": [1, 2, 3]})

    assert all(first[0] < second[0] for first, second in pairwise(found))
