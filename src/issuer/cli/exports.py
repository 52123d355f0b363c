"""`issuer export-profile`, `export` and `import-check`: what agencies get, and how they check it."""

import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.progress import Progress

from issuer.cli import export_folder, printing, wiring
from issuer.cli.verify_desk import Desk
from issuer.context import Context
from issuer.core import documents
from issuer.core.documents import Limits
from issuer.core.exchange.exports import checking
from issuer.core.exchange.exports.checking import Contents, TamperedExport, UncheckedExport
from issuer.core.verifying import findings
from issuer.core.verifying.materials import Obtained, Want
from issuer.db import export_receipts, exports
from issuer.services.exports import manifests, profiles
from issuer.services.exports.manifests import Manifest
from issuer.services.exports.profiles import Export

app = typer.Typer(help="Export profiles: what each agency is given.", no_args_is_help=True)

NOT_GOOD, COULD_NOT_CHECK = 1, 2
_MANIFEST: Final = Limits(size=2_000_000, members=200_000, array=10_000)

NameArgument = Annotated[str, typer.Argument(help="The profile's name, such as us-pa.")]


@app.command()
def save(
    name: NameArgument,
    file: Annotated[Path, typer.Argument(help="The profile, as YAML or JSON.", exists=True, dir_okay=False)],
    tenant: printing.TenantOption = None,
) -> None:
    """Save a profile as its next version. It counts at once."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    saved = profiles.save(context, owner.id, name, documents.parse_yaml(file.read_bytes()))
    typer.echo(f"version {saved.row.version} of {name}: {manifests.address(context, saved, 'manifest')}")


@app.command("list")
def list_(tenant: printing.TenantOption = None) -> None:
    """List an issuer's export profiles."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    with context.database.read() as session:
        found = [profiles.of_row(session, each) for each in exports.every(session, owner.id)]
    rows = [
        [each.row.name, each.profile.title, each.row.version, each.profile.client, each.row.disabled_at]
        for each in found
    ]
    printing.table(["NAME", "AGENCY", "VERSION", "CLIENT", "OFF SINCE"], rows)


@app.command()
def receipts(name: NameArgument, tenant: printing.TenantOption = None) -> None:
    """Say how many rows the agency accepted, rejected and held, and why."""
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    with context.database.read() as session:
        row = exports.by_name(session, owner.id, name)
        rows = export_receipts.counts(session, owner.id, row.id)
    printing.table(["OUTCOME", "REASON", "ROWS"], rows)


def export(
    profile: Annotated[str, typer.Option("--profile", "-p", help="The export profile.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.", file_okay=False)],
    layout: Annotated[
        Path | None,
        typer.Option(
            "--layout", help="A state's layout: which column stands under which heading.", exists=True
        ),
    ] = None,
    tenant: printing.TenantOption = None,
    *,
    full: Annotated[bool, typer.Option("--full", help="Everything, not only what changed since.")] = False,
) -> None:
    """Write an export into a folder, for a job that sends it: everything once, then what changed since.

    The folder remembers how far it got, once all is written. Very many changes come in several parts.
    """
    context = wiring.ready_context()
    owner = wiring.tenant_of(context, tenant)
    with context.database.read() as session:
        found = profiles.readable(session, owner.id, profile)
    chosen = export_folder.layout_of(layout, found) if layout else None
    cursor = None if full else export_folder.cursor(out)
    part, more = 0, True
    while more:
        part += 1
        folder = out if part == 1 else out / f"part-{part}"
        manifest = _manifest(context, found, cursor)
        written = export_folder.write(context, found, manifest, folder, chosen)
        document = manifest.document
        cursor, more = document["cursor"], document["more"]
        counts = f"{document['counts']['upserts']} rows, {document['counts']['deletes']} deleted"
        typer.echo(f"{document['mode']}: {counts}, {len(written)} files in {folder}")
    export_folder.note(out, str(cursor))


