"""Faults and findings as the problem details that the specifications name (VCDM 2.0, 7.1; RFC 9457)."""

from dataclasses import dataclass
from typing import Final

from issuer.core.documents import Document
from issuer.core.verifying.findings import Finding
from issuer.errors import Fault

_MODEL: Final = "https://www.w3.org/TR/vc-data-model#"
_SECURITY: Final = "https://w3id.org/security#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status-list#"

PARSING: Final = _MODEL + "PARSING_ERROR"
MALFORMED: Final = _MODEL + "MALFORMED_VALUE_ERROR"
_RANGE: Final = _MODEL + "RANGE_ERROR"
_VERIFICATION: Final = _SECURITY + "PROOF_VERIFICATION_ERROR"
GENERATION: Final = _SECURITY + "PROOF_GENERATION_ERROR"
DATA_LOSS: Final = _SECURITY + "DATA_LOSS_DETECTION_ERROR"

_BY_CODE: Final = {
    "issuer_unrecognized": "about:blank",
    "altered": _MODEL + "CRYPTOGRAPHIC_SECURITY_ERROR",
    "malformed": MALFORMED,
    "data_loss": DATA_LOSS,
    "wrong_domain": _SECURITY + "INVALID_DOMAIN_ERROR",
    "wrong_challenge": _SECURITY + "INVALID_CHALLENGE_ERROR",
    "expired": _RANGE,
    "not_yet_valid": _RANGE,
    "status_index_out_of_range": _RANGE,
    "status_entry_malformed": MALFORMED,
    "status_list_unreachable": _STATUS + "STATUS_RETRIEVAL_ERROR",
    "status_list_too_short": _STATUS + "STATUS_LIST_LENGTH_ERROR",
}
_BY_CHECK: Final = {"status": _STATUS + "STATUS_VERIFICATION_ERROR"}


@dataclass(frozen=True)
class Problem:
    """One reason for which a credential or presentation does not verify, or a warning about it."""

    type: str
    title: str
    detail: str
    code: str
    pointer: str = ""

    def document(self) -> Document:
        """Return the problem as it is answered (RFC 9457, 3.1), with our own code beside the type."""
        found: Document = {"type": self.type, "title": self.title, "detail": self.detail, "code": self.code}
        return {**found, "pointer": self.pointer} if self.pointer else found

    def at(self, place: str) -> "Problem":
        """Return the same problem of something that stands at a place inside another document."""
        return Problem(self.type, self.title, self.detail, self.code, place + self.pointer)


NOT_CHOSEN: Final = Problem(
    "about:blank",
    "Checks are not chosen",
    "Every check was made: `options.checks` has no effect.",
    "checks_ignored",
)


def of_fault(fault: Fault) -> Problem:
    """Return the problem that a breach of the data model is."""
    detail = f"{fault.pointer or 'The document'}: {fault.detail}"
    return Problem(MALFORMED, "Malformed value", detail, "malformed", fault.pointer)


def of_finding(finding: Finding) -> Problem:
    """Return the problem that a finding stands for, whatever its outcome."""
    kind = _BY_CODE.get(finding.code) or _BY_CHECK.get(finding.id, _VERIFICATION)
    return Problem(kind, finding.code.replace("_", " ").capitalize(), finding.message, finding.code)


def unparsable(detail: str) -> Problem:
    """Return the problem of something in which there is nothing to verify."""
    return Problem(PARSING, "Parsing error", detail, "unreadable")
