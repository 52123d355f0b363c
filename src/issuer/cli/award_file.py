"""The same change to every badge that a file names, a chunk at a time: repeated, it goes on where it was."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from typing_extensions import override

from issuer.cli.issue_lines import Line, Reader
from issuer.context import Context
from issuer.core import documents
from issuer.errors import Invalid, IssuerError
from issuer.services import revoke
from issuer.services.revoke import Order, Outcome

REFUSED, INTERRUPTED = 1, 130
_CHUNK: Final = 2_000
"""How many change in one transaction: other writers wait for it, so it is no larger than pays."""

_COLUMNS: Final = (
    BarColumn(12),
    TaskProgressColumn(),
    TimeRemainingColumn(),
    TextColumn("{task.description}"),
)


@dataclass(frozen=True)
class Tally:
    """How many badges came to what, and how many bytes were read for that."""

    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    offset: int = 0

    @override
    def __str__(self) -> str:
        return f"{self.changed:,} changed, {self.unchanged:,} already so, {self.refused:,} refused"


def change(context: Context, order: Order, file: BinaryIO, size: int | None, console: Console) -> Tally:
    """Return what came of the change to every badge of a file, with a bar on a terminal. `size` is in bytes.

    Says of each that is refused why. Ctrl-C ends it with `typer.Exit` once a chunk is whole or undone.
    """
    tally = Tally()
    try:
        with Progress(*_COLUMNS, disable=not sys.stderr.isatty(), transient=True, console=console) as bar:
            task = bar.add_task("", total=size)
            for tally in _tallies(context, order, Reader(file), console):
                bar.update(task, completed=tally.offset, description=str(tally))
    except KeyboardInterrupt:
        console.print(f"stopped after {tally}: run the same command again to go on", markup=False)
        raise typer.Exit(INTERRUPTED) from None
    return tally


def _tallies(context: Context, order: Order, reader: Reader, console: Console) -> Iterator[Tally]:
    tally = Tally()
    while lines := reader.chunk(_CHUNK):
        named = [_named(line) for line in lines]
        outcomes = revoke.change_all(context, order, named)
        _explain(console, lines, outcomes)
        tally = Tally(
            changed=tally.changed + outcomes.count("changed"),
            unchanged=tally.unchanged + outcomes.count("unchanged"),
            refused=tally.refused + sum(isinstance(outcome, IssuerError) for outcome in outcomes),
            offset=reader.offset,
        )
        yield tally


def _named(line: Line) -> str:
    """Return the award that a line names: by its id, by an address of its badge, or as `award` of an object.

    The last is how `issuer issue --output` names it.
    """
    text = line.text.decode(errors="replace").strip()
    if text.startswith("{"):
        with suppress(Invalid):
            text = str(documents.parse(line.text).get("award"))
    return text.rpartition("/")[2].partition(".")[0]


def _explain(console: Console, lines: Sequence[Line], outcomes: Sequence[Outcome]) -> None:
    for line, outcome in zip(lines, outcomes, strict=True):
        if isinstance(outcome, IssuerError):
            console.print(f"line {line.number}: {outcome.code}: {outcome.detail}", markup=False)
