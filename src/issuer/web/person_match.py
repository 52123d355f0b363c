"""Whether a badge was issued to an address, told in the same time whatever the answer."""

import re
from dataclasses import dataclass
from typing import Final, cast

from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.verifying.holder import Claimed, check_holder
from issuer.web.pages.share_views import Compared, Mistake

MOST: Final = 320
"""How long an address can be: 64 characters, the sign, and 255 (RFC 5321, section 4.5.3.1)."""

_KIND: Final = "emailAddress"
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")
_NOBODY: Final[Document] = {
    "type": "IdentityObject",
    "identityType": _KIND,
    "hashed": True,
    "identityHash": "sha256$" + "0" * 64,
    "salt": "0" * 32,
}
"""What is compared where a badge carries no address: as much work, and nothing fits it."""


@dataclass(frozen=True)
class Typed:
    """What somebody typed, and what is wrong with it, if anything."""

    email: str
    mistake: Mistake | None = None


def typed(text: str) -> Typed:
    """Return an address as it was typed, trimmed, with what keeps it from being one."""
    email = text.strip()
    if not email:
        return Typed("", "empty")
    if len(email) > MOST:
        return Typed(email[:MOST], "too_long")
    return Typed(email, None if _ADDRESS.fullmatch(email) else "not_an_address")


def compared(document: Document, email: str, *, seal_holds: bool) -> Compared:
    """Return what comparing a badge with an address comes to (Open Badges 3.0, section 9.1 step 5)."""
    subject: Document = document["credentialSubject"]
    carries = _carries(subject)
    asked = document if carries else {**document, "credentialSubject": {**subject, "identifier": [_NOBODY]}}
    found = check_holder(asked, Claimed(_KIND, email), seal_holds=seal_holds)
    if seal_holds and not carries:
        return "no_identifier"
    return cast("Compared", found.code)


def _carries(subject: Document) -> bool:
    own = str(subject.get("id", ""))
    return own.startswith("mailto:") or any(
        isinstance(each, dict) and each.get("identityType") == _KIND
        for each in listed(subject.get("identifier"))
    )
