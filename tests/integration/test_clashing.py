from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError, OperationalError

from issuer.core.intake import parse
from issuer.db.tables import Recipient
from issuer.services import clashing, recording, trying
from issuer.services.sending import Sender, Sent
from tests.support.waiting import is_anybody_waiting
from tests.support.world import World


class Refused:
    """A transaction that a constraint refuses until it was tried some times."""

    def __init__(self, world: World, until: int) -> None:
        self.world, self.until, self.tries = world, until, 0

    def transaction(self) -> int:
        self.tries += 1
        created = self.world.clock() if self.tries > self.until else None
        row = {"id": self.world.context.new_key(), "tenant_id": self.world.tenant.id, "created_at": created}
        with self.world.context.database.write.begin() as session:
            session.execute(insert(Recipient).values(row))
        return self.tries


def test_what_clashed_is_tried_again(alder: World) -> None:
    assert clashing.again(Refused(alder, until=1).transaction) == 2


def test_what_clashes_each_time_is_raised_in_the_end(alder: World) -> None:
    refused = Refused(alder, until=9)

    with pytest.raises(IntegrityError):
        clashing.again(refused.transaction)

    assert refused.tries == 3


def test_a_database_that_does_not_answer_is_not_asked_again() -> None:
    tries: list[int] = []

    def silent() -> None:
        tries.append(1)
        raise OperationalError("", {}, Exception())

    with pytest.raises(OperationalError):
        clashing.again(silent)
    assert tries == [1]


def test_a_dry_run_of_an_event_that_is_just_being_recorded_is_answered(alder: World) -> None:
    sent = Sent(Sender(alder.client.id, alder.tenant.id, "req_test"), parse.received(alder.event(), {}))

    with ThreadPoolExecutor(1) as platform:
        with alder.context.database.write.begin() as session:
            recording.record(alder.context, session, alder.tenant.id, [sent])
            tried = platform.submit(trying.trial, alder.context, sent)
            while not tried.done() and not is_anybody_waiting(alder):
                pass

        assert tried.result().would == "already_processed"
