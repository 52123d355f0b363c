"""Queries over webhooks: the addresses that are told what happens."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.webhook_tables import Delivery, Webhook
from issuer.errors import NotFound


class UnknownWebhook(NotFound):
    """The issuer has no such webhook."""

    code = "unknown-webhook"


def add(session: Session, tenant_id: str, row: Mapping[str, object]) -> None:
    """Add a webhook."""
    session.execute(insert(Webhook).values(**row, tenant_id=tenant_id))


def by_id(session: Session, tenant_id: str, webhook_id: str) -> Webhook:
    """Return a webhook, or raise `UnknownWebhook`."""
    query = select(Webhook).where(Webhook.tenant_id == tenant_id, Webhook.id == webhook_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise UnknownWebhook(f"there is no webhook {webhook_id}: `GET /v1/webhooks` lists them")
    return found


def every(session: Session, tenant_id: str) -> Sequence[Webhook]:
    """Return all webhooks of an issuer, the oldest first."""
    query = select(Webhook).where(Webhook.tenant_id == tenant_id)
    return session.scalars(query.order_by(Webhook.created_at, Webhook.id)).all()


def count(session: Session, tenant_id: str) -> int:
    """Return how many webhooks an issuer has."""
    query = select(func.count()).select_from(Webhook).where(Webhook.tenant_id == tenant_id)
    return session.scalar(query) or 0


def change(session: Session, tenant_id: str, webhook_id: str, values: Mapping[str, object]) -> None:
    """Change a webhook, or raise `UnknownWebhook`."""
    by_id(session, tenant_id, webhook_id)
    own = Webhook.tenant_id == tenant_id, Webhook.id == webhook_id
    session.execute(update(Webhook).where(*own).values(**values))


def remove(session: Session, tenant_id: str, webhook_id: str) -> None:
    """Remove a webhook with all that was on its way to it, or raise `UnknownWebhook`."""
    by_id(session, tenant_id, webhook_id)
    own = Delivery.tenant_id == tenant_id, Delivery.endpoint_id == webhook_id
    session.execute(delete(Delivery).where(*own))
    session.execute(delete(Webhook).where(Webhook.tenant_id == tenant_id, Webhook.id == webhook_id))


def listening(session: Session, tenants: Collection[str]) -> Sequence[Webhook]:
    """Return the webhooks of several issuers that are to be told."""
    query = select(Webhook).where(Webhook.tenant_id.in_(tenants), Webhook.disabled_at.is_(None))
    return session.scalars(query.order_by(Webhook.id)).all()


def owners(session: Session, ids: Collection[str]) -> Sequence[Webhook]:
    """Return webhooks of any issuer by their ids."""
    return session.scalars(select(Webhook).where(Webhook.id.in_(ids)).order_by(Webhook.id)).all()


def failed(
    session: Session, tenant_id: str, webhook_id: str, *, failures: int, resting_until: datetime | None
) -> None:
    """Note how often a webhook failed in a row, and until when it is left alone."""
    own = Webhook.tenant_id == tenant_id, Webhook.id == webhook_id
    values = {"failures": failures, "resting_until": resting_until}
    session.execute(update(Webhook).where(*own).values(**values))
