"""Whether now is within a credential's dates, in either data model."""

from dataclasses import replace
from datetime import datetime

from issuer.core import moments
from issuer.core.credentials import kinds
from issuer.core.securing import jose
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Materials


def check_validity(materials: Materials) -> Finding:
    """Return whether now is within the badge's dates (VCDM 2.0, 4.9; 1.1, 4.6; OB 3.0, 9.1 step 4)."""
    try:
        start, end = _bounds(materials)
    except moments.InvalidMoment as error:
        return _validity(Outcome.FAILED, "malformed", f"Its dates cannot be read: {error.detail}.")
    if materials.now < start:
        return _validity(Outcome.FAILED, "not_yet_valid", f"It starts on {moments.stamp(start)}.")
    if end is not None and materials.now > end:
        return _validity(Outcome.FAILED, "expired", f"It expired on {moments.stamp(end)}.")
    return _validity(Outcome.PASSED, "current", "Today is within its dates.")


def is_current(materials: Materials) -> bool:
    """Return whether now is within the dates that a credential or its JWT gives, if it gives any."""
    document, envelope = materials.document, materials.envelope
    if kinds.start_member(document) not in document and (
        envelope is None or jose.not_before(envelope) is None
    ):
        materials = replace(
            materials, document={**document, kinds.start_member(document): "1970-01-01T00:00:00Z"}
        )
    return check_validity(materials).outcome is Outcome.PASSED


def _bounds(materials: Materials) -> tuple[datetime, datetime | None]:
    """Return the first and last moment of a credential: its own, or where it has none its JWT's."""
    document, envelope = materials.document, materials.envelope
    start, end = document.get(kinds.start_member(document)), document.get(kinds.end_member(document))
    first = jose.not_before(envelope) if envelope and start is None else None
    last = jose.expires(envelope) if envelope and end is None else None
    return first or moments.parse(str(start)), last if end is None else moments.parse(str(end))


def _validity(outcome: Outcome, code: str, message: str) -> Finding:
    return Finding("validity", outcome, code, message)
