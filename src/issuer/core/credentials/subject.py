"""Who a badge is for: the identifiers that may stand in it, and those that may not."""

from dataclasses import dataclass
from hashlib import sha256

from issuer.core.awarding import vocabulary
from issuer.core.documents import Document
from issuer.core.intake.event import Recipient

SALT_BYTES = 16


@dataclass(frozen=True)
class Known:
    """One way to recognise a person: an Open Badges identifier type, or `did`, and its value."""

    kind: str
    value: str


def normal_email(email: str) -> str:
    """Return the address as it is hashed and compared: trimmed and in lower case.

    Open Badges 3.0 defines no normalisation; this one is ours, and documented for verifiers.
    """
    return email.strip().lower()


def known_by(recipient: Recipient) -> list[Known]:
    """Return everything that says who the person is, the strongest first."""
    found = [Known(identifier.type, identifier.value) for identifier in recipient.identifiers]
    if recipient.email:
        found.append(Known("emailAddress", normal_email(recipient.email)))
    if recipient.did:
        found.append(Known("did", recipient.did))
    return found


def identity_hash(value: str, salt: str) -> str:
    """Return the hashed identifier (Open Badges 3.0, B.1.13): the value directly before the salt."""
    return "sha256$" + sha256((value + salt).encode()).hexdigest()


def identity_objects(recipient: Recipient, *, salt: str, show_name: bool) -> list[Document]:
    """Return the IdentityObjects of a badge: hashed, but for the name where the policy shows it.

    Identifiers of other systems enter only when there is neither an e-mail address nor a DID, and
    those of no standard type, such as a state's educator id, never do: a few million guesses undo
    any hash of them.
    """
    found = [_hashed("emailAddress", normal_email(recipient.email), salt)] if recipient.email else []
    if not found and not recipient.did:
        found = [
            _hashed(identifier.type, identifier.value, salt)
            for identifier in recipient.identifiers
            if identifier.type in vocabulary.IDENTIFIER_TYPES
        ]
    if recipient.name and show_name:
        found.append(
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": recipient.name,
                "identityType": "name",
            }
        )
    return found


def _hashed(kind: str, value: str, salt: str) -> Document:
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity_hash(value, salt),
        "identityType": kind,
        "salt": salt,
    }
