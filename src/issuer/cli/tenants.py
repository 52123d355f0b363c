"""`issuer tenant`: the issuers of this service."""

import json
from pathlib import Path
from typing import Annotated

import typer

from issuer.cli import printing, wiring
from issuer.core import documents
from issuer.core.documents import Document
from issuer.db import tenants
from issuer.services import tenants as service
from issuer.services import trials
from issuer.services.tenants import profile_of

app = typer.Typer(help="Issuers: make one, list them, show one.", no_args_is_help=True)


@app.command()
def create(
    slug: Annotated[str, typer.Argument(help="Short name for addresses: letters, digits, hyphens.")],
    name: Annotated[str | None, typer.Option(help="The organisation's name.")] = None,
    url: Annotated[str | None, typer.Option(help="Its website.")] = None,
    email: Annotated[str | None, typer.Option(help="Its contact address, shown on badges.")] = None,
    profile: Annotated[Path | None, typer.Option(help="YAML or JSON file with the whole Profile.")] = None,
    default: Annotated[bool, typer.Option(help="Give it the public URL's own DID. Never changes.")] = False,  # noqa: FBT002
    origin: Annotated[
        str | None, typer.Option(help="An origin of its own, from ISSUER_ORIGINS. Never changes.")
    ] = None,
) -> None:
    """Make an issuer with its first signing key."""
    given: Document = documents.parse_yaml(profile.read_bytes()) if profile else {}
    options = {"name": name, "url": url, "email": email}
    given |= {key: value for key, value in options.items() if value is not None}
    context = wiring.ready_context()
    tenant = service.create(context, slug, given, default=default, origin=origin)
    addresses = context.addresses(tenant)
    printing.table(
        ["", ""],
        [
            ["issuer", slug],
            ["DID", addresses.did],
            ["DID document", addresses.did_document],
            ["page", addresses.issuer],
        ],
    )


@app.command("list")
def list_(*, as_json: printing.JsonOption = False) -> None:
    """List the issuers."""
    context = wiring.ready_context()
    with context.database.read() as session:
        found = tenants.all_tenants(session)
    rows = [[each.slug, json.loads(each.profile)["name"], context.addresses(each).did] for each in found]
    if as_json:
        printing.as_json([dict(zip(("slug", "name", "did"), row, strict=True)) for row in rows])
    else:
        printing.table(["SLUG", "NAME", "DID"], rows)


@app.command()
def show(slug: str) -> None:
    """Print an issuer's Open Badges Profile."""
    context = wiring.ready_context()
    printing.as_json(profile_of(context, wiring.tenant_of(context, slug)))


@app.command()
def present(
    slug: str,
    presentation: Annotated[
        Path | None, typer.Argument(help="YAML or JSON file: color, language, timeZone, kind, policies…")
    ] = None,
) -> None:
    """Choose how an issuer's pages and certificates look; without a file, print what was chosen."""
    context = wiring.ready_context()
    tenant = wiring.tenant_of(context, slug)
    if presentation is not None:
        tenant = service.present(context, tenant.id, documents.parse_yaml(presentation.read_bytes()))
    printing.as_json(json.loads(tenant.presentation))


@app.command("purge-tests")
def purge_tests(slug: Annotated[str, typer.Argument(help="The issuer whose sandbox is meant.")]) -> None:
    """Forget everybody and every badge of an issuer's sandbox. Real badges are never touched."""
    context = wiring.ready_context()
    with context.database.read() as session:
        trial = tenants.by_slug(session, slug.removesuffix(tenants.TRIALS) + tenants.TRIALS)
    typer.echo(f"{trials.purge(context, trial)} test badges were purged")
