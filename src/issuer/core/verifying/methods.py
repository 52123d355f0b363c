"""Which key a seal was made with, and whether its controller lists that key for vouching.

Controlled Identifiers 1.0, section 3.3. A key counts only if the document of its controller lists it under
`assertionMethod`; whether that controller is the issuer is the next question, and not asked here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from issuer.core import moments
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.securing import proofs
from issuer.core.securing.keys import PublicKey, UnsupportedKey, public_key_of, public_key_of_jwk
from issuer.core.verifying.materials import NEVER_FETCHED, Library, Unfetched, Want
from issuer.errors import Invalid

_KEY_MATERIAL = ("publicKeyMultibase", "publicKeyJwk")
Reason: TypeAlias = Literal["could_not_check", "issuer_key_missing", "unsupported_seal"]


@dataclass(frozen=True)
class Key:
    """A public key, and the controller whose document lists it."""

    public: PublicKey
    controller: str


@dataclass(frozen=True)
class NoKey:
    """Why there is no key: it could not be asked for, nobody lists it, or its kind is not known here."""

    code: Reason
    detail: str


def document_of(method: str) -> str:
    """Return the address or DID whose document holds a verification method: all before its fragment."""
    return method.partition("#")[0]


def named_key(
    method: str, library: Library, used: datetime | None, purpose: str = proofs.ASSERTION
) -> Key | NoKey:
    """Return the key of a verification method that was good when it was used, or why there is none."""
    try:
        return _named(method, library, used, purpose)
    except UnsupportedKey as error:
        return NoKey("unsupported_seal", error.detail)


def _named(method: str, library: Library, used: datetime | None, purpose: str) -> Key | NoKey:
    home = document_of(method)
    found = content(library, home)
    if isinstance(found, Unfetched):
        return NoKey("could_not_check", found.reason)
    if home != method and found.get("id") == home:
        return _listed_key(found, method, home, used, purpose)
    if found.get("id") == method and isinstance(owner := found.get("controller"), str) and owner != home:
        return _owned_key(found, method, owner, library, used, purpose)
    return _unlisted(method)


def matching_key(
    controller: str, library: Library, used: datetime | None, *, jwk: Document | None, kid: str | None
) -> list[Key] | NoKey:
    """Return the controller's listed keys that a JWS may have been made with, without a method's address.

    With a `jwk` in the header only the same key counts: a key that is not the controller's proves nothing.
    """
    found = content(library, controller)
    if isinstance(found, Unfetched):
        return NoKey("could_not_check", found.reason)
    listing = [
        method for method in _assertion_methods(found, controller, proofs.ASSERTION) if _may_be(method, kid)
    ]
    try:
        wanted = public_key_of_jwk(jwk) if jwk is not None else None
        keys = _all_usable(listing, controller, used)
    except UnsupportedKey as error:
        return NoKey("unsupported_seal", error.detail)
    fitting = [Key(key, controller) for key in keys if wanted in (None, key)]
    return fitting or _unlisted("the header's key" if jwk else kid or "any")


def content(library: Library, controller: str) -> Document | Unfetched:
    """Return the fetched document of a controller, or why it is not there."""
    found = library.get(Want("controller", controller), NEVER_FETCHED)
    if isinstance(found, Unfetched):
        return found
    return found.content if isinstance(found.content, dict) else Unfetched("it is no JSON document")


def _listed_key(
    listing: Document, method: str, controller: str, used: datetime | None, purpose: str
) -> Key | NoKey:
    for candidate in _assertion_methods(listing, controller, purpose):
        if _absolute(candidate.get("id"), controller) == method:
            key = _usable(candidate, controller, used)
            if key is not None:
                return Key(key, controller)
    return _unlisted(method)


def _owned_key(  # noqa: PLR0917 - each is one step of the same look-up
    found: Document, method: str, owner: str, library: Library, used: datetime | None, purpose: str
) -> Key | NoKey:
    """Return the key of a document of its own, if the controller that it names lists it too."""
    listing = content(library, owner)
    if isinstance(listing, Unfetched):
        return NoKey("could_not_check", listing.reason)
    key = _usable(found, owner, used)
    if listing.get("id") != owner or key is None:
        return _unlisted(method)
    if method in listed(listing.get(purpose)):
        return Key(key, owner)
    same = _listed_key(listing, method, owner, used, purpose)
    return same if isinstance(same, Key) and same.public == key else _unlisted(method)


def _assertion_methods(listing: Document, controller: str, purpose: str) -> Iterator[Document]:
    """Yield the methods that a controller's own document lists for a purpose, by name or in full."""
    if listing.get("id") != controller or listing.get("deactivated") is True:
        return
    entries = listed(listing.get(purpose))
    named = {_absolute(entry, controller) for entry in entries if isinstance(entry, str)}
    yield from (entry for entry in entries if isinstance(entry, dict))
    for method in listed(listing.get("verificationMethod")):
        if isinstance(method, dict) and _absolute(method.get("id"), controller) in named:
            yield method


def _absolute(method: object, controller: str) -> str | None:
    """Return a method's id in full: DID documents may write the fragment alone (DID 1.0, 3.2.2)."""
    if not isinstance(method, str):
        return None
    return controller + method if method.startswith("#") else method


def _all_usable(listing: list[Document], controller: str, used: datetime | None) -> list[PublicKey]:
    """Return the keys that are known here, or raise `UnsupportedKey` where all are of other kinds."""
    keys, refused = [], None
    for method in listing:
        try:
            keys.append(_usable(method, controller, used))
        except UnsupportedKey as error:
            refused = error
    found = [key for key in keys if key is not None]
    if refused is not None and not found:
        raise refused
    return found


def _usable(method: Document, controller: str, used: datetime | None) -> PublicKey | None:
    """Return a method's key if it is its controller's, and was neither revoked nor expired when used.

    Raises `UnsupportedKey` where it is of a kind not known here. Whoever holds a revoked key chooses the date
    of what is made with it, so that date excuses nothing.
    """
    if method.get("controller") != controller or not any(name in method for name in _KEY_MATERIAL):
        return None
    if "revoked" in method or ("expires" in method and not _before(used, method["expires"])):
        return None
    try:
        return public_key_of(method)
    except UnsupportedKey:
        raise
    except Invalid:
        return None


def _before(used: datetime | None, end: object) -> bool:
    try:
        return used is not None and used <= moments.parse(str(end))
    except moments.InvalidMoment:
        return False


def _may_be(method: Document, kid: str | None) -> bool:
    if kid is None:
        return True
    jwk = method.get("publicKeyJwk")
    own = jwk.get("kid") if isinstance(jwk, dict) else None
    return kid in {own, method.get("id"), str(method.get("id")).partition("#")[2]}


def _unlisted(method: str) -> NoKey:
    return NoKey("issuer_key_missing", f"no document of its controller lists {method[:120]} for vouching")
