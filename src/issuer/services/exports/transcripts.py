"""Exports of one signed record for each person, instead of one row for each badge."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from issuer.context import Context
from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.exchange.exports import transcript
from issuer.core.exchange.exports.profile import scope_of
from issuer.core.exchange.exports.rows import Row
from issuer.core.status.standing import IN_FORCE
from issuer.db import export_reading, standings
from issuer.services.exports import sealing
from issuer.services.exports.profiles import Export

_UUID_BYTES = 16


@dataclass(frozen=True)
class _Person:
    """The badges of one person, as they were signed, the oldest first."""

    badges: list[Document]


def whole(context: Context, export: Export, position: int) -> Iterator[list[Row]]:
    """Yield the signed record of each person who holds badges in a profile's scope that are in force."""
    seal = sealing.seal_of(context, export)
    for people in _people(context, export):
        made = [
            transcript.transcript(each.badges, UUID(bytes=context.chance(_UUID_BYTES)), context.clock())
            for each in people
        ]
        yield [
            {"seq": position, "text": documents.text(sealing.sealed(context, seal, each))} for each in made
        ]


def _people(context: Context, export: Export) -> Iterator[list[_Person]]:
    """Yield people, some hundred at a time: no transaction is open while they are signed for."""
    scope, after, now = scope_of(export.profile), "", context.clock()
    while True:
        with context.database.read() as session:
            ids = export_reading.people(session, export.tenant.id, after)
            found = export_reading.of_people(session, export.tenant.id, ids, scope.achievements)
        if not ids:
            return
        held: dict[str, list[Document]] = {}
        for each in found:
            credential = each.credential
            in_force = credential.erased_at is None and standings.standing(credential, now) in IN_FORCE
            if in_force and scope.holds(each.code, credential.awarded_at.date()):
                badge = documents.parse(str(credential.secured).encode())
                held.setdefault(credential.recipient_id, []).append(badge)
        yield [_Person(badges) for badges in held.values()]
        after = ids[-1]
