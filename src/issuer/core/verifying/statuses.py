"""What a list says of a badge, once the list itself has been checked (Bitstring Status List 1.0, 3.2)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from issuer.core import documents
from issuer.core.credentials.rules import listed, types_of
from issuer.core.securing import jose
from issuer.core.status import bitstring, entries, legacy
from issuer.core.status.entries import StatusEntry
from issuer.core.verifying import dates, held, seal
from issuer.core.verifying.findings import STATUS_UNSUPPORTED, Finding, Outcome
from issuer.core.verifying.materials import NEVER_FETCHED, Materials, Unfetched, Want, issuer_of
from issuer.errors import Invalid

IN_FORCE: Final = ("in_force", "It has not been withdrawn or put on hold.")
REVOKED: Final = ("revoked", "The issuer withdrew it.")
REPLACED: Final = ("superseded", "The issuer replaced it with a newer badge.")
SUSPENDED: Final = ("suspended", "The issuer put it on hold.")

_BY_PURPOSE = {"revocation": REVOKED, "suspension": SUSPENDED}
_LISTS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    entries.ENTRY_TYPE: (entries.LIST_TYPE, bitstring.decode),
    legacy.ENTRY_2021: (legacy.LIST_2021, legacy.decode_2021),
}
"""By the type of the entry: the type of its list, and how its bits are written."""

_FAULTS: dict[type[Invalid], str] = {
    bitstring.StatusIndexOutOfRange: "status_index_out_of_range",
    bitstring.StatusListTooShort: "status_list_too_short",
    entries.InvalidStatusEntry: "status_entry_malformed",
    Invalid: "status_list_unreadable",
}


class Distrusted(Invalid):
    """A list that says nothing about the badge that could be believed."""

    code = "distrusted-list"

    def __init__(self, finding: str, detail: str) -> None:
        super().__init__(detail)
        self.finding = finding


def address_of(entry: object) -> str | None:
    """Return the address of the list that a status entry names, or None where we could not read one."""
    kind = _kind(entry)
    if kind is None or not isinstance(entry, dict):
        return None
    url = entry.get("id" if kind == legacy.REVOCATION_LIST else "statusListCredential")
    return url if isinstance(url, str) else None


def entry_finding(materials: Materials, entry: object) -> Finding:
    """Return what one status entry of a credential comes to. What could not be found out is unknown."""
    try:
        return _read(materials, entry)
    except Distrusted as error:
        return _unknown(error.finding, error.detail)
    except Invalid as error:
        code = next(code for kind, code in _FAULTS.items() if isinstance(error, kind))
        return _unknown(code, error.detail)


def status(outcome: Outcome, code: str, message: str) -> Finding:
    """Return a finding about status."""
    return Finding("status", outcome, code, message)


def _kind(entry: object) -> str | None:
    """Return the type of a status entry, if it is one that is known here."""
    kind = entry.get("type") if isinstance(entry, dict) else None
    return kind if isinstance(kind, str) and kind in {*_LISTS, legacy.REVOCATION_LIST} else None


def _read(materials: Materials, entry: object) -> Finding:
    kind = _kind(entry)
    if kind is None or not isinstance(entry, dict):
        raise Distrusted(STATUS_UNSUPPORTED, "its status is kept in a way that cannot be checked here")
    if kind == legacy.REVOCATION_LIST:
        return _by_revocation_list(materials, str(entry.get("id")))
    return _by_bit(materials, entries.read_entry(entry), kind)


def _by_bit(materials: Materials, wanted: StatusEntry, kind: str) -> Finding:
    list_type, decode = _LISTS[kind]
    published = _credential(materials, wanted.list_url)
    subject = published.document.get("credentialSubject")
    _believe(materials, published, wanted, list_type)
    encoded = subject.get("encodedList") if isinstance(subject, dict) else None
    if not isinstance(encoded, str):
        raise Distrusted("status_list_unreadable", "the list of withdrawn badges is empty")
    bits = held.bits(encoded, decode)
    if len(bits) * 8 // wanted.size < bitstring.MINIMUM_LENGTH:
        raise bitstring.StatusListTooShort(f"the list has fewer than {bitstring.MINIMUM_LENGTH} entries")
    value = bitstring.value_at(bits, wanted.index, wanted.size)
    return _meaning(wanted, value)


def _meaning(wanted: StatusEntry, value: int) -> Finding:
    said = dict(wanted.messages).get(value)
    words = f' The issuer says: "{said}".' if said else ""
    if wanted.purpose in _BY_PURPOSE:
        if not value:
            return status(Outcome.PASSED, *IN_FORCE)
        code, sentence = _BY_PURPOSE[wanted.purpose]
        return status(Outcome.FAILED, code, sentence + words)
    if wanted.purpose == "refresh" and value:
        return status(Outcome.SKIPPED, "newer_available", "The issuer offers a newer copy of it.")
    if wanted.purpose == "message":
        return status(Outcome.SKIPPED, "status_message", words.strip() or "The issuer says nothing of it.")
    if value and wanted.purpose not in {"message", "refresh"}:
        raise Distrusted(
            STATUS_UNSUPPORTED, f"what {wanted.purpose[:60]!r} means is not known here, and it is set"
        )
    return status(
        Outcome.SKIPPED, "other_purpose", f"An entry for {wanted.purpose[:60]!r} withdraws nothing.{words}"
    )


def _by_revocation_list(materials: Materials, url: str) -> Finding:
    """Return what a revocation list of 1EdTech says. It is unsigned: only TLS to its address vouches."""
    found = materials.library.get(Want("list", url), NEVER_FETCHED)
    if isinstance(found, Unfetched):
        raise _unreachable(found)
    if not isinstance(found.content, dict):
        raise Distrusted("status_list_unreadable", "the list of withdrawn badges is no JSON document")
    if issuer_of(found.content) not in (None, issuer_of(materials.document)):
        raise _of_another_issuer()
    if "id" in found.content and found.content["id"] != url:
        raise Distrusted(
            "status_list_wrong_address", "the list of withdrawn badges is another one than the badge names"
        )
    revoked = legacy.is_revoked(found.content, materials.document.get("id"))
    return status(Outcome.FAILED, *REVOKED) if revoked else status(Outcome.PASSED, *IN_FORCE)


def _credential(materials: Materials, url: str) -> Materials:
    """Return a list credential with what is needed to judge it: its own keys are in the same library."""
    found = materials.library.get(Want("list", url), NEVER_FETCHED)
    if isinstance(found, Unfetched):
        raise _unreachable(found)
    bare = replace(materials, standing=None, known={}, envelope=None)
    if isinstance(found.content, dict):
        return replace(bare, document=found.content)
    try:
        envelope = jose.parse(found.content, documents.STATUS_LIST_LIMITS)
        return replace(bare, document=jose.credential_of(envelope), envelope=envelope)
    except Invalid as error:
        raise Distrusted(
            "status_list_unreadable", f"the list of withdrawn badges is unreadable: {error.detail}"
        ) from error


def _believe(materials: Materials, published: Materials, wanted: StatusEntry, list_type: str) -> None:
    """Raise `Distrusted` unless the list may be believed, in the order of section 3.2."""
    document, subject = published.document, published.document.get("credentialSubject")
    if list_type not in types_of(document) or not isinstance(subject, dict):
        raise Distrusted(
            "status_list_unreadable", "the list of withdrawn badges is not a status list credential"
        )
    if document.get("id") != wanted.list_url:
        raise Distrusted(
            "status_list_wrong_address", "the list of withdrawn badges is another one than the badge names"
        )
    if issuer_of(document) != issuer_of(materials.document):
        raise _of_another_issuer()
    if wanted.purpose not in listed(subject.get("statusPurpose")):
        raise Distrusted(
            "status_list_wrong_purpose", f"the list of withdrawn badges is not for {wanted.purpose}"
        )
    _believe_seal(published)
    if not dates.is_current(published):
        raise Distrusted("status_list_out_of_date", "the list of withdrawn badges is out of date")


def _believe_seal(published: Materials) -> None:
    seals = seal.seals_of(published, held.verify_proof)
    found = seal.check_integrity(seals, issuer_of(published.document))
    if found.code == "unsigned":
        raise Distrusted("status_list_unsigned", "the list of withdrawn badges has no seal")
    if found.outcome is Outcome.FAILED:
        raise Distrusted("status_list_altered", "the list of withdrawn badges does not match its seal")
    if seal.check_issuer(published, seals).outcome is Outcome.FAILED:
        raise Distrusted(
            "status_list_wrong_key",
            "the list of withdrawn badges was sealed with a key that is not the issuer's",
        )
    if found.outcome is not Outcome.PASSED:
        raise Distrusted(
            "status_list_unchecked", "the seal of the list of withdrawn badges could not be checked"
        )


def _unreachable(found: Unfetched) -> Distrusted:
    return Distrusted(
        "status_list_unreachable", f"the list of withdrawn badges could not be had: {found.reason}"
    )


def _of_another_issuer() -> Distrusted:
    return Distrusted(
        "status_list_wrong_issuer", "the list of withdrawn badges was made by somebody other than the issuer"
    )


def _unknown(code: str, detail: str) -> Finding:
    return status(Outcome.UNKNOWN, code, detail[:1].upper() + detail[1:] + ".")
