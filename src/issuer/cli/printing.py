"""How commands print: tables for people, plain lines where the output is read by a program."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

TenantOption = Annotated[str | None, typer.Option("--tenant", "-t", help="Slug of the issuer.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; tab-separated lines where standard output is not a terminal."""
    console = Console(highlight=False, emoji=False)
    cells = [[moment(cell) for cell in row] for row in rows]
    if not console.is_terminal:
        for row in cells:
            typer.echo("\t".join(row))
        return
    if not rows:
        console.print("(none)")
        return
    drawn = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in cells:
        drawn.add_row(*row)
    console.print(drawn)


def errors() -> Console:
    """Return the console of standard error: what is not the answer itself goes there."""
    return Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def as_json(value: object) -> None:
    """Print one JSON value."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=moment))


def moment(cell: object) -> str:
    """Return a cell's text: moments to the minute, nothing for None."""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M UTC")
    return "" if cell is None else str(cell)
