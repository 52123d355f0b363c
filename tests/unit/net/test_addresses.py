import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.net.addresses import forbidden_reason

FORBIDDEN = {
    # IPv4
    "0.0.0.0": "unspecified",
    "0.1.2.3": "unspecified",
    "10.0.0.1": "private",
    "100.64.0.1": "carrier-grade NAT",
    "100.100.100.200": "carrier-grade NAT",
    "100.127.255.255": "carrier-grade NAT",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "168.63.129.16": "metadata service",
    "169.254.169.254": "metadata service",
    "169.254.0.1": "link-local",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.1": "protocol assignment",
    "192.0.0.192": "protocol assignment",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4 relay",
    "192.168.1.1": "private",
    "198.18.0.1": "benchmarking",
    "198.51.100.1": "documentation",
    "203.0.113.1": "documentation",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    # IPv6
    "::": "unspecified",
    "::1": "loopback",
    "0:0:0:0:0:0:0:1": "loopback",
    "100::1": "discard",
    "2001:2::1": "protocol assignment",
    "2001:10::1": "protocol assignment",
    "2001:db8::1": "documentation",
    "3fff::1": "documentation",
    "4000::1": "reserved",
    "5f00::1": "reserved",
    "fc00::1": "private",
    "fd00:ec2::254": "private",
    "fe80::1": "link-local",
    "fe80::1%lo": "link-local",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
    # IPv6 that carries IPv4
    "::127.0.0.1": "IPv4-compatible, loopback",
    "::8.8.8.8": "IPv4-compatible",
    "::ffff:127.0.0.1": "IPv4-mapped, loopback",
    "::ffff:a9fe:a9fe": "IPv4-mapped, metadata service",
    "::ffff:8.8.8.8": "IPv4-mapped",
    "::ffff:0:10.0.0.1": "IPv4-translated, private",
    "64:ff9b::7f00:1": "NAT64, loopback",
    "64:ff9b::8.8.8.8": "NAT64",
    "64:ff9b:1::7f00:1": "local NAT64",
    "64:ff9b:1:ffff::1": "local NAT64",
    "2002:7f00:1::": "6to4, loopback",
    "2002:808:808::1": "6to4",
    "2001:0:4136:e378:8000:63bf:80ff:fffe": "Teredo, loopback",
    "2001:0:4136:e378:8000:63bf:f7f7:f7f7": "Teredo",
    "2606:4700::5efe:10.0.0.1": "ISATAP, private",
    "2606:4700::200:5efe:8.8.8.8": "ISATAP",
}

NOT_ADDRESSES = [
    "",
    "localhost",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "127.0.0.01",
    "127.0.0.1 ",
    "127.0.0.1/8",
    "①②⑦.⓪.⓪.①",
    "１２７.0.0.1",  # noqa: RUF001
    "[::1]",
    "::ffff:127.1",
    "1:2:3:4:5:6:7:8:9",
]

ALLOWED = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "168.63.129.17",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.254",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00:1450:4001:812::200e",
]


@pytest.mark.parametrize(("address", "reason"), FORBIDDEN.items())
def test_an_address_that_is_not_of_the_public_internet_is_forbidden(address: str, reason: str) -> None:
    assert forbidden_reason(address) == reason


@pytest.mark.parametrize("text", NOT_ADDRESSES)
def test_only_the_usual_spelling_is_an_address(text: str) -> None:
    assert forbidden_reason(text) == "not an IP address"


@pytest.mark.parametrize("address", ALLOWED)
def test_a_public_address_is_allowed(address: str) -> None:
    assert forbidden_reason(address) is None


@given(st.ip_addresses())
def test_nothing_is_allowed_that_the_standard_library_calls_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    allowed = forbidden_reason(str(address)) is None

    assert not (allowed and (address.is_private or address.is_multicast or address.is_reserved))


@given(st.ip_addresses(v=4))
def test_an_embedded_ipv4_address_is_never_allowed(address: ipaddress.IPv4Address) -> None:
    bits = int(address)
    forms = [bits, 0xFFFF << 32 | bits, 0x64FF9B << 96 | bits, 0x2002 << 112 | bits << 80]

    assert all(forbidden_reason(str(ipaddress.IPv6Address(form))) for form in forms)
