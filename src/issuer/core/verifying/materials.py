"""Everything that a verification may look at, gathered before it begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.status import entries


@dataclass(frozen=True)
class Unfetched:
    """Something that could not be had, and why. It never counts as good news."""

    reason: str


Fetched: TypeAlias = Document | Unfetched


@dataclass(frozen=True)
class Standing:
    """What the issuer's own records say of a credential: fresher than any published list."""

    revoked: bool = False
    suspended: bool = False


@dataclass(frozen=True)
class Materials:
    """A document and all that is needed to judge it. Missing keys of a mapping were never fetched."""

    document: Document
    now: datetime
    controllers: Mapping[str, Fetched] = field(default_factory=dict)
    status_lists: Mapping[str, Fetched] = field(default_factory=dict)
    standing: Standing | Unfetched | None = None
    recognized_by: str | None = None


@dataclass(frozen=True)
class Needs:
    """What must be fetched: DIDs whose documents hold keys, and addresses of status lists."""

    controllers: frozenset[str]
    status_lists: frozenset[str]


def proofs_of(document: Document) -> list[Document]:
    """Return the proofs that a document carries, whether there is one or an array of them."""
    return [proof for proof in listed(document.get("proof")) if isinstance(proof, dict)]


def controller_of(proof: Document) -> str | None:
    """Return the id of the controller that a proof's verification method names."""
    method = proof.get("verificationMethod")
    return method.partition("#")[0] if isinstance(method, str) and "#" in method else None


def issuer_of(document: Document) -> str | None:
    """Return the issuer's id, whether the issuer is written as text or as an object."""
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    return found if isinstance(found, str) else None


def needs(document: Document) -> Needs:
    """Return what a verification of the document would look at. Bounded by the document's own size."""
    found = {controller_of(proof) for proof in proofs_of(document)}
    lists = {
        url
        for entry in listed(document.get("credentialStatus"))
        if isinstance(entry, dict) and entry.get("type") == entries.ENTRY_TYPE
        and isinstance(url := entry.get("statusListCredential"), str)
    }  # fmt: skip
    return Needs(frozenset(filter(None, found)), frozenset(lists))
