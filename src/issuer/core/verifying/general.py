"""The rules of any Verifiable Credential, of whatever kind, in both versions of the data model."""

from collections.abc import Callable, Iterator
from typing import Final

from issuer.core import moments
from issuer.core.credentials import kinds
from issuer.core.credentials.rules import Rule, listed, types_of
from issuer.core.documents import Document
from issuer.core.securing import contexts
from issuer.core.status import entries
from issuer.core.verifying import related, values
from issuer.errors import Fault

ENVELOPED_CREDENTIAL: Final = "EnvelopedVerifiableCredential"
_TYPED: Final = ("evidence", "termsOfUse", "refreshService")


def faults(document: Document, *, earlier_digests: bool = False) -> list[Fault]:
    """Return all that keeps a document from being a conforming credential, enveloped or not (VCDM 2.0, 1.3).

    Whether a term is defined, or a proof holds, is not asked here. `earlier_digests` is for the public
    suites: see `related`.
    """
    if ENVELOPED_CREDENTIAL in types_of(document):
        return list(enveloped_faults(document, ENVELOPED_CREDENTIAL))
    found = [fault for _, fault in breaches(document)]
    return [*found, *related.faults(document, earlier=earlier_digests)]


def breaches(document: Document) -> list[tuple[Rule, Fault]]:
    """Return every breach of the rules of the data model that the credential's first context names."""
    chosen = FIRST_MODEL if kinds.is_first_model(document) else SECOND_MODEL
    return [(rule, fault) for rule in chosen for fault in rule.look(document)]


def enveloped_faults(document: Document, kind: str) -> Iterator[Fault]:
    """Yield what is wrong with an enveloped credential or presentation (VCDM 2.0, 4.13.1 and 4.13.2)."""
    if contexts.CREDENTIALS_V2 not in listed(document.get("@context")):
        yield Fault("/@context", f"it does not name {contexts.CREDENTIALS_V2}")
    if kind not in types_of(document):
        yield Fault("/type", f"{kind} is needed")
    if not str(document.get("id")).startswith("data:"):
        yield Fault("/id", "it is not a data: URL of what is enveloped")


def context_faults(document: Document, base: str = contexts.CREDENTIALS_V2) -> Iterator[Fault]:
    """Yield what is wrong with the contexts: the base one first, then URLs and objects (VCDM 2.0, 4.3)."""
    named = document.get("@context")
    if not isinstance(named, list) or not named or named[0] != base:
        yield Fault("/@context", f"it is not an array that begins with {base}")
        return
    for index, one in enumerate(named[1:], start=1):
        if not isinstance(one, dict) and not values.is_url(one):
            yield Fault(f"/@context/{index}", "it is neither a URL nor an object")


def kind_faults(document: Document, kind: str) -> Iterator[Fault]:
    """Yield what is wrong with the type, which must be there and name the kind (VCDM 2.0, 4.5)."""
    yield from values.type_faults("", document)
    if kind not in types_of(document):
        yield Fault("/type", f"{kind} is needed")


def named_faults(document: Document, member: str) -> Iterator[Fault]:
    """Yield what is wrong with an issuer or holder: a URL, or an object with an id (VCDM 2.0, 4.7, 4.13)."""
    value = document.get(member)
    if isinstance(value, dict):
        yield from values.url_faults(f"/{member}", value, required=True)
        yield from _texts(value, f"/{member}")
    elif not values.is_url(value):
        yield Fault(f"/{member}", "it is neither a URL nor an object with an id")


def proof_faults(document: Document) -> Iterator[Fault]:
    """Yield what is wrong with the proofs: objects with a type, one at least (Data Integrity 1.0, 2.1)."""
    if "proof" not in document:
        return
    found = listed(document["proof"])
    if not found or not all(isinstance(proof, dict) for proof in found):
        yield Fault("/proof", "it is not one or more objects")
        return
    for proof in found:
        if isinstance(proof, dict) and not isinstance(proof.get("type"), str):
            yield Fault("/proof/type", "it is not one term")


def _contexts(document: Document) -> Iterator[Fault]:
    yield from context_faults(document)


def _first_contexts(document: Document) -> Iterator[Fault]:
    yield from context_faults(document, contexts.CREDENTIALS_V1)


def _types(document: Document) -> Iterator[Fault]:
    yield from kind_faults(document, "VerifiableCredential")


def _id(document: Document) -> Iterator[Fault]:
    yield from values.url_faults("", document)


def _names(document: Document) -> Iterator[Fault]:
    yield from _texts(document, "")


def _issuer(document: Document) -> Iterator[Fault]:
    yield from named_faults(document, "issuer")


