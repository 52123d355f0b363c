"""Send one message to one webhook, signed, and say what became of it."""

from collections.abc import Sequence

from issuer.context import Context
from issuer.core.exchange import webhooks
from issuer.core.exchange.retrying import Reply
from issuer.db.webhook_tables import Webhook
from issuer.errors import IssuerError
from issuer.services.webhooks.secrets import Secret


def send(
    context: Context, webhook: Webhook, secrets: Sequence[Secret], message_id: str, body: bytes
) -> Reply:
    """Return what was answered to a message, or why nothing was. It raises nothing.

    The time that is signed is that of this attempt, so that a receiver refuses what was overheard.
    """
    sent = context.clock()
    signed = webhooks.content(message_id, sent, body)
    signatures = [each for secret in secrets for each in secret.signatures(signed, ed25519=webhook.ed25519)]
    headers = {
        "Content-Type": "application/json",
        "Accept": "*/*",
        **webhooks.headers(message_id, sent, signatures),
    }
    try:
        answer = context.post(webhook.url, body, headers)
    except IssuerError as error:
        return Reply(None, error=error.detail)
    reply = Reply(answer.status, answer.retry_after)
    return (
        reply
        if reply.arrived
        else Reply(answer.status, answer.retry_after, f"it answered with status {answer.status}")
    )
