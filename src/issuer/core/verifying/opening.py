"""From what somebody holds — JSON, a JWT, a picture — to the credential in it."""

import json
from dataclasses import dataclass
from typing import Final

from issuer.core import documents
from issuer.core.baking import container
from issuer.core.credentials.rules import listed, types_of
from issuer.core.documents import Document
from issuer.core.securing import jose
from issuer.errors import Invalid

_ENVELOPED: Final = "EnvelopedVerifiableCredential"
_DATA_PREFIXES: Final = ("data:application/vc+jwt,", "data:application/jwt,")
_STORED: Final = ("verifiableCredential", "verifiablePresentation", "vp", "vc")
"""Members under which services that share badges by link wrap what was stored."""


class SeveralCredentials(Invalid):
    """There is more than one credential in it, and none of them stands for the rest."""

    code = "several-credentials"


@dataclass(frozen=True)
class Opened:
    """A credential as it came: its document, and the JWS around it where it came in one."""

    document: Document
    envelope: jose.Jws | None = None


def opened(raw: bytes) -> Opened:
    """Return the credential in a file, whatever kind of file it is, or raise an `Invalid`."""
    return opened_text(container.unwrap(raw))


def opened_text(text: str) -> Opened:
    """Return the credential in JSON text or in a compact JWS, or raise an `Invalid`."""
    if jose.looks_compact(text):
        return _from_jws(text)
    return opened_document(documents.parse(text.encode()))


def opened_document(document: Document) -> Opened:
    """Return the credential that a JSON object is, envelops or holds alone, or raise an `Invalid`.

    A presentation with one credential, and the wrapping of services that share badges by link, are opened:
    who presents a badge is not asked here, and nothing but the credential is judged.
    """
    if _ENVELOPED in types_of(document):
        return _from_jws(_enveloped(document))
    if "VerifiableCredential" in types_of(document):
        return Opened(document)
    held = listed(document.get("verifiableCredential")) if _is_presentation(document) else _wrapped(document)
    if len(held) > 1:
        raise SeveralCredentials(f"it holds {len(held)} credentials: check them one by one")
    if not held:
        return Opened(document)
    return opened_text(held[0]) if isinstance(held[0], str) else opened_document(_object(held[0]))


def held_by(document: Document) -> list[object]:
    """Return all credentials of a presentation as they stand in it (VCDM 2.0, 4.13)."""
    return listed(document.get("verifiableCredential"))


def _from_jws(text: str) -> Opened:
    envelope = jose.parse(text)
    return Opened(jose.credential_of(envelope), envelope)


def _enveloped(document: Document) -> str:
    """Return the JWS in an enveloped credential's id (VCDM 2.0, 4.13.1)."""
    address = document.get("id")
    prefix = next((each for each in _DATA_PREFIXES if str(address).startswith(each)), None)
    if prefix is None:
        raise documents.MalformedDocument("the enveloped credential is not a data: address of a JWT")
    return str(address).removeprefix(prefix)


def _is_presentation(document: Document) -> bool:
    return "VerifiablePresentation" in types_of(document)


def _wrapped(document: Document) -> list[object]:
    if "type" in document or "@context" in document:
        return []
    return [document[name] for name in _STORED if name in document]


def _object(value: object) -> Document:
    if not isinstance(value, dict):
        raise documents.MalformedDocument(f"there is no credential in it, but {json.dumps(value)[:40]}")
    return value
