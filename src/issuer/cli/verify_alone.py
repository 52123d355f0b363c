"""`issuer verify` without the rest of the command line."""

import sys

import typer

from issuer.cli import printing, verify
from issuer.errors import IssuerError

app = typer.Typer(name="issuer", add_completion=False, pretty_exceptions_enable=False)
app.command()(verify.verify)


@app.callback()
def _group() -> None:
    """Turn a proven competency into an Open Badge 3.0 that anyone can check."""


def run() -> None:
    """Run the command. A refusal is one clear message and exit code 2, for nothing was checked."""
    try:
        app()
    except IssuerError as error:
        printing.errors().print(f"issuer: {error.detail}", markup=False)
        sys.exit(verify.COULD_NOT_CHECK)
