"""Try a transaction again where another process was in its way."""

from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError

from issuer.db import clashes

_TRIES: Final = 3

Answer = TypeVar("Answer")


def again(transaction: Callable[[], Answer]) -> Answer:
    """Return what a whole transaction returns, some times at most: it did nothing where it clashed.

    Raises what it raises, the clash too where it meets one each time.
    """
    for _ in range(_TRIES - 1):
        try:
            return transaction()
        except DBAPIError as error:
            if not clashes.is_clash(error):
                raise
    return transaction()
