"""`issuer award`: find badges, correct them, withdraw them, put them on hold, one or all of a file."""

import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from issuer.cli import award_file, printing, wiring
from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.documents import Document
from issuer.core.intake.correction import Correction
from issuer.db import credentials
from issuer.db.tables import Credential, Tenant
from issuer.errors import Invalid
from issuer.services import revoke as service
from issuer.services.after_award import reissue as reissuing
from issuer.services.revoke import Change

app = typer.Typer(help="Awards: find, correct, revoke, suspend, reinstate.", no_args_is_help=True)

AwardId = Annotated[str | None, typer.Argument(help="The award's id: the end of its address.")]
AwardFile = Annotated[
    str | None,
    typer.Option(
        "--file", "-f", help="Awards, an id or address a line; - is standard input.", metavar="FILE"
    ),
]
Reason = Annotated[str, typer.Option(help=f"One of {', '.join(service.REASONS)}. Shown publicly.")]
Note = Annotated[str | None, typer.Option(help="Why, for your own records. Never shown.")]
_STREAM = "-"


class UnclearAward(Invalid):
    """Neither an award nor a file of awards was named, or both."""

    code = "unclear-award"


@dataclass(frozen=True)
class _Named:
    """One award, or a file of awards, that a command names."""

    award_id: str | None
    file: str | None


@app.command()
def find(
    query: Annotated[str, typer.Argument(help="An award's id, an e-mail address, or part of a name.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    tenant: printing.TenantOption = None,
) -> None:
    """Find awards, the newest first."""
    context = wiring.ready_context()
    owner, now = wiring.tenant_of(context, tenant), context.clock()
    with context.database.read() as session:
        found = credentials.search(session, owner.id, now=now, limit=limit, query=query or None)
    rows = [
        [award.public_id, f"{code} v{number}", name, award.awarded_at.date(), _standing(award)]
        for award, code, number, name in found
    ]
    printing.table(["AWARD", "ACHIEVEMENT", "NAME", "AWARDED", "STANDING"], rows)


@app.command()
def revoke(
    reason: Reason,
    award_id: AwardId = None,
    file: AwardFile = None,
    note: Note = None,
    replaced_by: Annotated[
        str | None, typer.Option(help="The newer badge's id, with the reason replaced: the page leads to it.")
    ] = None,
    tenant: printing.TenantOption = None,
) -> None:
    """Withdraw a badge for good, or all that a file names.

    Exit code 1: some of the file were refused. Those that are withdrawn already are left as they are.
    """
    _change(_Named(award_id, file), "revoke", reason, note, tenant, replaced_by)


@app.command()
def suspend(
    reason: Reason,
    award_id: AwardId = None,
    file: AwardFile = None,
    note: Note = None,
    tenant: printing.TenantOption = None,
) -> None:
    """Put a badge on hold, or all that a file names."""
    _change(_Named(award_id, file), "suspend", reason, note, tenant)


@app.command()
def reinstate(
    award_id: AwardId = None,
    file: AwardFile = None,
    note: Note = None,
    tenant: printing.TenantOption = None,
) -> None:
    """Lift a hold, or those of all that a file names."""
    _change(_Named(award_id, file), "reinstate", None, note, tenant)


@app.command()
def reissue(
    award_id: Annotated[str, typer.Argument(help="The award's id: the end of its address.")],
    name: Annotated[str | None, typer.Option(help="The person's name as it should have been.")] = None,
    valid_until: Annotated[str | None, typer.Option(help="The badge's end: a day, or a moment.")] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", help="What was wrong, as JSON: recipient, activity, assessment, …"),
    ] = None,
    note: Note = None,
    tenant: printing.TenantOption = None,
) -> None:
    """Correct a badge: a new signed file at the same address. The earlier file is withdrawn."""
    given: Document = documents.parse(file.read_bytes()) if file is not None else {}
    named = {"recipient": {"name": name} if name else None, "validUntil": valid_until, "note": note}
    correction = fields.read(Correction, given | {key: each for key, each in named.items() if each})
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    operator = wiring.operator(owner)
    found = reissuing.reissue(context, operator, award_id, correction, request_id=wiring.request_id(context))
    typer.echo(f"{_address(context, owner, award_id)} {_standing(found[0])}")


def _change(
    named: _Named,
    what: Change,
    reason: str | None,
    note: str | None,
    tenant: str | None,
    replaced_by: str | None = None,
) -> None:
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    operator = wiring.operator(owner)
    order = service.Order(what, reason, note, operator, wiring.request_id(context), replaced_by)
    if named.file is not None and named.award_id is None:
        _change_file(context, order, named.file)
    elif named.award_id is not None and named.file is None:
        _change_one(context, owner, order, named.award_id)
    else:
        raise UnclearAward("name one award, or a file of awards with --file")


def _change_one(context: Context, owner: Tenant, order: service.Order, award_id: str) -> None:
    found = service.change(
        context,
        order.client,
        award_id,
        order.what,
        reason=order.reason,
        note=order.note,
        request_id=order.request_id,
        replaced_by=order.replaced_by,
    )
    typer.echo(f"{_address(context, owner, award_id)} {_standing(found[0])}")


def _change_file(context: Context, order: service.Order, name: str) -> None:
    console, path = printing.errors(), Path(name)
    with nullcontext(sys.stdin.buffer) if name == _STREAM else path.open("rb") as file:
        size = None if name == _STREAM else path.stat().st_size
        found = award_file.change(context, order, file, size, console)
    typer.echo(str(found))
    raise typer.Exit(award_file.REFUSED if found.refused else 0)


def _address(context: Context, tenant: Tenant, award_id: str) -> str:
    return context.addresses(tenant).badge(award_id)


def _standing(award: Credential) -> str:
    if award.revoked_at is not None:
        return f"withdrawn ({award.reason})"
    return f"on hold ({award.reason})" if award.suspended_at is not None else "in force"
