"""Make the full exports that were ordered, tell that they are there, and forget files whose time is over."""

from issuer.context import Context
from issuer.core.exchange.announcements import EXPORT_READY
from issuer.db import export_changes, exports, outbox
from issuer.services import claims
from issuer.services.exports import manifests, profiles
from issuer.services.exports.profiles import Export


def fill_orders(context: Context, holder: str) -> int:
    """Make the full exports that were ordered, and return how many that were."""
    ordered = claims.exports(context, holder)
    for profile_id in ordered:
        with context.database.read() as session:
            export = profiles.of_row(session, exports.of_order(session, profile_id))
        manifests.full(context, export, wait=True)
        with context.database.write.begin() as session:
            exports.fill(session, export.tenant.id, export.id)
            if last := export_changes.last(session, export.tenant.id):
                outbox.add(session, [_ready(context, export, last)])
    claims.settle_exports(context, holder, ordered)
    return len(ordered)


def forget(context: Context) -> None:
    """Delete files whose time is over."""
    with context.database.read() as session:
        is_any_over = exports.is_any_over(session, context.clock())
    if is_any_over:
        with context.database.write.begin() as session:
            exports.forget(session, context.clock())


def _ready(context: Context, export: Export, credential_id: str) -> dict[str, object]:
    """Return the message that an export is there. It hangs on the badge that changed last."""
    return {
        "tenant_id": export.tenant.id,
        "credential_id": credential_id,
        "topic": EXPORT_READY,
        "note": export.row.name,
        "actor": "worker",
        "request_id": "worker",
        "created_at": context.clock(),
    }
