"""What a badge's page says is checked for real, at most a minute ago, and never past a change."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from issuer.context import Context, Remembered
from issuer.services import revoke, standing
from issuer.services.standing import PublicBadge
from tests.support.world import PUBLIC_URL, World


def read(context: Context, public_id: str) -> PublicBadge:
    return standing.public_badge(context, public_id, PUBLIC_URL)


def result(context: Context, public_id: str) -> str:
    return standing.checked(context, read(context, public_id)).result


def checks_made(world: World, outcome: str) -> float:
    found = world.context.metrics.verified.labels(outcome)._value.get()  # noqa: SLF001 - it has no reader
    return float(found)


def change(world: World, public_id: str, what: revoke.Change) -> None:
    revoke.change(
        world.context, world.client, public_id, what, reason="other", note=None, request_id="req_test"
    )


def test_a_check_is_made_once_a_minute_however_many_ask(alder: World) -> None:
    public_id = alder.issue().award[0].public_id
    before = checks_made(alder, "valid")

    for _ in range(5):
        result(alder.context, public_id)
        alder.clock.move(seconds=11)
    within = checks_made(alder, "valid") - before
    alder.clock.move(seconds=5)
    result(alder.context, public_id)

    assert within == 1
    assert checks_made(alder, "valid") - before == 2


def test_every_change_shows_at_once_in_every_process(alder: World) -> None:
    alder.publish(suspendable=True)
    public_id = alder.issue().award[0].public_id
    other = replace(alder.context, remembered=Remembered())
    seen = []

    for what in (None, "suspend", "reinstate", "suspend", "revoke"):
        if what:
            change(alder, public_id, what)
        seen.append({result(alder.context, public_id), result(other, public_id)})

    assert seen == [{"valid"}, {"suspended"}, {"valid"}, {"suspended"}, {"revoked"}]


@pytest.mark.parametrize("before", [timedelta(seconds=1), timedelta(seconds=59)])
def test_a_badge_that_expires_within_the_minute_is_not_shown_as_current(
    alder: World, before: timedelta
) -> None:
    alder.publish(validity={"for": "P1Y"})
    credential = alder.issue().award[0]
    ended: datetime = credential.valid_until or alder.clock.now
    alder.clock.now = ended - before

    current = result(alder.context, credential.public_id)
    alder.clock.now = ended + timedelta(seconds=1)

    assert current == "valid"
    assert result(alder.context, credential.public_id) == "expired"


def test_a_clock_that_was_set_back_makes_no_check_last_longer(alder: World) -> None:
    public_id = alder.issue().award[0].public_id
    alder.clock.move(minutes=10)
    result(alder.context, public_id)
    before = checks_made(alder, "valid")

    alder.clock.move(minutes=-5)
    result(alder.context, public_id)

    assert checks_made(alder, "valid") - before == 1


def test_a_report_of_another_standing_than_was_read_is_not_kept(alder: World) -> None:
    public_id = alder.issue().award[0].public_id
    stale = read(alder.context, public_id)
    change(alder, public_id, "suspend")

    shown = standing.checked(alder.context, stale).result
    change(alder, public_id, "reinstate")

    assert shown == "suspended"
    assert standing.checked(alder.context, stale).result == "valid"
