"""Every command of `issuer`, and how what goes wrong is printed."""

import os
import sys

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import OperationalError

from issuer.cli import (
    achievements,
    artwork,
    awards,
    bake,
    clients,
    demo,
    keys,
    pathways,
    serve,
    tenants,
    verify,
)
from issuer.errors import IssuerError

app = typer.Typer(
    name="issuer",
    help="Turn a proven competency into an Open Badge 3.0 that anyone can check.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="Settings are ISSUER_… environment variables: `issuer settings` lists them.",
)
app.add_typer(tenants.app, name="tenant")
app.add_typer(keys.app, name="keys")
app.add_typer(clients.app, name="client")
app.add_typer(achievements.app, name="achievement")
app.add_typer(pathways.app, name="pathway")
app.add_typer(artwork.app, name="artwork")
app.add_typer(awards.app, name="award")
for _command in (
    serve.serve,
    serve.worker,
    serve.migrate,
    serve.openapi,
    serve.settings,
    verify.verify,
    bake.bake,
    bake.unbake,
    demo.demo,
):
    app.command()(_command)


def run() -> None:
    """Run the command line. A refusal is one clear message and exit code 1, never a trace."""
    os.umask(0o077)  # the database and the keys hold people's names and issuers' words
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        app()
    except IssuerError as error:
        errors.print(f"issuer: {error.detail}", markup=False)
        for fault in error.faults:
            errors.print(f"  {fault.pointer or 'the document'}: {fault.detail}", markup=False)
        sys.exit(1)
    except ValidationError as error:
        for detail in error.errors(include_input=False, include_url=False):
            name = "ISSUER_" + str(detail["loc"][0]).upper() if detail["loc"] else "settings"
            errors.print(f"issuer: {name}: {str(detail['msg']).removeprefix('Value error, ')}", markup=False)
        sys.exit(1)
    except OperationalError:
        errors.print(
            "issuer: the database does not answer, or has no tables: run `issuer migrate`", markup=False
        )
        sys.exit(1)
    except OSError as error:
        errors.print(f"issuer: {error.strerror or error}: {error.filename or ''}", markup=False)
        sys.exit(1)
