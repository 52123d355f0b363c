"""What a verification wants from outside, fetched through the guarded client alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from issuer.core.documents import DEFAULT_LIMITS, STATUS_LIST_LIMITS, Document
from issuer.core.securing.did import DID_KEY, did_key_document
from issuer.core.verifying import links, materials
from issuer.core.verifying.materials import Kind, Obtained, Unfetched, Want
from issuer.errors import Invalid, IssuerError
from issuer.net import contents, lifetimes, pages
from issuer.net.answers import Fetched
from issuer.net.cache import Cache, Kept
from issuer.net.client import GuardedClient
from issuer.net.contents import UnreadableAnswer
from issuer.net.crowding import Crowded
from issuer.net.did_web import did_web_url

_CREDENTIAL: Final = (
    "application/vc, application/vc+ld+json, application/vc+jwt, application/ld+json, application/json, "
    "application/jwt"
)
_ACCEPT: Final[dict[Kind, str]] = {
    "controller": "application/did+json, application/did+ld+json, application/cid, application/ld+json, "
    "application/json",
    "list": f"{_CREDENTIAL}, text/plain;q=0.5",
    "credential": f"{_CREDENTIAL}, text/plain;q=0.5",
    "resource": f"{_CREDENTIAL}, */*;q=0.5",
}
_BADGE: Final = f"{_CREDENTIAL}, image/png, image/svg+xml, text/html;q=0.8, */*;q=0.5"
_LIMITS: Final = {"controller": DEFAULT_LIMITS, "list": STATUS_LIST_LIMITS, "credential": DEFAULT_LIMITS}
_DID = re.compile(r"did:(?P<method>[a-z0-9]{1,30}):.+", re.DOTALL)
_DID_WEB: Final = "did:web:"
_REDIRECTS: Final = 2
"""How many may be followed from an address that a person gave: short links. Everything else names its own."""


def local_keys(want: Want, now: datetime) -> materials.Fetched:
    """Return the keys that a did:key holds in itself, or that anybody else would have to be asked."""
    if want.kind != "controller" or not want.key.startswith(DID_KEY):
        return Unfetched("the issuer is not one of this service, and others are not asked here")
    try:
        return Obtained(did_key_document(want.key), now)
    except Invalid as error:
        return Unfetched(error.detail)


@dataclass(frozen=True)
class Outside:
    """Everything that is published by others. Nothing of it is believed here: `core` judges."""

    client: GuardedClient
    cache: Cache
    clock: Callable[[], datetime]

    def obtain(self, want: Want) -> materials.Fetched:
        """Return what is wanted, or why it could not be had. Nothing that others do makes it raise."""
        try:
            if want.kind == "controller" and want.key.startswith(DID_KEY):
                return local_keys(want, self.clock())
            url = _address(want)
            self.client.check(url)
        except Invalid as error:
            return Unfetched(error.detail)
        fetch = partial(self._fetched, want, url)
        return self.cache.obtain(want, fetch, seconds=self.client.timeout_seconds)

    def source(self, url: str) -> bytes:
        """Return the file of the badge at an address that a person gave, which may be a page about it.

        Short links are followed, and so are the links of services that show badges. Raises what the client
        raises, and `NoBadgeOffered` for a page that names no badge file. What the file holds is not judged.
        """
        found = self._file_or_page(links.badge_address(url))
        if not pages.is_page(found):
            return found.body
        offered = self._file_or_page(pages.offered_by(found))
        if pages.is_page(offered):
            raise pages.no_badge(offered)
        return offered.body

    def _file_or_page(self, url: str) -> Fetched:
        return self.client.fetch(url, accept=_BADGE, redirects=_REDIRECTS)

    def _fetched(self, want: Want, url: str) -> Kept:
        """Return what is at the address and until when it may be used, counted from before it was asked."""
        asked = self.clock()
        try:
            answer = self.client.fetch(url, accept=_ACCEPT[want.kind])
            content = _content(want, answer)
        except Crowded as error:  # our own trouble, not theirs
            return Kept(Unfetched(error.detail), asked)
        except IssuerError as error:
            return Kept(Unfetched(error.detail), asked + lifetimes.FAILURE)
        if want.kind == "list" and not self.cache.newest.admits(url, lifetimes.start_of(content), asked):
            reason = "the list of withdrawn badges is older than one seen before"
            return Kept(Unfetched(reason), asked + lifetimes.FAILURE)
        until = lifetimes.until(want.kind, answer.keep_seconds, content, asked)
        return Kept(Obtained(content, asked), until)


def _address(want: Want) -> str:
    """Return where something wanted is published, or raise an `Invalid`."""
    if want.kind != "controller":
        return want.key
    if want.key.startswith(_DID_WEB):
        return did_web_url(want.key)
    did = _DID.fullmatch(want.key)
    if did is not None:
        raise UnknownDidMethod(f"keys are not looked up for did:{did['method']}")
    return want.key


def _content(want: Want, answer: Fetched) -> Document | str:
    if want.kind == "resource":
        return contents.text(answer)
    limits = _LIMITS[want.kind]
    if want.kind != "controller":
        return contents.secured(answer, limits)
    found = contents.document(answer, limits)
    if want.key.startswith(_DID_WEB) and found.get("id") != want.key:
        raise UnreadableAnswer(f"{contents.host(answer)} answered with the DID document of another DID")
    return found


class UnknownDidMethod(Invalid):
    """The document of such a DID is not looked up by this service."""

    code = "unknown-did-method"
