"""Withdraw a badge, put it on hold, or lift the hold."""

from typing import Final, Literal, TypeAlias

from sqlalchemy.orm import Session

from issuer import failpoints
from issuer.context import Context
from issuer.db import credentials, published_lists
from issuer.db.tables import Credential, Message
from issuer.errors import Conflict, Fault, Invalid
from issuer.services.clients import Client

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
    _check_reason(what, reason)
    if replaced_by is not None and (what, reason) != _REPLACING:
        raise _no_replacement('name a replacement only when you withdraw with the reason "replaced"')
    with context.database.write.begin() as session:
        if replaced_by is None:
            credential = credentials.locked(session, client.tenant_id, public_id)
        else:
            credential = _replaced(session, client, public_id, replaced_by)
        if _apply(context, credential, what):
            credential.reason = None if what == "reinstate" else reason
            credential.replaced_by = replaced_by
            _publish_change(session, credential, what)
            message = Message(
                tenant_id=client.tenant_id,
                credential_id=credential.id,
                topic=TOPICS[what],
                reason=reason,
                note=note,
                actor=client.id,
                request_id=request_id,
                created_at=context.clock(),
            )
            session.add(message)
            context.metrics.withdrawn.labels(what).inc()
        session.flush()
        found = credentials.award(session, client.tenant_id, public_id)
        failpoints.reach("withdrawing")
    failpoints.reach("withdrawn")
    return found


def _check_reason(what: Change, reason: str | None) -> None:
    if reason not in REASONS and not (what == "reinstate" and reason is None):
        fault = Fault("/reason", f"choose from {', '.join(REASONS)}")
        raise InvalidReason("a reason of the closed list is needed", [fault])


def _replaced(session: Session, client: Client, public_id: str, newer_id: str) -> Credential:
    """Return a badge, held together with the one that takes its place, so that neither changes meanwhile.

    Raises `InvalidReplacement` unless that is another badge of the same person that stands.
    """
    found = credentials.locked_together(session, client.tenant_id, {public_id, newer_id})
    credential, newer = found.get(public_id), found.get(newer_id)
    if credential is None:
        raise credentials.UnknownCredential(f"there is no award {public_id!r}")
    if newer is None or newer.erased_at is not None:
        raise _no_replacement(f"there is no award {newer_id!r}")
    if newer is credential or newer.recipient_id != credential.recipient_id:
        raise _no_replacement("it must be another badge of the same person")
    if newer.revoked_at is not None:
        raise _no_replacement("it was withdrawn itself: name the badge that is current")
    if newer.suspended_at is not None:
        raise _no_replacement("it is on hold: lift the hold first, or name the badge that is current")
    return credential


def _no_replacement(detail: str) -> InvalidReplacement:
    return InvalidReplacement("this badge cannot be the replacement", [Fault("/replacedBy", detail)])


def _apply(context: Context, credential: Credential, what: Change) -> bool:
    """Change the row and return whether there was anything to change."""
    if credential.revoked_at is not None:
        if what == "revoke":
            return False
        raise AlreadyRevoked("this badge was withdrawn, which cannot be undone: issue a new one")
    if what == "revoke":
        credential.revoked_at = context.clock()
        return True
    wanted = what == "suspend"
    if (credential.suspended_at is not None) is wanted:
        return False
    credential.suspended_at = context.clock() if wanted else None
    return True


def _publish_change(session: Session, credential: Credential, what: Change) -> None:
    """Note that the published list is out of date, where strangers can see this change in one."""
    list_id, index = credential.suspension_list_id, credential.suspension_index
    if what == "revoke":
        list_id, index = credential.revocation_list_id, credential.revocation_index
    if list_id is not None and index is not None:
        tenant_id, is_set = credential.tenant_id, what != "reinstate"
        published_lists.record(session, tenant_id, list_id, [index], is_set=is_set)
