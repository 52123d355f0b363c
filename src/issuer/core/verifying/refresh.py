"""A newer copy of a badge, where its issuer offers one (Open Badges 3.0, section 9.1 step 3)."""

from typing import Final
from urllib.parse import unquote

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
    """Return whether a credential is a later copy of the other: same issuer and id, and a later start.

    Ids are compared percent-decoded and trimmed (Open Badges 3.0, 7 Equality and comparison).
    """
    if _name(issuer_of(newer)) != _name(issuer_of(older)) or _name(newer.get("id")) != _name(older.get("id")):
        return False
    try:
        starts = [moments.parse(str(each.get(kinds.start_member(each)))) for each in (newer, older)]
    except moments.InvalidMoment:
        return False
    return newer != older and starts[0] >= starts[1]


def _name(value: object) -> str | None:
    return unquote(value).strip() if isinstance(value, str) else None
