"""`issuer client`: who may call the API."""

from datetime import timedelta
from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.db import clients
from issuer.services import clients as service
from issuer.services import trials

app = typer.Typer(help="API clients: create, list, revoke.", no_args_is_help=True)


_SPECIAL = {"exports:read", "exports:manage", service.HELD, service.VC_API}
"""What is given on purpose alone."""


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for, such as the learning platform's name.")],
    scope: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(service.SCOPES)}. May be repeated.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days until the key expires.")] = None,
    tenant: printing.TenantOption = None,
    *,
    test: Annotated[
        bool, typer.Option("--test", help="For the issuer's sandbox: its badges are no real ones.")
    ] = False,
) -> None:
    """Make an API key and print it, this one time.

    Its scopes default to all but exports, held:manage and vc-api.
    """
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    if test:
        owner = trials.opened(context, owner)
    scopes = scope or [each for each in service.SCOPES if each not in _SPECIAL]
    expires = context.clock() + timedelta(days=days) if days else None
    _, key = service.create(context, owner, name, scopes, expires)
    typer.echo(key)


@app.command("list")
def list_(tenant: printing.TenantOption = None, *, as_json: printing.JsonOption = False) -> None:
    """List an issuer's API clients."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    with context.database.read() as session:
        found = clients.all_clients(session, owner.id)
    columns = ("id", "name", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at")
    rows = [[getattr(each, column) for column in columns] for each in found]
    if as_json:
        printing.as_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        printing.table(["ID", "NAME", "SCOPES", "CREATED", "LAST USED", "EXPIRES", "REVOKED"], rows)


@app.command()
def revoke(
    client_id: Annotated[str, typer.Argument(help="The client's id, the visible part of its key.")],
    tenant: printing.TenantOption = None,
) -> None:
    """Shut an API client out, at once."""
    context = wiring.ready_context()
    found = service.revoke(context, wiring.tenant_of(context, tenant), client_id)
    typer.echo(f"{found.id} ({found.name}) was revoked")
