"""Forget a person: everything that was stored about them, but that there were badges."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.intake import mapping
from issuer.core.intake.person_ref import PersonRef
from issuer.db import (
    dead_letters,
    export_receipts,
    exports,
    outbox,
    people,
    published_lists,
    sources,
    tenants,
)
from issuer.db.tables import Credential
from issuer.services.after_award import whom
from issuer.services.clients import Client
from issuer.services.sources import judging

ERASED: Final = "award.erased"
_REASON: Final = "holder_request"


def erase(context: Context, client: Client, ref: PersonRef, *, request_id: str) -> int:
    """Erase a person's data, withdraw what they were awarded, and return how many awards that were.

    Of each award a tombstone stays: its address answers that it is gone, its bit is set, and the event that
    led to it leads to nothing again. There is no way back. Raises `UnknownRecipient`.
    """
    now = context.clock()
    with context.database.write.begin() as session:
        tenants.hold(
            session, client.tenant_id
        )  # an export that begins now waits, and has nobody erased in it
        person = whom.whom(session, client, ref)
        people.hold(session, client.tenant_id, [person])
        found = people.awards(session, client.tenant_id, person)
        valid = [each for each in found if each.revoked_at is None]
        told = [each.id for each in found if each.edition_of is None and each.packed is not None]
        places = _places(valid)
        for each in valid:
            each.revoked_at, each.reason = now, _REASON
        session.flush()
        _forget_what_platforms_said(session, client.tenant_id, person)
        exports.drop_files(session, client.tenant_id)
        export_receipts.forget(session, client.tenant_id, [each.public_id for each in found])
        people.forget(session, client.tenant_id, person, now)
        if told:
            outbox.add(session, [_message(context, client, each, request_id) for each in told])
        for list_id, indices in sorted(places.items()):
            published_lists.record(session, client.tenant_id, list_id, indices, is_set=True)
    return len(told)


def _forget_what_platforms_said(session: Session, tenant_id: str, person: str) -> None:
    """Take a person out of the directories of sources, and forget what came to nothing for them."""
    emails = [value for _, value in people.identifiers(session, tenant_id, person, "emailAddress")]
    own_ids = [
        (scope.removeprefix(judging.SCOPE), value)
        for scope, value in people.identifiers(session, tenant_id, person, mapping.IDENTIFIER)
        if scope.startswith(judging.SCOPE)
    ]
    learners = sources.forget_people(session, tenant_id, emails, own_ids)
    dead_letters.forget_person(session, tenant_id, emails, learners)


def _places(found: Iterable[Credential]) -> dict[int, list[int]]:
    places: defaultdict[int, list[int]] = defaultdict(list)
    for each in found:
        places[each.revocation_list_id].append(each.revocation_index)
    return places


def _message(context: Context, client: Client, credential_id: str, request_id: str) -> dict[str, object]:
    return {
        "tenant_id": client.tenant_id,
        "credential_id": credential_id,
        "topic": ERASED,
        "reason": _REASON,
        "actor": client.id,
        "request_id": request_id,
        "created_at": context.clock(),
    }
