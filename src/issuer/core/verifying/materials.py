"""Everything that a verification may look at, gathered before it begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NamedTuple, TypeAlias

from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.securing.jose import Jws

Kind: TypeAlias = Literal["controller", "list", "credential", "resource"]


class Want(NamedTuple):
    """Something to be fetched: the keys of a controller (a DID or an https address), a list, a credential.

    Of a `resource` the text is wanted as it is served: its digest is known.
    """

    kind: Kind
    key: str


@dataclass(frozen=True)
class Obtained:
    """What was fetched, as a document, or as text where it is a compact JWS or a resource, and when."""

    content: Document | str
    at: datetime


@dataclass(frozen=True)
class Unfetched:
    """Something that could not be had, and why. It never counts as good news."""

    reason: str


Fetched: TypeAlias = Obtained | Unfetched
Library: TypeAlias = Mapping[Want, Fetched]

NEVER_FETCHED: Final = Unfetched("it was not looked up")


@dataclass(frozen=True)
class Standing:
    """What the issuer's own records say of a credential: fresher than any published list.

    They also know of one that was withdrawn because a newer one took its place, which no list can say.
    """

    revoked: bool = False
    replaced: bool = False
    suspended: bool = False


@dataclass(frozen=True)
class Materials:
    """A credential and all that is needed to judge it. What the library lacks was never fetched.

    `envelope` is the JWS that the document came in, where it came in one. `standing` is given only by
    who keeps the issuer's records; `standing_within` likewise, by their place, for credentials inside.
    `known` says of issuers which list has them.
    """

    document: Document
    now: datetime
    library: Library = field(default_factory=dict)
    envelope: Jws | None = None
    standing: Standing | Unfetched | None = None
    standing_within: Mapping[str, Standing | Unfetched] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def recognized_by(self) -> str | None:
        """The list that knows the issuer, and its date; None where none does."""
        return self.known.get(issuer_of(self.document) or "")


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
