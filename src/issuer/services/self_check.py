"""Check what was signed before it is published.

Every badge is the one that was meant, under a signature that holds. What a stranger would find besides is
found for the first badge of a shape under a key, and for a share of the others.
"""

from typing import Final

from issuer.context import Context
from issuer.core.documents import Document
from issuer.core.securing import did, issuing
from issuer.core.securing.issuing import Prepared
from issuer.core.verifying import opening, report
from issuer.core.verifying.findings import Outcome
from issuer.core.verifying.materials import Materials, Obtained, Want
from issuer.errors import Invalid, IssuerError
from issuer.services import examine
from issuer.services.drafts import Draft

_CHECKED: Final = "checked as a stranger would"


class SelfCheckFailed(IssuerError):
    """What we signed would not be accepted by a verifier. It was not published. The fault is ours."""

    code = "self-check-failed"


def check(context: Context, draft: Draft, prepared: Prepared, text: str) -> None:
    """Raise `SelfCheckFailed` unless a signed text is what was meant, and a verifier would accept it.

    The plans of one that fails are stopped: the next time it goes the general way, and so do all like it.
    """
    try:
        _check(context, draft, prepared, text)
    except SelfCheckFailed:
        prepared.distrust()
        raise


def _check(context: Context, draft: Draft, prepared: Prepared, text: str) -> None:
    try:
        issuing.check(prepared, text, draft.document, draft.proof, draft.listed)
    except (Invalid, ValueError, KeyError) as error:
        raise _failed(context, "the signed badge is not what was meant") from error
    kind = (_CHECKED, draft.key_id)
    known = prepared.notes is not None and kind in prepared.notes
    if not known or examine.chosen(context, context.settings.self_check_sample):
        keys = did.did_document(context.addresses(draft.tenant).did, draft.listed.values())
        as_a_stranger(context, text, keys)
        if prepared.notes is not None:
            prepared.notes.add(kind)


def as_a_stranger(context: Context, text: str, keys: Document) -> None:
    """Raise `SelfCheckFailed` unless a verifier with this DID document accepts a badge, as JSON or as JWT."""
    opened, now, want = opening.opened_text(text), context.clock(), Want("controller", str(keys["id"]))
    library = {want: Obtained(keys, now)}
    materials = Materials(opened.document, now, library, envelope=opened.envelope)
    for finding in report.report(materials).checks:
        unsafe = finding.outcome is Outcome.FAILED and finding.code not in {"expired", "not_yet_valid"}
        unsealed = finding.id == "integrity" and finding.outcome is not Outcome.PASSED
        if unsafe or unsealed:
            raise _failed(context, f"the signed badge fails {finding.id}: {finding.message}")


def _failed(context: Context, detail: str) -> SelfCheckFailed:
    context.metrics.faults.labels(SelfCheckFailed.code).inc()
    return SelfCheckFailed(detail)
