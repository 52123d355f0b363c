"""`issuer webhook`: who is told what happens."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.context import Context
from issuer.core import moments
from issuer.core.exchange import announcements
from issuer.db import webhooks
from issuer.errors import Invalid
from issuer.services.webhooks import registering
from issuer.services.webhooks.secrets import Secret

app = typer.Typer(help="Webhooks: add, list, test, replay, rotate, remove.", no_args_is_help=True)

WebhookId = Annotated[str, typer.Argument(help="The webhook's id.")]


class NothingToReplay(Invalid):
    """Neither one delivery nor a moment was named."""

    code = "nothing-to-replay"


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Address that is told, https.")],
    kind: Annotated[
        list[str] | None,
        typer.Option("--type", help=f"One of {', '.join(announcements.TYPES)}. May be repeated."),
    ] = None,
    tenant: printing.TenantOption = None,
    *,
    ed25519: Annotated[bool, typer.Option("--ed25519", help="Sign with an Ed25519 key as well.")] = False,
) -> None:
    """Add a webhook, told everything unless types are named. Prints its id and secret, this one time."""
    context, owner = _issuer(tenant)
    webhook, secret = registering.add(context, owner, url, kind, ed25519=ed25519)
    typer.echo(webhook.id)
    _show(secret, ed25519=ed25519)


@app.command("list")
def list_(tenant: printing.TenantOption = None, *, as_json: printing.JsonOption = False) -> None:
    """List an issuer's webhooks."""
    context, owner = _issuer(tenant)
    with context.database.read() as session:
        found = webhooks.every(session, owner)
    columns = ("id", "url", "types", "failures", "disabled_at", "created_at")
    rows = [[getattr(each, column) for column in columns] for each in found]
    if as_json:
        printing.as_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        printing.table(["ID", "URL", "TYPES", "FAILURES", "DISABLED", "CREATED"], rows)


@app.command("test")
def try_out(webhook_id: WebhookId, tenant: printing.TenantOption = None) -> None:
    """Send a message on trial, and tell what was answered. Exit code 1 if it did not arrive."""
    context, owner = _issuer(tenant)
    found = registering.try_out(context, owner, webhook_id)
    reply = found.reply
    typer.echo(f"{reply.error or f'it answered with status {reply.status}'} ({found.milliseconds} ms)")
    if not reply.arrived:
        raise typer.Exit(1)


@app.command()
def replay(
    webhook_id: WebhookId,
    delivery: Annotated[str | None, typer.Option(help="Id of one delivery.")] = None,
    dead_since: Annotated[
        str | None, typer.Option(help="All given up since then, such as 2026-06-12T00:00:00Z.")
    ] = None,
    tenant: printing.TenantOption = None,
) -> None:
    """Send one delivery again, or all that were given up since a moment."""
    context, owner = _issuer(tenant)
    count = registering.replay(
        context, owner, webhook_id, one=delivery, dead_since=_moment(delivery, dead_since)
    )
    typer.echo(f"{count} sent again by the worker")


@app.command()
def rotate(
    webhook_id: WebhookId,
    hours: Annotated[int, typer.Option(min=0, max=168, help="Hours for which both secrets sign.")] = 24,
    tenant: printing.TenantOption = None,
) -> None:
    """Replace a webhook's secret, and print the new one, this one time."""
    context, owner = _issuer(tenant)
    webhook, secret = registering.rotate(context, owner, webhook_id, timedelta(hours=hours))
    _show(secret, ed25519=webhook.ed25519)


@app.command()
def remove(webhook_id: WebhookId, tenant: printing.TenantOption = None) -> None:
    """Remove a webhook, with what is on its way to it."""
    context, owner = _issuer(tenant)
    found = registering.remove(context, owner, webhook_id)
    typer.echo(f"{found.id} ({found.url}) was removed")


def _issuer(tenant: str | None) -> tuple[Context, str]:
    context = wiring.ready_context()
    return context, wiring.tenant_of(context, tenant).id


def _show(secret: Secret, *, ed25519: bool) -> None:
    typer.echo(secret.shown)
    if ed25519:
        typer.echo(secret.public_key)


def _moment(delivery: str | None, dead_since: str | None) -> datetime | None:
    if (delivery is None) == (dead_since is None):
        raise NothingToReplay("name --delivery or --dead-since, one of the two")
    return moments.parse(dead_since) if dead_since else None
