"""Read the outbox, and put what is in it on its way to those who want to be told."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import ids
from issuer.core.exchange import announcements
from issuer.db import export_changes, outbox_reading, webhook_deliveries, webhooks
from issuer.db import letters as letter_queries
from issuer.db.outbox_reading import Heard
from issuer.db.webhook_tables import Webhook
from issuer.services import letters

_AT_ONCE: Final = 1_000


def announce(context: Context) -> int:
    """Pass on what the outbox has to tell, and return how many messages that were.

    A message and that it was read are committed together: it is passed on once, whoever dies. Nothing is
    written where nothing is new.
    """
    count, goes_on = 0, True
    while goes_on and _is_anything_new(context):
        with context.database.write.begin() as session:
            taken = outbox_reading.take(session, context.clock(), _AT_ONCE)
            heard, goes_on = taken or ([], False)
            _pass_on(context, session, heard)
        count += len(heard)
    return count


def _is_anything_new(context: Context) -> bool:
    with context.database.read() as session:
        return outbox_reading.is_anything_new(session)


def _pass_on(context: Context, session: Session, heard: Sequence[Heard]) -> None:
    _note_changes(session, heard)
    if written := letters.due_rows(context, heard):
        letter_queries.add(session, written)
    told = [each for each in heard if announcements.type_of(each.topic) is not None]
    if not told:
        return
    listening: defaultdict[str, list[Webhook]] = defaultdict(list)
    for webhook in webhooks.listening(session, {each.tenant_id for each in told}):
        listening[webhook.tenant_id].append(webhook)
    rows = [row for each in told for row in _deliveries(context, each, listening[each.tenant_id])]
    if rows:
        webhook_deliveries.add(session, rows)


def _note_changes(session: Session, heard: Sequence[Heard]) -> None:
    """Give what changed its position in the feeds of agencies: one process at a time is here."""
    by_tenant: defaultdict[str, list[Heard]] = defaultdict(list)
    for each in heard:
        if each.topic in export_changes.TOPICS:
            by_tenant[each.tenant_id].append(each)
    for tenant_id in sorted(export_changes.exporting(session, by_tenant)):
        export_changes.note(session, tenant_id, by_tenant[tenant_id])


def _deliveries(context: Context, heard: Heard, listening: Sequence[Webhook]) -> list[dict[str, object]]:
    """Return a delivery to each webhook that wants such a message. To all of them it has the same id."""
    kind = announcements.type_of(heard.topic)
    wanting = [each for each in listening if kind in each.types.split()]
    if not wanting:
        return []
    webhook_id, now = "msg_" + ids.public_id(context.chance(ids.PUBLIC_ID_BYTES)), context.clock()
    return [
        {
            "id": context.new_key(),
            "tenant_id": heard.tenant_id,
            "endpoint_id": each.id,
            "message_id": heard.id,
            "credential_id": heard.credential_id,
            "webhook_id": webhook_id,
            "type": kind,
            "created_at": now,
            "attempts": 0,
            "next_at": now,
        }
        for each in wanting
    ]
