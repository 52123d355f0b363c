"""Forget what was allowed and is over."""

from datetime import timedelta
from typing import Final

from issuer.context import Context
from issuer.db import oauth

_KEPT: Final = timedelta(days=1)
"""Longer than a code is good: until then a second use of it is seen."""
_TOGETHER: Final = 500


def forget(context: Context) -> None:
    """Forget grants whose last token ended more than a day ago. Nothing is written where there are none."""
    before = context.clock() - _KEPT
    with context.database.read() as session:
        if not oauth.is_any_over(session, before):
            return
    with context.database.write.begin() as session:
        oauth.forget_over(session, before, _TOGETHER)
