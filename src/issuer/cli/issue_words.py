"""What `issuer issue` says while it works and in the end."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from issuer.cli.issue_lines import Line, Mark
from issuer.context import Context
from issuer.errors import IssuerError
from issuer.services.issue import Issued

_EVERY_SECONDS: Final = 10.0

Answer: TypeAlias = Issued | IssuerError | None
"""What became of an event, why it was refused, or None where it would be accepted."""

Row: TypeAlias = dict[str, Any]
"""One line of the results, as JSON."""

Show: TypeAlias = Callable[[Mark], None]


def outcome(answer: Answer) -> str:
    """Return the word for what became of an event."""
    if isinstance(answer, IssuerError):
        return "refused"
    return "acceptable" if answer is None else answer.outcome


def row(context: Context, line: Line, event_id: str | None, answer: Answer) -> Row:
    """Return a line of the results: which line, which event, and what became of it."""
    found: Row = {"line": line.number, "id": event_id, "outcome": outcome(answer)}
    if isinstance(answer, IssuerError):
        faults = [{"pointer": fault.pointer, "detail": fault.detail} for fault in answer.faults]
        return {**found, "code": answer.code, "detail": answer.detail, "faults": faults}
    if answer is None:
        return found
    public_id = answer.award[0].public_id
    return {**found, "award": public_id, "url": context.addresses(answer.tenant).badge(public_id)}


def refusal(console: Console, refused: Row) -> None:
    """Print why a line was refused."""
    console.print(f"line {refused['line']}: {refused['code']}: {refused['detail']}", markup=False)
    for fault in refused["faults"]:
        console.print(f"  {fault['pointer'] or 'the event'}: {fault['detail']}", markup=False)


def tally(mark: Mark) -> str:
    """Return how many events came to what."""
    return f"{mark.issued:,} issued, {mark.already:,} already there, {mark.refused:,} refused"


@contextmanager
def watched(console: Console, total: int | None, start: Mark) -> Iterator[Show]:
    """Yield how to show a mark: in a bar on a terminal, as a line every few seconds elsewhere."""
    began = time.monotonic()

    def words(mark: Mark) -> str:
        rate = (mark.line - start.line) / max(time.monotonic() - began, 0.001)
        return f"{rate:,.0f}/s: {tally(mark)}"

    if not sys.stderr.isatty():
        yield _by_line(console, words, began)
        return
    columns = (BarColumn(12), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, transient=True, console=console) as bar:
        task = bar.add_task("issuing", total=total, completed=start.offset)
        yield lambda mark: bar.update(task, completed=mark.offset, description=words(mark))


def _by_line(console: Console, words: Callable[[Mark], str], began: float) -> Show:
    last = began

    def show(mark: Mark) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY_SECONDS:
            last = time.monotonic()
            console.print(f"{mark.line:,} lines, {words(mark)}", markup=False)

    return show
