"""Status entries in credentials, and the list credential that they point to."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from issuer.core import moments
from issuer.core.documents import Document
from issuer.core.securing import contexts
from issuer.core.securing.proofs import UnsecuredCredential
from issuer.core.status import bitstring
from issuer.errors import Invalid

Purpose: TypeAlias = Literal["revocation", "suspension"]

ENTRY_TYPE: Final = "BitstringStatusListEntry"
LIST_TYPE: Final = "BitstringStatusListCredential"
TTL_SECONDS: Final = 60
"""How long a reader may keep a list: a withdrawal is seen everywhere within this time."""

_INDEX = re.compile(r"0|[1-9][0-9]{0,11}")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,2}")
_MAX_SIZE = 8


class InvalidStatusEntry(Invalid):
    """A credential's status entry is not as the standard wants it."""

    code = "invalid-status-entry"


@dataclass(frozen=True)
class StatusEntry:
    """A credential's place in a list (Bitstring Status List 1.0, section 2.1)."""

    list_url: str
    index: int
    purpose: str
    size: int = 1
    messages: tuple[tuple[int, str], ...] = ()

    def document(self) -> Document:
        """Return the entry as it stands in a credential. Its id is never the list's own address."""
        return {
            "id": f"{self.list_url}#{self.index}",
            "type": ENTRY_TYPE,
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.index),
            "statusListCredential": self.list_url,
        }


def credential_status(entries: tuple[StatusEntry, ...]) -> Document | list[Document]:
    """Return the `credentialStatus` value: one object, or for suspendable badges two, revocation first.

    Open Badges 3.0 allows at most one, and wallets read the first.
    """
    found = [entry.document() for entry in entries]
    return found[0] if len(found) == 1 else found


def read_entry(entry: Document) -> StatusEntry:
    """Return the entry that a document holds, or raise `InvalidStatusEntry`.

    An index that is a JSON number is tolerated, because published badges have it.
    """
    index = entry.get("statusListIndex")
    digits = str(index) if isinstance(index, int) and not isinstance(index, bool) else index
    if not isinstance(digits, str) or not _INDEX.fullmatch(digits) or not digits.isascii():
        raise InvalidStatusEntry("statusListIndex is not a number in base 10")
    url, purpose = entry.get("statusListCredential"), entry.get("statusPurpose")
    if not isinstance(url, str) or not isinstance(purpose, str):
        raise InvalidStatusEntry("statusListCredential or statusPurpose is missing")
    if entry.get("id") == url:
        raise InvalidStatusEntry("the entry's id is the address of its list")
    size = entry.get("statusSize", 1)
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= _MAX_SIZE:
        raise InvalidStatusEntry(f"statusSize is not a number from 1 to {_MAX_SIZE}")
    return StatusEntry(url, int(digits), purpose, size, _messages(entry, purpose, size))


def _messages(entry: Document, purpose: str, size: int) -> tuple[tuple[int, str], ...]:
    """Return what each value of an entry means: as many messages as it has values (section 2.1)."""
    found = entry.get("statusMessage")
    if found is None:
        if purpose == "message" or size > 1:
            raise InvalidStatusEntry("statusMessage is missing")
        return ()
    if not isinstance(found, list) or len(found) != 2**size:
        raise InvalidStatusEntry(f"statusMessage does not hold {2**size} messages, one for each value")
    messages = []
    for each in found:
        status, text = (each.get("status"), each.get("message")) if isinstance(each, dict) else (None, None)
        if not isinstance(status, str) or not _HEX.fullmatch(status) or not isinstance(text, str):
            raise InvalidStatusEntry("a statusMessage is not a status such as 0x0 with its message")
        messages.append((int(status, 16), text))
    return tuple(messages)


def list_credential(
    *, url: str, issuer_did: str, purpose: str, bits: bytes, now: datetime
) -> UnsecuredCredential:
    """Return the unsecured list credential (Bitstring Status List 1.0, section 2.2).

    `issuer` is plain text and `statusPurpose` one value: readers in use accept nothing else.
    """
    return UnsecuredCredential(
        {
            "@context": [contexts.CREDENTIALS_V2],
            "id": url,
            "type": ["VerifiableCredential", LIST_TYPE],
            "issuer": issuer_did,
            "validFrom": moments.stamp(now),
            "credentialSubject": {
                "id": f"{url}#list",
                "type": "BitstringStatusList",
                "statusPurpose": purpose,
                "ttl": TTL_SECONDS * 1000,
                "encodedList": bitstring.encode(bits),
            },
        }
    )
