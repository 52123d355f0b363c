"""Queries over what is on its way to webhooks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, TypeAlias, cast

from sqlalchemy import ColumnElement, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from issuer.core.exchange.announcements import News
from issuer.db.tables import Achievement, AchievementVersion, Credential, Message
from issuer.db.webhook_tables import Delivery, Webhook
from issuer.errors import NotFound

State: TypeAlias = Literal["pending", "delivered", "dead"]


class UnknownDelivery(NotFound):
    """The webhook was sent no such message, or long ago."""

    code = "unknown-delivery"


class Due(NamedTuple):
    """A delivery to be attempted now, and what it is about."""

    id: str
    webhook_id: str
    attempts: int
    news: News


def pending(of: type[Delivery] = Delivery) -> ColumnElement[bool]:
    """Return the condition that a delivery is neither delivered nor given up."""
    return of.delivered_at.is_(None) & of.dead_at.is_(None)


def due(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a delivery may be attempted: earlier ones of its award are through."""
    earlier = aliased(Delivery)
    is_behind = exists().where(
        earlier.endpoint_id == Delivery.endpoint_id,
        earlier.credential_id == Delivery.credential_id,
        earlier.message_id < Delivery.message_id,
        earlier.delivered_at.is_(None),
        earlier.dead_at.is_(None),
    )
    return pending() & (Delivery.next_at <= now) & ~is_behind


def is_awake(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a webhook is to be sent something."""
    rested = or_(Webhook.resting_until.is_(None), Webhook.resting_until <= now)
    return Webhook.disabled_at.is_(None) & rested


def is_any_due(session: Session, now: datetime) -> bool:
    """Return whether anything of any issuer waits to be attempted."""
    query = select(Webhook.id).where(is_awake(now))
    found = query.where(exists().where(Delivery.endpoint_id == Webhook.id, due(now))).limit(1)
    return session.execute(found).first() is not None


def add(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Put messages on their way, of any issuers."""
    session.execute(insert(Delivery), rows)


def next_due(
    session: Session, tenant_id: str, endpoint_id: str, *, now: datetime, limit: int
) -> Sequence[Due]:
    """Return what a webhook is to be sent now, the oldest messages first, one of an award at a time."""
    query = (
        select(
            Delivery.id, Delivery.webhook_id, Delivery.attempts, Message.topic, Message.reason,
            Message.created_at, Credential.public_id, Achievement.code, AchievementVersion.number,
            Message.note,
        )
        .join(Message, Message.id == Delivery.message_id)
        .join(Credential, Credential.id == Delivery.credential_id)
        .join(Achievement, Achievement.id == Credential.achievement_id)
        .join(AchievementVersion, AchievementVersion.id == Credential.achievement_version_id)
        .where(Delivery.tenant_id == tenant_id, Delivery.endpoint_id == endpoint_id, due(now))
        .order_by(Delivery.message_id)
        .limit(limit)
    )  # fmt: skip
    return [
        Due(row[0], row[1], row[2], News(*cast("tuple[Any, ...]", row[3:]))) for row in session.execute(query)
    ]


def settle(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Write down what became of attempts. What was removed meanwhile stays removed."""
    session.connection().execute(_SETTLE, rows)


def page(
    session: Session, tenant_id: str, endpoint_id: str, *, state: State | None, before: str | None, limit: int
) -> list[tuple[Delivery, str]]:
    """Return deliveries to a webhook, each with its award's public id, the newest first."""
    query = (
        select(Delivery, Credential.public_id)
        .join(Credential, Credential.id == Delivery.credential_id)
        .where(Delivery.tenant_id == tenant_id, Delivery.endpoint_id == endpoint_id)
    )
    if state is not None:
        query = query.where(_STATES[state])
    if before is not None:
        query = query.where(Delivery.id < before)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Delivery.id.desc()).limit(limit))]


def replay(
    session: Session,
    tenant_id: str,
    endpoint_id: str,
    *,
    now: datetime,
    one: str | None = None,
    dead_since: datetime | None = None,
) -> int:
    """Let deliveries begin anew, one or all that are dead since a moment, and return how many do."""
    which = Delivery.id == one if one is not None else Delivery.dead_at >= dead_since
    fresh = {"attempts": 0, "next_at": now, "delivered_at": None, "dead_at": None}
    own = Delivery.tenant_id == tenant_id, Delivery.endpoint_id == endpoint_id
    found = session.scalars(update(Delivery).where(*own, which).values(**fresh).returning(Delivery.id)).all()
    if one is not None and not found:
        raise UnknownDelivery(f"there is no delivery {one} to this webhook")
    return len(found)


def is_any_over(session: Session, before: datetime) -> bool:
    """Return whether anything came to its end some time ago, of any issuer."""
    query = select(Delivery.id).where(Delivery.created_at < before, ~pending())
    return session.execute(query.limit(1)).first() is not None


def forget(session: Session, before: datetime) -> None:
    """Forget what came to its end some time ago, of all issuers."""
    session.execute(delete(Delivery).where(Delivery.created_at < before, ~pending()))


_STATES: Final[dict[State, ColumnElement[bool]]] = {
    "pending": pending(),
    "delivered": Delivery.delivered_at.is_not(None),
    "dead": Delivery.dead_at.is_not(None),
}

_SETTLE: Final = (
    update(Delivery)
    .where(Delivery.id == bindparam("_id"))
    .values(
        {
            name: bindparam(f"_{name}")
            for name in ("attempts", "next_at", "delivered_at", "dead_at", "status", "error")
        }
    )
)
