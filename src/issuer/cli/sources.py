"""`issuer source`: platforms that speak a dialect of their own."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, cast

import typer

from issuer.cli import printing, wiring
from issuer.core import documents
from issuer.core.intake.dialects.all import DIALECTS, Name
from issuer.db import dead_letters, sources
from issuer.errors import Invalid
from issuer.services.lti import pulling
from issuer.services.lti import registering as tools
from issuer.services.sources import directory, explaining, registering, replaying
from issuer.services.sources.explaining import Explained
from issuer.services.sources.people_calls import PeopleCall
from issuer.web import lti_answers

app = typer.Typer(
    help="Platforms with a dialect of their own: add, map, people, look-up, test, dead-letters, replay, "
    "lti, pull.",
    no_args_is_help=True,
)

SourceArgument = Annotated[str, typer.Argument(help="The source's name.")]
FileArgument = Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False)]


class UnknownDialect(Invalid):
    """There is no such dialect."""

    code = "unknown-dialect"


@app.command()
def add(
    name: SourceArgument,
    dialect: Annotated[str, typer.Argument(help=f"One of {', '.join(DIALECTS)}.")],
    tenant: printing.TenantOption = None,
) -> None:
    """Add a source. Prints the address of its inbox and its secret, this one time."""
    if dialect not in DIALECTS:
        raise UnknownDialect(f"there is no dialect {dialect!r}: choose from {', '.join(DIALECTS)}")
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    made = registering.add(context, owner.id, name, cast("Name", dialect))
    typer.echo(f"{context.settings.public_url}/v1/inbox/{made.source.id}")
    typer.echo(made.secret)


@app.command("list")
def list_(tenant: printing.TenantOption = None) -> None:
    """List an issuer's sources, and how many dead letters of each wait."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    with context.database.read() as session:
        rows = [
            [
                each.name,
                each.dialect,
                f"{context.settings.public_url}/v1/inbox/{each.id}",
                sources.count_people(session, owner.id, each.id),
                dead_letters.count_open(session, owner.id, each.id),
                each.disabled_at,
            ]
            for each in sources.every(session, owner.id)
        ]
    printing.table(["NAME", "DIALECT", "INBOX", "PEOPLE", "DEAD LETTERS", "OFF SINCE"], rows)


@app.command("map")
def map_(name: SourceArgument, file: FileArgument, tenant: printing.TenantOption = None) -> None:
    """Say what a source's competencies mean, by a YAML or JSON file. It counts at once."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    content = documents.parse_yaml(file.read_bytes())
    saved = registering.save_mapping(context, owner.id, name, content)
    typer.echo(f"version {saved.number} of the mapping of {name}")


@app.command()
def people(
    name: SourceArgument,
    file: FileArgument,
    tenant: printing.TenantOption = None,
    *,
    add: Annotated[bool, typer.Option("--add", help="Keep whoever is not in the file.")] = False,
) -> None:
    """Import whom a source's ids mean, from CSV: id, name, email. OneRoster's users.csv too."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    found = directory.read(file.read_bytes())
    count = directory.save(context, owner.id, name, found, whole=not add)
    typer.echo(f"{count} people in the directory of {name}")


@app.command("look-up")
def look_up(
    name: SourceArgument,
    url: Annotated[str | None, typer.Argument(help="https://…{id}…; without it nobody is looked up.")] = None,
    tenant: printing.TenantOption = None,
    *,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", help="Holds the bearer token.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Say where the platform is asked who an id is that the directory does not know."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    token = token_file.read_text().strip() if token_file else None
    registering.look_up(context, owner.id, name, PeopleCall(url, token) if url else None)
    typer.echo(f"people of {name} are looked up" if url else f"people of {name} are not looked up")


@app.command("test")
def explain(
    name: SourceArgument,
    file: FileArgument,
    tenant: printing.TenantOption = None,
    *,
    as_json: printing.JsonOption = False,
) -> None:
    """Explain what a message in a file would come to. Nothing is kept or issued."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    found = explaining.explain(context, owner.id, name, documents.parse(file.read_bytes()))
    if as_json:
        printing.as_json([asdict(each) for each in found])
        return
    for each in found:
        _say(each)


@app.command("dead-letters")
def dead_letters_(name: SourceArgument, tenant: printing.TenantOption = None) -> None:
    """List what came to nothing, and why: the hundred that wait longest."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    with context.database.read() as session:
        source = sources.by_name(session, owner.id, name)
        found = dead_letters.page(session, owner.id, source.id, state=dead_letters.OPEN, after="", limit=100)
    rows = [[each.id, each.received_at, each.competency, each.code, each.reason] for each in found]
    printing.table(["ID", "RECEIVED", "COMPETENCY", "CODE", "REASON"], rows)


@app.command()
def lti(
    name: SourceArgument,
    file: Annotated[
        Path | None,
        typer.Argument(help="YAML or JSON; without it what is agreed is shown.", exists=True, dir_okay=False),
    ] = None,
    tenant: printing.TenantOption = None,
) -> None:
    """Say what a platform of LTI 1.3 is, by a file, and print what its administrator enters there."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    if file is not None:
        tools.register(context, owner.id, name, documents.parse_yaml(file.read_bytes()))
    found = tools.named(context, owner.id, name)
    printing.as_json(lti_answers.lti(context, found, wiring.request_id(context)).model_dump(by_alias=True))


@app.command()
def pull(name: SourceArgument, tenant: printing.TenantOption = None) -> None:
    """Ask a platform of LTI 1.3 for the results of the line items that the mapping names."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    done = pulling.pull(context, owner.id, name, wiring.request_id(context))
    typer.echo(
        f"{done.results} results of {done.line_items} line items: {done.taken.issued} issued, "
        f"{done.taken.known} known, {done.taken.dead} wait as dead letters"
    )


@app.command()
def replay(name: SourceArgument, tenant: printing.TenantOption = None) -> None:
    """Take all dead letters of a source again, once what was missing is there."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    done = replaying.replay(context, owner.id, name, None, wiring.request_id(context))
    typer.echo(f"{done.tried} taken again: {done.taken.issued} issued, {done.left} wait still")


def _say(found: Explained) -> None:
    said = found.observation
    if said is not None:
        outcome = said.outcome or f"scored {said.scaled if said.grade is None else said.grade}"
        typer.echo(f"{said.competency} of {said.learner.id}: {outcome} at {said.achieved_at}")
    for step in found.steps:
        rule = "" if step.rule is None else f" (rule {step.rule}, {step.achievement})"
        typer.echo(f"  {step.came}{rule}: {step.why}")
