"""A plan that a check before publishing finds wrong is used no more, and its badges go out all the same."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from issuer.context import Context
from issuer.core.documents import Document
from issuer.core.intake import parse
from issuer.core.securing import contexts
from issuer.core.securing.plans.plan import Plan
from issuer.core.securing.plans.planner import Planner
from issuer.core.securing.plans.plans import Plans
from issuer.db.tables import Credential
from issuer.errors import IssuerError
from issuer.services import finish, issue
from issuer.services.issue import Issued
from tests.support.world import World

WRONG = Plan([("<urn:s>", "<urn:p>", '"o"', "")], [None] * 400)
BADGES = 3
SAMPLED = 4
"""How many bytes of chance decide whether a badge is sampled: nothing else asks for so few."""


@pytest.fixture
def own_planner(monkeypatch: pytest.MonkeyPatch) -> Planner:
    """Return the planner that issues in this test alone."""
    known = contexts.in_force()
    found = Planner(known)
    monkeypatch.setitem(known.kept, Planner, found)
    return found


@pytest.fixture
def used(own_planner: Planner, monkeypatch: pytest.MonkeyPatch) -> list[Plans]:
    """Return a list of the plans by which badges are prepared from now on."""
    asked, found = own_planner.plans, list[Plans]()

    def plans(*given: Document) -> tuple[Plans, list[str]]:
        answer = asked(*given)  # type: ignore[arg-type]
        found.append(answer[0])
        return answer

    monkeypatch.setattr(own_planner, "plans", plans)
    return found


def sampling(context: Context, chosen: int) -> Context:
    """Return a context in which chance picks the first badges for a check, so many of them."""
    left = iter([b"\x00" * 4] * chosen)
    settings = context.settings.model_copy(update={"self_check_sample": 0.5, "plan_sample": 0.0})

    def chance(size: int) -> bytes:
        return next(left, b"\xff" * size) if size == SAMPLED else secrets.token_bytes(size)

    return replace(context, settings=settings, chance=chance)


def together(world: World, context: Context) -> Sequence[Issued | IssuerError]:
    sender = issue.Sender(world.client.id, world.tenant.id, "req_test")
    sent = [issue.Sent(sender, parse.received(world.event(), {})) for _ in range(BADGES)]
    return issue.issue_all(context, sent)


def codes(answers: Sequence[Issued | IssuerError]) -> list[str]:
    return [answer.outcome if isinstance(answer, Issued) else answer.code for answer in answers]


def test_once_one_badge_does_not_verify_none_that_its_plan_prepared_is_published(
    alder: World, own_planner: Planner, used: list[Plans]
) -> None:
    together(alder, alder.context)
    used[-1].canonical = WRONG

    # Each is sampled before it is signed, for the other check; one more is the first that is signed.
    refused = together(alder, sampling(alder.context, BADGES + 1))

    assert codes(refused) == ["self-check-failed"] * BADGES
    assert own_planner.counts["mismatch"] == BADGES


def test_badges_whose_plan_was_found_wrong_go_out_without_it_and_verify(
    alder: World, used: list[Plans]
) -> None:
    together(alder, alder.context)
    used[-1].canonical = WRONG
    together(alder, sampling(alder.context, 2 * BADGES))

    finished = finish.finish_all(alder.context, timedelta(0))
    answers = together(alder, alder.context)

    assert finished == BADGES
    assert codes(answers) == ["issued"] * BADGES
    with alder.context.database.read() as session:
        texts = [str(each.secured) for each in session.scalars(select(Credential))]
    assert [alder.verify(text).result for text in texts] == ["valid"] * 3 * BADGES
