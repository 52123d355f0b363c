"""Write down what we mean to sign, before a key is used."""

import base64
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from issuer.context import Context
from issuer.core import compacting, documents, ids, moments
from issuer.core.addresses import Addresses
from issuer.core.awarding import particulars
from issuer.core.awarding.decision import Award
from issuer.core.compacting import Begun, Dictionary
from issuer.core.credentials import build, subject
from issuer.core.credentials.related import Related
from issuer.core.documents import Document
from issuer.core.intake.event import CompetencyApproved
from issuer.core.securing import proofs
from issuer.core.securing.issuing import Prepared
from issuer.core.securing.proofs import UnsecuredCredential
from issuer.core.status.entries import Purpose, StatusEntry
from issuer.db import tenants
from issuer.db.tables import Tenant
from issuer.db.tenants import OwnKey, Voice
from issuer.keys.ports import KeyUnavailable
from issuer.services import examine, places
from issuer.services.offers import Offer
from issuer.services.people import Person
from issuer.services.places import Places
from issuer.services.tenants import profile_of

END = "}"
"""With this a document ends. In the signed text its proof comes before that."""


@dataclass(frozen=True)
class Desk:
    """What the drafts of one tenant in one batch share."""

    context: Context
    tenant: Tenant
    addresses: Addresses
    profile: Document
    key: OwnKey | None
    listed: Mapping[str, str]
    places: Places
    now: datetime
    has_pathways: bool = False
    proofs: dict[str, tuple[Document, str]] = field(default_factory=dict)
    dictionaries: dict[tuple[str, str], Dictionary] = field(default_factory=dict)


class Intent(NamedTuple):
    """What was decided: this person is to have this achievement, as this issuer says."""

    offer: Offer
    person: Person
    award: Award
    event: CompetencyApproved
    criteria: Document | None = None
    """What it took, where that is not what the achievement says: a stack's is its rule."""
    related: tuple[Related, ...] = ()


class Draft(NamedTuple):
    """What is to be signed, with which key, and all keys that its issuer's DID document lists, by method.

    `begun` is the document's text, as far as the signed one begins with it. `prepared` is not there for one
    that an interruption left behind. `edition_of` is the public id of the award that a correction is of, and
    `has_pathways` says whether badges of this issuer may count toward a stack.
    """

    id: str
    tenant: Tenant
    key_id: str
    listed: Mapping[str, str]
    document: UnsecuredCredential
    proof: Document
    begun: Begun
    prepared: Prepared | None = None
    edition_of: str | None = None
    has_pathways: bool = False


class Fresh(NamedTuple):
    """A draft that was made just now: its row, and what its award is called."""

    draft: Draft
    row: Mapping[str, object]
    offer: Offer
    name: str | None


def desk(context: Context, voice: Voice, taken: Places) -> Desk:
    """Return what drafts of a tenant share, with the key that signs now."""
    tenant, keys, has_pathways = voice
    addresses = context.addresses(tenant)
    return Desk(
        context=context,
        tenant=tenant,
        addresses=addresses,
        profile=profile_of(context, tenant),
        key=tenants.signing_of(keys),
        listed={addresses.verification_method(key.id): key.id for key in keys},
        places=taken,
        now=context.clock(),
        has_pathways=has_pathways,
    )


