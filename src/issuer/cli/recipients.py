"""`issuer recipient`: join two people who are one, and erase what is stored about somebody."""

from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.context import Context
from issuer.core.intake import person_ref
from issuer.services.after_award import erase as erasing
from issuer.services.after_award import merge as merging
from issuer.services.clients import Client

app = typer.Typer(help="People: merge two who are one, erase one.", no_args_is_help=True)

_PERSON = "By an award's id, an e-mail address, or a DID."


@app.command()
def merge(
    former: Annotated[str, typer.Argument(help=f"Who is known twice. {_PERSON}", metavar="FROM")],
    into: Annotated[str, typer.Argument(help=f"Who stays. {_PERSON}", metavar="INTO")],
    tenant: printing.TenantOption = None,
) -> None:
    """Give all awards and identifiers of one person to another. There is no way back."""
    context, operator, request_id = _desk(tenant)
    moved = merging.merge(
        context, operator, person_ref.named(former), person_ref.named(into), request_id=request_id
    )
    typer.echo(f"{moved} awards moved" if moved != 1 else "1 award moved")


@app.command()
def erase(
    person: Annotated[str, typer.Argument(help=_PERSON, metavar="PERSON")],
    tenant: printing.TenantOption = None,
    *,
    confirmed: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase everything stored about a person, and withdraw their badges. There is no way back."""
    context, operator, request_id = _desk(tenant)
    ref = person_ref.named(person)
    if not confirmed:
        typer.confirm("Their badges are withdrawn, and nothing can bring the data back. Erase?", abort=True)
    erased = erasing.erase(context, operator, ref, request_id=request_id)
    typer.echo(f"erased, with {erased} awards" if erased != 1 else "erased, with 1 award")


def _desk(tenant: str | None) -> tuple[Context, Client, str]:
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    request_id = wiring.request_id(context)
    return context, wiring.operator(owner), request_id
