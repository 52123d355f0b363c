"""How stored badges stand, in Python for a row that was read, and in SQL for a query."""

from datetime import datetime

from sqlalchemy import ColumnElement, case, literal

from issuer.core.status.standing import IN_FORCE, Standing, Summary, standing_of, summarised
from issuer.db.tables import Credential


def standing(credential: Credential, now: datetime) -> Standing:
    """Return how a badge stands by its row. It is valid from the moment at which it was awarded."""
    return standing_of(
        now,
        valid_from=credential.awarded_at,
        valid_until=credential.valid_until,
        suspended_at=credential.suspended_at,
        revoked_at=credential.revoked_at,
        replaced_by=credential.replaced_by,
    )


def expression(now: datetime) -> ColumnElement[str]:
    """Return the same in SQL. A test holds the two together."""
    withdrawn = Credential.revoked_at.is_not(None)
    return case(
        (withdrawn & Credential.replaced_by.is_not(None), literal("superseded")),
        (withdrawn, literal("revoked")),
        (Credential.suspended_at.is_not(None), literal("suspended")),
        (Credential.valid_until < now, literal("expired")),
        (Credential.awarded_at <= now, literal("current")),
        else_=literal("not_yet_valid"),
    )


def named(summary: Summary, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a badge stands as the API names it."""
    return expression(now).in_(summarised(summary))


def in_force(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a badge was signed, not taken back, and not erased. It may have expired."""
    return (
        Credential.secured.is_not(None)
        & Credential.erased_at.is_(None)
        & expression(now).in_(sorted(IN_FORCE))
    )
