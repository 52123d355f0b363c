"""Decide what each event of a batch leads to, and record it in one transaction: the intent comes first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from issuer import telemetry
from issuer.context import Context
from issuer.core import moments
from issuer.core.awarding import decision, educator_ids, requirements, rubric
from issuer.core.awarding.requirements import Caution
from issuer.core.credentials import build
from issuer.core.intake.event import CompetencyApproved
from issuer.db import credentials, events, outbox, tenants
from issuer.db.events import Earlier
from issuer.db.tables import Tenant
from issuer.errors import Fault, Invalid, IssuerError
from issuer.services import acknowledged, drafts, offers, people, places, texts
from issuer.services.acknowledged import Acknowledged
from issuer.services.drafts import Desk, Fresh, Intent
from issuer.services.offers import Offers
from issuer.services.people import People, Person
from issuer.services.places import Places
from issuer.services.sending import Sent

OutcomeName: TypeAlias = Literal["issued", "already_processed", "already_awarded"]

IDENTIFIED: Final = "award.identified"

_SKEW = timedelta(minutes=5)


class ApprovedInFuture(Invalid):
    """The approval, or the activity, lies in the future."""

    code = "approved-in-future"


class Undecided(IssuerError):
    """What an event leads to could not be told, for a reason that nobody foresaw. The fault is ours."""

    code = "undecided"


class Recorded(NamedTuple):
    """What an event led to. `fresh` is there where its award was recorded just now."""

    outcome: OutcomeName
    tenant: Tenant
    credential_id: str
    fresh: Fresh | None = None
    cautions: tuple[Caution, ...] = ()


@dataclass
class Batch:
    """What is known of a tenant's events and people, and what the batch adds: later events meet both."""

    desk: Desk
    acknowledged: Acknowledged
    offers: Offers
    people: People
    held: defaultdict[tuple[str, str], list[decision.Held]]
    rows: list[dict[str, object]] = field(default_factory=list)
    fresh: list[Fresh] = field(default_factory=list)
    identified: list[dict[str, object]] = field(default_factory=list)


def record(
    context: Context, session: Session, tenant_id: str, sent: Sequence[Sent]
) -> list[Recorded | IssuerError]:
    """Return what each of a tenant's events leads to, as if they had come one after another, or its error.

    All of it is in the caller's transaction; what an event with an error would have added is not. Raises
    `UnknownTenant`, and `IntegrityError` where another process recorded something clashing meanwhile.
    """
    batch = _opened(context, session, tenant_id, sent)
    found = [_answered(batch, each) for each in sent]
    _write(context, session, batch)
    return found


def _opened(context: Context, session: Session, tenant_id: str, sent: Sequence[Sent]) -> Batch:
    """Return what has to be known of all events, in a few queries. Those sent again need no more."""
    voice = tenants.with_keys(session, tenant_id)
    earlier = acknowledged.acknowledged(session, tenant_id, sent)
    new = [each for each in sent if (each.source, each.event.id) not in earlier.by_event_id]
    offered = offers.offers(session, tenant_id, [each.event.achievement for each in new])
    known = people.known(session, tenant_id, [each.identifiers for each in new])
    held = _held(session, tenant_id, known, offered)
    taken = Places(context, session, tenant_id, len(new))
    return Batch(drafts.desk(context, voice, taken), earlier, offered, known, held)


def _held(
    session: Session, tenant_id: str, known: People, offered: Offers
) -> defaultdict[tuple[str, str], list[decision.Held]]:
    found: defaultdict[tuple[str, str], list[decision.Held]] = defaultdict(list)
    achievement_ids = {versions[0].achievement_id for versions in offered.versions.values()}
    if known.names and achievement_ids:
        for row in credentials.held(session, tenant_id, known.names, achievement_ids):
            held = decision.Held(row.id, row.valid_until, row.revoked_at is not None)
            found[row.recipient_id, row.achievement_id].append(held)
    return found


def _answered(batch: Batch, sent: Sent) -> Recorded | IssuerError:
    try:
        earlier = acknowledged.earlier(batch.acknowledged, sent)
        if earlier is not None:
            return Recorded("already_processed", batch.desk.tenant, earlier.credential_id)
        return _new(batch, sent)
    except IssuerError as error:
        return error
    except SQLAlchemyError:  # the transaction is broken, for all of them
        raise
    except Exception as error:  # noqa: BLE001 - others in the batch are sound
        return _record_fault(batch.desk.context, error)


def _new(batch: Batch, sent: Sent) -> Recorded:
    try:
        return _decided(batch, sent)
    finally:
        batch.desk.places.most -= 1


