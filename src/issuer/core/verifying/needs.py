"""What a verification would still look at: asked again after each round of fetching, until it is nothing."""

from collections.abc import Iterator

from issuer.core import documents
from issuer.core.credentials import kinds
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.securing import jose
from issuer.core.verifying import parts, statuses
from issuer.core.verifying.materials import Library, Obtained, Want, issuer_of, proofs_of
from issuer.core.verifying.methods import document_of
from issuer.core.verifying.opening import Opened
from issuer.core.verifying.seal import MAX_PROOFS
from issuer.errors import Invalid


def missing(credential: Opened, library: Library) -> list[Want]:
    """Return what to fetch next for a credential, in the order of weight; nothing when all is there.

    What the first answers ask for — the keys of a list, the owner of a key — comes in later rounds. What
    could not be had is in the library too, and is not asked for again.
    """
    wanted = dict.fromkeys(_all(credential, library))
    return [want for want in wanted if want not in library]


def _all(credential: Opened, library: Library) -> Iterator[Want]:
    yield from _of(credential, library)
    inside = parts.endorsements(credential.document)
    if kinds.kind_of(credential.document) == "clr":
        inside = [*parts.contained(credential.document), *inside]
    for part in inside:
        if isinstance(part.content, Opened):
            yield from _of(part.content, library)


def _of(credential: Opened, library: Library) -> Iterator[Want]:
    yield from _keys(credential, library)
    for entry in listed(credential.document.get("credentialStatus")):
        address = statuses.address_of(entry)
        if address is not None:
            yield Want("list", address)
            yield from _keys_of_list(library.get(Want("list", address)), library)


def _keys_of_list(found: object, library: Library) -> Iterator[Want]:
    if isinstance(found, Obtained):
        try:
            published = _list(found)
        except Invalid:
            return
        yield from _keys(published, library)


def _list(found: Obtained) -> Opened:
    if isinstance(found.content, dict):
        return Opened(found.content)
    envelope = jose.parse(found.content, documents.STATUS_LIST_LIMITS)
    return Opened(jose.credential_of(envelope), envelope)


def _keys(credential: Opened, library: Library) -> Iterator[Want]:
    for controller in _controllers(credential):
        yield Want("controller", controller)
        found = library.get(Want("controller", controller))
        if isinstance(found, Obtained) and isinstance(found.content, dict):
            yield from _owner(found.content, controller)


def _controllers(credential: Opened) -> Iterator[str]:
    if credential.envelope is None:
        for proof in proofs_of(credential.document)[:MAX_PROOFS]:
            if isinstance(method := proof.get("verificationMethod"), str):
                yield document_of(method)
        return
    method = jose.key_hint(credential.envelope)
    controller = document_of(method) if method else issuer_of(credential.document)
    if controller:
        yield controller


def _owner(found: Document, controller: str) -> Iterator[Want]:
    """Yield the owner that a key's own document names: only its document can list the key."""
    owner = found.get("controller")
    if (
        isinstance(owner, str)
        and owner != controller
        and ({"publicKeyMultibase", "publicKeyJwk"} & set(found))
    ):
        yield Want("controller", owner)
