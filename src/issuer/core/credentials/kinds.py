"""What a credential is: a badge, an endorsement, a transcript or something else, and of which data model."""

from typing import Final, Literal, TypeAlias
from urllib.parse import unquote

from issuer.core.credentials.rules import types_of
from issuer.core.documents import Document
from issuer.core.securing import contexts

Kind: TypeAlias = Literal["badge", "endorsement", "clr"]

_KINDS: Final[dict[str, Kind]] = {
    "OpenBadgeCredential": "badge",
    "AchievementCredential": "badge",
    "EndorsementCredential": "endorsement",
    "ClrCredential": "clr",
}

_PRECEDENCE: Final[tuple[Kind, ...]] = ("clr", "endorsement", "badge")
"""Which kind counts where several are named: the order of types is not signed, so a holder chooses it."""


def kind_of(document: Document) -> Kind | None:
    """Return which of our kinds a Verifiable Credential is, by its `type`; None for any other."""
    found = [str(kind) for kind in types_of(document)]
    if "VerifiableCredential" not in found:
        return None
    named = {_KINDS[kind] for kind in found if kind in _KINDS}
    return next((kind for kind in _PRECEDENCE if kind in named), None)


def is_first_model(document: Document) -> bool:
    """Return whether the credential follows version 1.1 of the data model, by its first context."""
    named = document.get("@context")
    first = named[0] if isinstance(named, list) and named else named
    return first == contexts.CREDENTIALS_V1


def comparable(name: object) -> str | None:
    """Return an id as ids are compared: percent-decoded and trimmed (Open Badges 3.0, section 7)."""
    return unquote(name).strip() if isinstance(name, str) else None


def start_member(document: Document) -> str:
    """Return the name of the member that holds the first moment of validity (VCDM 1.1, 4.6; 2.0, 4.9)."""
    return "issuanceDate" if is_first_model(document) else "validFrom"


def end_member(document: Document) -> str:
    """Return the name of the member that holds the last moment of validity (VCDM 1.1, 4.6; 2.0, 4.9)."""
    return "expirationDate" if is_first_model(document) else "validUntil"
