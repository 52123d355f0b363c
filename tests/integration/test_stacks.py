import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.core.documents import Document
from issuer.db import credentials, reviews
from issuer.db import stacks as query
from issuer.db.stack_tables import StackGrant
from issuer.db.tables import Achievement, Credential, Message
from issuer.keys.files import FileKeyring
from issuer.keys.ports import KeyUnavailable
from issuer.services import finish, pathways, revoke
from issuer.services.revoke import Order
from issuer.services.stacks import everybody, reviewing
from issuer.services.stacks.reviewing import AlreadyDecided, Decision, NoLongerComplete, Ruling
from tests.support.waiting import is_anybody_waiting
from tests.support.world import World

TEACHER = {"email": "rivera@alder.example", "name": "Maria Rivera"}
STACK = "AFL-SPECIALIST"


@pytest.fixture
def world(alder: World) -> World:
    for code in ("MC-FEEDBACK", "MC-PEER", "MC-SELF", STACK):
        alder.publish(code, name=f"Badge {code}")
    return alder


def offer(world: World, requires: object, **changes: object) -> None:
    definition: Document = {
        "name": "Feedback Specialist",
        "description": "Plans and gives feedback.",
        "requires": requires,
        "achievement": STACK,
        **changes,
    }
    pathways.save(world.context, world.tenant, STACK, definition)
    pathways.publish(world.context, world.tenant, STACK)


def earn(world: World, code: str, **changes: object) -> Credential:
    return world.issue(achievement=code, recipient=TEACHER, **changes).award.credential


def stacks(world: World) -> Sequence[Credential]:
    with world.context.database.read() as session:
        query = select(Credential).join(Achievement, Achievement.id == Credential.achievement_id)
        return session.scalars(query.where(Achievement.code == STACK)).all()


def topics(world: World) -> Sequence[str]:
    with world.context.database.read() as session:
        return session.scalars(select(Message.topic).order_by(Message.id)).all()


def test_the_last_badge_that_it_takes_brings_the_stack_at_once(world: World) -> None:
    offer(world, {"all": ["MC-FEEDBACK", {"any": 1, "of": ["MC-PEER", "MC-SELF"]}]})

    earn(world, "MC-FEEDBACK")
    assert stacks(world) == []
    world.clock.move(days=2)
    last = earn(world, "MC-SELF")

    [stack] = stacks(world)
    assert stack.awarded_at == last.awarded_at
    assert world.verify(str(stack.secured)).result == "valid"
    assert topics(world)[-3:] == ["award.issued", "pathway.completed", "award.issued"]


