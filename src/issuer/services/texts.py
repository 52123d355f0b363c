"""Keep the dictionaries with which signed texts are stored."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.compacting import Dictionary
from issuer.db import texts


def keep(context: Context, session: Session, tenant_id: str, found: Collection[Dictionary]) -> None:
    """Store the dictionaries that are not there yet, in the transaction of the drafts that need them."""
    known = context.remembered.dictionaries
    wanted = {each.id: each for each in found if known.find(each.id) is None}
    if not wanted:
        return
    there = texts.stored(session, tenant_id, wanted)
    for each in there:
        known.keep(each, each, 1)
    if new := [wanted[each] for each in wanted if each not in there]:
        texts.add(session, tenant_id, new, context.clock())
