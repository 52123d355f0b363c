"""`issuer status-list`: compare what is published with what is recorded, and publish it anew."""

from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.db import status_lists as lists
from issuer.services import status_lists as service

app = typer.Typer(help="Status lists: check, rebuild.", no_args_is_help=True)

WRONG = 1


@app.command()
def check(tenant: printing.TenantOption = None) -> None:
    """Compare every published list with the rows of its badges. Exit code 1: one of them is wrong."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    with context.database.read() as session:
        found = lists.all_lists(session, owner.id)
    counted = [(each, len(service.differences(context, each.id))) for each in found]
    rows = [[each.id, each.purpose, f"{count:,} wrong"] for each, count in counted]
    printing.table(["LIST", "PURPOSE", "ENTRIES"], rows)
    raise typer.Exit(WRONG if any(count for _, count in counted) else 0)


@app.command()
def rebuild(number: Annotated[int, typer.Argument(help="The number in the list's address.", min=1)]) -> None:
    """Make a list anew from the rows of its badges, sign it and publish it."""
    service.rebuild(wiring.ready_context(), number)
    typer.echo(f"{number} is published anew")
