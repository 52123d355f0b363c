"""What an agency is told: rows of awards as they stand, in a profile's form."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.addresses import Addresses
from issuer.core.awarding import particulars
from issuer.core.exchange.exports import rows
from issuer.core.exchange.exports.profile import Scope, columns_of, scope_of
from issuer.core.exchange.exports.rows import Departed, Fact, Row
from issuer.db import export_changes, export_reading, standings
from issuer.db.export_reading import Exported, Former
from issuer.db.tables import Credential
from issuer.services.exports import profiles
from issuer.services.exports.profiles import Export

_NEVER = Former(0, None)


class Told(NamedTuple):
    """Rows of one stretch of the feed, in the order of their positions, and the position after them."""

    rows: list[Row]
    position: int
    is_last: bool


def whole(context: Context, session: Session, export: Export, position: int) -> Iterator[list[Row]]:
    """Yield the rows of every award in a profile's scope as it stands now, some hundred at a time."""
    scope = scope_of(export.profile)
    after, goes_on = "", True
    while goes_on:
        found = export_reading.page(session, export.tenant.id, after, scope.achievements)
        within = [each for each in found if each.credential.erased_at is None and _is_within(scope, each)]
        yield _rows(context, session, export, [(each, position) for each in within])
        goes_on = len(found) == export_reading.TOGETHER
        after = found[-1].credential.id if found else after
        session.expunge_all()


def left(
    context: Context, session: Session, export: Export, version: int, position: int
) -> Iterator[list[Row]]:
    """Yield a tombstone for every award that a version of the profile was about, and is not there now."""
    before, scope = scope_of(profiles.version(session, export.row, version)), scope_of(export.profile)
    after, goes_on = "", True
    while goes_on:
        found = export_reading.page(session, export.tenant.id, after, before.achievements)
        gone = [
            each
            for each in found
            if _is_within(before, each)
            and (each.credential.erased_at is not None or not _is_within(scope, each))
        ]
        people = {each.credential.recipient_id for each in gone}
        known = export_reading.educators(session, export.tenant.id, people, export.profile.identifier_type)
        yield [_tombstone(context, export, each, position, known) for each in gone]
        goes_on = len(found) == export_reading.TOGETHER
        after = found[-1].credential.id if found else after
        session.expunge_all()


def changed(context: Context, session: Session, export: Export, since: int, limit: int) -> Told:
    """Return the rows of what changed past a position, at most so many, as each stands now."""
    found = export_changes.since(session, export.tenant.id, since, limit)
    scope, told = scope_of(export.profile), []
    for start in range(0, len(found), export_reading.TOGETHER):
        part = found[start : start + export_reading.TOGETHER]
        awards = export_reading.these(session, export.tenant.id, [each.credential_id for each in part])
        pairs = [(awards[each.credential_id], each.position) for each in part if each.credential_id in awards]
        told += _rows(context, session, export, [pair for pair in pairs if _is_within(scope, pair[0])])
        session.expunge_all()
    is_last = len(found) < limit
    return Told(told, found[-1].position if found else since, is_last)


def _is_within(scope: Scope, each: Exported) -> bool:
    return scope.holds(each.code, each.credential.awarded_at.date())


def _rows(
    context: Context, session: Session, export: Export, found: Sequence[tuple[Exported, int]]
) -> list[Row]:
    tenant_id, now = export.tenant.id, context.clock()
    people = {each.credential.recipient_id for each, _ in found}
    known = export_reading.educators(session, tenant_id, people, export.profile.identifier_type)
    former = export_reading.former(session, tenant_id, [each.credential.public_id for each, _ in found])
    columns, addresses = columns_of(export.profile), context.addresses(export.tenant)
    return [
        rows.row(
            export.profile,
            _fact(addresses, each, former.get(each.credential.public_id, _NEVER), known, now),
            columns,
            position,
            now,
        )
        if each.credential.erased_at is None
        else _tombstone(context, export, each, position, known)
        for each, position in found
    ]


def _fact(
    addresses: Addresses, each: Exported, former: Former, known: Mapping[str, str], now: datetime
) -> Fact:
    credential = each.credential
    return Fact(
        text=str(credential.secured),
        code=each.code,
        standing=standings.standing(credential, now),
        changed_at=_changed(credential, now),
        reason=credential.reason,
        version=former.editions + 1,
        supersedes=former.sha256,
        educator_id=known.get(credential.recipient_id),
        awarded_at=credential.awarded_at,
        content_sha256=str(credential.secured_sha256),
        particulars=particulars.read(credential.particulars),
        page_url=addresses.badge(credential.public_id),
        credential_url=addresses.credential(credential.public_id),
    )


def _changed(credential: Credential, now: datetime) -> datetime | None:
    """Return when a badge's status became what it is."""
    ended = credential.valid_until if credential.valid_until and credential.valid_until < now else None
    return credential.revoked_at or credential.suspended_at or ended


def _tombstone(
    context: Context, export: Export, each: Exported, position: int, known: Mapping[str, str]
) -> Row:
    """Return the row of an award that is not there: because its person was erased, or by the agreement."""
    departed = Departed(
        address=context.addresses(export.tenant).badge(each.credential.public_id),
        code=each.code,
        awarded_at=each.credential.awarded_at,
        reason="privacy" if each.credential.erased_at is not None else "out_of_scope",
        educator_id=known.get(each.credential.recipient_id),
    )
    return rows.tombstone(export.profile, departed, position, context.clock())
