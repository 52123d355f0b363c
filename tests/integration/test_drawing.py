"""Pictures that anybody asks for: however many, issuing goes on."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import anyio
import httpx
import pytest

from issuer.context import Context, Remembered
from issuer.services import drawn
from issuer.web.drawing import Studio
from tests.support import server
from tests.support.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STRANGERS = 120


@pytest.fixture
def http(alder: World) -> Iterator[httpx.Client]:
    with server.serving(replace(alder.context, remembered=Remembered())) as client:
        yield client


def cards(alder: World, count: int) -> list[str]:
    """Return the addresses of cards none of which is like another."""
    found = []
    for number in range(count):
        alder.publish(f"MC-{number}", name=f"Badge {number}")
        public_id = alder.issue(achievement=f"MC-{number}").award[0].public_id
        found.append(f"/b/{public_id}/card.png")
    return found


def seconds_of_an_event(http: httpx.Client, alder: World) -> float:
    started = time.monotonic()
    answer = http.post("/v1/events", json=alder.event(), headers=alder.headers)
    assert answer.status_code == 201, answer.text
    return time.monotonic() - started


@contextmanager
def strangers(http: httpx.Client) -> Iterator[Callable[[str], Future[httpx.Response]]]:
    """Yield how to ask, each in a thread and on a connection of its own.

    They share one client: to make one for each would take seconds of the interpreter that serves them too.
    """
    limits = httpx.Limits(max_connections=None)
    with (
        httpx.Client(base_url=http.base_url, timeout=120, limits=limits) as client,
        ThreadPoolExecutor(STRANGERS) as threads,
    ):
        yield lambda path: threads.submit(client.get, path)


def test_an_event_is_answered_while_strangers_ask_for_pictures(http: httpx.Client, alder: World) -> None:
    asked = cards(alder, STRANGERS)
    alder.publish()
    idle = max(seconds_of_an_event(http, alder) for _ in range(5))

    with strangers(http) as ask:
        waiting = [ask(path) for path in asked]
        busy = [seconds_of_an_event(http, alder) for _ in range(5)]
        answers = [each.result() for each in waiting]

    refused = [answer for answer in answers if answer.status_code == 503]
    assert sorted(busy)[2] < 1 + 10 * idle
    assert min(busy) < max(answer.elapsed.total_seconds() for answer in answers)
    assert len(refused) + [answer.status_code for answer in answers].count(200) == STRANGERS
    assert {answer.json()["type"].rpartition("/")[2] for answer in refused} == {"too-busy"}
    assert all(int(answer.headers["retry-after"]) for answer in refused)


def test_a_card_that_many_ask_for_at_once_is_drawn_for_all_of_them(http: httpx.Client, alder: World) -> None:
    [card] = cards(alder, 1)

    with strangers(http) as ask:
        answers = [each.result() for each in [ask(card) for _ in range(60)]]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


async def drawing_stands_still(studio: Studio, context: Context, known: str, unknown: str) -> list[str]:
    """Return what is answered while the one place is taken for as long as it lasts."""
    going, answered = threading.Event(), []

    def picture(key: str, context: Context) -> bytes:
        return drawn.recall(context, context.remembered.pictures, key, lambda: str(going.wait(10)).encode())

    def slow(context: Context) -> bytes:
        return picture(unknown, context)

    async with anyio.create_task_group() as group:
        group.start_soon(studio.answer, context, slow)
        await anyio.sleep(0.2)
        answered.append((await studio.answer(context, lambda here: picture(known, here))).decode())
        going.set()
    return answered


def test_a_remembered_picture_needs_no_place(alder: World) -> None:
    context = replace(alder.context, remembered=Remembered())
    drawn.recall(context, context.remembered.pictures, "known", lambda: b"the picture")

    assert anyio.run(drawing_stands_still, Studio(), context, "known", "unknown") == ["the picture"]
