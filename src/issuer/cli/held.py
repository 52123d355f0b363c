"""`issuer held`: badges of other issuers that people keep here: bring in, list, take out, let go."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.core.intake import person_ref
from issuer.db.people import UnknownRecipient
from issuer.errors import IssuerError, Unavailable
from issuer.services import elsewhere
from issuer.services.elsewhere import Taken
from issuer.web import held_answers

app = typer.Typer(help="Badges of other issuers: import, list, remove.", no_args_is_help=True)

PersonOption = Annotated[
    str, typer.Option("--person", help="Whose: an award's id, an e-mail address, or a DID.", metavar="PERSON")
]
_MOST = 2_000
_LATER = 75
"""EX_TEMPFAIL of sysexits: the same again may succeed."""


@app.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="JSON, JWT, PNG, SVG, or transcripts.", metavar="FILE...", exists=True),
    ],
    person: PersonOption,
    tenant: printing.TenantOption = None,
) -> None:
    """Verify badges and keep them for a person, as they are. One that was there before changes nothing.

    Prints what became of each. Exit code 1: some were refused. 75: some could not be checked just now.
    """
    context = wiring.ready_context()
    operator = wiring.operator(wiring.tenant_of(context, tenant))
    ref, refused = person_ref.named(person), list[IssuerError]()
    for path in files:
        try:
            with path.open("rb") as file:
                found = elsewhere.take(context, operator, ref, file.read(elsewhere.MAX_FILE + 1))
        except UnknownRecipient:
            raise
        except IssuerError as error:
            found = [Taken("", refused=error)]
        refused += [each.refused for each in found if each.refused is not None]
        for each in found:
            _print(path, each)
    if refused:
        raise typer.Exit(_LATER if all(isinstance(each, Unavailable) for each in refused) else 1)


@app.command("list")
def list_(
    person: PersonOption, tenant: printing.TenantOption = None, *, as_json: printing.JsonOption = False
) -> None:
    """List the badges of other issuers that a person keeps here."""
    context = wiring.ready_context()
    operator = wiring.operator(wiring.tenant_of(context, tenant))
    found = elsewhere.every(context, operator, person_ref.named(person), after="", limit=_MOST)
    shown = [held_answers.shown(each) for each in found]
    if as_json:
        printing.as_json([each.model_dump(mode="json", by_alias=True) for each in shown])
        return
    rows = [[each.id, each.name, each.issuer or each.issuer_domain, each.issued_at] for each in shown]
    printing.table(["ID", "NAME", "ISSUER", "ISSUED"], rows)


@app.command()
def show(
    held_id: Annotated[str, typer.Argument(help="Its id, as the list has it.", metavar="ID")],
    tenant: printing.TenantOption = None,
) -> None:
    """Write a badge of another issuer to standard output, byte for byte."""
    context = wiring.ready_context()
    operator = wiring.operator(wiring.tenant_of(context, tenant))
    sys.stdout.write(elsewhere.one(context, operator, held_id).text)


@app.command()
def remove(
    held_id: Annotated[str, typer.Argument(help="Its id, as the list has it.", metavar="ID")],
    tenant: printing.TenantOption = None,
) -> None:
    """Let go of a badge of another issuer."""
    context = wiring.ready_context()
    operator = wiring.operator(wiring.tenant_of(context, tenant))
    elsewhere.remove(context, operator, held_id)
    typer.echo(f"{held_id} is kept no more")


def _print(path: Path, taken: Taken) -> None:
    name = f"{path}{taken.at and '#'}{taken.at}"
    if taken.refused is None:
        typer.echo(f"{name}\t{taken.outcome}\t{taken.id or ''}")
        return
    reasons = [taken.refused.detail, *(fault.detail for fault in taken.refused.faults)]
    typer.echo(f"{name}\trefused\t{': '.join(reasons)}")
