"""The two older kinds of status: StatusList2021, and the revocation list of 1EdTech. Read, never issued."""

import base64
import binascii
from typing import Final

from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.status import bitstring

ENTRY_2021: Final = "StatusList2021Entry"
LIST_2021: Final = "StatusList2021Credential"
REVOCATION_LIST: Final = "1EdTechRevocationList"


def decode_2021(encoded: str) -> bytes:
    """Return the bits of a StatusList2021 `encodedList`, or raise `InvalidStatusList`. Bounded.

    It differs from a Bitstring Status List in having no multibase prefix.
    """
    try:
        packed = base64.b64decode(
            encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError) as error:
        raise bitstring.InvalidStatusList("the list is not gzip in base64url") from error
    return bitstring.inflate(packed)


def is_revoked(published: Document, credential_id: object) -> bool:
    """Return whether a 1EdTech revocation list names a credential (Open Badges 3.0, VCRL 1.0).

    The member is `revokedCredential` in the standard's validator and `revokedCredentials` in some files;
    an entry counts unless it says `revoked: false`.
    """
    entries = listed(published.get("revokedCredential")) + listed(published.get("revokedCredentials"))
    return any(
        isinstance(entry, dict) and entry.get("id") == credential_id and entry.get("revoked") is not False
        for entry in entries
    )
