"""Places in a tenant's status lists, as many at once as a batch may need."""

from collections import deque
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.status.entries import Purpose
from issuer.db import status_lists as lists
from issuer.services import status_lists


@dataclass
class Places:
    """What was taken and not used yet. `most` is how many awards the batch may still come to."""

    context: Context
    session: Session
    tenant_id: str
    most: int
    taken: dict[Purpose, deque[tuple[int, int]]] = field(default_factory=dict)


def peek(places: Places, purpose: Purpose) -> tuple[int, int]:
    """Return (list number, index) of the next place, which the next one gets too unless it is used."""
    waiting = places.taken.get(purpose)
    if not waiting:
        waiting = places.taken[purpose] = deque(
            status_lists.take_places(
                places.context, places.session, places.tenant_id, purpose, max(1, places.most)
            )
        )
    return waiting[0]


def use(places: Places, purposes: tuple[Purpose, ...]) -> None:
    """Keep the places that were looked at last."""
    for purpose in purposes:
        places.taken[purpose].popleft()


def give_back(places: Places) -> None:
    """Give back what was not used, in the transaction that took it."""
    for waiting in places.taken.values():
        if waiting:
            lists.give_back(places.session, places.tenant_id, waiting[0][0], len(waiting))
