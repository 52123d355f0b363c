"""What the API answers about webhooks, and what it takes."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from issuer.context import Context
from issuer.core import fields
from issuer.db.webhook_deliveries import State
from issuer.db.webhook_tables import Delivery, Webhook
from issuer.services.webhooks import registering
from issuer.services.webhooks.secrets import Secret
from issuer.web.answers import Answer

Type = Literal[
    "award.issued",
    "award.status_changed",
    "award.corrected",
    "pathway.completed",
    "review.requested",
    "export.ready",
]
Url = Annotated[str, Field(max_length=2_048)]
Types = Annotated[list[Type], Field(min_length=1, max_length=20)]
RequestId = Annotated[str, Field(alias="request_id")]


class NewWebhook(fields.Strict):
    """An address to be told of some types of messages: of all where none are named."""

    url: Url
    types: Types | None = None
    ed25519: bool = False
    """Whether an Ed25519 signature (`v1a`) is sent beside the one by the shared secret."""


class WebhookChange(fields.Strict):
    """What is to be different. What is left out stays as it is."""

    url: Url | None = None
    types: Types | None = None
    ed25519: bool | None = None
    disabled: bool | None = None


class WebhookRotation(fields.Strict):
    """For how many hours the earlier secret signs too: none where it is known to somebody."""

    hours: Annotated[int, Field(ge=0, le=168)] = 24


class WebhookReplay(fields.Strict):
    """What is to be sent again: one delivery, or all that were given up since a moment."""

    delivery: Annotated[str, Field(pattern="^[0-9a-f-]{36}$")] | None = None
    dead_since: fields.Moment | None = None


class WebhookShown(Answer):
    """A webhook. Its secret is not shown; the public half of its Ed25519 key is, where that signs."""

    id: str
    url: str
    types: list[str]
    ed25519: bool
    public_key: str | None = None
    created_at: datetime
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    failures: int
    """How many attempts in a row failed."""
    resting_until: datetime | None = None
    previous_secret_until: datetime | None = None


class WebhookOut(Answer):
    """A webhook."""

    webhook: WebhookShown
    request_id: RequestId


class WebhookSecretOut(WebhookOut):
    """A webhook with its secret, which is shown this once."""

    secret: str


class WebhooksOut(Answer):
    """All webhooks of an issuer."""

    webhooks: list[WebhookShown]
    request_id: RequestId


class WebhookTrialOut(Answer):
    """What became of a message that was sent on trial."""

    arrived: bool
    status: int | None = None
    error: str | None = None
    milliseconds: float
    request_id: RequestId


class DeliveryOut(Answer):
    """A message on its way to a webhook, or at its end. `webhookId` is the header that its receiver sees."""

    id: str
    webhook_id: str
    type: str
    award: str
    state: State
    attempts: int
    created_at: datetime
    next_at: datetime | None = None
    ended_at: datetime | None = None
    status: int | None = None
    error: str | None = None


class DeliveriesOut(Answer):
    """Deliveries, the newest first. `next` is the address of the following page."""

    deliveries: list[DeliveryOut]
    next: str | None = None
    request_id: RequestId


class ReplayedOut(Answer):
    """How many deliveries begin anew."""

    replayed: int
    request_id: RequestId


def shown(context: Context, webhook: Webhook) -> WebhookShown:
    """Return a webhook as it is shown."""
    return WebhookShown(
        id=webhook.id,
        url=webhook.url,
        types=webhook.types.split(),
        ed25519=webhook.ed25519,
        public_key=registering.public_key(context, webhook),
        created_at=webhook.created_at,
        disabled_at=webhook.disabled_at,
        disabled_reason=webhook.disabled_reason,
        failures=webhook.failures,
        resting_until=webhook.resting_until,
        previous_secret_until=webhook.previous_until,
    )


def with_secret(context: Context, made: tuple[Webhook, Secret], request_id: str) -> WebhookSecretOut:
    """Return a webhook with a secret that was just made."""
    webhook, secret = made
    return WebhookSecretOut(webhook=shown(context, webhook), secret=secret.shown, request_id=request_id)


def delivery(found: Delivery, award: str) -> DeliveryOut:
    """Return a delivery as it is shown."""
    state: State = "delivered" if found.delivered_at else "dead" if found.dead_at else "pending"
    return DeliveryOut(
        id=found.id,
        webhook_id=found.webhook_id,
        type=found.type,
        award=award,
        state=state,
        attempts=found.attempts,
        created_at=found.created_at,
        next_at=found.next_at if state == "pending" else None,
        ended_at=found.delivered_at or found.dead_at,
        status=found.status,
        error=found.error,
    )
