"""Withdraw badges, put them on hold, or lift the hold: one is a batch of one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

from sqlalchemy.orm import Session

from issuer import failpoints
from issuer.context import Context
from issuer.db import credentials, outbox, published_lists, standing_changes
from issuer.db.standing_changes import Held
from issuer.errors import Conflict, Fault, Invalid, IssuerError
from issuer.services import clashing
from issuer.services.clients import Client
from issuer.services.stacks import losing

Change: TypeAlias = Literal["revoke", "suspend", "reinstate"]

REASONS: Final = (
    "issued_in_error",
    "replaced",
    "holder_request",
    "requirements_not_met",
    "authority_ended",
    "other",
)
"""The closed list of public reasons. Anything that wants free text goes into the internal note."""

Outcome: TypeAlias = Literal["changed", "unchanged"] | IssuerError
"""What came of a change to one badge of many: one that was made before alters nothing."""

_LOST: Final = "requirements_not_met"
_REPLACING: Final = ("revoke", "replaced")

TOPICS: Final[dict[Change, str]] = {
    "revoke": "award.revoked",
    "suspend": "award.suspended",
    "reinstate": "award.reinstated",
}


class AlreadyRevoked(Conflict):
    """The badge was withdrawn, which cannot be undone."""

    code = "already-revoked"


class InvalidReason(Invalid):
    """The reason is not of the closed list."""

    code = "invalid-reason"


class InvalidReplacement(Invalid):
    """The badge that is to replace another one cannot."""

    code = "invalid-replacement"


@dataclass(frozen=True)
class Order:
    """What is to become of badges, why, and by whom in which request. `note` is never shown."""

    what: Change
    reason: str | None
    note: str | None
    client: Client
    request_id: str
    replaced_by: str | None = None


def change(
    context: Context,
    client: Client,
    public_id: str,
    what: Change,
    *,
    reason: str | None,
    note: str | None,
    request_id: str,
    replaced_by: str | None = None,
) -> credentials.Award:
    """Return the award after the change. Repeating a change alters nothing.

    The page says so at once, and the published list within a minute. `replaced_by` is the public id of the
    newer badge that the page leads to. Raises `UnknownCredential`, `InvalidReason`, `InvalidReplacement`,
    and `AlreadyRevoked` for a badge that was withdrawn.
    """
    order = Order(what, reason, note, client, request_id, replaced_by)
    _check(order)
    found = clashing.again(lambda: _changed(context, order, public_id))
    failpoints.reach("withdrawn")
    return found


def change_all(context: Context, order: Order, public_ids: Sequence[str]) -> list[Outcome]:
    """Return what came of the same change to many badges, in their order, made in one transaction.

    One says nothing of another: an error stands where `change` would raise it. Raises `InvalidReason`, and
    `InvalidReplacement` for an order with a replacement, which is one badge's alone.
    """
    _check(order)
    if order.replaced_by is not None:
        raise _no_replacement("name a replacement for one badge at a time")
    outcomes = clashing.again(lambda: _all_changed(context, order, public_ids))
    failpoints.reach("withdrawn")
    return outcomes


def _changed(context: Context, order: Order, public_id: str) -> credentials.Award:
    with context.database.write.begin() as session:
        [outcome] = carry_out(context, session, order, [public_id])
        if isinstance(outcome, IssuerError):
            raise outcome
        found = credentials.award(session, order.client.tenant_id, public_id)
        failpoints.reach("withdrawing")
    return found


def _all_changed(context: Context, order: Order, public_ids: Sequence[str]) -> list[Outcome]:
    with context.database.write.begin() as session:
        outcomes = carry_out(context, session, order, public_ids)
        failpoints.reach("withdrawing")
    return outcomes


def _check(order: Order) -> None:
    if order.reason not in REASONS and not (order.what == "reinstate" and order.reason is None):
        fault = Fault("/reason", f"choose from {', '.join(REASONS)}")
        raise InvalidReason("a reason of the closed list is needed", [fault])
    if order.replaced_by is not None and (order.what, order.reason) != _REPLACING:
        raise _no_replacement('name a replacement only when you withdraw with the reason "replaced"')


def carry_out(context: Context, session: Session, order: Order, public_ids: Sequence[str]) -> list[Outcome]:
    """Change the badges that can be, in the caller's transaction, and return what came of each.

    A replacement is held together with what it replaces, so that neither changes meanwhile. Stacks that
    were granted with what is withdrawn follow it, where their pathway says so.
    """
    others = [order.replaced_by] if order.replaced_by is not None else []
    held = standing_changes.held(session, order.client.tenant_id, {*public_ids, *others})
    changed: dict[str, Held] = {}
    outcomes = [_outcome(order, held, changed, public_id) for public_id in public_ids]
    if changed:
        _record(context, session, order, [*changed.values()])
    if changed and order.what == "revoke":
        _follow(context, session, order, [each.id for each in changed.values()])
    return outcomes


def _follow(context: Context, session: Session, order: Order, ids: Sequence[str]) -> None:
    """Withdraw the stacks that go with these badges, and those that go with them."""
    stacks = losing.lost(context, session, order.client.tenant_id, ids)
    if stacks:
        carry_out(context, session, replace(order, reason=_LOST, replaced_by=None), stacks)


def _outcome(order: Order, held: Mapping[str, Held], changed: dict[str, Held], public_id: str) -> Outcome:
    """Return what comes of the change to one badge, and add it to those that change."""
    try:
        found = held.get(public_id)
        if found is None:
            raise credentials.UnknownCredential(f"there is no award {public_id!r}")
        if order.replaced_by is not None:
            _check_replacement(found, held.get(order.replaced_by), order.replaced_by)
        if public_id in changed or not _changes(found, order.what):
            return "unchanged"
    except IssuerError as error:
        return error
    changed[public_id] = found
    return "changed"


def _check_replacement(replaced: Held, newer: Held | None, newer_id: str) -> None:
    """Raise `InvalidReplacement` unless it is another badge of the same person that stands."""
    if newer is None or newer.erased_at is not None:
        raise _no_replacement(f"there is no award {newer_id!r}")
    if newer is replaced or newer.recipient_id != replaced.recipient_id:
        raise _no_replacement("it must be another badge of the same person")
    if newer.revoked_at is not None:
        raise _no_replacement("it was withdrawn itself: name the badge that is current")
    if newer.suspended_at is not None:
        raise _no_replacement("it is on hold: lift the hold first, or name the badge that is current")


def _no_replacement(detail: str) -> InvalidReplacement:
    return InvalidReplacement("this badge cannot be the replacement", [Fault("/replacedBy", detail)])


def _changes(found: Held, what: Change) -> bool:
    """Return whether there is anything to change, or raise `AlreadyRevoked`."""
    if found.revoked_at is not None:
        if what == "revoke":
            return False
        raise AlreadyRevoked("this badge was withdrawn, which cannot be undone: issue a new one")
    return what == "revoke" or (found.suspended_at is not None) is not (what == "suspend")


def _record(context: Context, session: Session, order: Order, changed: Sequence[Held]) -> None:
    """Write down how the badges stand now, and what the world must hear of that."""
    now, tenant_id = context.clock(), order.client.tenant_id
    values: dict[str, object] = {
        "reason": None if order.what == "reinstate" else order.reason,
        "replaced_by": order.replaced_by,
        "revoked_at" if order.what == "revoke" else "suspended_at": None
        if order.what == "reinstate"
        else now,
    }
    standing_changes.change(session, tenant_id, [each.id for each in changed], values)
    outbox.add(session, [_message(order, each, now) for each in changed])
    context.metrics.withdrawn.labels(order.what).inc(len(changed))
    for list_id, indices in sorted(_bits(order.what, changed).items()):
        published_lists.record(session, tenant_id, list_id, indices, is_set=order.what != "reinstate")


def _message(order: Order, changed: Held, now: datetime) -> dict[str, object]:
    return {
        "tenant_id": order.client.tenant_id,
        "credential_id": changed.id,
        "topic": TOPICS[order.what],
        "reason": order.reason,
        "note": order.note,
        "actor": order.client.id,
        "request_id": order.request_id,
        "created_at": now,
    }


def _bits(what: Change, changed: Sequence[Held]) -> dict[int, list[int]]:
    """Return the indices that change, by list, where strangers can see this change in one."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for each in changed:
        list_id, index = each.suspension_list_id, each.suspension_index
        if what == "revoke":
            list_id, index = each.revocation_list_id, each.revocation_index
        if list_id is not None and index is not None:
            found[list_id].append(index)
    return found
