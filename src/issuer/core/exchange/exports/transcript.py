"""All badges of one person as one credential: a ClrCredential (Comprehensive Learner Record 2.0)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from issuer.core import moments
from issuer.core.documents import Document
from issuer.core.securing import contexts

CONTEXTS: Final = (
    contexts.CREDENTIALS_V2,
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    contexts.OPEN_BADGES,
)
MOST: Final = 50
"""How many badges one record holds: verifiers look at no more, ours among them."""


def transcript(badges: Sequence[Document], made: UUID, now: datetime) -> Document:
    """Return the record of badges of one person, unsigned: each badge is in it as it was signed.

    The newest badge says who the person and the issuer are. `partial` says that there are more than fit.
    """
    newest = badges[-1]
    held = list(badges[-MOST:])
    document: Document = {
        "@context": list(CONTEXTS),
        "id": f"urn:uuid:{made}",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": f"Badges of {newest['issuer']['name']}",
        "issuer": newest["issuer"],
        "validFrom": moments.stamp(now),
        "credentialSubject": {"type": ["ClrSubject"], "verifiableCredential": held},
    }
    if "identifier" in newest["credentialSubject"]:
        document["credentialSubject"]["identifier"] = newest["credentialSubject"]["identifier"]
    if len(badges) > MOST:
        document["partial"] = True
    return document
