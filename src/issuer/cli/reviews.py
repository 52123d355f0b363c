"""`issuer review`: see what waits for a decision, and decide it."""

from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.core import fields
from issuer.db import reviews
from issuer.services.stacks import reviewing
from issuer.services.stacks.reviewing import Decision, Ruling

app = typer.Typer(help="What waits for somebody's decision: list, decide.", no_args_is_help=True)

_AT_MOST = 1_000


@app.command("list")
def list_(
    tenant: printing.TenantOption = None,
    *,
    decided: Annotated[bool, typer.Option("--decided", help="What was decided, instead.")] = False,
    as_json: printing.JsonOption = False,
) -> None:
    """List what waits, the oldest first."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    with context.database.read() as session:
        found = reviews.page(session, owner.id, decided=decided, after="", limit=_AT_MOST)
    names = ["review", "kind", "award", "achievement", "decision"]
    rows = [
        [each.id, each.kind, award, code, each.decision or " or ".join(reviewing.choices(each.kind))]
        for each, award, code in found
    ]
    if as_json:
        printing.as_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        printing.table([name.upper() for name in names], rows)


@app.command()
def decide(
    review_id: Annotated[str, typer.Argument(help="The review's id.")],
    decision: Annotated[str, typer.Argument(help="grant or decline a stack; keep or withdraw a badge.")],
    note: Annotated[str | None, typer.Option(help="Why, for your own records. Never shown.")] = None,
    tenant: printing.TenantOption = None,
) -> None:
    """Decide, and do what follows: grant the stack, or withdraw the badge."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    operator = wiring.operator(owner)
    chosen: Decision = fields.read(_Chosen, {"decision": decision}).decision
    reviewing.decide(context, review_id, Ruling(chosen, note, operator, wiring.request_id(context)))
    typer.echo(f"decided: {chosen}")


class _Chosen(fields.Strict):
    """What was typed, as one of the decisions that there are."""

    decision: Decision
