"""Take what can be read of a message with several events, of which some cannot."""

import json

from issuer.context import Context
from issuer.core.documents import Document
from issuer.core.intake.dialects.all import DIALECTS
from issuer.core.intake.dialects.foreign import MAX_EVENTS
from issuer.core.intake.observation import Reading
from issuer.db.source_tables import Source
from issuer.errors import Invalid
from issuer.services.sources import taking

_CALIPER = "caliper"
_DATA = "data"
_SHOWN = "token"


def salvage(context: Context, source: Source, document: object, request_id: str) -> bool:
    """Return whether a message was taken apart: what can be read of it is taken, each other event is kept.

    Whoever sent it may never send it again, and a whole that cannot be read could not be replayed either.
    Raises what taking does.
    """
    parts = _parts(source, document)
    readings: list[Reading] = []
    rows: list[Document] = []
    for each in parts:
        try:
            readings += DIALECTS[source.dialect](each, context.clock())  # type: ignore[index]
        except Invalid as error:
            shown = {name: value for name, value in each.items() if name != _SHOWN}
            rows.append(taking.unread_row(context, source, json.dumps(shown).encode(), error, request_id))
    if parts:
        taking.keep(context, source, rows)
        taking.take(context, source, readings, request_id)
    return bool(parts)


def _parts(source: Source, document: object) -> list[Document]:
    """Return each event as a message of its own, none of one that holds a single event, or too many."""
    events: object = document
    if source.dialect == _CALIPER and isinstance(document, dict):
        events = document.get(_DATA)
    if not isinstance(events, list) or not 1 < len(events) <= MAX_EVENTS:
        return []
    if not all(isinstance(each, dict) for each in events):
        return []
    return events if events is document else [{**document, _DATA: [each]} for each in events]  # type: ignore[dict-item]
