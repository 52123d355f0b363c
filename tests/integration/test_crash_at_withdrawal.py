"""A withdrawal whose process dies, and what another process publishes of it."""

import base64
import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from issuer import worker
from issuer.context import Context
from issuer.db import engine
from issuer.failpoints import VARIABLE
from issuer.services import revoke, status_lists
from tests.support import process
from tests.support.world import World

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def published_ones(context: Context, number: int) -> set[int]:
    """Return the set entries of a list as it is published: base64url, gzip, the leftmost bit first."""
    encoded = json.loads(status_lists.published(context, number))["credentialSubject"]["encodedList"]
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    places = (place for place, byte in enumerate(bits) if byte)
    return {place * 8 + each for place in places for each in range(8) if f"{bits[place]:08b}"[each] == "1"}


@contextmanager
def elsewhere(context: Context) -> Iterator[Context]:
    """Yield the same world with connections of its own, as another process has them."""
    database = engine.connect(context.settings.database_url.get_secret_value())
    yield replace(context, database=database)
    database.engine.dispose()


@pytest.mark.parametrize(("point", "is_withdrawn"), [("withdrawing", False), ("withdrawn", True)])
@on_sqlite
def test_a_crash_before_the_commit_withdraws_nothing_and_one_after_it_is_published_by_a_worker(
    alder: World, point: str, *, is_withdrawn: bool
) -> None:
    badge = alder.issue().award[0]
    command = ("award", "revoke", badge.public_id, "--reason", "other")
    with process.running(alder, *command, **{VARIABLE: point}) as died:
        died.communicate(timeout=200)

    worker.run_once(alder.context)

    assert died.returncode == -9
    found = published_ones(alder.context, badge.revocation_list_id)
    assert found == ({badge.revocation_index} if is_withdrawn else set())
    assert status_lists.differences(alder.context, badge.revocation_list_id) == []


def test_whoever_asks_for_a_list_sees_all_that_was_withdrawn_before(alder: World) -> None:
    badges = [alder.issue().award[0] for _ in range(10)]
    number, is_over = badges[0].revocation_list_id, threading.Event()
    withdrawn: list[int] = []
    missed: list[set[int]] = []

    def ask(context: Context) -> None:
        while not is_over.is_set():
            before = set(withdrawn)
            missed.append(before - published_ones(context, number))

    with elsewhere(alder.context) as one, elsewhere(alder.context) as another:
        threads = [threading.Thread(target=ask, args=(context,)) for context in (one, another)]
        for thread in threads:
            thread.start()
        for badge in badges:
            revoke.change(
                alder.context, alder.client, badge.public_id, "revoke",
                reason="other", note=None, request_id="req_test",
            )  # fmt: skip
            withdrawn.append(badge.revocation_index)
        is_over.set()
        for thread in threads:
            thread.join()

    assert missed
    assert set().union(*missed) == set()
    assert published_ones(alder.context, number) == set(withdrawn)
