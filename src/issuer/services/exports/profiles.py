"""Agree with an agency on what it is given: profiles, each change of which is a new version."""

import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.awarding.profile import plain
from issuer.core.documents import Document
from issuer.core.exchange.exports.profile import ExportProfile
from issuer.db import clients, export_changes, export_reading, exports, tenants
from issuer.db.export_tables import ExportProfileRow, ExportProfileVersion
from issuer.db.exports import UnknownExport
from issuer.db.tables import Tenant
from issuer.errors import Conflict, Fault, Forbidden, Invalid
from issuer.services.clients import Client

MANAGE = "exports:manage"
READ = "exports:read"


class TestsNotExported(Forbidden):
    """A sandbox exports nothing: no agency is to take its badges for real ones."""

    code = "tests-not-exported"


class RecordsNotRows(Invalid):
    """The profile gives a record for each person, and what was asked for is of rows."""

    code = "records-not-rows"


class ExportIsOff(Conflict):
    """Nothing of the export can be read while its profile is turned off."""

    code = "export-is-off"


@dataclass(frozen=True)
class Export:
    """A profile of a tenant, as its newest version has it."""

    tenant: Tenant
    row: ExportProfileRow
    profile: ExportProfile

    @property
    def id(self) -> str:
        """The primary key of the profile."""
        return self.row.id


def save(context: Context, tenant_id: str, name: str, content: Document) -> Export:
    """Save a profile as its next version, which counts at once, and return it.

    The same as the newest makes no new one. Raises `TestsNotExported`, or `InvalidFields` that points at each
    fault, an achievement that there is not among them.
    """
    given = fields.read(ExportProfile, content)
    text = documents.text(plain(given))
    with context.database.write.begin() as session:
        export_changes.hold(session)
        tenant = tenants.by_id(session, tenant_id)
        if tenants.is_for_trials(tenant):
            raise TestsNotExported("a sandbox exports nothing: make the profile with the issuer's own key")
        _check(session, tenant_id, given)
        try:
            row = exports.by_name(session, tenant_id, name)
        except UnknownExport:
            row = _added(context, session, tenant_id, name)
        newest = exports.version(session, tenant_id, row.id, row.version)
        if newest is None or newest.content != text:
            _next(context, session, row, text)
        export_changes.note_all(session, tenant_id)
    return Export(tenant, row, given)


def load(session: Session, tenant_id: str, name: str) -> Export:
    """Return a profile, or raise `UnknownExport`."""
    row = exports.by_name(session, tenant_id, name)
    return of_row(session, row)


def readable(session: Session, tenant_id: str, name: str) -> Export:
    """Return a profile that is not turned off, or raise `UnknownExport` or `ExportIsOff`."""
    found = load(session, tenant_id, name)
    if found.row.disabled_at is not None:
        raise ExportIsOff(f"the export profile {name!r} is turned off: turn it on first")
    return found


def of_row(session: Session, row: ExportProfileRow) -> Export:
    """Return a profile by its row."""
    tenant = tenants.by_id(session, row.tenant_id)
    return Export(tenant, row, version(session, row, row.version))


def version(session: Session, row: ExportProfileRow, number: int) -> ExportProfile:
    """Return a profile as one of its versions had it, or raise `UnknownExport`."""
    found = exports.version(session, row.tenant_id, row.id, number)
    if found is None:
        raise UnknownExport(f"the export profile {row.name!r} has no version {number}")
    return ExportProfile.model_validate(json.loads(found.content))


def opened(context: Context, client: Client, name: str) -> Export:
    """Return a profile for whoever may read it: its own client, or the district.

    To everybody else it is as if there were none. Raises `UnknownExport` and `MissingScope`.
    """
    if MANAGE not in client.scopes:
        client.must(READ)
    with context.database.read() as session:
        found = load(session, client.tenant_id, name)
    own = found.profile.client == client.id or MANAGE in client.scopes
    if found.row.disabled_at is not None or not own:
        raise UnknownExport(f"there is no export profile {name!r}")
    return found


def must_have_rows(export: Export) -> None:
    """Raise `RecordsNotRows` for a profile of records of people: rows are not what was agreed on with it."""
    if export.profile.format == "clr":
        raise RecordsNotRows(
            "this export gives a signed record for each person (CLR 2.0), not rows: read its manifest"
        )


def turn(context: Context, tenant_id: str, name: str, *, off: bool) -> Export:
    """Turn a profile off, or on again, and return it. Raises `UnknownExport`."""
    with context.database.write.begin() as session:
        row = exports.by_name(session, tenant_id, name)
        row.disabled_at = (row.disabled_at or context.clock()) if off else None
        return of_row(session, row)


def _check(session: Session, tenant_id: str, given: ExportProfile) -> None:
    offered = set(export_reading.codes(session, tenant_id))
    faults = [
        Fault(f"/achievements/{number}", f"there is no published achievement {code}")
        for number, code in enumerate(given.achievements or [])
        if code not in offered
    ]
    reader = clients.by_id(session, given.client)
    if reader is None or reader.tenant_id != tenant_id:
        faults.append(Fault("/client", "the issuer has no such API client: `issuer client list`"))
    elif not {READ, MANAGE} & set(reader.scopes.split()):
        faults.append(Fault("/client", f"that API client lacks the scope {READ}: make one that has it"))
    if faults:
        raise fields.InvalidFields("the profile names what there is not", faults)


def _added(context: Context, session: Session, tenant_id: str, name: str) -> ExportProfileRow:
    row = ExportProfileRow(
        id=context.new_key(), tenant_id=tenant_id, name=name, version=0, created_at=context.clock()
    )
    session.add(row)
    session.flush()
    return row


def _next(context: Context, session: Session, row: ExportProfileRow, text: str) -> None:
    row.version += 1
    session.add(
        ExportProfileVersion(
            profile_id=row.id,
            number=row.version,
            tenant_id=row.tenant_id,
            content=text,
            created_at=context.clock(),
        )
    )
    session.flush()
