"""Correct a badge: a new signed file at the same address, and the earlier one told as replaced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer import failpoints
from issuer.context import Context
from issuer.core import compacting, documents, ids, moments
from issuer.core.awarding import particulars, rubric
from issuer.core.awarding.definition import Definition
from issuer.core.credentials import correct
from issuer.core.documents import Document
from issuer.core.intake.correction import Correction
from issuer.core.securing import proofs
from issuer.core.status import entries
from issuer.core.status.entries import StatusEntry
from issuer.db import achievements, credentials, editions, recipients, tenants
from issuer.db.credentials import Award
from issuer.db.tables import Credential, Tenant
from issuer.db.tenants import OwnKey
from issuer.errors import Conflict, Fault, Invalid, IssuerError, Unavailable
from issuer.keys.ports import KeyUnavailable
from issuer.services import examine, finish, status_lists, texts
from issuer.services.clients import Client
from issuer.services.finish import Unfinished


class NotCorrectable(Conflict):
    """The badge was withdrawn or erased: there is nothing to put right any more."""

    code = "not-correctable"


class BeingCorrected(Unavailable):
    """Another correction of the same badge is just being signed."""

    code = "being-corrected"


class Ended(Invalid):
    """The corrected badge would end before it begins to be valid."""

    code = "correction-has-ended"


@dataclass(frozen=True)
class _Desk:
    """What one correction is made with."""

    context: Context
    tenant: Tenant
    keys: Sequence[OwnKey]
    now: datetime


def reissue(
    context: Context, client: Client, public_id: str, correction: Correction, *, request_id: str
) -> Award:
    """Return the award with its corrected badge, which is public. What changes nothing makes no new badge.

    Raises `UnknownCredential`, `NotCorrectable`, `BeingCorrected`, `Ended`, and what the rubric refuses.
    """
    with context.database.write.begin() as session:
        credential_id = record(context, session, client, public_id, correction)
    failpoints.reach("recorded")
    if credential_id is not None:
        _finish(context, credential_id, client.id, request_id)
    with context.database.read() as session:
        return credentials.award(session, client.tenant_id, public_id)


def record(
    context: Context, session: Session, client: Client, public_id: str, correction: Correction
) -> str | None:
    """Record the draft of a correction and return its primary key: None where it would change nothing.

    The caller's transaction holds it; the worker finishes what is recorded, if nobody else does.
    """
    award = _correctable(session, client.tenant_id, public_id)
    _, code, number, _ = credentials.award(session, client.tenant_id, public_id)
    definition = _definition(session, award, number)
    rubric.check_results(definition, correct.results(correction))
    tenant, keys, _ = tenants.with_keys(session, client.tenant_id)
    desk = _Desk(context, tenant, keys, context.clock())
    place = context.addresses(tenant).achievement_version(code, number)
    signed: Document = documents.parse(str(award.secured).encode())
    document = correct.correct(signed, correction, place=place, show_name=definition.show_name)
    if correction.recipient is not None:
        recipients.rename(session, tenant.id, {award.recipient_id: correction.recipient.name})
    if document == correct.content(signed):
        return None
    _check_end(document, desk.now)
    row = _draft(desk, session, award, document, signed["proof"]["cryptosuite"])
    if correction.recipient is not None:
        row["particulars"] = particulars.renamed(award.particulars, correction.recipient)
    credentials.add(session, tenant.id, [row])
    return str(row["id"])


def _correctable(session: Session, tenant_id: str, public_id: str) -> Credential:
    award = editions.award_of(session, tenant_id, public_id)
    if award.revoked_at is not None or award.erased_at is not None:
        raise NotCorrectable("this badge was withdrawn: issue a new one")
    if editions.waiting(session, tenant_id, public_id) is not None:
        raise BeingCorrected("a correction of this badge is being signed: send this one again shortly")
    return award


def _definition(session: Session, award: Credential, number: int) -> Definition:
    version = achievements.version(session, award.tenant_id, award.achievement_id, number)
    if version is None:
        raise achievements.UnknownAchievement(f"version {number} of the achievement is not published")
    return Definition.model_validate_json(version.definition)


def _check_end(document: Document, now: datetime) -> None:
    until = document.get("validUntil")
    if isinstance(until, str) and moments.parse(until) <= now:
        fault = Fault("/validUntil", "name a moment that lies ahead, or award the badge anew")
        raise Ended(f"the badge is valid until {until}, which is over", [fault])


def _draft(
    desk: _Desk, session: Session, award: Credential, content: Document, suite: str
) -> dict[str, object]:
    """Return the row of the draft of a correction, which is linted and can be signed."""
    context, tenant = desk.context, desk.tenant
    key = tenants.signing_of(desk.keys)
    if key is None:
        raise KeyUnavailable("the issuer has no signing key: run `issuer keys rotate`")
    addresses = context.addresses(tenant)
    places, statuses = _statuses(desk, session, award)
    document = correct.edition(
        content, valid_from=moments.stamp(desk.now), status=entries.credential_status(statuses)
    )
    method = addresses.verification_method(key.id)
    proof = proofs.options(document, method=method, created=moments.stamp(desk.now), cryptosuite=suite)
    _, text = examine.prepared(document, proof, {}, desk.now, sampled=False)
    shared = compacting.dictionary(document, proof)
    texts.keep(context, session, tenant.id, [shared])
    begun = compacting.begun(text.removesuffix("}"), shared.content)
    until = document.get("validUntil")
    return {
        **_row(desk, award, key.id, places),
        "draft": begun.packed,
        "dictionary_id": shared.id,
        "proof": documents.text(proof),
        "valid_until": moments.parse(str(until)) if until else None,
    }


def _statuses(
    desk: _Desk, session: Session, award: Credential
) -> tuple[list[tuple[int, int]], tuple[StatusEntry, ...]]:
    """Return fresh places for the correction, and the same as they stand in it: it can be withdrawn alone."""
    addresses = desk.context.addresses(desk.tenant)
    purposes: list[entries.Purpose] = ["revocation"]
    if award.suspension_list_id is not None:
        purposes.append("suspension")
    places = [status_lists.take_place(desk.context, session, desk.tenant.id, each) for each in purposes]
    statuses = tuple(
        StatusEntry(addresses.status_list(number), index, purpose)
        for (number, index), purpose in zip(places, purposes, strict=True)
    )
    return places, statuses


def _row(desk: _Desk, award: Credential, key_id: str, places: list[tuple[int, int]]) -> dict[str, object]:
    suspension = places[1] if len(places) > 1 else (None, None)
    primary_key = desk.context.new_key()
    return {
        "id": primary_key,
        "public_id": ids.public_id(desk.context.chance(ids.PUBLIC_ID_BYTES)),
        "award_key": f"{award.id}:{primary_key}",
        "recipient_id": award.recipient_id,
        "achievement_id": award.achievement_id,
        "achievement_version_id": award.achievement_version_id,
        "key_id": key_id,
        "visibility": award.visibility,
        "name_shown": award.name_shown,
        "particulars": award.particulars,
        "awarded_at": award.awarded_at,
        "created_at": desk.now,
        "edition_of": award.public_id,
        "revocation_list_id": places[0][0],
        "revocation_index": places[0][1],
        "suspension_list_id": suspension[0],
        "suspension_index": suspension[1],
    }


def _finish(context: Context, credential_id: str, actor: str, request_id: str) -> None:
    drafts = finish.unsigned(context, [credential_id])
    found = finish.together(context, [Unfinished(draft, actor, request_id) for draft in drafts])
    error = found.get(credential_id)
    if isinstance(error, IssuerError):
        raise error
