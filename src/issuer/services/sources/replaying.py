"""Take dead letters again, once what was missing is there."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from issuer.context import Context
from issuer.core import documents
from issuer.core.intake.dialects.all import DIALECTS
from issuer.core.intake.observation import Reading
from issuer.db import dead_letters, sources
from issuer.db.source_tables import DeadLetter, Source
from issuer.errors import Invalid
from issuer.services.sources import looking_up, taking
from issuer.services.sources.taking import Taken

KEPT: Final = timedelta(days=30)
"""For how long it can be seen what became of a dead letter."""

_AT_ONCE: Final = 200


@dataclass(frozen=True)
class Replayed:
    """How many dead letters were taken again, what became of them, and how many wait still."""

    tried: int
    taken: Taken
    left: int


def replay(
    context: Context, tenant_id: str, name: str, ids: Collection[str] | None, request_id: str
) -> Replayed:
    """Take dead letters of a source again, all that wait where none are named. Raises `UnknownSource`.

    What comes to nothing once more stays, with the reason that it has now.
    """
    with context.database.read() as session:
        source = sources.by_name(session, tenant_id, name)
    total, tried, after = Taken(), 0, ""
    while some := _some(context, source, ids, after):
        for few in _in_parts(some, looking_up.MOST if source.people_url else _AT_ONCE):
            _again(context, source, few, request_id, total)
        tried, after = tried + len(some), some[-1].id
        if ids is not None:
            break
    with context.database.read() as session:
        left = dead_letters.count_open(session, tenant_id, source.id)
    return Replayed(tried, total, left)


def discard(context: Context, tenant_id: str, name: str, ids: Collection[str]) -> int:
    """Let dead letters go that are owed to nobody, and return how many. Raises `UnknownSource`."""
    with context.database.write.begin() as session:
        source = sources.by_name(session, tenant_id, name)
        found = dead_letters.named(session, tenant_id, source.id, ids)
        keys = [each.id for each in found]
        dead_letters.settle(session, tenant_id, keys, dead_letters.DISCARDED, context.clock())
    return len(keys)


def forget(context: Context) -> None:
    """Forget dead letters that were settled more than thirty days ago: there are people in them."""
    before = context.clock() - KEPT
    with context.database.read() as session:
        if not dead_letters.is_any_settled(session, before):
            return
    with context.database.write.begin() as session:
        dead_letters.forget_settled(session, before)


def _in_parts(some: Sequence[DeadLetter], size: int) -> Iterator[Sequence[DeadLetter]]:
    """Yield some in parts, of which each may look up everybody whom it is about."""
    return (some[start : start + size] for start in range(0, len(some), size))


def _some(context: Context, source: Source, ids: Collection[str] | None, after: str) -> Sequence[DeadLetter]:
    with context.database.read() as session:
        if ids is not None:
            return dead_letters.named(session, source.tenant_id, source.id, ids)
        return dead_letters.page(
            session, source.tenant_id, source.id, state=dead_letters.OPEN, after=after, limit=_AT_ONCE
        )


def _again(
    context: Context, source: Source, some: Sequence[DeadLetter], request_id: str, total: Taken
) -> None:
    """Take some again, and settle those that came to something: not before, for this may be cut off."""
    read = [(each, _readings(context, source, each)) for each in some]
    readings = [each for _, found in read if found is not None for each in found]
    taken = taking.take(context, source, readings, request_id)
    settled = [
        each.id
        for each, found in read
        if found is not None and not (each.is_read and each.digest in taken.digests)
    ]
    with context.database.write.begin() as session:
        dead_letters.settle(session, source.tenant_id, settled, dead_letters.REPLAYED, context.clock())
    total.add(taken)
    total.dead += sum(found is None for _, found in read)


def _readings(context: Context, source: Source, letter: DeadLetter) -> list[Reading] | None:
    """Return what a dead letter says, None where it cannot be read yet."""
    if letter.is_read:
        return [taking.observation_of(letter.content)]
    try:
        document = documents.parse(letter.content.encode())
        return DIALECTS[source.dialect](document, context.clock())  # type: ignore[index]
    except Invalid:
        return None
