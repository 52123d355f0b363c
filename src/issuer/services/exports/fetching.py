"""Hand out the files of an export, and write down who fetched what."""

from issuer.context import Context
from issuer.db import exports
from issuer.db.export_tables import ExportDownload, ExportFile
from issuer.services.exports.profiles import Export


def file(context: Context, export: Export, sha256: str) -> ExportFile:
    """Return a file of an export, or raise `UnknownFile`."""
    with context.database.read() as session:
        return exports.file(session, export.tenant.id, export.id, sha256)


def note(context: Context, client_id: str, export: Export, what: str, request_id: str) -> None:
    """Write down that a client, or the operator, fetched something of an export."""
    row = ExportDownload(
        id=context.new_key(),
        tenant_id=export.tenant.id,
        profile_id=export.id,
        client_id=client_id,
        what=what,
        request_id=request_id,
        at=context.clock(),
    )
    with context.database.write.begin() as session:
        session.add(row)
