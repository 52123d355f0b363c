"""Decide what waits: grant a stack or not, keep a badge or withdraw it."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.db import reviews, stacks
from issuer.db.stack_tables import Review
from issuer.errors import Conflict, Fault, Invalid, IssuerError, Unavailable
from issuer.services import clashing, finish, revoke
from issuer.services.clients import Client
from issuer.services.drafts import Draft
from issuer.services.finish import Unfinished
from issuer.services.revoke import Order
from issuer.services.stacks import granting, rules

Decision: TypeAlias = Literal["grant", "decline", "keep", "withdraw"]

CHOICES: Final[dict[str, tuple[Decision, ...]]] = {
    granting.STACK_COMPLETE: ("grant", "decline"),
}
"""What can be decided, by the kind of review. Of any other kind: keep the badge, or withdraw it."""

_OF_A_BADGE: Final[tuple[Decision, ...]] = ("keep", "withdraw")
_REASON: Final = "requirements_not_met"


class AlreadyDecided(Conflict):
    """Somebody decided this before, in another way."""

    code = "already-decided"


class NotAChoice(Invalid):
    """That cannot be decided here."""

    code = "not-a-choice"


class NoLongerComplete(Conflict):
    """The person's badges do not make the stack any more."""

    code = "no-longer-complete"


class NotSigned(Unavailable):
    """The badge to be withdrawn was not signed until now, so that there is nothing to withdraw."""

    code = "badge-not-signed"


@dataclass(frozen=True)
class Ruling:
    """What somebody decides. `note` is for the issuer's own records."""

    decision: Decision
    note: str | None
    client: Client
    request_id: str


def choices(kind: str) -> tuple[Decision, ...]:
    """Return what can be decided of a review of this kind."""
    return CHOICES.get(kind, _OF_A_BADGE)


def decide(context: Context, review_id: str, ruling: Ruling) -> Review:
    """Return a review as it was decided; what follows from that is done. The same again changes nothing.

    Raises `UnknownReview`, `NotAChoice`, `AlreadyDecided`, `NoLongerComplete`, `NotSigned`, and what awarding
    raises.
    """
    found, following = clashing.again(lambda: _decided(context, review_id, ruling))
    finish.together(context, [Unfinished(draft, ruling.client.id, ruling.request_id) for draft in following])
    return found


def _decided(context: Context, review_id: str, ruling: Ruling) -> tuple[Review, list[Draft]]:
    with context.database.write.begin() as session:
        found = reviews.locked(session, ruling.client.tenant_id, review_id)
        if found.decision == ruling.decision:
            return found, []
        _check(found, ruling)
        following = _carried_out(context, session, found, ruling)
        found.decision, found.note = ruling.decision, ruling.note
        found.decided_by, found.decided_at = ruling.client.id, context.clock()
    return found, following


def _check(found: Review, ruling: Ruling) -> None:
    if found.decision is not None:
        raise AlreadyDecided(f"it was decided before: {found.decision}")
    if ruling.decision not in choices(found.kind):
        fault = Fault("/decision", f"choose from {', '.join(choices(found.kind))}")
        raise NotAChoice(f"{ruling.decision} cannot be decided of a review of this kind", [fault])


def _carried_out(context: Context, session: Session, found: Review, ruling: Ruling) -> list[Draft]:
    if ruling.decision == "grant":
        return _granted(context, session, found)
    if ruling.decision == "withdraw":
        public_id = stacks.public_id(session, found.tenant_id, found.credential_id)
        order = Order("revoke", _REASON, ruling.note, ruling.client, ruling.request_id)
        [outcome] = revoke.carry_out(context, session, order, [public_id])
        if isinstance(outcome, IssuerError):
            raise NotSigned("the badge is not signed yet: decide once it is public") from outcome
    if ruling.decision == "decline":
        stacks.by_id(session, found.tenant_id, str(found.grant_id)).state = stacks.DECLINED
    return []


def _granted(context: Context, session: Session, found: Review) -> list[Draft]:
    """Grant what is complete now: the person may have lost, or gained, badges since somebody was asked."""
    tenant_id = found.tenant_id
    waiting = stacks.by_id(session, tenant_id, str(found.grant_id))
    stacks.hold_people(session, tenant_id, [waiting.recipient_id])
    groups = [
        group for group in rules.offered(session, tenant_id) if group[0].pathway_id == waiting.pathway_id
    ]
    complete = rules.complete(session, tenant_id, groups, [waiting.recipient_id], context.clock())
    if not complete:
        raise NoLongerComplete("the person's badges do not make this stack any more: decline it")
    found.grant_id = None
    session.flush()
    stacks.forget(session, tenant_id, waiting.id)
    return granting.grant(context, session, tenant_id, complete, decided=True)