def draft(desk: Desk, intent: Intent, key: str) -> Fresh:
    """Return the draft of an intent under a primary key, linted and canonicalised: it can be signed.

    Raises `KeyUnavailable` for an issuer without a key, and `LintFailed` for what no verifier would accept.
    """
    if desk.key is None:
        raise KeyUnavailable("the issuer has no signing key: run `issuer keys rotate`")
    definition = intent.offer.definition
    purposes: tuple[Purpose, ...] = (
        ("revocation", "suspension") if definition.suspendable else ("revocation",)
    )
    taken = [places.peek(desk.places, purpose) for purpose in purposes]
    public_id = ids.public_id(desk.context.chance(ids.PUBLIC_ID_BYTES))
    statuses = tuple(
        StatusEntry(desk.addresses.status_list(number), index, purpose)
        for (number, index), purpose in zip(taken, purposes, strict=True)
    )
    document = build.build(_ingredients(desk, intent, public_id, statuses))
    proof, proof_text = _proof(desk, desk.key.id, document, intent.event.cryptosuite)
    fixed: dict[int, tuple[Hashable, ...]] = {
        id(desk.profile): ("profile", desk.profile["id"], desk.tenant.profile)
    }
    if intent.criteria is None:
        fixed[id(intent.offer.document)] = ("version", intent.offer.version_id)
    sampled = examine.chosen(desk.context, desk.context.settings.plan_sample)
    prepared, text = examine.prepared(document, proof, fixed, desk.now, sampled=sampled)
    places.use(desk.places, purposes)
    shared = _dictionary(desk, intent, document, proof)
    begun = compacting.begun(text.removesuffix(END), shared.content)
    made = Draft(
        key, desk.tenant, desk.key.id, desk.listed, document, proof, begun, prepared,
        has_pathways=desk.has_pathways,
    )  # fmt: skip
    texts = {
        "public_id": public_id, "draft": begun.packed, "dictionary_id": shared.id, "proof": proof_text
    }  # fmt: skip
    return Fresh(made, _row(desk, intent, made, taken, texts), intent.offer, intent.person.name)


def _ingredients(
    desk: Desk, intent: Intent, public_id: str, statuses: tuple[StatusEntry, ...]
) -> build.Ingredients:
    achievement = intent.offer.document
    if intent.criteria is not None:
        achievement = {**achievement, "criteria": intent.criteria}
    salt = base64.urlsafe_b64encode(desk.context.chance(subject.SALT_BYTES)).decode().rstrip("=")
    return build.Ingredients(
        credential_id=desk.addresses.badge(public_id),
        issuer=desk.profile,
        achievement=achievement,
        place=desk.addresses.achievement_version(intent.offer.code, intent.offer.number),
        award=intent.award,
        event=intent.event,
        statuses=statuses,
        salt=salt,
        show_name=intent.offer.definition.show_name,
        related=intent.related,
    )


def _dictionary(desk: Desk, intent: Intent, document: UnsecuredCredential, proof: Document) -> Dictionary:
    """Return what the drafts of one achievement version and one suite have in common."""
    key = intent.offer.version_id, str(proof["cryptosuite"])
    found = desk.dictionaries.get(key)
    if found is None:
        found = desk.dictionaries[key] = compacting.dictionary(document, proof)
    return found


def _proof(desk: Desk, key_id: str, document: UnsecuredCredential, suite: str) -> tuple[Document, str]:
    """Return the proof options and their text, the same for all drafts of one suite."""
    found = desk.proofs.get(suite)
    if found is None:
        method, created = desk.addresses.verification_method(key_id), moments.stamp(desk.now)
        proof = proofs.options(document, method=method, created=created, cryptosuite=suite)
        found = desk.proofs[suite] = proof, documents.text(proof)
    return found


def _row(
    desk: Desk, intent: Intent, made: Draft, taken: list[tuple[int, int]], texts: Mapping[str, object]
) -> dict[str, object]:
    suspension = taken[1] if len(taken) > 1 else (None, None)
    return {
        "id": made.id,
        "tenant_id": desk.tenant.id,
        "award_key": f"{intent.person.id}:{intent.offer.achievement_id}:{intent.award.ordinal}",
        "recipient_id": intent.person.id,
        "achievement_id": intent.offer.achievement_id,
        "achievement_version_id": intent.offer.version_id,
        "key_id": made.key_id,
        "visibility": intent.event.visibility or intent.offer.definition.visibility,
        "name_shown": "full",
        **texts,
        "particulars": particulars.text(particulars.of(intent.event)),
        "awarded_at": intent.award.awarded,
        "valid_until": intent.award.valid_until,
        "created_at": desk.now,
        "revocation_list_id": taken[0][0],
        "revocation_index": taken[0][1],
        "suspension_list_id": suspension[0],
        "suspension_index": suspension[1],
    }
