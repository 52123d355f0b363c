"""The shape of the JSON itself: what is read must be what was signed.

A signature under RDF canonicalisation covers meaning, not spelling. A holder could respell `validUntil`
as a full address, or fold `credentialStatus` into a keyword, keep the signature whole, and hide both from
every reader of the JSON. So a credential must be written in its plain form.
"""

from collections.abc import Iterator

from issuer.core import documents
from issuer.core.documents import Document, Path
from issuer.errors import Fault

_LANGUAGE_VALUE = {"@value", "@language", "@direction"}
_OWN_CONTEXT = {"endorsement", "verifiableCredential", "proof"}


def respelled(document: Document) -> list[Fault]:
    """Return every place where the document is not written plainly; none for an honest credential."""
    return [
        fault
        for path, value in documents.walk(document)
        if isinstance(value, dict | list) or path[-1] == "@context"  # the document itself is an object
        for fault in _at(path, value)
    ]


def _at(path: Path, value: object) -> Iterator[Fault]:
    if isinstance(value, dict):
        for name in value:
            if not _plain_name(path, name):
                yield Fault(
                    documents.pointer(*path, name), "this way to write a member hides it from readers"
                )
    if isinstance(value, list) and any(isinstance(item, list) for item in value):
        yield Fault(documents.pointer(*path), "an array stands directly in an array")
    if path and path[-1] == "@context" and not _addresses_only(value):
        yield Fault(documents.pointer(*path), "a context that is not an address can change what words mean")


def _plain_name(path: Path, name: str) -> bool:
    if name == "@context":
        return not path or path[0] in _OWN_CONTEXT or path[-1] in _OWN_CONTEXT or _holds_credential(path)
    if name in _LANGUAGE_VALUE:
        return bool(path) and (
            path[-1] in {"name", "description"} or path[-2:-1] in (("name",), ("description",))
        )
    return not name.startswith("@") and ":" not in name


def _holds_credential(path: Path) -> bool:
    return any(part in _OWN_CONTEXT for part in path[-2:])


def _addresses_only(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )
