"""A page of the credentials that a host gives: each as the text that stands in its answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

from issuer.core import documents
from issuer.core.documents import Limits
from issuer.core.exchange import hosts
from issuer.core.exchange.hosts import BadHost

_LISTED: Final = Limits(size=documents.MEGABYTE * 8, depth=48, members=500_000, array=1_000)


@dataclass(frozen=True)
class Page:
    """Some of the credentials that a host gave, each as its text, and where the next ones are."""

    texts: tuple[str, ...]
    following: str | None = field(default=None)


def page(body: bytes, here: str, following: str | None) -> Page:
    """Return the credentials in an answer, or raise `BadHost`. The next page has to be at the same host.

    A credential is the text that stands in the answer, byte for byte.
    """
    document = hosts.parsed(body, "its list of credentials", _LISTED)
    compact = document.get("compactJwsString") or document.get("compactJwsStrings") or []
    if not isinstance(document.get("credential", []), list) or not isinstance(compact, list):
        raise BadHost("its list of credentials is not one")
    onwards = urljoin(here, following) if following else None
    if onwards is not None and urlsplit(onwards)[:2] != urlsplit(here)[:2]:
        raise BadHost("its next page is at another host: the token is not shown there")
    plain = _texts(body.decode())
    return Page((*plain, *(each for each in compact if isinstance(each, str))), onwards)


def _texts(text: str) -> Iterator[str]:
    """Yield each object of the member `credential` of a document as it stands there."""
    decoder = json.JSONDecoder()
    at = _behind(text, 0, "{")
    while text[at] != "}":
        name, at = decoder.raw_decode(text, at)
        at = _behind(text, at, ":")
        if name == "credential":
            at = _behind(text, at, "[")
            while text[at] != "]":
                _, end = decoder.raw_decode(text, at)
                yield text[at:end]
                at = _behind(text, end, ",")
            at = _behind(text, at, "]")
        else:
            _, end = decoder.raw_decode(text, at)
            at = _behind(text, end, ",")
            continue
        at = _behind(text, at, ",")


def _behind(text: str, at: int, sign: str) -> int:
    """Return the place behind white space, and a sign if it is there, and white space again."""
    at = _spaces(text, at)
    return _spaces(text, at + 1) if text[at : at + 1] == sign else at


def _spaces(text: str, at: int) -> int:
    while text[at : at + 1] in {" ", "\t", "\r", "\n"}:
        at += 1
    return at
