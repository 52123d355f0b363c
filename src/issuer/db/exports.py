"""Queries over export profiles, and over the files and manifests that were made by them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from issuer.db.export_tables import (
    ExportDownload,
    ExportFile,
    ExportManifest,
    ExportOrder,
    ExportProfileRow,
    ExportProfileVersion,
)
from issuer.errors import NotFound

IN_THE_MAKING: Final = ""
"""The content of a manifest whose files are being made."""


class UnknownExport(NotFound):
    """There is no such export profile for whoever asks."""

    code = "unknown-export"


class UnknownFile(NotFound):
    """The export has no such file, or not any more."""

    code = "unknown-export-file"


def by_name(session: Session, tenant_id: str, name: str) -> ExportProfileRow:
    """Return a profile, or raise `UnknownExport`."""
    query = select(ExportProfileRow).where(ExportProfileRow.tenant_id == tenant_id)
    found = session.scalars(query.where(ExportProfileRow.name == name)).one_or_none()
    if found is None:
        raise UnknownExport(f"there is no export profile {name!r}")
    return found


def every(session: Session, tenant_id: str) -> Sequence[ExportProfileRow]:
    """Return a tenant's profiles, by name."""
    query = select(ExportProfileRow).where(ExportProfileRow.tenant_id == tenant_id)
    return session.scalars(query.order_by(ExportProfileRow.name)).all()


def version(session: Session, tenant_id: str, profile_id: str, number: int) -> ExportProfileVersion | None:
    """Return one version of a profile, if it is there."""
    query = select(ExportProfileVersion).where(
        ExportProfileVersion.tenant_id == tenant_id,
        ExportProfileVersion.profile_id == profile_id,
        ExportProfileVersion.number == number,
    )
    return session.scalars(query).one_or_none()


def latest_full(session: Session, tenant_id: str, profile_id: str, number: int) -> ExportManifest | None:
    """Return the newest full export by a version of a profile whose files are kept."""
    query = select(ExportManifest).where(
        ExportManifest.tenant_id == tenant_id,
        ExportManifest.profile_id == profile_id,
        ExportManifest.version == number,
        ExportManifest.from_position.is_(None),
        ExportManifest.content != IN_THE_MAKING,
    )
    return session.scalars(query.order_by(ExportManifest.created_at.desc()).limit(1)).one_or_none()


def same(
    session: Session, tenant_id: str, profile_id: str, number: int, span: tuple[int, int]
) -> ExportManifest | None:
    """Return the manifest of the changes between two positions, if one is kept."""
    query = select(ExportManifest).where(
        ExportManifest.tenant_id == tenant_id,
        ExportManifest.profile_id == profile_id,
        ExportManifest.version == number,
        ExportManifest.from_position == span[0],
        ExportManifest.to_position == span[1],
    )
    return session.scalars(query.limit(1)).one_or_none()


def file(session: Session, tenant_id: str, profile_id: str, sha256: str) -> ExportFile:
    """Return a file, or raise `UnknownFile`."""
    query = select(ExportFile).where(
        ExportFile.tenant_id == tenant_id,
        ExportFile.profile_id == profile_id,
        ExportFile.sha256 == sha256,
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise UnknownFile("there is no such file any more: ask for the manifest anew")
    return found


def keep_file(session: Session, tenant_id: str, row: Mapping[str, object]) -> None:
    """Keep a file, longer where the same one is there already."""
    session.merge(ExportFile(**row, tenant_id=tenant_id))


def finish(
    session: Session, tenant_id: str, manifest_id: str, span: tuple[int | None, int], content: str
) -> bool:
    """Give a manifest in the making its content, and return whether it was there still."""
    own = ExportManifest.tenant_id == tenant_id, ExportManifest.id == manifest_id
    done = (
        update(ExportManifest).where(*own).values(content=content, from_position=span[0], to_position=span[1])
    )
    return bool(session.connection().execute(done).rowcount)


def drop_files(session: Session, tenant_id: str) -> None:
    """Delete every file and manifest of a tenant, those in the making too: somebody in them is erased."""
    for table in (ExportFile, ExportManifest):
        session.execute(delete(table).where(table.tenant_id == tenant_id))


def is_any_over(session: Session, now: datetime) -> bool:
    """Return whether there is anything that was kept long enough, of any tenant."""
    over = exists().where(ExportFile.until < now) | exists().where(ExportManifest.until < now)
    return bool(session.scalar(select(over)))


def forget(session: Session, now: datetime) -> None:
    """Delete what was kept long enough, of all tenants."""
    for table in (ExportFile, ExportManifest):
        session.execute(delete(table).where(table.until < now))


def order(session: Session, tenant_id: str, profile_id: str, now: datetime) -> None:
    """Order a full export, unless one is ordered."""
    if session.get(ExportOrder, profile_id) is None:
        session.add(ExportOrder(profile_id=profile_id, tenant_id=tenant_id, ordered_at=now))


def fill(session: Session, tenant_id: str, profile_id: str) -> None:
    """Take back an order, which is filled."""
    own = ExportOrder.tenant_id == tenant_id, ExportOrder.profile_id == profile_id
    session.execute(delete(ExportOrder).where(*own))


def of_order(session: Session, profile_id: str) -> ExportProfileRow:
    """Return the profile that an order is for, of whatever tenant: a worker fills the orders of all."""
    return session.scalars(select(ExportProfileRow).where(ExportProfileRow.id == profile_id)).one()


def downloads(session: Session, tenant_id: str, profile_id: str, limit: int) -> Sequence[ExportDownload]:
    """Return who fetched what, the newest first."""
    query = select(ExportDownload).where(
        ExportDownload.tenant_id == tenant_id, ExportDownload.profile_id == profile_id
    )
    return session.scalars(query.order_by(ExportDownload.id.desc()).limit(limit)).all()


def renumber(session: Session, tenant_id: str, profile_id: str, number: int) -> None:
    """Make a version the newest one."""
    own = ExportProfileRow.tenant_id == tenant_id, ExportProfileRow.id == profile_id
    session.execute(update(ExportProfileRow).where(*own).values(version=number))
