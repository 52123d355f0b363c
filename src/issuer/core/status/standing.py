"""How a badge stands at a moment, by what its issuer has recorded of it."""

from datetime import datetime
from typing import Final, Literal, TypeAlias

Standing: TypeAlias = Literal["current", "not_yet_valid", "expired", "suspended", "revoked", "superseded"]
Summary: TypeAlias = Literal["active", "expired", "revoked", "suspended"]
"""A standing as the API names it."""

IN_FORCE: Final[frozenset[Standing]] = frozenset({"current", "expired"})
"""How a badge stands that was not taken back: its last day may lie behind it."""

_SUMMARIES: Final[dict[Standing, Summary]] = {
    "current": "active",
    "not_yet_valid": "active",
    "expired": "expired",
    "suspended": "suspended",
    "revoked": "revoked",
    "superseded": "revoked",
}


def standing_of(
    now: datetime,
    *,
    valid_from: datetime,
    valid_until: datetime | None,
    suspended_at: datetime | None,
    revoked_at: datetime | None,
    replaced_by: str | None,
) -> Standing:
    """Return how a badge stands: a decision of its issuer comes before any date."""
    if revoked_at is not None:
        return "superseded" if replaced_by is not None else "revoked"
    if suspended_at is not None:
        return "suspended"
    if valid_until is not None and valid_until < now:
        return "expired"
    return "current" if valid_from <= now else "not_yet_valid"


def summary(standing: Standing) -> Summary:
    """Return a standing as the API names it."""
    return _SUMMARIES[standing]


def summarised(named: Summary) -> list[Standing]:
    """Return the standings that the API calls by a name."""
    return [standing for standing, name in _SUMMARIES.items() if name == named]
