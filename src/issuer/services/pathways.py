"""Define, publish and retire pathways, and see how far people are with them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.awarding import pathway, stack_levels, stack_progress, stack_rule
from issuer.core.awarding.stack_progress import Held, Part
from issuer.core.awarding.stack_rule import Rule
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.db import pathways, stacks, tenants
from issuer.db.pathways import UnknownPathway
from issuer.db.public_tables import Pathway, PathwayVersion
from issuer.db.tables import Credential, Tenant
from issuer.errors import Fault
from issuer.services import pathway_checks, pathway_offers, standing
from issuer.services.achievements import NothingToPublish
from issuer.services.pathway_offers import Offer


@dataclass(frozen=True)
class Standing:
    """How far somebody is with a pathway, and what is left of its rule: nothing where it is complete."""

    offer: Offer
    part: Part
    left: Rule | None


class Earned(NamedTuple):
    """Whose an award is, and the code of its achievement."""

    recipient_id: str
    code: str


class Counted(NamedTuple):
    """How far somebody is with a pathway, and the public id of the stack that it brought, if it did."""

    standing: Standing
    awarded: str | None


def save(context: Context, tenant: Tenant, code: str, definition: Document) -> Pathway:
    """Save a definition as the pathway's draft and return the pathway. Published versions are not touched.

    Raises `InvalidFields` that points at each fault: in the definition, or a badge that it may not name.
    """
    _check_code(code)
    definition = fields.without_code(definition, code)
    given, now = pathway.read(definition), context.clock()
    with context.database.write.begin() as session:
        tenants.hold(session, tenant.id)
        pathway_checks.check(session, tenant.id, code, given)
        found = pathways.find(session, tenant.id, code)
        if found is None:
            found = Pathway(id=context.new_key(), tenant_id=tenant.id, code=code, created_at=now)
            session.add(found)
        found.draft, found.updated_at = documents.text(given.document), now
        return found


def publish(context: Context, tenant: Tenant, code: str) -> PathwayVersion:
    """Publish the draft as the next version and return it; it is for ever.

    A draft equal to the newest version makes no new one. Publishing brings a retired pathway back. Raises
    `UnknownPathway`, `NothingToPublish`, or `InvalidFields` for badges that can be awarded no more.
    """
    with context.database.write.begin() as session:
        tenants.hold(session, tenant.id)
        found = pathways.by_code(session, tenant.id, code)
        newest = pathways.newest(session, tenant.id, found.id)
        given = _to_publish(found, newest)
        pathway_checks.check(session, tenant.id, code, given)
        found.retired_at = None
        found.draft = None
        if newest is not None and pathway.of_published(json.loads(newest.definition)) == given:
            return newest
        version = _version(context, tenant, found, given, newest.number + 1 if newest else 1)
        session.add(version)
        found.updated_at = version.published_at
        return version


def retire(context: Context, tenant: Tenant, code: str) -> Pathway:
    """Stop offering a pathway and return it. What was awarded for it stays as it is."""
    with context.database.write.begin() as session:
        tenants.hold(session, tenant.id)
        found = pathways.by_code(session, tenant.id, code)
        found.retired_at = found.retired_at or context.clock()
        return found


def published(context: Context, tenant_id: str, code: str) -> list[Offer]:
    """Return every published version of a pathway, a retired one too, the oldest first.

    Raises `UnknownPathway` where there is none.
    """
    with context.database.read() as session:
        found = pathways.by_code(session, tenant_id, code)
        rows = [(found, each) for each in pathways.versions(session, tenant_id, found.id)]
        offers = pathway_offers.offers(session, tenant_id, rows)
    if not offers:
        raise UnknownPathway(f"no version of the pathway {code!r} is published")
    return offers


def offered(context: Context, tenant_id: str) -> list[Offer]:
    """Return the newest version of every pathway that is not retired, by code."""
    with context.database.read() as session:
        newest = {row.code: (row, version) for row, version in pathways.offered(session, tenant_id)}
        return pathway_offers.offers(session, tenant_id, newest.values())


def toward(context: Context, tenant_id: str, achievement_code: str) -> list[Offer]:
    """Return the newest versions of the pathways that a badge counts toward. None of them is retired."""
    with context.database.read() as session:
        found = pathways.naming(session, tenant_id, achievement_code)
        offers = pathway_offers.offers(session, tenant_id, ((row, version) for row, version in found))
    return [offer for offer in offers if achievement_code in stack_rule.codes(offer.rule)]


def progress_of(context: Context, tenant_id: str, recipient_id: str) -> list[Standing]:
    """Return how far a person is with every pathway to which a badge of theirs counts, by code.

    Only what its holder, or the platform, asks for may show it. A pathway that is complete by one of its
    versions is complete, the first that there is; otherwise the newest version says what is left.
    """
    with context.database.read() as session:
        groups = _by_pathway(session, tenant_id)
        holdings = _holdings(session, tenant_id, recipient_id, context.clock())
    shown = [_standing(each, holdings) for each in groups]
    return [standing for standing in shown if _has_part(standing, holdings)]


def counted_to(context: Context, tenant_id: str, awards: Sequence[Earned]) -> list[list[Counted]]:
    """Return for each award how far its person is with every pathway that names it, and what came of it.

    The pathways are read once for all of them.
    """
    with context.database.read() as session:
        groups = _by_pathway(session, tenant_id)
        return [_counted(context, session, tenant_id, groups, each) for each in awards]


def _counted(
    context: Context, session: Session, tenant_id: str, groups: list[list[Offer]], award: Earned
) -> list[Counted]:
    naming = [each for each in groups if any(award.code in offer.components for offer in each)]
    if not naming:
        return []
    holdings = _holdings(session, tenant_id, award.recipient_id, context.clock())
    found = [_standing(each, holdings) for each in naming]
    brought = stacks.brought(session, tenant_id, award.recipient_id)
    return [Counted(each, brought.get(each.offer.code)) for each in found]


def _by_pathway(session: Session, tenant_id: str) -> list[list[Offer]]:
    rows = pathways.offered(session, tenant_id)
    offers = pathway_offers.offers(session, tenant_id, ((row, version) for row, version in rows))
    return [list(each) for _, each in groupby(offers, key=lambda offer: offer.code)]


def progress_in(context: Context, tenant_id: str, recipient_id: str, code: str) -> Standing:
    """Return how far a person is with one pathway, also where nothing of theirs counts to it.

    Raises `UnknownPathway`.
    """
    offers = published(context, tenant_id, code)
    with context.database.read() as session:
        return _standing(offers, _holdings(session, tenant_id, recipient_id, context.clock()))


@dataclass(frozen=True)
class _Holding:
    code: str
    current: bool
    levels: frozenset[str]


def _check_code(code: str) -> None:
    fields.read(_CodeOnly, {"code": code})
    if code.lower().endswith(pathway.SUFFIX):
        detail = f"a code does not end in {pathway.SUFFIX}: so do the addresses of its files"
        raise InvalidFields("not accepted: /code", [Fault("/code", detail)])


class _CodeOnly(fields.Strict):
    code: fields.Code


def _to_publish(found: Pathway, newest: PathwayVersion | None) -> pathway.Pathway:
    if found.draft is not None:
        return pathway.read(json.loads(found.draft))
    if newest is None:
        raise NothingToPublish(f"save a definition of {found.code!r} first")
    return pathway.of_published(json.loads(newest.definition))


def _version(
    context: Context, tenant: Tenant, found: Pathway, given: pathway.Pathway, number: int
) -> PathwayVersion:
    document = pathway.published(given, context.addresses(tenant), found.code, number)
    return PathwayVersion(
        id=context.new_key(),
        tenant_id=tenant.id,
        pathway_id=found.id,
        number=number,
        definition=documents.text(document),
        published_at=context.clock(),
    )


def _holdings(session: Session, tenant_id: str, recipient_id: str, now: datetime) -> list[_Holding]:
    return [
        _Holding(code, credential.valid_until is None or now <= credential.valid_until, _levels(credential))
        for credential, code in pathways.awards(session, tenant_id, recipient_id, now)
        if standing.is_intact(credential)
    ]


def _levels(credential: Credential) -> frozenset[str]:
    return stack_levels.reached(json.loads(str(credential.secured))["credentialSubject"])


def _standing(versions: Sequence[Offer], holdings: Iterable[_Holding]) -> Standing:
    """Return how somebody stands to the first version that is complete, else to the newest."""
    held = [(offer, _held(offer, holdings)) for offer in versions]
    complete = (pair for pair in held if stack_progress.evaluate(pair[0].rule, pair[1]).satisfied)
    offer, counting = next(complete, held[-1])
    return Standing(
        offer,
        stack_progress.evaluate(offer.rule, counting),
        stack_progress.left(offer.rule, counting),
    )


def _held(offer: Offer, holdings: Iterable[_Holding]) -> Held:
    """Return what counts for a pathway: each badge once, however often it was awarded."""
    expired = offer.stack.definition.counts.expired
    return {
        (each.code, level) for each in holdings if each.current or expired for level in (None, *each.levels)
    }


def _has_part(standing: Standing, holdings: Iterable[_Holding]) -> bool:
    held = _held(standing.offer, holdings)
    return any((code, None) in held for code in stack_rule.codes(standing.offer.rule))
