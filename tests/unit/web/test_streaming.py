"""Answers that are sent while the question is still being read: ended, held, and given up."""

from collections.abc import AsyncIterator

import anyio
import pytest
from starlette.types import Message

from issuer.web.places import Shares, TooBusy
from issuer.web.streaming import HELD, Streamed

PIECE = b"x" * 1_000_000


async def three() -> AsyncIterator[bytes]:
    for piece in (b"a", b"b", b"c"):
        yield piece


async def nothing() -> AsyncIterator[bytes]:
    await anyio.sleep_forever()
    yield b"never"


async def without_end() -> AsyncIterator[bytes]:
    while True:
        made.append(len(PIECE))
        yield PIECE


made: list[int] = []


async def never() -> Message:
    raise AssertionError("the question is read by whoever makes the answer")


def sent(pieces: AsyncIterator[bytes], *, reads: bool = True) -> tuple[list[Message], list[str]]:
    messages: list[Message] = []
    done: list[str] = []

    async def send(message: Message) -> None:
        messages.append(message)
        if message["type"] == "http.response.body" and not reads:
            await anyio.sleep_forever()

    answer = Streamed(pieces, "application/x-ndjson", lambda: done.append("done"), patience=0.2)
    anyio.run(answer, {"type": "http"}, never, send)
    return messages, done


def test_an_answer_is_ended_when_all_was_sent() -> None:
    messages, done = sent(three())

    assert b"".join(each.get("body", b"") for each in messages) == b"abc"
    assert not messages[-1].get("more_body", False)
    assert done == ["done"]


def test_whoever_sends_nothing_is_cut_off_and_told_that_it_was_not_all() -> None:
    messages, done = sent(nothing())

    assert [each["type"] for each in messages] == ["http.response.start"]
    assert done == ["done"]


def test_whoever_reads_nothing_is_cut_off_and_no_more_is_made_than_may_be_held() -> None:
    made.clear()

    messages, done = sent(without_end(), reads=False)

    assert messages[-1]["more_body"]
    assert sum(made) <= HELD + 3 * len(PIECE)
    assert done == ["done"]


def test_the_shares_of_one_issuer_are_not_those_of_another() -> None:
    shares = Shares(2, "batches are being taken")
    give_back = [shares.take("alder"), shares.take("alder")]

    with pytest.raises(TooBusy):
        shares.take("alder")
    shares.take("birch")
    give_back[0]()
    shares.take("alder")
