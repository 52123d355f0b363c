"""Checks on a badge's standing: withdrawn, on hold, and its dates."""

from collections.abc import Iterator

from issuer.core import moments
from issuer.core.credentials.rules import listed, types_of
from issuer.core.documents import Document
from issuer.core.status import bitstring, entries
from issuer.core.verifying import seal
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Materials, Unfetched, issuer_of
from issuer.errors import Invalid

_IN_FORCE = ("in_force", "It has not been withdrawn or put on hold.")
_BY_PURPOSE = {
    "revocation": ("revoked", "The issuer withdrew it."),
    "suspension": ("suspended", "The issuer put it on hold."),
}


def check_status(materials: Materials) -> Finding:
    """Return whether the issuer withdrew the badge or put it on hold (Bitstring Status List 1.0, 3.2).

    The issuer's own records, where we are the issuer, are asked instead of its published lists.
    """
    if isinstance(materials.standing, Unfetched):
        return _unknown(materials.standing.reason)
    if materials.standing is not None:
        if materials.standing.revoked:
            return _status(Outcome.FAILED, *_BY_PURPOSE["revocation"])
        if materials.standing.suspended:
            return _status(Outcome.FAILED, *_BY_PURPOSE["suspension"])
        return _status(Outcome.PASSED, *_IN_FORCE)
    found = listed(materials.document.get("credentialStatus"))
    if not found:
        return _status(Outcome.SKIPPED, "no_status", "The issuer offers no way to withdraw it.")
    results = [_entry_finding(materials, entry) for entry in found]
    order = {Outcome.FAILED: 0, Outcome.UNKNOWN: 1, Outcome.PASSED: 2, Outcome.SKIPPED: 3}
    return min(results, key=lambda finding: (order[finding.outcome], finding.code != "revoked"))


def check_validity(materials: Materials) -> Finding:
    """Return whether now is within the badge's dates (VCDM 2.0, 4.9; Open Badges 3.0, 9.1 step 4)."""
    try:
        start = moments.parse(str(materials.document.get("validFrom")))
        until = materials.document.get("validUntil")
        end = moments.parse(str(until)) if until is not None else None
    except moments.InvalidMoment as error:
        return Finding("validity", Outcome.FAILED, "malformed", f"Its dates cannot be read: {error.detail}.")
    if materials.now < start:
        return Finding("validity", Outcome.FAILED, "not_yet_valid", f"It starts on {moments.stamp(start)}.")
    if end is not None and materials.now > end:
        return Finding("validity", Outcome.FAILED, "expired", f"It expired on {moments.stamp(end)}.")
    return Finding("validity", Outcome.PASSED, "current", "Today is within its dates.")


def _entry_finding(materials: Materials, entry: object) -> Finding:
    if not isinstance(entry, dict) or entry.get("type") != entries.ENTRY_TYPE:
        return _unknown("Its status is kept in a way that cannot be checked here")
    try:
        wanted = entries.read_entry(entry)
        if wanted.purpose not in _BY_PURPOSE:
            return _status(
                Outcome.SKIPPED, "other_purpose", f"An entry for {wanted.purpose!r} withdraws nothing."
            )
        published = materials.status_lists.get(wanted.list_url, Unfetched("it was not looked up"))
        if isinstance(published, Unfetched):
            return _unknown(f"The list of withdrawn badges could not be had: {published.reason}")
        for problem in _list_problems(materials, wanted, published):
            return _unknown(problem)
        bits = bitstring.decode(str(published["credentialSubject"]["encodedList"]))
        withdrawn = bitstring.is_set(bits, wanted.index)
    except Invalid as error:
        return _unknown(error.detail[:1].upper() + error.detail[1:])
    return (
        _status(Outcome.FAILED, *_BY_PURPOSE[wanted.purpose])
        if withdrawn
        else _status(Outcome.PASSED, *_IN_FORCE)
    )


def _list_problems(materials: Materials, wanted: entries.StatusEntry, published: Document) -> Iterator[str]:
    """Yield why a list must not be believed, in the order of section 3.2. None for a good one."""
    subject = published.get("credentialSubject")
    if entries.LIST_TYPE not in types_of(published) or not isinstance(subject, dict):
        yield "The list of withdrawn badges is not a status list credential"
        return
    about = {
        "The list of withdrawn badges is another one than the badge names": published.get("id")
        != wanted.list_url,
        "The list of withdrawn badges was made by somebody other than the issuer": issuer_of(published)
        != issuer_of(materials.document),
        f"The list of withdrawn badges is not for {wanted.purpose}": wanted.purpose
        not in listed(subject.get("statusPurpose")),
        "The list of withdrawn badges is empty": not isinstance(subject.get("encodedList"), str),
    }
    yield from (problem for problem, found in about.items() if found)
    yield from _seal_problems(
        Materials(document=published, now=materials.now, controllers=materials.controllers)
    )


def _seal_problems(published: Materials) -> Iterator[str]:
    if seal.check_integrity(published).outcome is not Outcome.PASSED:
        yield "The list of withdrawn badges does not match its seal"
    if seal.check_issuer(published).outcome is Outcome.FAILED:
        yield "The list of withdrawn badges was sealed with a key that is not the issuer's"
    if "validFrom" in published.document and check_validity(published).outcome is not Outcome.PASSED:
        yield "The list of withdrawn badges is out of date"


def _unknown(reason: str) -> Finding:
    return _status(Outcome.UNKNOWN, "status_unknown", reason + ".")


def _status(outcome: Outcome, code: str, message: str) -> Finding:
    return Finding("status", outcome, code, message)
