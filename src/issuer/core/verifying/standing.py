"""Whether the issuer withdrew a badge or put it on hold."""

from issuer.core.credentials.rules import listed
from issuer.core.verifying import findings, statuses
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Materials, Unfetched
from issuer.core.verifying.statuses import IN_FORCE, REPLACED, REVOKED, SUSPENDED

_MAX_ENTRIES = 8


def check_status(materials: Materials) -> Finding:
    """Return whether the issuer withdrew the badge or put it on hold (Bitstring Status List 1.0, 3.2).

    The issuer's own records, where we are the issuer, are asked instead of its published lists. Of several
    entries, the worst decides, and the others' sentences follow it.
    """
    if materials.standing is not None:
        return _by_records(materials)
    entries = listed(materials.document.get("credentialStatus"))
    if not entries:
        return statuses.status(Outcome.SKIPPED, "no_status", "The issuer offers no way to withdraw it.")
    if len(entries) > _MAX_ENTRIES:
        message = f"It has more than {_MAX_ENTRIES} status entries."
        return statuses.status(Outcome.UNKNOWN, "too_complex", message)
    return _together([statuses.entry_finding(materials, entry) for entry in entries])


def _by_records(materials: Materials) -> Finding:
    if isinstance(materials.standing, Unfetched):
        return statuses.status(Outcome.UNKNOWN, "status_record_missing", materials.standing.reason + ".")
    if materials.standing and materials.standing.revoked:
        return statuses.status(Outcome.FAILED, *(REPLACED if materials.standing.replaced else REVOKED))
    if materials.standing and materials.standing.suspended:
        return statuses.status(Outcome.FAILED, *SUSPENDED)
    return statuses.status(Outcome.PASSED, *IN_FORCE)


def _together(found: list[Finding]) -> Finding:
    first = findings.worst(found)
    sentences = dict.fromkeys(each.message for each in (first, *found) if _adds(each, first))
    return statuses.status(first.outcome, first.code, " ".join(sentences))


def _adds(each: Finding, first: Finding) -> bool:
    """Return whether a sentence is worth reading beside the worst one."""
    return each is first or each.outcome is not Outcome.PASSED
