"""Where a connection goes: to checked addresses only, and only to the holder of the name's certificate."""

import socket
import ssl
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from issuer.net.answers import Unreachable
from issuer.net.client import GuardedClient
from issuer.net.targets import RefusedAddress
from tests.unit.net.authority import Authority
from tests.unit.net.servers import Map, reply, serving, silent

HOST = "badges.example"
URL = f"https://{HOST}/did.json"
PUBLIC = "93.184.215.14"
OTHER_PUBLIC = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
ACCEPT = "application/json"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(Path(tmp_path_factory.mktemp("authority")))


def client(network: Map, *addresses: str, trust: ssl.SSLContext | None = None) -> GuardedClient:
    """Return a client for which every name leads to the addresses."""
    return GuardedClient(
        timeout_seconds=2,
        ssl_context=trust or ssl.create_default_context(),
        addresses_of=lambda _host, _port: addresses,
        network=network,
    )


def test_the_host_name_is_what_tls_asks_for_and_checks(authority: Authority) -> None:
    tls = authority.server(HOST)
    names: list[str | None] = []
    tls.sni_callback = lambda _socket, name, _context: names.append(name)

    with serving(reply(b"{}"), tls) as server:
        network = Map({PUBLIC: server.port})
        fetched = client(network, PUBLIC, trust=authority.trusting()).fetch(URL, accept=ACCEPT)

    assert fetched.body == b"{}"
    assert names == [HOST]
    assert network.dialled == [PUBLIC]
    assert b"\r\nHost: badges.example\r\n" in server.requests[0]


def test_a_certificate_for_another_host_is_refused(authority: Authority) -> None:
    with serving(reply(b"{}"), authority.server("other.example")) as server:
        outside = client(Map({PUBLIC: server.port}), PUBLIC, trust=authority.trusting())

        with pytest.raises(
            Unreachable, match=r"^badges\.example does not prove by TLS that it has that name$"
        ):
            outside.fetch(URL, accept=ACCEPT)

    assert server.requests == []


def test_a_certificate_by_an_unknown_authority_is_refused(authority: Authority) -> None:
    with (
        serving(reply(b"{}"), authority.server(HOST)) as server,
        pytest.raises(Unreachable, match="does not prove"),
    ):
        client(Map({PUBLIC: server.port}), PUBLIC).fetch(URL, accept=ACCEPT)

    assert server.requests == []


def test_a_server_that_does_not_speak_tls_is_refused() -> None:
    with (
        serving(reply(b"{}"), listens=False) as server,
        pytest.raises(Unreachable, match="does not prove"),
    ):
        client(Map({PUBLIC: server.port}), PUBLIC).fetch(URL, accept=ACCEPT)


def test_a_handshake_that_never_ends_is_left_at_the_deadline() -> None:
    with serving(silent) as server:
        outside = client(Map({PUBLIC: server.port}), PUBLIC)
        began = time.monotonic()

        with pytest.raises(Unreachable, match="did not answer in time"):
            outside.fetch(URL, accept=ACCEPT)

    assert time.monotonic() - began < 4


def test_a_handshake_that_drips_is_left_at_the_deadline() -> None:
    def drip(connection: socket.socket) -> None:
        for byte in b"\x16\x03\x03\x40\x00" + bytes(40):
            connection.sendall(bytes([byte]))
            time.sleep(0.1)

    with serving(drip, listens=False) as server:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            client(Map({PUBLIC: server.port}), PUBLIC).fetch(URL, accept=ACCEPT)

    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        [PUBLIC, "127.0.0.1"],
        ["fd00::1", PUBLIC],
    ],
)
def test_a_name_with_one_address_that_is_not_public_is_refused(addresses: list[str]) -> None:
    network = Map({})

    with pytest.raises(RefusedAddress) as refusal:
        client(network, *addresses).fetch(URL, accept=ACCEPT)

    assert network.dialled == []
    assert refusal.value.detail == "badges.example does not lead to an address that may be asked"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "localhost", "[::1]"]
)
def test_however_this_machine_is_spelled_it_is_refused(host: str) -> None:
    network = Map({})

    with pytest.raises(RefusedAddress):
        GuardedClient(network=network).fetch(f"https://{host}/", accept=ACCEPT)

    assert network.dialled == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "127.0.0.2"])
def test_only_the_three_usual_spellings_are_allowed_where_this_machine_is(host: str) -> None:
    network = Map({})

    with pytest.raises(RefusedAddress):
        GuardedClient(network=network, allow_loopback=True).fetch(f"https://{host}/", accept=ACCEPT)

    assert network.dialled == []


def test_a_localhost_that_leads_elsewhere_is_refused() -> None:
    network = Map({})
    local = GuardedClient(network=network, allow_loopback=True, addresses_of=lambda _host, _port: [PUBLIC])

    with pytest.raises(RefusedAddress):
        local.fetch("http://localhost:8000/", accept=ACCEPT)

    assert network.dialled == []


def test_a_name_that_leads_inside_the_second_time_gains_nothing(authority: Authority) -> None:
    answers = [[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]]
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    with serving(reply(b"internal")) as internal, serving(reply(b"{}"), authority.server(HOST)) as public:
        network = Map({PUBLIC: public.port, "127.0.0.1": internal.port, HOST: internal.port})
        outside = GuardedClient(
            ssl_context=authority.trusting(), addresses_of=rebinding, network=network, timeout_seconds=2
        )

        assert outside.fetch(URL, accept=ACCEPT).body == b"{}"
        assert asked == [HOST]
        with pytest.raises(RefusedAddress):
            outside.fetch(URL, accept=ACCEPT)

    assert internal.connections == 0
    assert network.dialled == [PUBLIC]


def test_a_checked_address_that_takes_no_connection_is_followed_by_the_next(authority: Authority) -> None:
    with serving(reply(b"{}"), authority.server(HOST)) as server:
        network = Map({PUBLIC: server.port})
        outside = client(network, OTHER_PUBLIC, OTHER_PUBLIC, PUBLIC, trust=authority.trusting())

        assert outside.fetch(URL, accept=ACCEPT).body == b"{}"

    assert network.dialled == [OTHER_PUBLIC, PUBLIC]


def test_an_address_that_is_silent_leaves_time_for_the_next(authority: Authority) -> None:
    with serving(reply(b"{}"), authority.server(HOST)) as server:
        network = Map({PUBLIC: server.port}, lost=frozenset({OTHER_PUBLIC}))
        outside = client(network, OTHER_PUBLIC, PUBLIC, trust=authority.trusting())

        assert outside.fetch(URL, accept=ACCEPT).body == b"{}"

    assert network.dialled == [OTHER_PUBLIC, PUBLIC]


def test_a_name_without_an_address_is_an_error() -> None:
    with pytest.raises(Unreachable, match=r"^badges\.example takes no connection$"):
        client(Map({})).fetch(URL, accept=ACCEPT)


def test_a_name_that_nobody_knows_is_an_error() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, f"{host}:{port}")

    outside = GuardedClient(network=Map({}), addresses_of=unknown)

    with pytest.raises(Unreachable, match=r"^badges\.example is not known by that name$"):
        outside.fetch(URL, accept=ACCEPT)
