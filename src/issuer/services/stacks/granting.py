"""Grant a stack in the transaction that completed it: its badge is drafted, or somebody is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import fields
from issuer.core.addresses import Addresses
from issuer.core.awarding import decision, stack_narrative
from issuer.core.awarding.decision import Award, Declined
from issuer.core.awarding.validity import Validity
from issuer.core.credentials import related
from issuer.core.credentials.related import Related
from issuer.core.documents import Document
from issuer.core.intake.event import SUBMISSION_APPROVED, AchievementRef, CompetencyApproved
from issuer.db import credentials, outbox, reviews, stacks, tenants
from issuer.errors import IssuerError
from issuer.services import drafts, offers, pathway_offers, places, texts
from issuer.services.drafts import Desk, Draft, Intent
from issuer.services.offers import Offer
from issuer.services.people import Person
from issuer.services.places import Places
from issuer.services.stacks.rules import Complete

COMPLETED: Final = "pathway.completed"
ASKED: Final = "review.requested"
STACK_COMPLETE: Final = "stack_complete"
ACTOR: Final = "stacks"


@dataclass(frozen=True)
class Granting:
    """What the stacks of one issuer that were completed together are granted with."""

    context: Context
    session: Session
    desk: Desk
    names: dict[str, str]


def grant(
    context: Context, session: Session, tenant_id: str, found: Sequence[Complete], *, decided: bool = False
) -> list[Draft]:
    """Return the drafts of stacks that were just completed, all of which is recorded: it is granted once.

    One that somebody has to look at first, or whose badge cannot be awarded at this moment, waits for a
    decision, unless it was `decided` already.
    """
    voice = tenants.with_keys(session, tenant_id)
    desk = drafts.desk(context, voice, Places(context, session, tenant_id, len(found)))
    named = {code for each in found for code in pathway_offers.named(each.version.stack)}
    names = {
        code: each.name for code, each in pathway_offers.components(session, tenant_id, sorted(named)).items()
    }
    granting = Granting(context, session, desk, names)
    made = [_granted(granting, each, decided=decided) for each in found]
    places.give_back(desk.places)
    return [each for each in made if each is not None]


def _granted(granting: Granting, found: Complete, *, decided: bool) -> Draft | None:
    definition = found.version.stack.definition
    if definition.grant == "review" and not decided:
        _ask(granting, found, "the pathway asks for somebody to look before its badge is awarded")
        return None
    if definition.achievement is None:
        _record(granting, found, stacks.GRANTED, None)
        return None
    try:
        return _awarded(granting, found, definition.achievement)
    except IssuerError as error:
        if decided:
            raise
        _ask(granting, found, f"its badge cannot be awarded: {error.detail}")
        return None


def _awarded(granting: Granting, found: Complete, code: str) -> Draft | None:
    """Record the award of a stack, and return its draft: none where the person has that badge already."""
    session, desk, tenant_id = granting.session, granting.desk, granting.desk.tenant.id
    ref = AchievementRef(code=code)
    offer = offers.offer(offers.offers(session, tenant_id, [ref]), ref)
    decided = _decided(session, desk, offer, found)
    if isinstance(decided, Declined):  # that badge was earned without these, and does not fall with them
        _record(granting, replace(found, used=()), stacks.GRANTED, decided.credential_id)
        return None
    key = granting.context.new_key()
    intent = _intent(granting, found, offer, decided, key)
    fresh = drafts.draft(desk, intent, key)
    texts.keep(granting.context, session, tenant_id, desk.dictionaries.values())
    credentials.add(session, tenant_id, [fresh.row])
    _record(granting, found, stacks.GRANTED, key)
    return fresh.draft


def _decided(session: Session, desk: Desk, offer: Offer, found: Complete) -> Award | Declined:
    """Return the award of a stack: of the day of the last badge that it took, and as long as it lasts."""
    earlier = [
        decision.Held(row.id, row.valid_until, row.revoked_at is not None)
        for row in credentials.held(session, desk.tenant.id, [found.recipient_id], [offer.achievement_id])
    ]
    awarded = max(each.awarded_at for each in found.used)
    decided = decision.decide(offer.definition, earlier, approved=awarded, now=desk.now)
    if isinstance(decided, Declined):
        return decided
    return replace(decided, valid_until=_until(found, awarded, decided.valid_until))


def _until(found: Complete, awarded: datetime, otherwise: datetime | None) -> datetime | None:
    validity = found.version.stack.definition.validity
    if validity is None:
        return otherwise
    if validity.for_ is not None:
        return Validity.model_validate({"for": validity.for_, "endsOn": validity.ends_on}).until(awarded)
    ends = [each.valid_until for each in found.used if each.valid_until is not None]
    return min(ends, default=None)


def _intent(granting: Granting, found: Complete, offer: Offer, award: Award, key: str) -> Intent:
    addresses, version = granting.desk.addresses, found.version
    name, known = stacks.person(granting.session, granting.desk.tenant.id, found.recipient_id)
    event = _event(granting, found, offer.code, _recipient(name, [tuple(each) for each in known]), key)
    rule = stack_narrative.narrative(version.stack.rule, granting.names, offer.definition.in_language)
    return Intent(
        offer=offer,
        person=Person(found.recipient_id, name, is_new=False, is_renamed=False, unknown=()),
        award=award,
        event=event,
        criteria={"id": addresses.pathway_version(version.code, version.number), "narrative": rule},
        related=_related(found, addresses),
    )


def _related(found: Complete, addresses: Addresses) -> tuple[Related, ...]:
    """Return the rule and the badges that satisfied it, by the digests of their bytes as they are served."""
    version = found.version
    rule = f"{addresses.pathway_version(version.code, version.number)}.json"
    badges = [
        Related(addresses.credential(each.public_id), bytes.fromhex(str(each.sha256)), related.CREDENTIAL)
        for each in found.used
    ]
    return related.of_text(rule, version.text, related.RULE), *badges


def _event(
    granting: Granting, found: Complete, code: str, recipient: Document, key: str
) -> CompetencyApproved:
    evidence = [
        {
            "name": granting.names.get(each.code, each.code),
            "genre": "badge",
            "url": granting.desk.addresses.badge(each.public_id),
            "visibility": "public",
        }
        for each in found.used
    ]
    return fields.read(
        CompetencyApproved,
        {
            "id": f"stack-{key}",
            "type": SUBMISSION_APPROVED,
            "achievement": code,
            "recipient": recipient,
            "evidence": evidence,
        },
    )


def _recipient(name: str | None, known: Sequence[tuple[str, ...]]) -> Document:
    """Return the person as events name them, from what earlier events said."""
    by_kind = {kind: value for kind, _, value in known}
    others = [
        {"type": kind, "value": value} for kind, _, value in known if kind not in {"emailAddress", "did"}
    ]
    found = {
        "name": name,
        "email": by_kind.get("emailAddress"),
        "did": by_kind.get("did"),
        "identifiers": others or None,
    }
    return {member: value for member, value in found.items() if value is not None}


def _ask(granting: Granting, found: Complete, why: str) -> None:
    grant_id = _record(granting, found, stacks.REVIEW, None)
    last = max(found.used, key=lambda each: (each.awarded_at, each.credential_id))
    row = {
        "id": granting.context.new_key(),
        "kind": STACK_COMPLETE,
        "credential_id": last.credential_id,
        "grant_id": grant_id,
        "detail": f"the pathway {found.version.code} is complete: {why}",
        "created_at": granting.desk.now,
    }
    reviews.add(granting.session, granting.desk.tenant.id, row)
    outbox.add(granting.session, [message(granting.desk, last.credential_id, ASKED, STACK_COMPLETE)])


def _record(granting: Granting, found: Complete, state: str, credential_id: str | None) -> str:
    """Record the grant of a stack under a new primary key, and what the world must hear of it."""
    key, desk = granting.context.new_key(), granting.desk
    row = {
        "id": key,
        "recipient_id": found.recipient_id,
        "pathway_id": found.version.pathway_id,
        "pathway_version_id": found.version.id,
        "credential_id": credential_id,
        "state": state,
        "created_at": desk.now,
    }
    stacks.add(granting.session, desk.tenant.id, row, [each.credential_id for each in found.used])
    if state == stacks.GRANTED:
        about = credential_id or max(each.credential_id for each in found.used)
        outbox.add(granting.session, [message(desk, about, COMPLETED, None)])
    return key


def message(desk: Desk, credential_id: str, topic: str, reason: str | None) -> Document:
    """Return a message about a badge that nobody sent in: it followed from others."""
    return {
        "tenant_id": desk.tenant.id,
        "credential_id": credential_id,
        "topic": topic,
        "reason": reason,
        "actor": ACTOR,
        "request_id": ACTOR,
        "created_at": desk.now,
    }