def _subject(document: Document) -> Iterator[Fault]:
    subjects = listed(document.get("credentialSubject"))
    if not subjects:
        yield Fault("/credentialSubject", "it is missing")
    for subject in subjects:
        if not isinstance(subject, dict) or not subject:
            yield Fault("/credentialSubject", "it is not an object with at least one claim")
        else:
            yield from values.url_faults("/credentialSubject", subject)


def _dates(document: Document) -> Iterator[Fault]:
    yield from _period(document, "validFrom", "validUntil")


def _first_dates(document: Document) -> Iterator[Fault]:
    if "issuanceDate" not in document:
        yield Fault("/issuanceDate", "it is missing")
    yield from _period(document, "issuanceDate", "expirationDate")


def _period(document: Document, first: str, last: str) -> Iterator[Fault]:
    given = [name for name in (first, last) if name in document]
    broken = [fault for name in given for fault in values.moment_faults(f"/{name}", document[name])]
    yield from broken
    if len(given) == len((first, last)) and not broken:
        start, end = (moments.parse(document[name]) for name in given)
        if end < start:
            yield Fault(f"/{last}", f"it is before {first}")


def _statuses(document: Document) -> Iterator[Fault]:
    for place, entry in _parts(document, "credentialStatus"):
        if not isinstance(entry, dict):
            yield Fault(place, "it is not an object")
            continue
        yield from values.type_faults(place, entry)
        yield from values.url_faults(place, entry)
        if entries.ENTRY_TYPE in types_of(entry):
            yield from _entry_faults(place, entry)


def _entry_faults(place: str, entry: Document) -> Iterator[Fault]:
    try:
        entries.read_entry(entry)
    except entries.InvalidStatusEntry as error:
        yield Fault(place, error.detail)


def _schemas(document: Document) -> Iterator[Fault]:
    yield from _typed(document, "credentialSchema", id_required=True)


def _typed_parts(document: Document) -> Iterator[Fault]:
    for name in _TYPED:
        yield from _typed(document, name, id_required=False)


def _typed(document: Document, name: str, *, id_required: bool) -> Iterator[Fault]:
    for place, part in _parts(document, name):
        if not isinstance(part, dict):
            yield Fault(place, "it is not an object")
            continue
        yield from values.type_faults(place, part)
        yield from values.url_faults(place, part, required=id_required)


def _parts(document: Document, name: str) -> list[tuple[str, object]]:
    """Return the values of a member with their places; a null stands for a value that is wrong."""
    if name not in document:
        return []
    value = document[name]
    if isinstance(value, list):
        return [(f"/{name}/{index}", part) for index, part in enumerate(value)]
    return [(f"/{name}", value)]


def _texts(node: Document, place: str) -> Iterator[Fault]:
    for name in ("name", "description"):
        if name in node:
            yield from values.text_faults(f"{place}/{name}", node[name])


_LOOKS: Final[tuple[tuple[str, str, Callable[[Document], Iterator[Fault]]], ...]] = (
    ("general-types", "Verifiable Credentials Data Model 2.0, section 4.5 Types", _types),
    ("general-id", "Verifiable Credentials Data Model 2.0, section 4.4 Identifiers", _id),
    ("general-issuer", "Verifiable Credentials Data Model 2.0, section 4.7 Issuer", _issuer),
    ("general-subject", "Verifiable Credentials Data Model 2.0, section 4.8 Credential Subject", _subject),
    ("general-status", "VCDM 2.0, section 4.10 Status; Bitstring Status List 1.0, 2.1", _statuses),
    ("general-schemas", "Verifiable Credentials Data Model 2.0, section 4.11 Data Schemas", _schemas),
    ("general-proof", "Data Integrity 1.0, section 2.1 Proofs", proof_faults),
    ("general-typed", "VCDM 2.0, sections 5.4 Refreshing, 5.5 Terms of Use and 5.6 Evidence", _typed_parts),
)
_SHARED: Final = tuple(Rule(*look) for look in _LOOKS)
SECOND_MODEL: Final = (
    Rule("general-contexts", "Verifiable Credentials Data Model 2.0, section 4.3 Contexts", _contexts),
    *_SHARED,
    Rule(
        "general-names", "Verifiable Credentials Data Model 2.0, section 4.6 Names and Descriptions", _names
    ),
    Rule("general-dates", "Verifiable Credentials Data Model 2.0, section 4.9 Validity Period", _dates),
)
FIRST_MODEL: Final = (
    Rule("general-contexts-first", "Verifiable Credentials Data Model 1.1, section 4.1", _first_contexts),
    *_SHARED,
    Rule("general-dates-first", "Verifiable Credentials Data Model 1.1, sections 4.5 and 4.6", _first_dates),
)