def test_its_badge_names_the_rule_and_the_badges_by_the_digests_of_their_bytes(world: World) -> None:
    offer(world, {"all": ["MC-FEEDBACK", "MC-PEER"]})
    used = [earn(world, "MC-FEEDBACK"), earn(world, "MC-PEER")]

    [stack] = stacks(world)
    document = json.loads(str(stack.secured))
    rule, *badges = document["relatedResource"]
    assert rule["id"].endswith(f"/p/{STACK}/v1.json")
    assert {each["id"].rpartition("/")[2] for each in badges} == {f"{each.public_id}.json" for each in used}
    assert [each["genre"] for each in document["evidence"]] == ["badge", "badge"]
    assert "- **" not in document["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert "Badge MC-PEER" in document["credentialSubject"]["achievement"]["criteria"]["narrative"]
    hashes = [
        [each["identityHash"] for each in json.loads(str(row.secured))["credentialSubject"]["identifier"]]
        for row in (stack, used[0])
    ]
    assert hashes[0][-1] == hashes[1][-1] == "Maria Rivera"


def test_last_badges_that_come_at_the_same_moment_bring_one_stack(world: World) -> None:
    offer(world, {"all": ["MC-FEEDBACK", "MC-PEER", "MC-SELF"]})
    events = [
        world.event(achievement=code, recipient=TEACHER) for code in ("MC-FEEDBACK", "MC-PEER", "MC-SELF")
    ]

    with ThreadPoolExecutor(3) as platform:
        list(platform.map(world.send, events))

    assert len(stacks(world)) == 1


def test_badges_that_came_in_one_batch_bring_the_stack_once(world: World) -> None:
    offer(world, {"points": 3, "of": [{"badge": "MC-PEER", "weight": 2}, {"badge": "MC-SELF", "weight": 1}]})

    earn(world, "MC-PEER")
    earn(world, "MC-SELF")
    earn(world, "MC-SELF")

    [stack] = stacks(world)
    with world.context.database.read() as session:
        [found] = session.scalars(select(StackGrant)).all()
    assert found.credential_id == stack.id


def test_a_pathway_that_wants_a_look_first_asks_and_grants_nothing(world: World) -> None:
    offer(world, {"all": ["MC-FEEDBACK"]}, grant="review")

    earn(world, "MC-FEEDBACK")

    assert stacks(world) == []
    assert topics(world)[-1] == "review.requested"
    with world.context.database.read() as session:
        [(review, _, _)] = reviews.page(session, world.tenant.id, decided=False, after="", limit=10)
    assert review.kind == "stack_complete"


def test_a_stack_lasts_as_long_as_the_badge_that_ends_first(world: World) -> None:
    world.publish("MC-PEER", validity={"for": "P1Y"})
    offer(world, {"all": ["MC-FEEDBACK", "MC-PEER"]}, validity={"ends": "earliest_component"})

    earn(world, "MC-FEEDBACK")
    peer = earn(world, "MC-PEER")

    [stack] = stacks(world)
    assert stack.valid_until == peer.valid_until


def test_a_level_that_a_rule_asks_for_has_to_be_reached(world: World) -> None:
    offer(world, {"all": [{"badge": "MC-FEEDBACK", "minLevel": "distinguished"}]})

    earn(world, "MC-FEEDBACK", assessment={"results": [{"criterion": "quality", "level": "proficient"}]})
    assert stacks(world) == []


def test_a_stack_completes_a_larger_one(world: World) -> None:
    world.publish("BUNDLE")
    offer(world, {"all": ["MC-FEEDBACK"]})
    definition = {
        "name": "Bundle",
        "description": "All of it.",
        "requires": {"all": [STACK, "MC-PEER"]},
        "achievement": "BUNDLE",
    }
    pathways.save(world.context, world.tenant, "BUNDLE", definition)
    pathways.publish(world.context, world.tenant, "BUNDLE")

    earn(world, "MC-PEER")
    earn(world, "MC-FEEDBACK")

    with world.context.database.read() as session:
        found = credentials.search(session, world.tenant.id, now=world.clock(), limit=10, code="BUNDLE")
    assert len(found) == 1


def test_a_badge_that_was_withdrawn_completes_nothing(world: World) -> None:
    offer(world, {"all": ["MC-FEEDBACK", "MC-PEER"]})
    first = earn(world, "MC-FEEDBACK")
    withdraw(world, first)

    earn(world, "MC-PEER")

    assert stacks(world) == []


def withdraw(world: World, award: Credential) -> None:
    revoke.change(
        world.context,
        world.client,
        award.public_id,
        "revoke",
        reason="issued_in_error",
        note=None,
        request_id="req_revoke",
    )


def open_reviews(world: World) -> list[tuple[str, str]]:
    with world.context.database.read() as session:
        found = reviews.page(session, world.tenant.id, decided=False, after="", limit=10)
        return [(review.kind, review.id) for review, _, _ in found]


def decide(world: World, review_id: str, decision: Decision) -> None:
    reviewing.decide(world.context, review_id, Ruling(decision, None, world.client, "req_decide"))


def test_a_stack_that_somebody_had_to_look_at_is_granted_by_their_decision(world: World) -> None:
    offer(world, {"all": ["MC-FEEDBACK"]}, grant="review")
    earn(world, "MC-FEEDBACK")
    [(_, review_id)] = open_reviews(world)

    decide(world, review_id, "grant")
    decide(world, review_id, "grant")

    assert len(stacks(world)) == 1
    assert open_reviews(world) == []
    with pytest.raises(AlreadyDecided):
        decide(world, review_id, "decline")


def test_a_declined_stack_is_not_asked_about_again(world: World) -> None:
    offer(world, {"any": 1, "of": ["MC-FEEDBACK", "MC-PEER"]}, grant="review")
    earn(world, "MC-FEEDBACK")
    [(_, review_id)] = open_reviews(world)

    decide(world, review_id, "decline")
    earn(world, "MC-PEER")

    assert (stacks(world), open_reviews(world)) == ([], [])


def test_a_badge_that_is_lost_before_the_decision_lets_nothing_be_granted(world: World) -> None:
    offer(world, {"all": ["MC-FEEDBACK"]}, grant="review")
    withdraw(world, earn(world, "MC-FEEDBACK"))
    [(_, review_id)] = open_reviews(world)

    with pytest.raises(NoLongerComplete):
        decide(world, review_id, "grant")


@pytest.mark.parametrize(
    ("policy", "standing", "asked"),
    [("review", "valid", ["component_lost"]), ("keep", "valid", []), ("withdraw", "revoked", [])],
)
def test_a_stack_that_lost_a_badge_stands_as_its_pathway_says(
    world: World, policy: str, standing: str, asked: list[str]
) -> None:
    offer(world, {"all": ["MC-FEEDBACK", "MC-PEER"]}, onComponentLoss=policy)
    first = earn(world, "MC-FEEDBACK")
    earn(world, "MC-PEER")

    withdraw(world, first)

    [stack] = stacks(world)
    assert world.verify(str(stack.secured)).result == standing
    assert [kind for kind, _ in open_reviews(world)] == asked


def test_a_badge_that_was_awarded_by_itself_stands_whatever_its_pathway_loses(world: World) -> None:
    offer(world, {"all": ["MC-FEEDBACK", "MC-PEER"]}, onComponentLoss="withdraw")
    own = earn(world, STACK)
    first = earn(world, "MC-FEEDBACK")
    earn(world, "MC-PEER")

    withdraw(world, first)

    [badge] = stacks(world)
    with world.context.database.read() as session:
        made_of = query.made_of(session, world.tenant.id, own.id)
        brought = query.brought(session, world.tenant.id, own.recipient_id)
    assert (badge.revoked_at, open_reviews(world), made_of) == (None, [], [])
    assert brought == {STACK: own.public_id}


def test_a_stack_that_other_badges_satisfy_as_well_is_not_withdrawn_by_itself(world: World) -> None:
    offer(world, {"any": 1, "of": ["MC-PEER", "MC-SELF"]}, onComponentLoss="withdraw")
    used = earn(world, "MC-PEER")
    earn(world, "MC-SELF")

    withdraw(world, used)

    [stack] = stacks(world)
    assert stack.revoked_at is None
    assert [kind for kind, _ in open_reviews(world)] == ["component_lost"]


def test_a_badge_that_is_being_withdrawn_completes_nothing(world: World, tmp_path: Path) -> None:
    offer(world, {"all": ["MC-FEEDBACK", "MC-PEER"]})
    first = earn(world, "MC-FEEDBACK")
    keyless = replace(world.context, keyring=FileKeyring(tmp_path / "none", None, strict=False))
    with pytest.raises(KeyUnavailable):
        earn(replace(world, context=keyless), "MC-PEER")
    order = Order("revoke", "issued_in_error", None, world.client, "req_revoke")

    with ThreadPoolExecutor(1) as worker:
        with world.context.database.write.begin() as session:
            revoke.carry_out(world.context, session, order, [first.public_id])
            finished = worker.submit(finish.finish_all, world.context, timedelta())
            while not finished.done() and not is_anybody_waiting(world):
                pass
        assert finished.result() == 1

    assert stacks(world) == []


def test_who_would_earn_a_stack_is_counted_before_anything_is_granted(world: World) -> None:
    for _ in range(3):
        world.issue(achievement="MC-PEER")
    earn(world, "MC-FEEDBACK")
    offer(world, {"all": ["MC-PEER"]})
    code = STACK

    assert everybody.would_earn(world.context, world.tenant.id, code) == 3
    assert stacks(world) == []
    for expected in (3, 0):
        granted = everybody.grant_all(
            world.context, world.tenant.id, code, actor=world.client.id, request_id="req_grant"
        )
        assert granted == expected
    assert len(stacks(world)) == 3
