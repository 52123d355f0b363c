"""Record what we mean to sign, before a key is used."""

import base64
import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import documents, ids, moments
from issuer.core.awarding import particulars
from issuer.core.awarding.decision import Award
from issuer.core.awarding.definition import Definition
from issuer.core.credentials import build, lint, subject
from issuer.core.intake.event import CompetencyApproved
from issuer.core.securing import issuing, proofs
from issuer.core.securing.issuing import Prepared
from issuer.core.securing.plans.shapes import Fixed
from issuer.core.securing.proofs import UnsecuredCredential
from issuer.core.status.entries import Purpose, StatusEntry
from issuer.db import tenants
from issuer.db.tables import AchievementVersion, Credential, Recipient, Tenant
from issuer.errors import Invalid
from issuer.keys.ports import KeyUnavailable
from issuer.services import status_lists
from issuer.services.tenants import profile_of


@dataclass(frozen=True)
class Intent:
    """What was decided: this person is to have this achievement, as this issuer says."""

    tenant: Tenant
    version: AchievementVersion
    definition: Definition
    person: Recipient
    award: Award
    event: CompetencyApproved


@dataclass(frozen=True)
class Draft:
    """A recorded draft, with what it takes to finish it: whose it is, the ids of its keys, what is signed."""

    credential: Credential
    tenant: Tenant
    listed: list[str]
    prepared: Prepared | None = None


def record(context: Context, session: Session, intent: Intent) -> Draft:
    """Record the intent in the caller's transaction and return the draft.

    It is linted and canonicalised first, so what is recorded can be signed.
    """
    tenant = intent.tenant
    key = tenants.signing_key(session, tenant.id)
    if key is None:
        raise KeyUnavailable("the issuer has no signing key: run `issuer keys rotate`")
    purposes: tuple[Purpose, ...] = (
        ("revocation", "suspension") if intent.definition.suspendable else ("revocation",)
    )
    places = [status_lists.take_place(context, session, tenant.id, purpose) for purpose in purposes]
    public_id = ids.public_id(context.chance(ids.PUBLIC_ID_BYTES))
    statuses = tuple(
        StatusEntry(context.addresses(tenant).status_list(number), index, purpose)
        for (number, index), purpose in zip(places, purposes, strict=True)
    )
    given = _ingredients(context, intent, public_id, statuses)
    document = build.build(given)
    method = context.addresses(tenant).verification_method(key.id)
    created = moments.stamp(context.clock())
    suite = intent.event.cryptosuite
    proof = proofs.options(document, method=method, created=created, cryptosuite=suite)
    fixed = {
        id(given.issuer): ("profile", given.issuer["id"], tenant.profile),
        id(given.achievement): ("version", intent.version.id),
    }
    text = documents.text(document)
    prepared = _prepared(context, document, text, proof, fixed)
    suspension = places[1] if len(places) > 1 else (None, None)
    credential = Credential(
        id=context.new_key(),
        tenant_id=tenant.id,
        public_id=public_id,
        award_key=f"{intent.person.id}:{intent.version.achievement_id}:{intent.award.ordinal}",
        recipient_id=intent.person.id,
        achievement_id=intent.version.achievement_id,
        achievement_version_id=intent.version.id,
        key_id=key.id,
        visibility=intent.event.visibility,
        draft=text,
        proof=documents.text(proof),
        particulars=particulars.text(particulars.of(intent.event)),
        awarded_at=intent.award.awarded,
        valid_until=intent.award.valid_until,
        created_at=context.clock(),
        revocation_list_id=places[0][0],
        revocation_index=places[0][1],
        suspension_list_id=suspension[0],
        suspension_index=suspension[1],
    )
    session.add(credential)
    session.flush()
    listed = [each.id for each in tenants.keys(session, tenant.id)]
    return Draft(credential, tenant, listed, prepared)


def _ingredients(
    context: Context, intent: Intent, public_id: str, statuses: tuple[StatusEntry, ...]
) -> build.Ingredients:
    addresses = context.addresses(intent.tenant)
    salt = base64.urlsafe_b64encode(context.chance(subject.SALT_BYTES)).decode().rstrip("=")
    return build.Ingredients(
        credential_id=addresses.badge(public_id),
        issuer=profile_of(context, intent.tenant),
        achievement=json.loads(intent.version.document),
        place=addresses.achievement_version(intent.event.achievement.code, intent.version.number),
        award=intent.award,
        event=intent.event,
        statuses=statuses,
        salt=salt,
        show_name=intent.definition.show_name,
    )


def _prepared(
    context: Context, document: UnsecuredCredential, text: str, proof: documents.Document, fixed: Fixed
) -> Prepared:
    """Return what is to be signed; refuse what no verifier would accept, and what is too large for one."""
    lint.lint(document, context.clock())
    documents.parse(text.encode())
    try:
        return issuing.prepare(document, proof, fixed)
    except Invalid as error:
        raise lint.LintFailed(f"the badge could not be signed: {error.detail}") from error
