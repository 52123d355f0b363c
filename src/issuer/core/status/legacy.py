"""The two older kinds of status: StatusList2021, and the revocation list of 1EdTech. Read, never issued."""

import base64
import binascii
from typing import Final

from issuer.core.credentials import kinds
from issuer.core.documents import Document
from issuer.core.status import bitstring

ENTRY_2021: Final = "StatusList2021Entry"
LIST_2021: Final = "StatusList2021Credential"
REVOCATION_LIST: Final = "1EdTechRevocationList"
_MEMBERS: Final = ("revokedCredential", "revokedCredentials")


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
    """Return whether a 1EdTech revocation list names a credential, or raise `InvalidStatusList`.

    Open Badges 3.0, VCRL 1.0. The member is `revokedCredential` in the standard's validator and
    `revokedCredentials` in some files; an entry counts unless it says `revoked: false`. Ids are compared as
    ids are. A list with an entry that cannot be read says nothing of anybody.
    """
    lists = [published[name] for name in _MEMBERS if name in published]
    if not lists or not all(isinstance(each, list) for each in lists):
        raise bitstring.InvalidStatusList("the list of withdrawn badges has no list in it")
    entries = [entry for each in lists for entry in each]
    if not all(isinstance(entry, dict) and isinstance(entry.get("id"), str) for entry in entries):
        raise bitstring.InvalidStatusList("the list of withdrawn badges has an entry without an id")
    wanted = kinds.comparable(credential_id)
    return any(
        kinds.comparable(entry["id"]) == wanted and entry.get("revoked") is not False for entry in entries
    )
