import socket
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from issuer.net.answers import Fetched, TooLarge, Unreachable
from issuer.net.client import GuardedClient
from issuer.net.targets import RefusedAddress
from tests.unit.net.servers import reply, sending, serving, silent

ACCEPT = "application/json"
LOCAL = GuardedClient(timeout_seconds=2, max_bytes=10_000, allow_loopback=True)
HASTY = replace(LOCAL, timeout_seconds=0.5)


def test_what_is_at_an_address_is_fetched() -> None:
    with serving(reply(b"{}", content_type="Application/JSON; charset=utf-8")) as server:
        fetched = LOCAL.fetch(server.url, accept=ACCEPT)

    assert fetched == Fetched(server.url, "application/json", b"{}")


def test_the_request_says_no_more_than_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    with serving(reply(b"{}")) as server:
        LOCAL.fetch(f"{server.url}a?b", accept=ACCEPT)

    assert server.requests[0].decode().splitlines() == [
        "GET /a?b HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "Accept: application/json",
        "Accept-Encoding: identity",
        "User-Agent: open-badge-issuer",
        "Connection: close",
        "",
    ]


def test_an_answer_of_just_the_limit_is_read() -> None:
    with serving(reply(b"x" * 10_000)) as server:
        assert len(LOCAL.fetch(server.url, accept=ACCEPT).body) == 10_000


@pytest.mark.parametrize("length", [10_001, 5_000_000])
def test_a_longer_answer_is_refused(length: int) -> None:
    with (
        serving(reply(b"x" * length)) as server,
        pytest.raises(TooLarge, match=r"^127\.0\.0\.1 answered with more than 10000 bytes"),
    ):
        LOCAL.fetch(server.url, accept=ACCEPT)


def test_an_answer_without_end_is_refused() -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")

    with serving(pour) as server, pytest.raises(TooLarge):
        LOCAL.fetch(server.url, accept=ACCEPT)


@pytest.mark.parametrize(
    ("start", "repeated"),
    [
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"x-filler: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0;", b"ext"),
    ],
)
def test_what_stands_around_the_content_is_bounded_too(start: bytes, repeated: bytes) -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(repeated * 1_000)

    with serving(pour) as server, pytest.raises(Unreachable, match="proper HTTP"):
        LOCAL.fetch(server.url, accept=ACCEPT)


def test_a_declared_identity_encoding_is_no_compression() -> None:
    with serving(reply(b"{}", more="Content-Encoding: Identity\r\n")) as server:
        assert LOCAL.fetch(server.url, accept=ACCEPT).body == b"{}"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Again", "308 For ever"])
def test_a_redirect_is_refused_naming_only_where_to(status: str) -> None:
    with serving(reply(b"{}")) as internal:
        there = f"http://localhost:{internal.port}/admin?token=secret"
        with (
            serving(reply(b"", status=status, more=f"Location: {there}\r\n")) as server,
            pytest.raises(RefusedAddress, match=r"127\.0\.0\.1 redirects to localhost,") as refusal,
        ):
            LOCAL.fetch(server.url, accept=ACCEPT)

    assert "secret" not in refusal.value.detail
    assert internal.connections == 0


@pytest.mark.parametrize("status", ["201 Created", "204 No", "206 Part", "404 secret", "500 Oh", "503 Later"])
def test_any_status_but_200_is_an_error_that_quotes_nothing(status: str) -> None:
    with (
        serving(reply(b"secret", status=status)) as server,
        pytest.raises(Unreachable, match=rf"^127\.0\.0\.1 answered with status {status[:3]}$"),
    ):
        LOCAL.fetch(server.url, accept=ACCEPT)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: ",
        b"",
    ],
)
@pytest.mark.parametrize("piece", [b"x", b"\n"])
def test_a_server_that_drips_is_left_at_the_deadline(head: bytes, piece: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(40):
            connection.sendall(piece)
            time.sleep(0.1)

    with serving(drip) as server:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            HASTY.fetch(server.url, accept=ACCEPT)

        assert time.monotonic() - began < 1.5


def test_a_server_that_never_answers_is_left_at_the_deadline() -> None:
    with serving(silent) as server:
        began = time.monotonic()
        with pytest.raises(Unreachable, match=r"^127\.0\.0\.1 did not answer in time$"):
            HASTY.fetch(server.url, accept=ACCEPT)

        assert 0.4 < time.monotonic() - began < 1.5


def test_a_resolver_that_never_answers_is_left_at_the_deadline() -> None:
    answered = threading.Event()

    def wait(host: str, port: int) -> Sequence[str]:
        answered.wait(5)
        return [f"{host}:{port}"]

    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"^badges\.example did not answer in time$"):
        replace(HASTY, addresses_of=wait).fetch("https://badges.example/", accept=ACCEPT)

    assert time.monotonic() - began < 1.5
    answered.set()


def test_a_connection_that_is_reset_is_an_error() -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with (
        serving(reset) as server,
        pytest.raises(Unreachable, match="broke the connection off"),
    ):
        LOCAL.fetch(server.url, accept=ACCEPT)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\x16\x03\x01",
        b"SSH-2.0-secret\r\n",
        b"HTTP/1.1 101 Switch\r\nupgrade: secret\r\n\r\n",
        b"HTTP/1.1 9999 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n bad: fold\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: " + b"9" * 5_000 + b"\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"f" * 5_000,
    ],
)
def test_what_is_not_proper_http_is_an_error_that_quotes_nothing(raw: bytes) -> None:
    with (
        serving(sending(raw)) as server,
        pytest.raises(Unreachable, match=r"^127\.0\.0\.1 did not answer in proper HTTP$"),
    ):
        LOCAL.fetch(server.url, accept=ACCEPT)


def test_a_closed_port_is_an_error() -> None:
    with serving(silent) as server:
        pass

    with pytest.raises(Unreachable, match=r"^127\.0\.0\.1 takes no connection$"):
        LOCAL.fetch(server.url, accept=ACCEPT)


def test_no_more_is_fetched_at_once_than_there_are_places() -> None:
    one_place = replace(HASTY, places=threading.BoundedSemaphore(1))

    with serving(silent) as slow, serving(reply(b"{}")) as quick:
        first = threading.Thread(target=_suppressed, args=[replace(one_place, timeout_seconds=1.5), slow.url])
        first.start()
        while not slow.connections:
            time.sleep(0.01)
        with pytest.raises(Unreachable, match="too much is being fetched"):
            one_place.fetch(quick.url, accept=ACCEPT)
        first.join()

        assert one_place.fetch(quick.url, accept=ACCEPT).body == b"{}"
        assert quick.connections == 1


def test_a_place_is_given_back_after_every_kind_of_failure() -> None:
    one_place = replace(
        HASTY, places=threading.BoundedSemaphore(1), addresses_of=lambda _host, _port: ["10.0.0.1"]
    )

    for _ in range(3):
        with pytest.raises(RefusedAddress):
            one_place.fetch("https://badges.example/", accept=ACCEPT)


def test_the_limits_are_those_of_the_security_plan_unless_chosen() -> None:
    client = GuardedClient()

    assert (client.timeout_seconds, client.max_bytes, client.allow_loopback) == (5.0, 1_000_000, False)
    assert client.ports == {443}


def _suppressed(client: GuardedClient, url: str) -> None:
    with pytest.raises(Unreachable):
        client.fetch(url, accept=ACCEPT)
