"""`issuer award`: find badges, withdraw them, put them on hold."""

from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.context import Context
from issuer.core import ids
from issuer.db import credentials
from issuer.db.tables import Credential, Tenant
from issuer.services import revoke as service
from issuer.services.clients import Client
from issuer.services.revoke import Change

app = typer.Typer(help="Awards: find, revoke, suspend, reinstate.", no_args_is_help=True)

AwardId = Annotated[str, typer.Argument(help="The award's id: the end of its address.")]
Reason = Annotated[str, typer.Option(help=f"One of {', '.join(service.REASONS)}. Shown publicly.")]
Note = Annotated[str | None, typer.Option(help="Why, for your own records. Never shown.")]
ACTOR = "operator"


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
    award_id: AwardId,
    reason: Reason,
    note: Note = None,
    replaced_by: Annotated[
        str | None, typer.Option(help="The newer badge's id, with the reason replaced: the page leads to it.")
    ] = None,
    tenant: printing.TenantOption = None,
) -> None:
    """Withdraw a badge for good."""
    _change(award_id, "revoke", reason, note, tenant, replaced_by)


@app.command()
def suspend(
    award_id: AwardId, reason: Reason, note: Note = None, tenant: printing.TenantOption = None
) -> None:
    """Put a badge on hold."""
    _change(award_id, "suspend", reason, note, tenant)


@app.command()
def reinstate(award_id: AwardId, note: Note = None, tenant: printing.TenantOption = None) -> None:
    """Lift a hold."""
    _change(award_id, "reinstate", None, note, tenant)


def _change(
    award_id: str,
    what: Change,
    reason: str | None,
    note: str | None,
    tenant: str | None,
    replaced_by: str | None = None,
) -> None:
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    request_id = "cli_" + ids.public_id(context.chance(ids.PUBLIC_ID_BYTES))
    operator = Client(ACTOR, owner.id, frozenset())
    found = service.change(
        context,
        operator,
        award_id,
        what,
        reason=reason,
        note=note,
        request_id=request_id,
        replaced_by=replaced_by,
    )
    typer.echo(f"{_address(context, owner, award_id)} {_standing(found[0])}")


def _address(context: Context, tenant: Tenant, award_id: str) -> str:
    return context.addresses(tenant).badge(award_id)


def _standing(award: Credential) -> str:
    if award.revoked_at is not None:
        return f"withdrawn ({award.reason})"
    return f"on hold ({award.reason})" if award.suspended_at is not None else "in force"
