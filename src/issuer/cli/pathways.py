"""`issuer pathway`: stacks of badges, and what they take."""

import json
from pathlib import Path
from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.cli.achievements import NoCode
from issuer.core import documents
from issuer.core.awarding import stack_progress, stack_rule
from issuer.core.intake import person_ref
from issuer.db import pathways
from issuer.errors import Fault
from issuer.services import pathways as service
from issuer.services import trials
from issuer.services.after_award import whom
from issuer.services.stacks import everybody

app = typer.Typer(help="Pathways of badges: publish, grant, list, show, retire.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="The pathway's code.")]


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(help="YAML or JSON definition with a `code`.")],
    tenant: printing.TenantOption = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Publish nothing; say who would earn it.")
    ] = False,
) -> None:
    """Publish a definition as the next version. An unchanged one makes no new version.

    A dry run keeps the definition as the draft.
    """
    context = wiring.ready_context()
    given = documents.parse_yaml(file.read_bytes())
    code = given.pop("code", None)
    if not isinstance(code, str):
        raise NoCode(f"{file} needs a code", [Fault("/code", "name the pathway, such as AFL-SPECIALIST")])
    owner = wiring.tenant_of(context, tenant)
    saved = service.save(context, owner, code, given)
    if dry_run:
        count = everybody.would_earn(context, owner.id, code, draft=saved.draft)
        typer.echo(_people(count, "would earn this now"))
        return
    version = service.publish(context, owner, code)
    trials.keep_up(context, owner)
    typer.echo(f"{context.addresses(owner).pathway_version(code, version.number)}")


@app.command("list")
def list_(tenant: printing.TenantOption = None, *, as_json: printing.JsonOption = False) -> None:
    """List an issuer's pathways."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    rows = []
    after = ""
    with context.database.read() as session:
        while found := pathways.page(session, owner.id, after=after, limit=100):
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
    """Print the newest published version as it is served to anybody."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    printing.as_json(json.loads(service.published(context, owner.id, code)[-1].text))


@app.command()
def grant(code: Code, tenant: printing.TenantOption = None) -> None:
    """Grant a pathway to everybody who had its badges before. Once more grants nothing again."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    request_id = wiring.request_id(context)
    count = everybody.grant_all(
        context, owner.id, code, actor=wiring.operator(owner).id, request_id=request_id
    )
    typer.echo(_people(count, "earned this"))


@app.command()
def progress(
    person: Annotated[str, typer.Argument(help="By an e-mail address, a DID, or an award's id.")],
    tenant: printing.TenantOption = None,
) -> None:
    """Show how far a person is with each pathway to which a badge of theirs counts."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    operator = wiring.operator(owner)
    with context.database.read() as session:
        recipient_id = whom.whom(session, operator, person_ref.named(person))
    rows = [
        [each.offer.code, f"{int(each.part.progress * 100)}%", ", ".join(_next(each))]
        for each in service.progress_of(context, owner.id, recipient_id)
    ]
    printing.table(["PATHWAY", "THERE IS", "NEXT"], rows)


def _next(standing: service.Standing) -> tuple[str, ...]:
    return stack_rule.codes(stack_progress.step(standing.left)) if standing.left else ()


def _people(count: int, what: str) -> str:
    return f"{count} {'person' if count == 1 else 'people'} {what}"


@app.command()
def retire(code: Code, tenant: printing.TenantOption = None) -> None:
    """Stop offering a pathway. What was awarded for it stays as it is."""
    context = wiring.ready_context()
    service.retire(context, wiring.tenant_of(context, tenant), code)
    typer.echo(f"{code} is retired")
