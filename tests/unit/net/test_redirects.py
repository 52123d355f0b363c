"""Redirects: never followed unless asked for, and then through the guard anew, in the time of one fetch."""

import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from issuer.net.answers import Unreachable
from issuer.net.client import GuardedClient
from issuer.net.targets import RefusedAddress
from tests.unit.net.authority import Authority
from tests.unit.net.servers import Answer, Map, reply, serving

ACCEPT = "*/*"
LOCAL = GuardedClient(timeout_seconds=2, allow_loopback=True)
SHORT, LONG, INNER = "short.example", "long.example", "inner.example"
ADDRESSES = {SHORT: "93.184.215.14", LONG: "93.184.215.15", INNER: "10.0.0.1"}


def leading(location: str, status: str = "302 Found") -> Answer:
    return reply(b"", status=status, more=f"Location: {location}\r\n")


@pytest.fixture
def world(tmp_path: Path) -> "World":
    return World(Authority(tmp_path))


class World:
    """Hosts with names and certificates, each with what it answers."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.dialled: list[str] = []

    def fetch(self, answers: Mapping[str, Answer], url: str, redirects: int = 2) -> tuple[str, bytes]:
        with ExitStack() as stack:
            ports = {
                ADDRESSES[host]: stack.enter_context(serving(answer, self.authority.server(host))).port
                for host, answer in answers.items()
            }
            network = Map(ports, dialled=self.dialled)
            client = GuardedClient(
                timeout_seconds=2,
                ssl_context=self.authority.trusting(),
                addresses_of=_addresses,
                network=network,
                allow_loopback=True,
            )
            fetched = client.fetch(url, accept=ACCEPT, redirects=redirects)
        return fetched.url, fetched.body


def _addresses(host: str, _port: int) -> Sequence[str]:
    return [ADDRESSES.get(host, host)]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Again", "308 For ever"])
def test_a_short_link_leads_to_its_badge(world: World, status: str) -> None:
    answers = {SHORT: leading(f"https://{LONG}/b/1#top", status), LONG: reply(b"{}")}

    assert world.fetch(answers, f"https://{SHORT}/x") == (f"https://{LONG}/b/1", b"{}")


def test_a_relative_redirect_stays_with_its_host(world: World) -> None:
    visits: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        visits.append(b"")
        (leading("../b?c") if len(visits) == 1 else reply(b"{}"))(connection)

    assert world.fetch({SHORT: answer}, f"https://{SHORT}/x/y") == (f"https://{SHORT}/b?c", b"{}")


@pytest.mark.parametrize(
    "location",
    [
        f"https://{INNER}/admin",
        "https://169.254.169.254/latest",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://127.0.0.1/",
        "http://127.0.0.1:8000/",
        "http://localhost/",
        f"http://{LONG}/",
        f"https://{LONG}:8443/",
        f"https://user@{LONG}/",
        "file:///etc/passwd",
        "data:application/json,{}",
        "https://[/",
        f"https://{LONG}\\@{SHORT}/",
        f"https://{LONG}/caf\xc3\xa9",
        "",
    ],
)
def test_a_redirect_to_where_a_fetch_may_not_go_is_refused(world: World, location: str) -> None:
    with pytest.raises(RefusedAddress):
        world.fetch({SHORT: leading(location), LONG: reply(b"{}")}, f"https://{SHORT}/x")

    assert world.dialled == [ADDRESSES[SHORT]]


@pytest.mark.parametrize("status", ["300 Choose", "304 Same", "305 Proxy", "306 Old", "399 Odd"])
def test_what_is_no_redirect_to_one_place_is_not_followed(world: World, status: str) -> None:
    with pytest.raises(RefusedAddress, match="redirects to"):
        world.fetch({SHORT: leading(f"https://{LONG}/", status), LONG: reply(b"{}")}, f"https://{SHORT}/x")


def test_a_redirect_to_two_places_is_not_followed(world: World) -> None:
    both = reply(
        b"", status="302 Found", more=f"Location: https://{LONG}/a\r\nLocation: https://{LONG}/b\r\n"
    )

    with pytest.raises(RefusedAddress):
        world.fetch({SHORT: both, LONG: reply(b"{}")}, f"https://{SHORT}/x")


def test_a_third_redirect_is_refused(world: World) -> None:
    with pytest.raises(RefusedAddress, match=r"^short\.example redirects to short\.example, which is not"):
        world.fetch({SHORT: leading("/again")}, f"https://{SHORT}/x")

    assert len(world.dialled) == 3


def test_redirects_on_this_machine_are_followed_where_it_may_be_asked() -> None:
    with (
        serving(reply(b"{}")) as final,
        serving(leading(final.url)) as server,
    ):
        assert LOCAL.fetch(server.url, accept=ACCEPT, redirects=1).url == final.url


def test_all_redirects_have_the_time_of_one_fetch_together() -> None:
    def slowly(answer: Callable[[socket.socket], None]) -> Answer:
        def wait(connection: socket.socket) -> None:
            time.sleep(0.35)
            answer(connection)

        return wait

    with (
        serving(slowly(reply(b"{}"))) as last,
        serving(slowly(leading(last.url))) as second,
        serving(slowly(leading(second.url))) as first,
    ):
        began = time.monotonic()
        with pytest.raises(Unreachable, match="in time"):
            replace(LOCAL, timeout_seconds=0.8).fetch(first.url, accept=ACCEPT, redirects=2)

        assert time.monotonic() - began < 1.5


def test_a_redirect_to_a_host_that_cannot_prove_its_name_is_refused(world: World) -> None:
    context: ssl.SSLContext = world.authority.server(SHORT)

    with serving(reply(b"{}"), context) as impostor, serving(leading(f"https://{LONG}/"), context) as server:
        client = GuardedClient(
            timeout_seconds=2,
            ssl_context=world.authority.trusting(),
            addresses_of=_addresses,
            network=Map({ADDRESSES[SHORT]: server.port, ADDRESSES[LONG]: impostor.port}),
        )
        with pytest.raises(Unreachable, match=r"^long\.example does not prove"):
            client.fetch(f"https://{SHORT}/x", accept=ACCEPT, redirects=1)
