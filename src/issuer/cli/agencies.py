"""`issuer agency`: programs that read an issuer's badges by OAuth 2.0, with no holder in between."""

from pathlib import Path
from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.services.oauth import agencies

app = typer.Typer(
    help="Programs of agencies that read badges by OAuth 2.0: create, list, revoke.", no_args_is_help=True
)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose program it is.")],
    keys: Annotated[
        Path | None,
        typer.Option(
            help="A JWK Set with its public keys: it signs in with them, and has no secret.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    tenant: printing.TenantOption = None,
) -> None:
    """Make a client that may read the issuer's badges. Prints its id and its secret, this one time."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    text = keys.read_text("utf-8") if keys else None
    made, secret = agencies.add(context, owner, name, keys=text)
    typer.echo(made.id)
    if secret is not None:
        typer.echo(secret)


@app.command("list")
def list_(tenant: printing.TenantOption = None, *, as_json: printing.JsonOption = False) -> None:
    """List the clients that may read an issuer's badges."""
    context = wiring.ready_context()
    found = agencies.all_of(context, wiring.tenant_of(context, tenant))
    columns = ("id", "name", "scopes", "created_at", "revoked_at")
    rows = [[getattr(each, column) for column in columns] for each in found]
    if as_json:
        printing.as_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        printing.table(["ID", "NAME", "SCOPES", "CREATED", "REVOKED"], rows)


@app.command()
def revoke(
    client_id: Annotated[str, typer.Argument(help="The client's id.")],
    tenant: printing.TenantOption = None,
) -> None:
    """Shut a client out, at once, and its tokens with it."""
    context = wiring.ready_context()
    found = agencies.revoke(context, wiring.tenant_of(context, tenant), client_id)
    typer.echo(f"{found.id} ({found.name}) was revoked")
