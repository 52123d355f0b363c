"""Sign a draft, check it as a stranger would, and publish it. Safe to repeat."""

import json
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from issuer import telemetry
from issuer.context import Context
from issuer.core.documents import Document
from issuer.core.securing import did, issuing
from issuer.core.verifying import opening, report
from issuer.core.verifying.findings import Outcome
from issuer.core.verifying.materials import Materials, Obtained, Want
from issuer.db import credentials, tenants
from issuer.db.tables import Credential, Message
from issuer.errors import IssuerError
from issuer.services.drafts import Draft

ISSUED = "award.issued"
_BATCH = 100
LEFT_ALONE = timedelta(seconds=10)
"""How old a draft is before somebody else finishes it: its own request is usually still at it."""


class SelfCheckFailed(IssuerError):
    """What we signed would not be accepted by a verifier. It was not published. The fault is ours."""

    code = "self-check-failed"


def finish(
    context: Context,
    tenant_id: str,
    credential_id: str,
    *,
    actor: str,
    request_id: str,
    draft: Draft | None = None,
) -> Credential:
    """Return the credential, signed and published, whether by this call or by an earlier one.

    `draft` spares the reading where whoever recorded it has it still.

    Ed25519 over stored bytes gives the same signature each time, so a repeat after a crash is harmless.
    No transaction is open while the key is used.
    """
    draft = draft or _recorded(context, tenant_id, credential_id)
    credential = draft.credential
    if credential.secured is not None:
        return credential
    prepared = draft.prepared or issuing.prepare(json.loads(credential.draft), json.loads(credential.proof))
    text = prepared.secured(context.keyring.signer(credential.key_id).sign(prepared.signing_input))
    check_as_a_stranger(context, text, did.did_document(context.addresses(draft.tenant).did, draft.listed))
    return _publish(context, credential, text, actor=actor, request_id=request_id)


def finish_all(context: Context, older_than: timedelta = LEFT_ALONE) -> int:
    """Finish every draft that an interruption left behind, and return how many could be.

    One that cannot be finished now, because its key's file is not here, keeps no other one waiting.
    """
    finished, last, before = 0, "", context.clock() - older_than
    while True:
        with context.database.read() as session:
            waiting = credentials.unfinished(session, before, last, _BATCH)
        finished += len(finish_these(context, waiting))
        if len(waiting) < _BATCH:
            return finished
        last = waiting[-1][1]


def finish_these(context: Context, waiting: Sequence[tuple[str, str]]) -> list[str]:
    """Finish drafts by their (tenant, credential) keys, and return the credentials that could be."""
    return [
        credential_id for tenant_id, credential_id in waiting if _finished(context, tenant_id, credential_id)
    ]


def check_as_a_stranger(context: Context, text: str, keys: Document) -> None:
    """Raise `SelfCheckFailed` unless a verifier with this DID document accepts a badge, as JSON or as JWT."""
    opened, now, want = opening.opened_text(text), context.clock(), Want("controller", str(keys["id"]))
    library = {want: Obtained(keys, now)}
    materials = Materials(opened.document, now, library, envelope=opened.envelope)
    for finding in report.report(materials).checks:
        unsafe = finding.outcome is Outcome.FAILED and finding.code not in {"expired", "not_yet_valid"}
        unsealed = finding.id == "integrity" and finding.outcome is not Outcome.PASSED
        if unsafe or unsealed:
            context.metrics.faults.labels(SelfCheckFailed.code).inc()
            raise SelfCheckFailed(f"the signed badge fails {finding.id}: {finding.message}")


def _recorded(context: Context, tenant_id: str, credential_id: str) -> Draft:
    with context.database.read() as session:
        credential = credentials.by_key(session, tenant_id, credential_id)
        tenant = tenants.by_id(session, tenant_id)
        return Draft(credential, tenant, [key.id for key in tenants.keys(session, tenant_id)])


def _finished(context: Context, tenant_id: str, credential_id: str) -> bool:
    try:
        finish(context, tenant_id, credential_id, actor="worker", request_id="worker")
    except IssuerError as error:
        context.metrics.faults.labels(error.code).inc()
        telemetry.log().error("draft_not_finished", credential=credential_id, code=error.code)
        return False
    context.metrics.recovered.inc()
    return True


def _publish(
    context: Context, credential: Credential, text: str, *, actor: str, request_id: str
) -> Credential:
    message = Message(
        tenant_id=credential.tenant_id,
        credential_id=credential.id,
        topic=ISSUED,
        actor=actor,
        request_id=request_id,
        created_at=context.clock(),
    )
    digest = sha256(text.encode()).hexdigest()
    with context.database.write.begin() as session:
        published = credentials.publish(session, credential.tenant_id, credential.id, text, digest)
        if published is not None:
            session.add(message)
            return published
        return credentials.by_key(session, credential.tenant_id, credential.id)
