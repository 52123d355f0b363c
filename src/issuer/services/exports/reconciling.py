"""Sums by which an agency sees whether it has what it should have."""

from typing import NamedTuple

from issuer.context import Context
from issuer.core.exchange.exports.reconciling import Ledger, Sum
from issuer.db import export_changes
from issuer.services.exports import feed, manifests, profiles
from issuer.services.exports.profiles import Export
from issuer.services.webhooks import announcing


class Reconciled(NamedTuple):
    """The sums of a month's partitions, or of all, and the cursor at which they are what they are."""

    cursor: str
    sums: list[Sum]


def reconcile(context: Context, export: Export, month: str | None) -> Reconciled:
    """Return the counts and checksums of every achievement in a month of awards (`YYYY-MM`), or in all.

    Raises `RecordsNotRows`.
    """
    profiles.must_have_rows(export)
    announcing.announce(context)
    ledger = Ledger()
    with context.database.read() as session:
        position = export_changes.newest(session, export.tenant.id)
        for found in feed.whole(context, session, export, position):
            held = [row for row in found if row["op"] == "upsert"]
            ledger.count(row for row in held if month is None or row["awarded_date"].startswith(month))
    return Reconciled(manifests.cursor_at(context, export, position), ledger.sums())
