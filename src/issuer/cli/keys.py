"""`issuer keys`: the keys that sign."""

from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.db import tenants
from issuer.services import keys as service

app = typer.Typer(help="Signing keys: list, generate, rotate, retire.", no_args_is_help=True)

KeyId = Annotated[str, typer.Argument(help="The key's id (z6Mk…), as `issuer keys list` shows it.")]


@app.command("list")
def list_(tenant: printing.TenantOption = None, *, as_json: printing.JsonOption = False) -> None:
    """List an issuer's keys. Every one of them stays in its DID document."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    with context.database.read() as session:
        found = tenants.keys(session, owner.id)
        current = tenants.signing_key(session, owner.id)
    rows = []
    for key in found:
        signs = current is not None and key.id == current.id
        state = (
            "signs now"
            if signs
            else "retired"
            if key.retired_at
            else "was used"
            if key.activated_at
            else "not used yet"
        )
        rows.append([key.id, state, key.created_at, key.activated_at, key.retired_at])
    if as_json:
        names = ("id", "state", "created_at", "activated_at", "retired_at")
        printing.as_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        printing.table(["KEY", "STATE", "CREATED", "ACTIVATED", "RETIRED"], rows)


@app.command()
def generate(tenant: printing.TenantOption = None) -> None:
    """Make a key that is shown in the DID document and does not sign yet."""
    context = wiring.ready_context()
    typer.echo(service.generate(context, wiring.tenant_of(context, tenant)).id)


@app.command()
def rotate(
    key_id: Annotated[str | None, typer.Argument(help="A generated key; without one, a new key.")] = None,
    tenant: printing.TenantOption = None,
) -> None:
    """Sign with another key from now on, in every process. Earlier badges keep verifying."""
    context = wiring.ready_context()
    typer.echo(service.rotate(context, wiring.tenant_of(context, tenant), key_id).id)


@app.command()
def retire(key_id: KeyId, tenant: printing.TenantOption = None) -> None:
    """Destroy a key's private half. What it signed keeps verifying."""
    context = wiring.ready_context()
    typer.echo(service.retire(context, wiring.tenant_of(context, tenant), key_id).id)
