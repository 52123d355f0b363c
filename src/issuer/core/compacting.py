"""Signed texts in little room: what all badges of an achievement have in common is left out of each."""

import zlib
from hashlib import sha256
from typing import Final, NamedTuple

from issuer.core import documents
from issuer.core.documents import Document

_LEVEL: Final = 3
"""A third more time makes a text 15 bytes shorter, no more: what it shares with others is found at once."""
_MEMORY: Final = 4
"""The least time: more memory takes longer to clear than it saves, and less of it ends a block too soon."""
_SMALL: Final = 10
_USUAL: Final = 13
_LARGEST: Final = 15
"""A window reaches over the dictionary and the text. The smallest that does so is the fastest."""
_OF_ENDS: Final = 320
"""So much of a dictionary, from its end, has what proofs have in common."""
_ID_BYTES: Final = 16

_DATE: Final = "20"
_IDENTIFIED: Final = [
    {"type": "IdentityObject", "hashed": True, "identityHash": "sha256$", "identityType": "emailAddress"},
    {"salt": "", "type": "IdentityObject", "hashed": False, "identityHash": "", "identityType": "name"},
]
_RESULT: Final = {"type": ["Result"], "resultDescription": "", "achievedLevel": "", "value": "", "status": ""}
_EVIDENCE: Final = {"id": "https://", "type": ["Evidence"], "name": "", "description": "", "genre": ""}
_SUBJECT: Final = {
    "id": "did:",
    "type": ["AchievementSubject"],
    "activityStartDate": _DATE,
    "activityEndDate": _DATE,
    "term": _DATE,
    "role": "",
    "creditsEarned": 1,
    "narrative": "",
    "source": {"id": "", "type": ["Profile"], "name": ""},
    "identifier": _IDENTIFIED,
    "result": [_RESULT],
}
_STATUS: Final = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": ""}
_OPTIONAL: Final = {"evidence": [_EVIDENCE], "validUntil": _DATE}
_OF_PROOF: Final = ("type", "cryptosuite", "verificationMethod", "proofPurpose")


class Unreadable(ValueError):
    """What is stored is no packed text, or not with this dictionary."""


class Dictionary(NamedTuple):
    """What texts have in common, under an id that follows from it."""

    id: bytes
    content: bytes


class Begun(NamedTuple):
    """A text as far as it is known, and the same packed: with a dictionary's content, or without one."""

    text: str
    packed: bytes
    shared: bytes | None = None


def dictionary(document: Document, proof: Document) -> Dictionary:
    """Return what badges like this one have in common: its issuer, its achievement, its key, our own words.

    Nothing that is about a person is taken: neither the badge's id nor a value of its subject.
    """
    listed = document["credentialStatus"]
    status = listed[0] if isinstance(listed, list) else listed
    achievement = document["credentialSubject"]["achievement"]
    shared = {
        **_OPTIONAL,
        "@context": document["@context"],
        "id": _folder(document["id"]),
        "type": document["type"],
        "name": achievement["name"],
        "issuer": document["issuer"],
        "validFrom": _DATE,
        "awardedDate": _DATE,
        "credentialSubject": {**_SUBJECT, "achievement": achievement},
        "credentialStatus": {**_STATUS, "statusListCredential": _folder(status["statusListCredential"])},
        "proof": {"created": _DATE, **{name: proof[name] for name in _OF_PROOF}, "proofValue": "z"},
    }
    content = documents.text(shared).encode()
    return Dictionary(sha256(content).digest()[:_ID_BYTES], content)


def begun(text: str, shared: bytes | None = None) -> Begun:
    """Return the beginning of a text, packed."""
    return Begun(text, packed(text, shared), shared)


def continued(start: Begun, whole: str) -> bytes:
    """Return a text packed, of which only what was added is packed now. If it begins otherwise, all of it."""
    if not whole.startswith(start.text):
        return packed(whole, start.shared)
    ends = start.shared and start.shared[-_OF_ENDS:]
    return start.packed + packed(whole[len(start.text) :], ends)


def packed(text: str, shared: bytes | None) -> bytes:
    """Return a text as raw DEFLATE (RFC 1951) with a preset dictionary, or without one as it is."""
    plain = text.encode()
    if shared is None:
        return plain
    size = len(plain) + len(shared)
    window = next((bits for bits in (_SMALL, _USUAL) if size >> bits == 0), _LARGEST)
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -window, _MEMORY, zdict=shared)
    return packer.compress(plain) + packer.flush()


def unpacked(data: bytes, shared: bytes | None) -> str:
    """Return the text that was packed with this dictionary, at once or in several parts, byte for byte.

    Raises `Unreadable`. Damage need not show here: whoever must know compares the digest of the text.
    """
    try:
        return (data if shared is None else _inflated(data, shared)).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise Unreadable("a stored text cannot be read") from error


def _inflated(data: bytes, shared: bytes) -> bytes:
    parts, left = [], data
    while left:
        unpacker = zlib.decompressobj(-_LARGEST, shared)
        parts.append(unpacker.decompress(left))
        left = unpacker.unused_data
    return b"".join(parts)


def _folder(address: str) -> str:
    return address.rpartition("/")[0] + "/"
