"""How what goes wrong is printed: one clear message, never a trace."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import OperationalError

from issuer.cli import printing
from issuer.errors import IssuerError


@contextmanager
def ending(code: int) -> Iterator[None]:
    """End with an exit code where something is refused, or does not answer."""
    errors = printing.errors()
    try:
        yield
    except IssuerError as error:
        _say(errors, error.detail)
        for fault in error.faults:
            errors.print(f"  {fault.pointer or 'the document'}: {fault.detail}", markup=False)
        raise typer.Exit(code) from error
    except ValidationError as error:
        for detail in error.errors(include_input=False, include_url=False):
            name = "ISSUER_" + str(detail["loc"][0]).upper() if detail["loc"] else "settings"
            _say(errors, f"{name}: {str(detail['msg']).removeprefix('Value error, ')}")
        raise typer.Exit(code) from error
    except OperationalError as error:
        _say(errors, "the database does not answer, or has no tables: run `issuer migrate`")
        raise typer.Exit(code) from error
    except OSError as error:
        _say(errors, f"{error.strerror or error}: {error.filename or ''}")
        raise typer.Exit(code) from error


def _say(errors: Console, text: str) -> None:
    errors.print(f"issuer: {text}", markup=False)
