"""The specification's list of checks as data, run over the materials into one report."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuer.core.credentials import rules
from issuer.core.documents import Document
from issuer.core.verifying import findings, form, seal, standing
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Materials
from issuer.core.verifying.materials import needs as needs  # noqa: PLC0414 - the other half of the interface


@dataclass(frozen=True)
class Check:
    """One check: its id in answers, the section that asks for it, and the function that runs it."""

    id: str
    citation: str
    run: Callable[[Materials], Finding]


@dataclass(frozen=True)
class Report:
    """What a verification found. `credential` is present only when its seal held."""

    result: str
    checks: tuple[Finding, ...]
    credential: Document | None
    checked_at: datetime


def check_schema(materials: Materials) -> Finding:
    """Return whether the document is an Open Badge, written plainly and as the standard wants it."""
    kinds = rules.types_of(materials.document)
    if "VerifiableCredential" not in kinds or not {"OpenBadgeCredential", "AchievementCredential"} & set(
        map(str, kinds)
    ):
        return Finding("schema", Outcome.FAILED, "not_a_badge", "It is not an Open Badge credential.")
    broken = form.respelled(materials.document) or [fault for _, fault in rules.breaches(materials.document)]
    if broken:
        message = f"It breaks the standard at {broken[0].pointer}: {broken[0].detail}."
        return Finding("schema", Outcome.FAILED, "malformed", message)
    return Finding("schema", Outcome.PASSED, "well_formed", "It is written as the standard wants it.")


CHECKS: Final = (
    Check("schema", "Open Badges 3.0, section 9.1 step 1", check_schema),
    Check(
        "integrity",
        "Open Badges 3.0, section 9.1 step 2; Data Integrity 1.0, section 4.4",
        seal.check_integrity,
    ),
    Check(
        "issuer", "Open Badges 3.0, section 8.5; Controlled Identifiers 1.0, section 3.3", seal.check_issuer
    ),
    Check(
        "status",
        "Open Badges 3.0, section 9.1 step 4; Bitstring Status List 1.0, section 3.2",
        standing.check_status,
    ),
    Check("validity", "Open Badges 3.0, section 9.1 step 4; VCDM 2.0, section 4.9", standing.check_validity),
)
"""Every check runs on every badge, so that a report is always whole."""


def report(materials: Materials) -> Report:
    """Return the report of every check and the headline that sums them up. It never raises."""
    found = tuple(check.run(materials) for check in CHECKS)
    credential = materials.document if findings.shows_content(found) else None
    return Report(findings.headline(found), found, credential, materials.now)


def unreadable(reason: str, now: datetime) -> Report:
    """Return the report on something in which no badge could be found."""
    message = reason[:1].upper() + reason[1:] + "."
    found = (Finding("schema", Outcome.FAILED, findings.UNREADABLE, message),)
    return Report(findings.UNREADABLE, found, None, now)
