"""What is read of an answer: its own word on keeping, its links, and gzip within the limit."""

import gzip
import socket
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.net.answers import TooLarge, Unreachable
from issuer.net.client import GuardedClient
from tests.unit.net.servers import reply, serving

ACCEPT = "application/json"
LOCAL = GuardedClient(timeout_seconds=2, max_bytes=10_000, allow_loopback=True)
GZIP = "Content-Encoding: gzip\r\n"


def test_an_answer_says_how_long_it_may_be_kept_and_what_it_links_to() -> None:
    more = 'Cache-Control: max-age=60\r\nAge: 10\r\nLink: </a>; rel="alternate"\r\nlink: </b>; rel=next\r\n'

    with serving(reply(b"{}", more=more)) as server:
        fetched = LOCAL.fetch(server.url, accept=ACCEPT)

    assert fetched.keep_seconds == 50
    assert fetched.links == '</a>; rel="alternate",</b>; rel=next'


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip"])
def test_an_answer_compressed_unasked_is_read(encoding: str) -> None:
    packed = gzip.compress(b"x" * 10_000)

    with serving(reply(packed, more=f"Content-Encoding: {encoding}\r\n")) as server:
        assert LOCAL.fetch(server.url, accept=ACCEPT).body == b"x" * 10_000


@pytest.mark.parametrize("length", [10_001, 5_000_000])
def test_an_answer_that_unpacks_to_more_than_the_limit_is_refused(length: int) -> None:
    with (
        serving(reply(gzip.compress(b"0" * length), more=GZIP)) as server,
        pytest.raises(TooLarge, match=r"^127\.0\.0\.1 answered with more than 10000 bytes"),
    ):
        LOCAL.fetch(server.url, accept=ACCEPT)


def test_a_gzip_bomb_takes_no_more_memory_than_the_limit_allows() -> None:
    bomb = gzip.compress(bytes(200_000_000))
    client = GuardedClient(allow_loopback=True)

    with serving(reply(bomb, more=GZIP)) as server:
        tracemalloc.start()
        with pytest.raises(TooLarge):
            client.fetch(server.url, accept=ACCEPT)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 6_000_000


PACKED = gzip.compress(b'{"a": 1}' * 100)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        PACKED[:-1],
        PACKED[:-8],
        PACKED[:20],
        PACKED[:-8] + bytes(8),
        PACKED + b"x",
        PACKED + PACKED,
        zlib.compress(b"{}"),
    ],
    ids=["empty", "plain", "short", "no check", "cut", "wrong check", "trailing", "two members", "zlib"],
)
def test_a_broken_compressed_form_is_an_error(body: bytes) -> None:
    with (
        serving(reply(body, more=GZIP)) as server,
        pytest.raises(Unreachable, match=r"^127\.0\.0\.1 answered in a broken compressed form$"),
    ):
        LOCAL.fetch(server.url, accept=ACCEPT)


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "gzip, br", "identity, gzip"])
def test_any_other_compression_is_refused(encoding: str) -> None:
    with (
        serving(reply(PACKED, more=f"Content-Encoding: {encoding}\r\n")) as server,
        pytest.raises(Unreachable, match="compressed form that was not asked for"),
    ):
        LOCAL.fetch(server.url, accept=ACCEPT)


def test_compressed_content_that_never_ends_is_refused() -> None:
    flush = zlib.compressobj(wbits=31)
    start = flush.compress(b"{") + flush.flush(zlib.Z_SYNC_FLUSH)
    nothing = flush.flush(zlib.Z_FULL_FLUSH) or b"\x00\x00\x00\xff\xff"

    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n" + start)
        while True:
            connection.sendall(nothing * 1_000)

    with serving(pour) as server, pytest.raises(Unreachable, match="proper HTTP"):
        LOCAL.fetch(server.url, accept=ACCEPT)


@given(st.binary(max_size=2_000), st.integers(0, 9))
def test_what_was_compressed_comes_out_as_it_went_in(content: bytes, level: int) -> None:
    with serving(reply(gzip.compress(content, level), more=GZIP)) as server:
        assert LOCAL.fetch(server.url, accept=ACCEPT).body == content
