import json

import pytest
from sqlalchemy import select

from issuer.core import fields
from issuer.core.awarding.rubric import BelowRequiredLevel
from issuer.core.intake.correction import Correction
from issuer.db import credentials
from issuer.db.credentials import Award
from issuer.db.tables import Credential, Message
from issuer.services import finish, revoke, status_lists
from issuer.services.after_award import reissue
from issuer.services.after_award.reissue import Ended, NotCorrectable
from tests.support.world import World

NAME = {"recipient": {"name": "Example Teacher-Rivera"}}


@pytest.fixture
def world(alder: World) -> World:
    alder.publish()
    return alder


def correct(world: World, public_id: str, **changes: object) -> Award:
    correction = fields.read(Correction, {**NAME, **changes})
    return reissue.reissue(world.context, world.client, public_id, correction, request_id="req_correct")


def text_of(world: World, public_id: str) -> str:
    with world.context.database.read() as session:
        return str(credentials.public_row(session, public_id).secured)


def test_a_corrected_badge_has_its_address_and_day_and_the_earlier_file_is_told_as_replaced(
    world: World,
) -> None:
    award = world.issue().award
    before = text_of(world, award.credential.public_id)
    world.clock.move(days=3)

    corrected = correct(world, award.credential.public_id)

    after = text_of(world, award.credential.public_id)
    old, new = json.loads(before), json.loads(after)
    assert corrected.name == "Example Teacher-Rivera"
    assert "Example Teacher-Rivera" in after
    assert (new["id"], new["awardedDate"]) == (old["id"], old["awardedDate"])
    assert new["validFrom"] > old["validFrom"]
    assert world.verify(after).result == "valid"
    assert world.verify(before).result == "superseded"


def test_strangers_find_the_earlier_file_withdrawn_in_its_status_list(world: World) -> None:
    award = world.issue().award
    place = award.credential.revocation_list_id, award.credential.revocation_index
    correct(world, award.credential.public_id)

    assert status_lists.differences(world.context, place[0]) == []
    with world.context.database.read() as session:
        assert place[1] in credentials.set_indices(session, world.tenant.id, place[0], "revocation")


def test_the_same_correction_again_makes_no_further_badge(world: World) -> None:
    award = world.issue().award
    correct(world, award.credential.public_id)
    once = text_of(world, award.credential.public_id)

    correct(world, award.credential.public_id)

    assert text_of(world, award.credential.public_id) == once


def test_an_event_that_is_sent_again_is_answered_with_the_corrected_badge(world: World) -> None:
    event = world.event()
    award = world.send(event).award
    correct(world, award.credential.public_id)

    again = world.send(event)

    assert again.outcome == "already_processed"
    assert again.award.credential.public_id == award.credential.public_id
    assert "Rivera" in str(again.award.credential.secured)


def test_results_and_dates_are_corrected_and_the_world_hears_of_one_correction(world: World) -> None:
    award = world.issue().award
    correct(
        world,
        award.credential.public_id,
        assessment={"results": [{"criterion": "quality", "level": "distinguished"}]},
        activity={"startDate": "2026-01-12", "endDate": "2026-05-29"},
    )

    subject = json.loads(text_of(world, award.credential.public_id))["credentialSubject"]
    assert subject["result"][0]["achievedLevel"].endswith("quality:distinguished")
    assert subject["activityEndDate"].startswith("2026-05-29")
    with world.context.database.read() as session:
        topics = session.scalars(select(Message.topic).order_by(Message.id)).all()
    assert topics == ["award.issued", "award.corrected"]


def test_a_result_below_what_is_required_corrects_nothing(world: World) -> None:
    award = world.issue().award

    with pytest.raises(BelowRequiredLevel):
        correct(
            world,
            award.credential.public_id,
            assessment={"results": [{"criterion": "quality", "level": "developing"}]},
        )

    assert "Rivera" not in text_of(world, award.credential.public_id)


def test_a_withdrawn_badge_is_not_corrected(world: World) -> None:
    award = world.issue().award
    withdraw(world, award.credential.public_id)

    with pytest.raises(NotCorrectable):
        correct(world, award.credential.public_id)


def test_a_corrected_badge_must_end_after_it_begins(world: World) -> None:
    award = world.issue().award

    with pytest.raises(Ended):
        correct(world, award.credential.public_id, validUntil="2026-06-01T00:00:00Z")


def test_the_worker_finishes_a_correction_that_was_interrupted_and_it_stays_withdrawn_if_it_was(
    world: World,
) -> None:
    award = world.issue().award
    correction = fields.read(Correction, NAME)
    with world.context.database.write.begin() as session:
        reissue.record(world.context, session, world.client, award.credential.public_id, correction)
    withdraw(world, award.credential.public_id)

    world.clock.move(minutes=1)
    assert finish.finish_all(world.context) == 1

    after = text_of(world, award.credential.public_id)
    assert "Rivera" in after
    assert world.verify(after).result == "revoked"
    with world.context.database.read() as session:
        rows = session.scalars(select(Credential)).all()
    for number in {row.revocation_list_id for row in rows}:
        assert status_lists.differences(world.context, number) == []


def withdraw(world: World, public_id: str) -> None:
    revoke.change(
        world.context,
        world.client,
        public_id,
        "revoke",
        reason="issued_in_error",
        note=None,
        request_id="req_revoke",
    )
