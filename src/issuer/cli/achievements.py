"""`issuer achievement`: what can be earned."""

import json
from pathlib import Path
from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.core import documents
from issuer.db import achievements
from issuer.errors import Fault, Invalid
from issuer.services import achievements as service
from issuer.services import definitions, trials

app = typer.Typer(help="Achievements: publish from a file, list, show, retire.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="The achievement's code.")]


class NoCode(Invalid):
    """The file names no code."""

    code = "no-code"


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(help="YAML or JSON definition with a `code`.")],
    tenant: printing.TenantOption = None,
) -> None:
    """Publish a definition as the next version. An unchanged one makes no new version."""
    context = wiring.ready_context()
    given = documents.parse_yaml(file.read_bytes())
    code = given.pop("code", None)
    if not isinstance(code, str):
        raise NoCode(f"{file} needs a code", [Fault("/code", "name the achievement, such as MC-FEEDBACK")])
    owner = wiring.tenant_of(context, tenant)
    service.save(context, owner, code, given)
    version = service.publish(context, owner, code)
    trials.keep_up(context, owner)
    typer.echo(f"{context.addresses(owner).achievement_version(code, version.number)}")


@app.command("list")
def list_(tenant: printing.TenantOption = None, *, as_json: printing.JsonOption = False) -> None:
    """List an issuer's achievements."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    rows = []
    after = ""
    with context.database.read() as session:
        while found := achievements.page(session, owner.id, after=after, limit=100):
            for row, number in found:
                state = "retired" if row.retired_at else "published" if number else "draft"
                rows.append([row.code, number, state, row.updated_at])
            after = found[-1][0].code
    if as_json:
        printing.as_json(
            [dict(zip(("code", "version", "state", "updated_at"), row, strict=True)) for row in rows]
        )
    else:
        printing.table(["CODE", "VERSION", "STATE", "UPDATED"], rows)


@app.command()
def show(code: Code, tenant: printing.TenantOption = None) -> None:
    """Print the newest published version as it is signed into badges."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    with context.database.read() as session:
        found = achievements.by_code(session, owner.id, code)
        newest = achievements.version(session, owner.id, found.id)
    if newest is None:
        raise achievements.UnknownAchievement(f"no version of {code!r} is published")
    printing.as_json(json.loads(newest.document))


@app.command()
def retire(code: Code, tenant: printing.TenantOption = None) -> None:
    """Stop awarding an achievement. What was awarded stays as it is."""
    context = wiring.ready_context()
    service.retire(context, wiring.tenant_of(context, tenant), code)
    typer.echo(f"{code} is retired")


@app.command()
def diff(
    code: Code,
    before: Annotated[int | None, typer.Option("--from", min=1, help="The earlier version.")] = None,
    after: Annotated[int | None, typer.Option("--to", min=1, help="The later version.")] = None,
    tenant: printing.TenantOption = None,
) -> None:
    """Show what differs between two versions; what the draft would change, where none are named."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    found = definitions.difference(context, owner, code, before, after)
    for each in found:
        typer.echo(f"{each.pointer}")
        typer.echo(f"  - {json.dumps(each.before, ensure_ascii=False)}")
        typer.echo(f"  + {json.dumps(each.after, ensure_ascii=False)}")
    if not found:
        typer.echo("nothing differs")


@app.command()
def schema(code: Code, tenant: printing.TenantOption = None) -> None:
    """Print the JSON Schema of the event that an achievement takes."""
    context = wiring.ready_context()
    printing.as_json(definitions.schema(context, wiring.tenant_of(context, tenant), code, None))
