"""What a check found, and the one headline that sums the findings up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    """The result of one check: a stable code, a sentence for whoever asked, and the section it rests on.

    `names` are those of the badges that the sentence is about, where it is about some.
    """

    id: str
    outcome: Outcome
    code: str
    message: str
    citation: str = ""
    names: tuple[str, ...] = ()

    def cited(self, citation: str) -> "Finding":
        """Return the same finding with the section that it rests on."""
        return replace(self, citation=citation)


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

STATUS_UNSUPPORTED: Final = "status_unsupported"
CALLS_FOR: Final = {
    "unknown_context": "unsupported",
    "unsupported_seal": "unsupported",
    "claims_differ": "malformed",
    "seal_expired": "altered",
    "seal_of_another_purpose": "altered",
    "seal_from_the_future": "altered",
    "status_list_unreachable": "status_unknown",
    "status_list_unreadable": "status_unknown",
    "status_list_unsigned": "status_unknown",
    "status_list_altered": "status_unknown",
    "status_list_unchecked": "status_unknown",
    "status_list_wrong_key": "status_unknown",
    "status_list_wrong_issuer": "status_unknown",
    "status_list_wrong_address": "status_unknown",
    "status_list_wrong_purpose": "status_unknown",
    "status_list_too_short": "status_unknown",
    "status_list_out_of_date": "status_unknown",
    "status_index_out_of_range": "status_unknown",
    "status_entry_malformed": "status_unknown",
    "status_record_missing": "status_unknown",
    STATUS_UNSUPPORTED: "unsupported",
}
"""The finer codes of findings, and the headline that each calls for. Any other code is a headline itself, or
calls for none."""

_RANKS: Final = {code: rank for rank, code in enumerate(HEADLINES)} | {
    # A status that cannot be checked hides nothing that makes the badge worthless.
    STATUS_UNSUPPORTED: HEADLINES.index("status_unknown") - 0.5
}

TRUSTED: Final = frozenset({VALID, "issuer_unrecognized"})
"""Headlines under which the seal holds and the badge is current."""

UNDECIDED: Final = frozenset({UNREADABLE, "could_not_check", "status_unknown", "unsupported", "too_complex"})
"""Headlines that say neither that a badge is good nor that it is bad."""


def headline(findings: Sequence[Finding]) -> str:
    """Return the first headline that a finding calls for; `valid` only when every check held."""
    first = deciding(findings)
    unranked = any(
        finding.outcome in (Outcome.FAILED, Outcome.UNKNOWN) and _rank(finding.code) is None
        for finding in findings
    )
    if first is not None and not (unranked and CALLS_FOR.get(first.code, first.code) in TRUSTED):
        return CALLS_FOR.get(first.code, first.code)
    held = all(finding.outcome in (Outcome.PASSED, Outcome.SKIPPED) for finding in findings)
    return VALID if held and findings else "could_not_check"


def deciding(findings: Sequence[Finding]) -> Finding | None:
    """Return the finding that the headline comes from, or None where none calls for one."""
    called = [finding for finding in findings if _rank(finding.code) is not None]
    return min(called, key=lambda finding: _rank(finding.code) or 0, default=None)


def worst(findings: Sequence[Finding]) -> Finding:
    """Return the finding that weighs most, of several on one thing: the first of those that weigh alike."""
    order = {Outcome.FAILED: 0, Outcome.UNKNOWN: 1, Outcome.PASSED: 2, Outcome.SKIPPED: 3}
    return min(findings, key=lambda found: (order[found.outcome], _rank(found.code) or 0))


def shows_content(findings: Sequence[Finding]) -> bool:
    """Return whether the seal held, so that what the file says may be repeated to anybody."""
    return any(found.id == "integrity" and found.outcome is Outcome.PASSED for found in findings)


def _rank(code: str) -> float | None:
    return _RANKS.get(code, _RANKS.get(CALLS_FOR.get(code, "")))
