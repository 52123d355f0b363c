"""Which badges a stack was awarded for: they suffice, whatever the rule, and all of them are there."""

from hypothesis import given

from issuer.core.awarding import stack_rule
from issuer.core.awarding.stack_progress import Held, evaluate
from issuer.core.awarding.stack_used import used
from tests.support import rules


@given(rules.rules, rules.holdings)
def test_the_badges_that_were_used_satisfy_the_rule_by_themselves(value: rules.Value, held: Held) -> None:
    rule = stack_rule.parse(value)
    found = evaluate(rule, held)

    codes = {badge.code for badge in used(found)}

    assert codes <= {code for code, _ in held}
    assert rules.satisfied(value, {each for each in held if each[0] in codes}) == found.satisfied


@given(rules.rules, rules.holdings)
def test_none_is_used_of_a_rule_that_is_not_satisfied(value: rules.Value, held: Held) -> None:
    found = evaluate(stack_rule.parse(value), held)

    assert bool(used(found)) == found.satisfied
