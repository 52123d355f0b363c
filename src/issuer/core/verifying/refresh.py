"""A newer copy of a badge, where its issuer offers one (Open Badges 3.0, section 9.1 step 3)."""

from typing import Final

from issuer.core import moments
from issuer.core.credentials import kinds
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.verifying.materials import issuer_of

_SERVICE: Final = "1EdTechCredentialRefresh"


def address(document: Document) -> str | None:
    """Return where a newer copy of a credential is to be had, or None where none is offered."""
    for service in listed(document.get("refreshService")):
        if (
            isinstance(service, dict)
            and service.get("type") == _SERVICE
            and isinstance(service.get("id"), str)
        ):
            return str(service["id"])
    return None


def replaces(newer: Document, older: Document) -> bool:
    """Return whether a credential is a later copy of the other: same kind, issuer and id, and a later start.

    Ids are compared percent-decoded and trimmed (Open Badges 3.0, 7 Equality and comparison).
    """
    pair = (newer, older)
    names = [(kinds.comparable(issuer_of(each)), kinds.comparable(each.get("id"))) for each in pair]
    if names[0] != names[1]:
        return False
    try:
        starts = [moments.parse(str(each.get(kinds.start_member(each)))) for each in pair]
    except moments.InvalidMoment:
        return False
    same_kind = kinds.kind_of(newer) == kinds.kind_of(older)
    return newer != older and same_kind and starts[0] > starts[1]
