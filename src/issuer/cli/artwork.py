"""`issuer artwork`: pictures of badges and issuers."""

from pathlib import Path
from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.core.artwork.uploaded import MAX_UPLOAD
from issuer.db import artwork
from issuer.services import artwork as service

app = typer.Typer(help="Pictures: make them safe and keep them, list them.", no_args_is_help=True)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A PNG or SVG picture.")],
    caption: Annotated[str, typer.Option(help="What it shows, for whoever cannot see it.")],
    tenant: printing.TenantOption = None,
) -> None:
    """Keep a picture, made safe, and print the address that goes into `image.id` of a definition."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    with file.open("rb") as opened:
        raw = opened.read(MAX_UPLOAD + 1)
    kept = service.add(context, owner, raw, caption)
    typer.echo(service.address(context, owner, kept.row))


@app.command("list")
def list_(tenant: printing.TenantOption = None, *, as_json: printing.JsonOption = False) -> None:
    """List an issuer's pictures, the newest first."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    rows: list[list[object]] = []
    after = None
    with context.database.read() as session:
        while found := artwork.page(session, owner.id, after=after, limit=100):
            for row in found:
                shape = f"{row.width}x{row.height}"
                rows.append(
                    [service.address(context, owner, row), row.caption, shape, row.size, row.created_at]
                )
            after = found[-1].digest
    if as_json:
        names = ("id", "caption", "shape", "size", "created_at")
        printing.as_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        printing.table(["ADDRESS", "CAPTION", "SHAPE", "BYTES", "UPLOADED"], rows)
