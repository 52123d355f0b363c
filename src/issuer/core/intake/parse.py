"""From a request to one `CompetencyApproved` and the hash that tells two of them apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from issuer.core import documents, fields
from issuer.core.documents import Document
from issuer.core.intake import cloudevents
from issuer.core.intake.event import SUBMISSION_APPROVED, CompetencyApproved
from issuer.errors import Fault, Invalid


class UnknownEventType(Invalid):
    """The event is of a type that issues nothing."""

    code = "unknown-event-type"


@dataclass(frozen=True)
class Received:
    """An event as understood, and the SHA-256 of its RFC 8785 form (hex)."""

    event: CompetencyApproved
    content_sha256: str


def relocated(error: Invalid, body: Document) -> Invalid:
    """Return the error with its pointers into the body as sent: a structured envelope holds the event."""
    if "specversion" in body:
        envelope = {documents.pointer(name) for name in cloudevents.ENVELOPE}
        error.faults = tuple(
            fault
            if fault.pointer in envelope or fault.pointer.startswith("/data")
            else Fault(f"/data{fault.pointer}", fault.detail)
            for fault in error.faults
        )
    return error


def received(body: Document, headers: Mapping[str, str]) -> Received:
    """Return the event in a request's JSON body; `headers` have lower-case names.

    Raises `InvalidEnvelope`, `UnknownEventType` or `InvalidFields`.
    """
    document = cloudevents.unwrap(body, headers)
    kind = document.get("type")
    if isinstance(kind, str) and kind != SUBMISSION_APPROVED:
        fault = Fault("/type", f"send {SUBMISSION_APPROVED}")
        raise UnknownEventType(f"events of the type {kind[:100]!r} issue nothing", [fault])
    event = fields.read(CompetencyApproved, document)
    return Received(event, sha256(documents.canonical_bytes(document)).hexdigest())
