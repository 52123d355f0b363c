"""`issuer bake` and `issuer unbake` without the rest of the command line."""

import os
import sys

import typer

from issuer.cli import bake, printing
from issuer.errors import IssuerError

app = typer.Typer(name="issuer", add_completion=False, pretty_exceptions_enable=False)
app.command()(bake.bake)
app.command()(bake.unbake)


def run() -> None:
    """Run the command. A refusal is one clear message and exit code 1, never a trace."""
    os.umask(0o077)  # as for every command: a badge names a person
    try:
        app()
    except IssuerError as error:
        printing.errors().print(f"issuer: {error.detail}", markup=False)
        sys.exit(1)
    except OSError as error:
        printing.errors().print(f"issuer: {error.strerror or error}: {error.filename or ''}", markup=False)
        sys.exit(1)
