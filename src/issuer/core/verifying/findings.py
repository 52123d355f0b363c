"""What a check found, and the one headline that sums the findings up."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """Whether a check held. Unknown is never a pass, and skipped says that it did not apply."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """The result of one check: a stable code, and a sentence for whoever asked."""

    id: str
    outcome: Outcome
    code: str
    message: str


VALID: Final = "valid"
UNREADABLE: Final = "unreadable"

HEADLINES: Final = (
    UNREADABLE,
    "not_a_badge",
    "unsigned",
    "unsupported",
    "too_complex",
    "altered",
    "malformed",
    "issuer_key_missing",
    "could_not_check",
    "test",
    "revoked",
    "superseded",
    "suspended",
    "not_yet_valid",
    "expired",
    "status_unknown",
    "issuer_unrecognized",
    VALID,
)
"""Every headline, in the order in which one hides the next: what makes a badge worthless comes first."""

TRUSTED: Final = frozenset({VALID, "issuer_unrecognized"})
"""Headlines under which the seal holds and the badge is current."""

UNDECIDED: Final = frozenset({UNREADABLE, "could_not_check", "status_unknown", "unsupported", "too_complex"})
"""Headlines that say neither that a badge is good nor that it is bad."""


def headline(findings: Sequence[Finding]) -> str:
    """Return the first headline that a finding calls for; `valid` only when every check held."""
    codes = {finding.code for finding in findings}
    found = next((code for code in HEADLINES if code in codes), None)
    if found is not None:
        return found
    held = all(finding.outcome in (Outcome.PASSED, Outcome.SKIPPED) for finding in findings)
    return VALID if held and findings else "could_not_check"


def shows_content(findings: Sequence[Finding]) -> bool:
    """Return whether the seal held, so that what the file says may be repeated to anybody."""
    return any(found.id == "integrity" and found.outcome is Outcome.PASSED for found in findings)
