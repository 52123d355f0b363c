"""What other issuers publish: DID documents of did:web, and JSON documents by their address."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from issuer.core import documents
from issuer.core.documents import DEFAULT_LIMITS, STATUS_LIST_LIMITS, Document, Limits
from issuer.core.securing.did import InvalidDid
from issuer.errors import Invalid
from issuer.net import targets
from issuer.net.answers import Fetched
from issuer.net.client import GuardedClient

_DID_DOCUMENT = "application/did+json, application/did+ld+json, application/ld+json, application/json"
_JSON = "application/vc, application/ld+json, application/json"

_DID_WEB = re.compile(
    r"did:web:(?P<host>[A-Za-z0-9.-]+)(?:%3[Aa](?P<port>[1-9][0-9]{0,4}))?(?P<path>(?::[^:]*)*)"
)
_SEGMENT = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]+")
_MAX_DID = 1_024
_MAX_PORT = 65_535


class UnreadableAnswer(Invalid):
    """What was answered is not a JSON document of the kind that was asked for."""

    code = "unreadable-answer"


@dataclass(frozen=True)
class Resolver:
    """Looks up what others publish, through the guarded client alone."""

    client: GuardedClient = field(default_factory=GuardedClient)

    def did_document(self, did: str) -> Document:
        """Return the DID document of a did:web, once it says that it is that DID's.

        Raises `InvalidDid`, `UnreadableAnswer`, or what the client raises.
        """
        fetched = self.client.fetch(did_web_url(did), accept=_DID_DOCUMENT)
        document = _parsed(fetched, DEFAULT_LIMITS)
        if document.get("id") != did:
            raise UnreadableAnswer(f"{_host(fetched)} answered with the DID document of another DID")
        return document

    def json(self, url: str) -> Document:
        """Return the JSON object at an address, as large as a status list may be.

        Raises `UnreadableAnswer`, or what the client raises. What the object says is not judged.
        """
        return _parsed(self.client.fetch(url, accept=_JSON), STATUS_LIST_LIMITS)


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


def _parsed(fetched: Fetched, limits: Limits) -> Document:
    try:
        return documents.parse(fetched.body, limits)
    except Invalid as error:  # its message may quote what was answered: it stays in the chain alone
        raise UnreadableAnswer(f"{_host(fetched)} did not answer with a usable JSON object") from error


def _host(fetched: Fetched) -> str:
    return urlsplit(fetched.url).hostname or "the host"
