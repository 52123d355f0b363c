"""Sign drafts, check them as a stranger would, and publish them together. Safe to repeat."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple, TypeAlias

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from issuer import failpoints, telemetry
from issuer.context import Context
from issuer.core import compacting
from issuer.core.compacting import Begun
from issuer.core.securing import issuing
from issuer.db import clashes, credentials, outbox, tenants
from issuer.db.credentials import Signed, Unsigned
from issuer.db.tables import Credential
from issuer.db.tenants import Voice
from issuer.errors import IssuerError
from issuer.keys.ports import Signer
from issuer.services import self_check
from issuer.services.after_award import take_over
from issuer.services.drafts import END, Draft
from issuer.services.stacks import completing, granting

ISSUED = "award.issued"
_BATCH = 100
_TRIES = 5
LEFT_ALONE = timedelta(seconds=10)
"""How old a draft is before somebody else finishes it: its own request is usually still at it."""


class Unfinishable(IssuerError):
    """A draft could not be signed for a reason that nobody foresaw. The fault is ours."""

    code = "unfinishable"


class Unfinished(NamedTuple):
    """A draft, and who finishes it in which request."""

    draft: Draft
    actor: str
    request_id: str


Finished: TypeAlias = Signed | IssuerError | None
"""What became of a draft: signed and published by us, or not, or published by another process before us."""


def together(context: Context, unfinished: Sequence[Unfinished]) -> Mapping[str, Finished]:
    """Return what became of each draft, by the ids of their credentials. One says nothing of another.

    Ed25519 over stored bytes gives the same signature each time, so a repeat after a crash is harmless.
    No transaction is open while keys are used; one publishes everything that was signed. Stacks that this
    completes are finished too, and whatever these complete.
    """
    found: dict[str, Finished] = {}
    signers: dict[str, Signer | IssuerError] = {}
    waiting = unfinished
    while waiting:
        made = {each.draft.id: _signed(context, signers, each.draft) for each in waiting}
        failpoints.reach("signed")
        signed = [each for each in made.values() if isinstance(each, Signed)]
        published, following = _published(context, signed, {each.draft.id: each for each in waiting})
        found |= made | {each.id: None for each in signed if each.id not in published}
        waiting = following
    return {each.draft.id: found[each.draft.id] for each in unfinished}


def finish(
    context: Context, tenant_id: str, credential_id: str, *, actor: str, request_id: str
) -> Credential:
    """Return the credential, signed and published, whether by this call or by an earlier one."""
    drafts = unsigned(context, [credential_id])
    found = together(context, [Unfinished(draft, actor, request_id) for draft in drafts])
    error = found.get(credential_id)
    if isinstance(error, IssuerError):
        raise error
    with context.database.read() as session:
        return credentials.by_key(session, tenant_id, credential_id)


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
    drafts, broken = _unsigned(context, [credential_id for _, credential_id in waiting])
    found = together(context, [Unfinished(draft, "worker", "worker") for draft in drafts])
    for credential_id, error in found.items():
        if isinstance(error, IssuerError):
            context.metrics.faults.labels(error.code).inc()
            telemetry.log().error("draft_not_finished", credential=credential_id, code=error.code)
        else:
            context.metrics.recovered.inc()
    failed = broken | {each for each, error in found.items() if isinstance(error, IssuerError)}
    return [credential_id for _, credential_id in waiting if credential_id not in failed]


def unsigned(context: Context, ids: Sequence[str]) -> list[Draft]:
    """Return those of the drafts that are not signed yet, as they were recorded, and that can be read."""
    return _unsigned(context, ids)[0]


def _unsigned(context: Context, ids: Sequence[str]) -> tuple[list[Draft], set[str]]:
    """Return the drafts that can be read, and the ids of those that cannot."""
    with context.database.read() as session:
        rows = credentials.unsigned(session, ids)
        owners = {each: tenants.with_keys(session, each) for each in {row.tenant_id for row in rows}}
    drafts: list[Draft] = []
    broken: set[str] = set()
    for row in rows:
        try:
            drafts.append(_as_recorded(context, row, owners[row.tenant_id]))
        except Exception as error:  # noqa: BLE001 - one that breaks keeps no other one waiting
            _record(context, row.id, error)
            broken.add(row.id)
    return drafts, broken


def _as_recorded(context: Context, row: Unsigned, voice: Voice) -> Draft:
    addresses = context.addresses(voice.tenant)
    listed = {addresses.verification_method(key.id): key.id for key in voice.keys}
    begun = Begun(compacting.unpacked(row.draft, row.shared), row.draft, row.shared)
    document, proof = json.loads(begun.text + END), json.loads(row.proof)
    return Draft(
        row.id, voice.tenant, row.key_id, listed, document, proof, begun,
        edition_of=row.edition_of, has_pathways=voice.has_pathways,
    )  # fmt: skip


def _signed(context: Context, signers: dict[str, Signer | IssuerError], draft: Draft) -> Signed | IssuerError:
    try:
        signer = _signer(context, signers, draft.key_id)
        prepared = draft.prepared or issuing.prepare(draft.document, draft.proof)
        text = prepared.secured(signer.sign(prepared.signing_input))
        self_check.check(context, draft, prepared, text)
        packed = compacting.continued(draft.begun, text)
    except IssuerError as error:
        return error
    except Exception as error:  # noqa: BLE001 - one that breaks keeps no other one waiting
        return _record(context, draft.id, error)
    return Signed(draft.id, text, sha256(text.encode()).hexdigest(), packed)


def _record(context: Context, credential_id: str, error: Exception) -> Unfinishable:
    """Note where a draft broke, without its content, and return that as its own error."""
    context.metrics.faults.labels(Unfinishable.code).inc()
    origin = telemetry.origin_of(error)
    telemetry.log().error("draft_broke", credential=credential_id, exception=origin)
    return Unfinishable("the badge could not be finished")


def _signer(context: Context, signers: dict[str, Signer | IssuerError], key_id: str) -> Signer:
    """Return the signer of a key, asked for once, or raise what was raised then."""
    found = signers.get(key_id)
    if found is None:
        try:
            found = context.keyring.signer(key_id)
        except IssuerError as error:
            found = error
        signers[key_id] = found
    if isinstance(found, IssuerError):
        raise found
    return found


def _published(
    context: Context, signed: Sequence[Signed], unfinished: Mapping[str, Unfinished]
) -> tuple[set[str], list[Unfinished]]:
    """Publish all that no other process publishes, in one transaction.

    Return which those are, and the drafts of the stacks that they complete, recorded in that transaction.
    """
    following: list[Unfinished] = []
    tries = _TRIES
    while signed:
        try:
            with context.database.write.begin() as session:
                credentials.publish(session, signed)
                messages = [_message(context, session, unfinished[each.id]) for each in signed]
                outbox.add(session, messages)
                following = _completed(context, session, signed, unfinished, messages)
                failpoints.reach("publishing")
        except credentials.Overtaken:
            with context.database.read() as session:
                waiting = {row.id for row in credentials.unsigned(session, [each.id for each in signed])}
            signed = [each for each in signed if each.id in waiting]
        except DBAPIError as error:
            tries -= 1
            if not tries or not clashes.is_clash(error):
                raise
        else:
            failpoints.reach("published")
            break
    return {each.id for each in signed}, following


def _completed(
    context: Context,
    session: Session,
    signed: Sequence[Signed],
    unfinished: Mapping[str, Unfinished],
    messages: Sequence[Mapping[str, object]],
) -> list[Unfinished]:
    """Return the drafts of stacks that published badges complete: nothing is asked where none is offered."""
    by_tenant: defaultdict[str, list[str]] = defaultdict(list)
    for each, message in zip(signed, messages, strict=True):
        if unfinished[each.id].draft.has_pathways:
            by_tenant[str(message["tenant_id"])].append(str(message["credential_id"]))
    return [
        Unfinished(draft, granting.ACTOR, granting.ACTOR)
        for tenant_id, ids in by_tenant.items()
        for draft in completing.attempted(context, session, tenant_id, ids)
    ]


def _message(context: Context, session: Session, each: Unfinished) -> dict[str, object]:
    """Return what the world must hear of a published draft, and let a correction take its award over."""
    draft, topic = each.draft, ISSUED
    credential_id, tenant_id = draft.id, draft.tenant.id
    if draft.edition_of is not None:
        credential_id = take_over.take_over(context, session, tenant_id, draft.id, draft.edition_of)
        topic = take_over.CORRECTED
    return {
        "tenant_id": tenant_id,
        "credential_id": credential_id,
        "topic": topic,
        "actor": each.actor,
        "request_id": each.request_id,
        "created_at": context.clock(),
    }
