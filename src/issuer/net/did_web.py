"""Where the document of a did:web is published."""

import re

from issuer.core.securing.did import InvalidDid
from issuer.net import targets

_DID_WEB = re.compile(
    r"did:web:(?P<host>[A-Za-z0-9.-]+)(?:%3[Aa](?P<port>[1-9][0-9]{0,4}))?(?P<path>(?::[^:]*)*)"
)
_SEGMENT = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]+")
_MAX_DID = 1_024
_MAX_PORT = 65_535


def did_web_url(did: str) -> str:
    """Return where the document of a did:web is (did:web method, section 3.2), or raise `InvalidDid`.

    Host names only, without their final dot; this machine's own are asked over plain http, and the client
    decides whether they may be. Percent-encoding is accepted for the port's colon alone, as everywhere
    else it would only hide a character that has a meaning in the address.
    """
    found = _DID_WEB.fullmatch(did) if len(did) <= _MAX_DID else None
    if found is None:
        raise InvalidDid("the DID is not of the form did:web:host or did:web:host%3Aport:path")
    host = _host_name(found["host"].lower())
    scheme = "http" if host in targets.LOOPBACK_HOSTS else "https"
    port = f":{found['port']}" if found["port"] else ""
    if int(found["port"] or 1) > _MAX_PORT:
        raise InvalidDid(f"the did:web names a port that does not exist: {found['port']}")
    segments = found["path"].split(":")[1:]
    if not all(map(_SEGMENT.fullmatch, segments)):
        raise InvalidDid("a part of the did:web's path is empty or holds more than letters, digits and ._-")
    path = "/".join(segments) or ".well-known"
    return f"{scheme}://{host}{port}/{path}/did.json"


def _host_name(host: str) -> str:
    """Return the host unless it is an IP address, which did:web rules out, other than this machine's."""
    numeric = host.rpartition(".")[2].isdecimal() and host not in targets.LOOPBACK_HOSTS
    if numeric or not targets.is_host_name(host):
        raise InvalidDid("the did:web does not name a host")
    return host
