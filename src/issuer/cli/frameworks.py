"""`issuer framework`: the competency frameworks that achievements refer to."""

from pathlib import Path
from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.core import documents
from issuer.core.awarding import frameworks as core
from issuer.core.documents import Limits
from issuer.services import frameworks

app = typer.Typer(help="Competency frameworks: import from CASE or CSV, search.", no_args_is_help=True)

_LIMITS = Limits(size=20_000_000, members=3_000_000, array=200_000)


@app.command("import")
def import_(
    name: Annotated[str, typer.Argument(help="The name that alignments refer to it by.")],
    file: Annotated[Path, typer.Argument(help="A CASE package as JSON, or CSV: code, statement, url.")],
    tenant: printing.TenantOption = None,
) -> None:
    """Import a framework in the place of the one of its name."""
    context = wiring.ready_context()
    raw = file.read_bytes()
    is_json = raw.lstrip()[:1] == b"{"
    items = core.of_case(documents.parse(raw, _LIMITS)) if is_json else core.of_csv(raw)
    count = frameworks.save(context, wiring.tenant_of(context, tenant).id, name, items)
    typer.echo(f"{count} items in {name}")


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="Words that the code or the statement has in it.")],
    tenant: printing.TenantOption = None,
) -> None:
    """Search the items of all frameworks."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    found = frameworks.search(context, owner.id, text, None, 100)
    printing.table(
        ["FRAMEWORK", "CODE", "STATEMENT"], [[name, item.code, item.statement] for item, name in found]
    )
