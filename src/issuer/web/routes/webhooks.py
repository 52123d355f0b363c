"""Where platforms say what they want to be told, and see what became of it."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response

from issuer.core import documents, fields, ids, moments
from issuer.db import webhook_deliveries, webhooks
from issuer.db.webhook_deliveries import State
from issuer.errors import Fault
from issuer.services.webhooks import registering
from issuer.services.webhooks.registering import Change
from issuer.web import examples, webhook_answers, webhook_examples
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody, RawBody
from issuer.web.openapi import errors
from issuer.web.places import Places
from issuer.web.routes.awards import Limit
from issuer.web.webhook_answers import (
    DeliveriesOut,
    NewWebhook,
    ReplayedOut,
    WebhookChange,
    WebhookOut,
    WebhookReplay,
    WebhookRotation,
    WebhookSecretOut,
    WebhooksOut,
    WebhookTrialOut,
)

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

BODIES = (NewWebhook, WebhookChange, WebhookRotation, WebhookReplay)
TRIALS_AT_ONCE = 4
_SCOPE = "webhooks:manage"

WebhookId = Annotated[str, Path(pattern=ids.PUBLIC_ID_PATTERN, examples=["3NbQw8sYzKxLr5vTgHc2Jd"])]


@router.post(
    "",
    summary="Add a webhook; get its secret",
    status_code=HTTPStatus.CREATED,
    responses=errors(401, 403, 409, 413, 422, 503),
    openapi_extra=examples.body("NewWebhook", webhook_examples.NEW),
)
def add_webhook(
    request: Request, context: ContextDep, client: ClientDep, body: DocumentBody
) -> WebhookSecretOut:
    """Add an address that is told what happens from now on, as Standard Webhooks 1.0.0 has it.

    The secret is shown this once. A body names awards and addresses, never a person.
    """
    client.must(_SCOPE)
    given = fields.read(NewWebhook, body)
    made = registering.add(context, client.tenant_id, given.url, given.types, ed25519=given.ed25519)
    return webhook_answers.with_secret(context, made, request.state.request_id)


@router.get("", summary="List webhooks", responses=errors(401, 403))
def list_webhooks(request: Request, context: ContextDep, client: ClientDep) -> WebhooksOut:
    """Return all webhooks of the issuer, the oldest first."""
    client.must(_SCOPE)
    with context.database.read() as session:
        found = webhooks.every(session, client.tenant_id)
    listed = [webhook_answers.shown(context, each) for each in found]
    return WebhooksOut(webhooks=listed, request_id=request.state.request_id)


@router.get("/{webhook_id}", summary="Read a webhook", responses=errors(401, 403, 404))
def read_webhook(
    request: Request, context: ContextDep, client: ClientDep, webhook_id: WebhookId
) -> WebhookOut:
    """Return a webhook, and how it fares."""
    client.must(_SCOPE)
    with context.database.read() as session:
        found = webhooks.by_id(session, client.tenant_id, webhook_id)
    return WebhookOut(webhook=webhook_answers.shown(context, found), request_id=request.state.request_id)


@router.patch(
    "/{webhook_id}",
    summary="Change a webhook, or turn it off and on",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("WebhookChange", webhook_examples.CHANGE),
)
def change_webhook(
    request: Request, context: ContextDep, client: ClientDep, webhook_id: WebhookId, body: DocumentBody
) -> WebhookOut:
    """Change what is named. While it is off nothing is sent, and what happens is not kept for it."""
    client.must(_SCOPE)
    given = fields.read(WebhookChange, body)
    wanted = Change(given.url, given.types, given.ed25519, given.disabled)
    found = registering.change(context, client.tenant_id, webhook_id, wanted)
    return WebhookOut(webhook=webhook_answers.shown(context, found), request_id=request.state.request_id)


@router.delete("/{webhook_id}", summary="Remove a webhook", responses=errors(401, 403, 404))
def remove_webhook(
    request: Request, context: ContextDep, client: ClientDep, webhook_id: WebhookId
) -> WebhookOut:
    """Remove a webhook, and return it as it was. What was on its way to it is sent no more."""
    client.must(_SCOPE)
    found = registering.remove(context, client.tenant_id, webhook_id)
    return WebhookOut(webhook=webhook_answers.shown(context, found), request_id=request.state.request_id)


@router.post(
    "/{webhook_id}/rotate",
    summary="Replace a webhook's secret",
    responses=errors(401, 403, 404, 413, 422, 503),
    openapi_extra=examples.body("WebhookRotation", webhook_examples.ROTATE),
)
def rotate_webhook(
    request: Request, context: ContextDep, client: ClientDep, webhook_id: WebhookId, raw: RawBody
) -> WebhookSecretOut:
    """Return a new secret, shown this once. The earlier one signs beside it for a day, or as you say.

    The Ed25519 key is replaced with it. The body may be left out.
    """
    client.must(_SCOPE)
    given = fields.read(WebhookRotation, documents.parse(raw) if raw.strip() else {})
    made = registering.rotate(context, client.tenant_id, webhook_id, timedelta(hours=given.hours))
    return webhook_answers.with_secret(context, made, request.state.request_id)


@router.post(
    "/{webhook_id}/test",
    summary="Send a webhook a message on trial",
    responses=errors(401, 403, 404, 503),
)
async def try_webhook(
    request: Request, context: ContextDep, client: ClientDep, webhook_id: WebhookId
) -> WebhookTrialOut:
    """Send a message of the type `webhook.test` now, and return what came of it. It is sent once."""
    client.must(_SCOPE)
    trials: Places = request.app.state.trials
    found = await trials.run(lambda: registering.try_out(context, client.tenant_id, webhook_id))
    return WebhookTrialOut(
        arrived=found.reply.arrived,
        status=found.reply.status,
        error=found.reply.error,
        milliseconds=found.milliseconds,
        request_id=request.state.request_id,
    )


@router.get(
    "/{webhook_id}/deliveries", summary="See what became of messages", responses=errors(401, 403, 404, 422)
)
def list_deliveries(
    request: Request,
    response: Response,
    context: ContextDep,
    client: ClientDep,
    webhook_id: WebhookId,
    state: State | None = None,
    limit: Limit = 20,
    cursor: Annotated[str | None, Query(pattern="^[0-9a-f-]{36}$")] = None,
) -> DeliveriesOut:
    """Return what is on its way to a webhook and, for 30 days, what came of the rest, the newest first."""
    client.must(_SCOPE)
    with context.database.read() as session:
        webhooks.by_id(session, client.tenant_id, webhook_id)
        found = webhook_deliveries.page(
            session, client.tenant_id, webhook_id, state=state, before=cursor, limit=limit + 1
        )
    following = None
    if len(found) > limit:
        parameters = {**dict(request.query_params), "cursor": found[limit - 1][0].id}
        address = f"{context.settings.public_url}/v1/webhooks/{webhook_id}/deliveries"
        following = f"{address}?{urlencode(parameters)}"
        response.headers["link"] = f'<{following}>; rel="next"'
    listed = [webhook_answers.delivery(*row) for row in found[:limit]]
    return DeliveriesOut(deliveries=listed, next=following, request_id=request.state.request_id)


@router.post(
    "/{webhook_id}/replay",
    summary="Send messages again",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("WebhookReplay", webhook_examples.REPLAY),
)
def replay_webhook(
    request: Request, context: ContextDep, client: ClientDep, webhook_id: WebhookId, body: DocumentBody
) -> ReplayedOut:
    """Begin anew with one delivery, whatever became of it, or with all that were given up since a moment.

    Their ids stay the same, so that a receiver that has one already knows it.
    """
    client.must(_SCOPE)
    given = fields.read(WebhookReplay, body)
    if (given.delivery is None) == (given.dead_since is None):
        fault = Fault("", "name `delivery` or `deadSince`, one of the two")
        raise fields.InvalidFields("not accepted: the document", [fault])
    since = moments.parse(given.dead_since) if given.dead_since else None
    count = registering.replay(context, client.tenant_id, webhook_id, one=given.delivery, dead_since=since)
    return ReplayedOut(replayed=count, request_id=request.state.request_id)
