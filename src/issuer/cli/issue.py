"""`issuer issue` issues the badges of a file of events, and goes on where it was interrupted."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer
from rich.console import Console

from issuer.cli import issue_job, issue_lines, issue_words, printing, refusals, wiring
from issuer.cli.issue_job import Job, Judge
from issuer.cli.issue_lines import Mark, Reader
from issuer.cli.issue_words import Answer
from issuer.context import Context
from issuer.core.intake.event import AchievementRef
from issuer.db import clients
from issuer.db.tables import Tenant
from issuer.errors import Conflict
from issuer.services import issue as service
from issuer.services import offers
from issuer.services.offers import NotAwardable, Offers
from issuer.services.sending import Sender, Sent

REFUSED, COULD_NOT_RUN, INTERRUPTED = 1, 2, 130
_STREAM: Final = "-"


class ResultsThere(Conflict):
    """There is a file of results already, which is not of this run."""

    code = "results-there"


class SameFile(Conflict):
    """A file is named for two things, or one that is something else would be written over."""

    code = "same-file"


class UnclearClient(Conflict):
    """No API client of the issuer has this name, or several have."""

    code = "unclear-client"


def issue(
    file: Annotated[
        str, typer.Option("--file", "-f", help="Events, one a line; - is standard input.", metavar="FILE")
    ],
    tenant: printing.TenantOption = None,
    client: Annotated[
        str | None,
        typer.Option("--client", help="Id or name of the API client by which they count as sent."),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", help="Where to say what became of each line.", metavar="FILE")
    ] = None,
    state: Annotated[
        str | None, typer.Option("--state", help="Where to remember how far it is.", metavar="FILE")
    ] = None,
    chunk: Annotated[int, typer.Option(help="How many events to issue at once.", min=1, max=5000)] = 500,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Issue nothing; say what is wrong.")] = False,
) -> None:
    """Issue the badges of a file of events, each exactly once.

    An event is what `POST /v1/events` takes. One that was issued before is found again by its id.

    After Ctrl-C or a crash the same command goes on where it was: FILE.progress remembers that.

    Exit code 0: all are there. 1: some were refused. 2: it could not run, or not to the end.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = printing.errors()
    with refusals.ending(COULD_NOT_RUN), ExitStack() as stack:
        context = wiring.ready_context()
        owner = wiring.tenant_of(context, tenant)
        request_id = wiring.request_id(context)
        is_file = Path(file).is_file()
        job = Job(
            context=context,
            sender=Sender(_client(context, owner, client), owner.id, request_id),
            judge=_dry_judge(context, owner) if dry_run else partial(service.issue_all, context),
            reader=Reader(
                sys.stdin.buffer if file == _STREAM else stack.enter_context(Path(file).open("rb"))
            ),
            start=Mark(),
            size=chunk,
            state=Path(state or f"{file}.progress") if is_file and not dry_run else None,
            results=None,
            refused=partial(issue_words.refusal, console),
            output=Path(output) if output else None,
        )
        _check_files(Path(file), job)
        job = _resumed(stack, job)
        end = _run(job, console, Path(file).stat().st_size if is_file else None)
    found = f"{end.refused:,} would be refused" if dry_run else issue_words.tally(end)
    typer.echo(f"{end.line:,} lines: {found}")
    raise typer.Exit(REFUSED if end.refused else 0)


def _client(context: Context, owner: Tenant, named: str | None) -> str:
    """Return the id of the client by which the events count as sent: it is a part of who they are."""
    if named is None:
        return wiring.OPERATOR
    with context.database.read() as session:
        everyone = clients.all_clients(session, owner.id)
    found = [each.id for each in everyone if named == each.id] or [
        each.id for each in everyone if named == each.name
    ]
    if len(found) != 1:
        raise UnclearClient(f"{len(found)} API clients are named {named!r}: see `issuer client list`")
    return found[0]


def _dry_judge(context: Context, owner: Tenant) -> Judge:
    """Return what refuses events of achievements that cannot be awarded, and issues nothing."""

    def judge(sent: Sequence[Sent]) -> Sequence[Answer]:
        asked = [each.received.event.achievement for each in sent]
        with context.database.read() as session:
            found = offers.offers(session, owner.id, asked)
            return [_refusal(found, each) for each in asked]

    return judge


def _refusal(found: Offers, asked: AchievementRef) -> NotAwardable | None:
    try:
        offers.offer(found, asked)
    except NotAwardable as error:
        return error
    return None


def _check_files(events: Path, job: Job) -> None:
    """Raise `SameFile` where a file that is written would be another one that somebody still needs."""
    named = [each.resolve() for each in (events, job.output, job.state) if each is not None]
    if len(set(named)) < len(named):
        raise SameFile("the events, --output and --state must be three different files")
    if job.state is not None and issue_lines.is_something_else(job.state):
        raise SameFile(f"{job.state} is no file of progress: name another one with --state")


def _resumed(stack: ExitStack, job: Job) -> Job:
    """Return the job from where it was interrupted, or from the beginning where the file is another one."""
    mark = issue_lines.recall(job.state, job.owner) if job.state else None
    if mark is not None and not job.reader.skip_to(mark):
        mark = None
    results = stack.enter_context(_results(job.output, mark)) if job.output else None
    if job.state is not None and mark is None:
        issue_lines.remember(job.state, job.owner, Mark())
    return replace(job, start=mark or Mark(), results=results)


def _results(path: Path, mark: Mark | None) -> BinaryIO:
    """Return the file of results, without what a crash let it say of lines that will be read again."""
    if path.exists() and (mark is not None or not path.stat().st_size):
        file = path.open("r+b")
        file.truncate(min(path.stat().st_size, mark.written if mark else 0))
        file.seek(0, os.SEEK_END)
        return file
    try:
        return path.open("xb")
    except FileExistsError as error:
        raise ResultsThere(f"{path} is there already: name another file with --output") from error


def _run(job: Job, console: Console, total: int | None) -> Mark:
    end = job.start
    try:
        with issue_words.watched(console, total, job.start) as show:
            for mark in issue_job.marks(job):
                end = mark
                show(mark)
    except KeyboardInterrupt:
        go_on = (
            "run the same command again to go on" if job.state else "send all of it again, nothing doubles"
        )
        console.print(f"stopped after line {end.line:,}: {go_on}", markup=False)
        raise typer.Exit(INTERRUPTED) from None
    if job.state is not None:
        job.state.unlink(missing_ok=True)
    return end
