"""Where an address leads, read by one strict pattern so that no two parsers can disagree on it."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import urldefrag, urljoin, urlsplit

import httpcore

from issuer.errors import Invalid

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

_MAX_URL = 2_048
_MAX_HOST = 253
_MAX_PORT = 65_535
_DEFAULT_PORTS = {"https": 443, "http": 80}
_PATH = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*"  # RFC 3986 section 3.3
_QUERY = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9.-]+))"
    r"(?::(?P<port>[0-9]{1,5}))?"
    rf"(?P<path>(?:/{_PATH})?)(?P<query>(?:\?{_QUERY})?)"
)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")  # RFC 1123 section 2.1


class RefusedAddress(Invalid):
    """The guard does not let a fetch go there."""

    code = "refused-address"


@dataclass(frozen=True)
class Target:
    """One place to fetch from. `loopback` says that it is on this machine, and may be."""

    scheme: str
    host: str
    port: int
    path: str
    loopback: bool

    @property
    def authority(self) -> str:
        """The host and port as a Host header has them (RFC 9110 section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> httpcore.URL:
        """The address in parts, so that nothing parses it a second time."""
        return httpcore.URL(scheme=self.scheme, host=self.host, port=self.port, target=self.path)


def target(url: str, *, ports: AbstractSet[int], allow_loopback: bool) -> Target:
    """Return where an address leads, or raise `RefusedAddress`. It does not look the host up."""
    found = _URL.fullmatch(url) if len(url) <= _MAX_URL else None
    host = _host(found["ipv6"], found["name"]) if found else None
    if found is None or host is None:
        raise RefusedAddress(
            "the address is not of the plain form https://host/path: ASCII only, no user name, no fragment"
        )
    scheme = found["scheme"]
    loopback = allow_loopback and host in LOOPBACK_HOSTS
    if scheme != "https" and not loopback:
        raise RefusedAddress(f"{host} would be asked over plain http: use https")
    port = int(found["port"] or _DEFAULT_PORTS[scheme])
    if not (1 <= port <= _MAX_PORT if loopback else port in ports):
        raise RefusedAddress(f"port {port} of {host} is not one that is asked")
    return Target(scheme, host, port, (found["path"] or "/") + found["query"], loopback)


def is_host_name(text: str) -> bool:
    """Return whether the text is a host name, or an IPv4 address, in lower case."""
    return len(text) <= _MAX_HOST and all(map(_LABEL.fullmatch, text.split(".")))


def redirected(url: str, location: str) -> str | None:
    """Return the address that a Location header leads to (RFC 9110 section 10.2.2), None where it is none.

    It is not checked here: what comes out is held to the one strict pattern like any other address.
    """
    try:
        return urldefrag(urljoin(url, location)).url if location else None
    except ValueError:
        return None


def host_of_redirect(location: str, origin: Target) -> str:
    """Return the host that a Location header leads to, in words that are safe to show."""
    try:
        place = urlsplit(location)
        host = place.hostname if place.netloc else origin.host
    except ValueError:
        host = None
    return host if host and is_host_name(host) else "another address"


def _host(ipv6: str | None, name: str | None) -> str | None:
    if name is not None:
        return name.lower() if is_host_name(name.lower()) else None
    try:
        return str(IPv6Address(ipv6 or ""))
    except ValueError:
        return None
