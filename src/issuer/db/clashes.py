"""Tell a clash with another process, or with a constraint, from a database that does not answer."""

from typing import Final

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

_RETRIED: Final = frozenset({"40001", "40P01"})
"""SQLSTATE of a serialization failure and of a deadlock (PostgreSQL 18, appendix A)."""


def is_clash(error: DBAPIError) -> bool:
    """Return whether a transaction failed over what it wrote: the same, again or in parts, may succeed."""
    found = getattr(error.orig, "sqlstate", None)
    return isinstance(error, IntegrityError | DataError) or found in _RETRIED
