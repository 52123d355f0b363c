from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from issuer import worker
from issuer.core import fields
from issuer.core.intake.correction import Correction
from issuer.core.intake.person_ref import PersonRef
from issuer.db import credentials, holdings
from issuer.db.people import UnknownRecipient
from issuer.db.tables import Credential, Message, RecipientIdentifier
from issuer.services import holder, standing, status_lists
from issuer.services.after_award import erase, merge, reissue
from issuer.services.standing import Erased
from tests.support.world import PUBLIC_URL, World

OLD, NEW = {"email": "rivera@alder.example"}, {"email": "e.rivera@alder.example"}


@pytest.fixture
def world(alder: World) -> World:
    alder.publish()
    alder.publish("MC-PEER")
    return alder


def person(**named: object) -> PersonRef:
    return fields.read(PersonRef, named)


def join(world: World) -> int:
    return merge.merge(world.context, world.client, person(**OLD), person(**NEW), request_id="req_merge")


def forget(world: World) -> int:
    return erase.erase(world.context, world.client, person(**OLD), request_id="req_erase")


def topics(world: World) -> Sequence[str]:
    with world.context.database.read() as session:
        return session.scalars(select(Message.topic).order_by(Message.id)).all()


def test_merged_people_have_all_badges_of_both_by_the_links_of_either(world: World) -> None:
    one = world.issue(recipient=OLD).award.credential
    other = world.issue(recipient=NEW, achievement="MC-PEER").award.credential
    link = holder.mint(world.context, world.tenant, one.recipient_id).url.rpartition("/")[2]

    assert join(world) == 1

    opened = holder.opened(world.context, link, PUBLIC_URL, "req_link")
    found = {each.public_id for each in holder.badges(world.context, opened)}
    assert found == {one.public_id, other.public_id}
    assert topics(world)[-1] == "award.merged"


def test_merging_again_moves_nothing_and_the_old_address_leads_to_the_one_person(world: World) -> None:
    first = world.issue(recipient=OLD).award.credential
    world.issue(recipient=NEW, achievement="MC-PEER")
    join(world)

    assert join(world) == 0
    again = world.issue(recipient=OLD)
    assert (again.outcome, again.award.credential.id) == ("already_awarded", first.id)


def test_nobody_is_merged_with_somebody_unknown(world: World) -> None:
    world.issue(recipient=OLD)

    with pytest.raises(UnknownRecipient):
        join(world)


def test_events_for_a_person_who_is_being_merged_all_end_with_the_one_that_stays(world: World) -> None:
    world.issue(recipient=OLD)
    world.issue(recipient=NEW, achievement="MC-PEER")
    for number in range(6):
        world.publish(f"MC-{number}")
    events = [world.event(recipient=OLD, achievement=f"MC-{number}") for number in range(6)]

    with ThreadPoolExecutor(7) as platform:
        sent = [platform.submit(world.send, event) for event in events]
        merged = platform.submit(join, world)
        ids = {each.result().award.credential.id for each in sent}
        merged.result()

    with world.context.database.read() as session:
        owners = session.scalars(select(Credential.recipient_id).where(Credential.id.in_(ids))).all()
    assert len(ids) == len(events)
    assert len(set(owners)) == 1


def test_of_an_erased_person_nothing_is_left_in_the_database(world: World) -> None:
    award = world.issue(recipient={**OLD, "name": "Maria Rivera"}, narrative="Maria did well").award
    correction = fields.read(Correction, {"recipient": {"name": "María Rivera"}, "note": "asked by Maria"})
    reissue.reissue(
        world.context, world.client, award.credential.public_id, correction, request_id="req_correct"
    )

    assert forget(world) == 1

    with world.context.database.read() as session:
        rows = session.scalars(select(Credential)).all()
        stored = " ".join(
            str(session.execute(text(f"SELECT * FROM {table}")).all())
            for table in ("credential", "recipient", "recipient_identifier", "event", "outbox")
        )
        assert session.scalars(select(RecipientIdentifier)).all() == []
    assert "rivera" not in stored.lower()
    assert "Maria" not in stored
    assert [row.packed for row in rows] == [b"", b""]


def test_the_files_of_an_erased_person_are_withdrawn_and_their_pages_gone(world: World) -> None:
    award = world.issue(recipient=OLD).award.credential
    signed = str(award.secured)

    forget(world)

    with pytest.raises(Erased):
        standing.public_badge(world.context, award.public_id, PUBLIC_URL)
    assert world.verify(signed).result == "revoked"
    assert status_lists.differences(world.context, award.revocation_list_id) == []
    with world.context.database.read() as session:
        assert award.revocation_index in credentials.set_indices(
            session, world.tenant.id, award.revocation_list_id, "revocation"
        )
        assert holdings.badges(session, world.tenant.id, award.recipient_id) == []
    assert topics(world)[-1] == "award.erased"


def test_the_event_of_an_erased_badge_leads_to_nothing_again(world: World) -> None:
    event = world.event(recipient=OLD)
    world.send(event)
    forget(world)

    with pytest.raises(Erased):
        world.send(event)


def test_the_worker_announces_the_end_of_a_badge_once(world: World) -> None:
    world.publish("MC-SHORT", validity={"for": "P30D"})
    world.issue(achievement="MC-SHORT")
    worker.run_once(world.context)
    assert "award.expired" not in topics(world)

    world.clock.move(days=31)
    worker.run_once(world.context)
    worker.run_once(world.context)

    assert topics(world).count("award.expired") == 1