def _record_fault(context: Context, error: Exception) -> Undecided:
    """Note where the deciding of an event broke, without its content, and return that as its own error."""
    context.metrics.faults.labels(Undecided.code).inc()
    telemetry.log().error("event_broke", exception=telemetry.origin_of(error))
    return Undecided("the event could not be decided")


def _decided(batch: Batch, sent: Sent) -> Recorded:
    """Return what a new event leads to, and add it to the batch. Nothing is added before the last error."""
    now = batch.desk.now
    offer = offers.offer(batch.offers, sent.event.achievement)
    event = requirements.completed(offer.definition, sent.event)
    cautions = requirements.check(offer.definition, event)
    rubric.check_results(offer.definition, build.reported(event))
    approved = _approved(event, now)
    person_key, key, event_key = batch.desk.context.new_keys(3)
    person = people.recognise(batch.people, sent.identifiers, event.recipient.name, person_key)
    held = batch.held[person.id, offer.achievement_id]
    decided = decision.decide(offer.definition, held, approved=approved, now=now)
    if isinstance(decided, decision.Declined):
        recorded = Recorded("already_awarded", batch.desk.tenant, decided.credential_id)
    else:
        fresh = drafts.draft(batch.desk, Intent(offer, person, decided, event), key)
        held.append(decision.Held(key, decided.valid_until, revoked=False))
        batch.fresh.append(fresh)
        recorded = Recorded("issued", batch.desk.tenant, key, fresh, cautions)
    if not person.is_new and any(kind.startswith(educator_ids.PREFIX) for kind, _, _ in person.unknown):
        batch.identified.append(_identified(batch, sent, recorded.credential_id))
    _add(batch, sent, person, recorded, event_key)
    return recorded


def _approved(event: CompetencyApproved, now: datetime) -> datetime:
    """Return the moment of approval: never later than now, however far ahead the platform's clock is."""
    given = (event.assessment.approved_at if event.assessment else None) or event.time
    approved = moments.parse(given) if given else now
    if approved > now + _SKEW:
        place = "/assessment/approvedAt" if event.assessment and event.assessment.approved_at else "/time"
        raise ApprovedInFuture(
            "the approval lies in the future", [Fault(place, "check the platform's clock")]
        )
    ended = event.activity.end_date if event.activity else None
    if ended and moments.parse(ended) > now + timedelta(days=1):
        fault = Fault("/activity/endDate", "the activity has not ended yet")
        raise ApprovedInFuture("the activity ends in the future", [fault])
    return min(approved, now).replace(microsecond=0)


def _add(batch: Batch, sent: Sent, person: Person, recorded: Recorded, key: str) -> None:
    """Add an event's outcome to the batch. Its content is remembered as a hash alone: people are in it."""
    people.remember(batch.people, person)
    event = Earlier(
        event_id=sent.event.id,
        submission_key=sent.submission_key if recorded.outcome == "issued" else None,
        idempotency_key=sent.sender.idempotency_key,
        content_sha256=sent.received.content_sha256,
        credential_id=recorded.credential_id,
    )
    acknowledged.add(batch.acknowledged, sent.source, event)
    row = {
        "id": key,
        "source": sent.source,
        **event._asdict(),
        "client_id": sent.sender.client_id,
        "request_id": sent.sender.request_id,
        "outcome": recorded.outcome,
        "received_at": batch.desk.now,
    }
    batch.rows.append(row)


def _identified(batch: Batch, sent: Sent, credential_id: str) -> dict[str, object]:
    """Return the message that a state's identifier of a badge's holder is known now: exports have it."""
    return {
        "tenant_id": batch.desk.tenant.id,
        "credential_id": credential_id,
        "topic": IDENTIFIED,
        "actor": sent.sender.client_id,
        "request_id": sent.sender.request_id,
        "created_at": batch.desk.now,
    }


def _write(context: Context, session: Session, batch: Batch) -> None:
    """Store what the batch adds, in an order in which no two processes wait for each other in a ring."""
    places.give_back(batch.desk.places)
    people.write(context, session, batch.desk.tenant.id, batch.people)
    if batch.fresh:
        texts.keep(context, session, batch.desk.tenant.id, batch.desk.dictionaries.values())
        credentials.add(session, batch.desk.tenant.id, [fresh.row for fresh in batch.fresh])
    if batch.identified:
        outbox.add(session, batch.identified)
    if batch.rows:
        events.add(session, batch.desk.tenant.id, batch.rows)