def import_check(
    folder: Annotated[
        Path, typer.Argument(help="A folder with manifest.json and its files.", file_okay=False)
    ],
    *,
    issuer: Annotated[
        str | None, typer.Option("--issuer", help="Whose export it has to be.", metavar="DID")
    ] = None,
    sample: Annotated[int, typer.Option("--sample", help="How many seals to check.", min=0, max=10_000)] = 20,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody; say what that leaves open.")
    ] = False,
    local: Annotated[
        bool, typer.Option("--local", help="This machine may be asked for keys and badges.")
    ] = False,
) -> None:
    """Check an export as its agency: the seal of the manifest, every file and row, and a sample of badges.

    Exit code 0: all as the issuer signed it. 1: not. 2: it could not be checked.
    """
    manifest = documents.parse((folder / "manifest.json").read_bytes(), _MANIFEST)
    with Desk.opened(size=2, offline=offline, local=local, lists=[]) as desk:
        try:
            contents = _check(desk, folder, manifest, (issuer, sample))
        except TamperedExport as error:
            typer.echo(f"✕ {error.detail}")
            raise typer.Exit(NOT_GOOD) from error
        except UncheckedExport as error:
            typer.echo(f"? {error.detail}")
            raise typer.Exit(COULD_NOT_CHECK) from error
    _say(contents)


def _manifest(context: Context, found: Export, cursor: str | None) -> Manifest:
    if cursor is None:
        return manifests.full(context, found, wait=True)
    return manifests.delta(context, found, cursor)


def _check(desk: Desk, folder: Path, manifest: documents.Document, how: tuple[str | None, int]) -> Contents:
    """Check all of it. Where nobody can be asked for keys, the files are checked all the same."""
    issuer, sample = how
    contents = Contents(secrets.token_bytes(16), sample)
    try:
        _check_seal(desk, manifest, issuer)
    except UncheckedExport:
        _check_files(folder, manifest, contents)
        raise
    _check_files(folder, manifest, contents)
    _check_sample(desk, contents)
    return contents


def _check_seal(desk: Desk, manifest: documents.Document, issuer: str | None) -> None:
    want = checking.wanted(manifest, issuer)
    checking.check_seal(manifest, {want: desk.obtain(want)})
    typer.echo(f"✓ the manifest is signed by {manifest['issuer']}")


def _check_files(folder: Path, manifest: documents.Document, contents: Contents) -> None:
    found = list(checking.pieces(manifest))
    with Progress(transient=True, console=printing.errors()) as bar:
        for name, piece in bar.track(found, description="files"):
            path = folder / Path(name).name
            if not path.is_file():
                raise TamperedExport(f"{name} is not in the folder: fetch {piece['url']}")
            checking.check_file(name, piece, path.read_bytes(), contents)
    typer.echo(f"✓ {len(found)} files are as the manifest has them")


def _check_sample(desk: Desk, contents: Contents) -> None:
    """Check the seals of badges chosen by chance: from the row where it holds the file, else fetched."""
    chosen = contents.badges
    for row in chosen:
        _check_badge(desk, row)
    if chosen:
        typer.echo(f"✓ {len(chosen)} badges are signed, and stand as their rows say")


def _check_badge(desk: Desk, row: Mapping[str, str]) -> None:
    text = row.get("credential")
    if text is None:
        fetched = desk.obtain(Want("resource", row["credential_url"]))
        if not isinstance(fetched, Obtained):
            raise UncheckedExport(f"{row['credential_url']} could not be fetched: {fetched.reason}")
        text = str(fetched.content)
    if sha256(text.encode()).hexdigest() != row["content_sha256"]:
        raise TamperedExport(f"{row['credential_id']}: the signed file is another one than the row says")
    found = desk.judged(text)
    if found.result in findings.UNDECIDED:
        raise UncheckedExport(f"{row['credential_id']} could not be checked: {found.result}")
    if not checking.agrees(row["status"], found.result):
        raise TamperedExport(
            f"{row['credential_id']}: the row says {row['status']}, the badge is {found.result}"
        )


def _say(contents: Contents) -> None:
    typer.echo("A load would bring:")
    for title, counted in (
        ("rows", contents.upserts),
        ("deleted", contents.deletes),
        ("of", contents.achievements),
    ):
        for name, count in sorted(counted.items()):
            typer.echo(f"  {count:>8} {title} {name}")
