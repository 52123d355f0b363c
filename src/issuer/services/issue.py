"""Issue a badge for an approved competency: the intent first, then the signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Literal, TypeAlias

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import moments
from issuer.core.awarding import decision, rubric
from issuer.core.awarding.definition import Definition
from issuer.core.credentials import build
from issuer.core.intake.event import CompetencyApproved
from issuer.core.intake.parse import Received
from issuer.db import achievements, credentials, events, tenants
from issuer.db.tables import AchievementVersion, Credential, Event, Tenant
from issuer.errors import Conflict, Fault, Invalid, IssuerError
from issuer.services import drafts, finish, people
from issuer.services.drafts import Draft

OutcomeName: TypeAlias = Literal["issued", "already_processed", "already_awarded"]

_SKEW = timedelta(minutes=5)
_TRIES = 5


class EventIdReused(Conflict):
    """The source sent another event under this id before."""

    code = "event-id-reused"


class IdempotencyKeyReused(Invalid):
    """The Idempotency-Key was sent with another event before."""

    code = "idempotency-key-reused"


class NotAwardable(Invalid):
    """The achievement does not exist, is not published, or is retired."""

    code = "not-awardable"


class ApprovedInFuture(Invalid):
    """The approval, or the activity, lies in the future."""

    code = "approved-in-future"


@dataclass(frozen=True)
class Sender:
    """Who sent an event, and in which request."""

    client_id: str
    tenant_id: str
    request_id: str
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Issued:
    """What became of an event, and the award that it led to."""

    outcome: OutcomeName
    tenant: Tenant
    award: credentials.Award


def issue(context: Context, sender: Sender, received: Received) -> Issued:
    """Return the award for an event: a new one, or the one that it led to before.

    Exactly once, for ever: the same event gives the same award, whoever sends it how often. When this
    returns, the badge is public; when it is interrupted, the worker finishes what was recorded.
    """
    recorded = _recorded(context, sender, received)
    credential = finish.finish(
        context,
        sender.tenant_id,
        recorded.credential_id,
        actor=sender.client_id,
        request_id=sender.request_id,
        draft=recorded.draft,
    )
    context.metrics.issued.labels(recorded.outcome).inc()
    with context.database.read() as session:
        tenant = tenants.by_id(session, sender.tenant_id)
        return Issued(recorded.outcome, tenant, credentials.award(session, tenant.id, credential.public_id))


@dataclass(frozen=True)
class Sent:
    """An event as it came, and who sent it."""

    sender: Sender
    received: Received


def issue_all(context: Context, sent: Sequence[Sent]) -> list[Issued | IssuerError]:
    """Return what became of each event, in order, or why it was refused: one says nothing of another."""
    return [_answered(context, each) for each in sent]


def _answered(context: Context, sent: Sent) -> Issued | IssuerError:
    try:
        return issue(context, sent.sender, sent.received)
    except IssuerError as error:
        return error


@dataclass(frozen=True)
class _Recorded:
    """What an event led to. `draft` is there where it was recorded just now."""

    outcome: OutcomeName
    credential_id: str
    draft: Draft | None = None


def _recorded(context: Context, sender: Sender, received: Received) -> _Recorded:
    """Record the intent, again when another process recorded something clashing in between."""
    for attempt in range(_TRIES):
        try:
            with context.database.write.begin() as session:
                return _record(context, session, sender, received)
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _record(context: Context, session: Session, sender: Sender, received: Received) -> _Recorded:
    event, source = received.event, received.event.source or f"client:{sender.client_id}"
    earlier = _earlier(session, sender, source, received)
    if earlier is not None:
        return _Recorded("already_processed", earlier.credential_id)
    now = context.clock()
    tenant = tenants.by_id(session, sender.tenant_id)
    version = _version(session, tenant.id, event)
    definition = Definition.model_validate_json(version.definition)
    rubric.check_results(definition, build.reported(event))
    approved = _approved(event, now)
    person = people.recognise(context, session, tenant.id, event.recipient, source)
    held = credentials.held(session, tenant.id, person.id, version.achievement_id)
    decided = decision.decide(definition, [_held(other) for other in held], approved=approved, now=now)
    if isinstance(decided, decision.Award):
        draft = drafts.record(
            context, session, drafts.Intent(tenant, version, definition, person, decided, event)
        )
        recorded = _Recorded("issued", draft.credential.id, draft)
    else:
        recorded = _Recorded("already_awarded", decided.credential_id)
    session.add(_event_row(context, sender, received, recorded, source=source))
    return recorded


def _earlier(session: Session, sender: Sender, source: str, received: Received) -> Event | None:
    """Return the event of this id, or for this submission, that was acknowledged before."""
    event, tenant_id = received.event, sender.tenant_id
    found = events.by_event_id(session, tenant_id, source, event.id)
    if found is not None and found.content_sha256 != received.content_sha256:
        raise EventIdReused(
            f"another event was sent as {event.id!r} before: send this one under an id of its own",
            [Fault("/id", "this id belongs to an event with other content")],
        )
    key = sender.idempotency_key
    guarded = events.by_idempotency_key(session, tenant_id, source, key) if key else None
    if guarded is not None and guarded.content_sha256 != received.content_sha256:
        raise IdempotencyKeyReused("this Idempotency-Key was sent with another event: use a new one")
    submission = _submission_key(event)
    if found is None and submission is not None:
        found = events.by_submission(session, tenant_id, source, submission)
    return found


def _version(session: Session, tenant_id: str, event: CompetencyApproved) -> AchievementVersion:
    ref = event.achievement
    found = achievements.find(session, tenant_id, ref.code)
    if found is None:
        near = get_close_matches(ref.code, achievements.codes(session, tenant_id), n=3, cutoff=0.4)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise NotAwardable(
            f"there is no achievement {ref.code!r}{hint}", [_at_achievement("it is not known" + hint)]
        )
    version = achievements.version(session, tenant_id, found.id, ref.version)
    if found.retired_at is not None or version is None:
        detail = "it is retired" if found.retired_at else "no such version is published"
        raise NotAwardable(
            f"the achievement {ref.code!r} cannot be awarded: {detail}", [_at_achievement(detail)]
        )
    return version


def _at_achievement(detail: str) -> Fault:
    return Fault("/achievement", detail)


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


def _held(credential: Credential) -> decision.Held:
    return decision.Held(credential.id, credential.valid_until, credential.revoked_at is not None)


def _event_row(
    context: Context, sender: Sender, received: Received, recorded: _Recorded, *, source: str
) -> Event:
    """Return what is remembered of an event for ever. Its content is only a hash: people are in it."""
    event = received.event
    return Event(
        id=context.new_key(),
        tenant_id=sender.tenant_id,
        source=source,
        event_id=event.id,
        content_sha256=received.content_sha256,
        submission_key=_submission_key(event) if recorded.outcome == "issued" else None,
        idempotency_key=sender.idempotency_key,
        client_id=sender.client_id,
        request_id=sender.request_id,
        outcome=recorded.outcome,
        credential_id=recorded.credential_id,
        received_at=context.clock(),
    )


def _submission_key(event: CompetencyApproved) -> str | None:
    """Return the second natural key: one submission earns one achievement once."""
    return f"{event.achievement.code}:{event.submission.id}" if event.submission else None
