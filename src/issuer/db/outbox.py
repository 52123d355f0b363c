"""Messages that the world must hear, many at once."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from issuer.db.tables import Message


def add(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Write messages in the transaction that makes them true."""
    session.connection().execute(_ADD, rows)


_ADD: Final = insert(Message)
