"""What is signed by plan is what is signed without one, byte for byte."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.core import documents
from issuer.core.credentials import build
from issuer.core.securing import contexts, issuing, proofs
from issuer.core.securing.plans import planner
from tests.support import badges

GIVEN = badges.ingredients(badges.FULL)
FIXED = {id(GIVEN.issuer): "profile", id(GIVEN.achievement): "version"}


def both(given: build.Ingredients, cryptosuite: str = proofs.EDDSA_RDFC) -> tuple[str, str]:
    document = build.build(given)
    proof = proofs.options(document, method=badges.METHOD, created=badges.CREATED, cryptosuite=cryptosuite)
    prepared = issuing.prepare(document, proof, FIXED)
    signature = badges.KEY.sign(proofs.signing_input(document, proof))
    plain = documents.text(proofs.attach(document, proof, signature))
    return prepared.secured(badges.KEY.sign(prepared.signing_input)), plain


@pytest.mark.parametrize("cryptosuite", proofs.CRYPTOSUITES)
def test_a_badge_is_the_same_however_often_its_plan_was_used(cryptosuite: str) -> None:
    for number in range(planner.OFTEN + 5):
        by_plan, plain = both(replace(GIVEN, salt=f"salt-{number}"), cryptosuite)
        assert by_plan == plain


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60))
@settings(max_examples=100, deadline=None)
def test_no_text_can_change_what_a_plan_says_around_it(narrative: str) -> None:
    event = GIVEN.event.model_copy(update={"narrative": narrative})

    by_plan, plain = both(replace(GIVEN, event=event))

    assert by_plan == plain


def test_an_id_that_an_unread_part_has_is_left_to_the_general_path() -> None:
    by_plan, plain = both(replace(GIVEN, credential_id=GIVEN.achievement["id"]))

    assert by_plan == plain


def test_the_plans_of_what_we_issue_become_code() -> None:
    known = contexts.in_force()
    for number in range(planner.OFTEN):
        both(replace(GIVEN, salt=f"again-{number}"))

    plans, _ = planner.planner(known).plans(build.build(GIVEN), FIXED)
    assert plans.uses > planner.OFTEN
    assert plans.canonical.is_generated
