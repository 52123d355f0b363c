"""Resolve a DID, or the DID URL of a key, to what DID Resolution 1.0 answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from issuer.context import Context
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.securing import multibase
from issuer.core.securing.did import DID_KEY
from issuer.core.verifying.materials import Unfetched, Want
from issuer.errors import Invalid
from issuer.services import vc_sources

_DID: Final = re.compile(r"did:(?P<method>[a-z0-9]+):(?P<name>[A-Za-z0-9._:%-]+)")
_URL: Final = re.compile(r"(?P<did>did:[a-z0-9]+:[A-Za-z0-9._:%-]+)#(?P<fragment>[A-Za-z0-9._:%-]+)")
_METHODS: Final = frozenset({"key", "web"})
_KEY_FORMATS: Final = frozenset({"Multikey", "JsonWebKey2020", "Ed25519VerificationKey2020"})
_EXPERIMENTAL: Final = frozenset({"Ed25519VerificationKey2018", "X25519KeyAgreementKey2019"})
_PURPOSES: Final = ("authentication", "capabilityInvocation", "capabilityDelegation")
_ED25519: Final = b"\xed\x01"
_ED25519_LENGTH: Final = 34


@dataclass(frozen=True)
class Resolution:
    """What became of a DID, or of a DID URL (`is_url`): a document, or an error's name."""

    document: Document = field(default_factory=dict)
    error: str | None = None
    is_url: bool = False


def resolve(context: Context, identifier: str, options: Mapping[str, str]) -> Resolution:
    """Return the DID document, or for a DID URL the verification method (DID Resolution 1.0, 4 and 5).

    `options` are those of did:key: `publicKeyFormat` and `enableExperimentalPublicKeyTypes`.
    """
    if any(mark in identifier for mark in "#/?"):
        return _dereferenced(context, identifier, options)
    error = _error_of(identifier) or _format_error(options, is_url=False)
    return Resolution(error=error) if error else _resolved(context, identifier)


def _dereferenced(context: Context, identifier: str, options: Mapping[str, str]) -> Resolution:
    found = _URL.fullmatch(identifier)
    if found is None:
        return Resolution(error="invalidDidUrl", is_url=True)
    error = _error_of(found["did"]) or _format_error(options, is_url=True)
    resolved = Resolution(error=error) if error else _resolved(context, found["did"])
    if resolved.error is not None:
        return Resolution(error=resolved.error, is_url=True)
    for method in listed(resolved.document.get("verificationMethod")):
        if isinstance(method, dict) and method.get("id") in {identifier, "#" + found["fragment"]}:
            return Resolution(method, is_url=True)
    return Resolution(error="notFound", is_url=True)


def _error_of(did: str) -> str | None:
    found = _DID.fullmatch(did)
    if found is None:
        return "invalidDid"
    if found["method"] not in _METHODS:
        return "methodNotSupported"
    return _key_error(found["name"]) if found["method"] == "key" else None


def _key_error(name: str) -> str | None:
    """Return what is wrong with the key in a did:key (did:key method, 3.1.2 and 3.1.3)."""
    try:
        raw = multibase.decode(name)
    except multibase.InvalidMultibase:
        return "invalidDid"
    if not raw.startswith(_ED25519):
        return "unsupportedPublicKeyType"
    if len(raw) != _ED25519_LENGTH:
        return "invalidPublicKeyLength"
    try:
        multibase.public_key(name)
    except Invalid:
        return "invalidPublicKey"
    return None


def _format_error(options: Mapping[str, str], *, is_url: bool) -> str | None:
    wanted = options.get("publicKeyFormat", "Multikey")
    if wanted in _KEY_FORMATS:
        return None
    experimental = options.get("enableExperimentalPublicKeyTypes", "false") == "true"
    return "unsupportedPublicKeyType" if experimental or not is_url else "invalidPublicKeyType"


def _resolved(context: Context, did: str) -> Resolution:
    found = vc_sources.obtain(context, Want("controller", did))
    if isinstance(found, Unfetched) or isinstance(found.content, str):
        return Resolution(error="notFound")
    document = found.content
    if document.get("id") != did:
        return Resolution(error="invalidDidDocument")
    if did.startswith(DID_KEY):
        document = {**document, **dict.fromkeys(_PURPOSES, document.get("assertionMethod"))}
    return Resolution(document)
