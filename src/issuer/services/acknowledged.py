"""Hold events against those that were acknowledged before, so that none issues twice."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy.orm import Session

from issuer.db import events, people
from issuer.db.events import Earlier
from issuer.errors import Conflict, Fault, Invalid
from issuer.services.sending import Sent

Key: TypeAlias = tuple[str, str]
"""A source, and an id or a key that is its own."""


class EventIdReused(Conflict):
    """The source sent another event under this id before."""

    code = "event-id-reused"


class IdempotencyKeyReused(Invalid):
    """The Idempotency-Key was sent with another event before."""

    code = "idempotency-key-reused"


@dataclass(frozen=True)
class Acknowledged:
    """Events that were acknowledged, by what they are known by; those of this very batch are among them."""

    by_event_id: dict[Key, Earlier] = field(default_factory=dict)
    by_submission: dict[Key, Earlier] = field(default_factory=dict)
    by_idempotency_key: dict[Key, Earlier] = field(default_factory=dict)


def acknowledged(session: Session, tenant_id: str, sent: Iterable[Sent]) -> Acknowledged:
    """Return what was acknowledged of a tenant's events before: one query for each source."""
    by_source: dict[str, list[Sent]] = defaultdict(list)
    for each in sent:
        by_source[each.source].append(each)
    found = Acknowledged()
    for source, of_source in by_source.items():
        rows = events.earlier(
            session,
            tenant_id,
            source,
            event_ids={each.event.id for each in of_source},
            submission_keys={each.submission_key for each in of_source if each.submission_key},
            idempotency_keys={
                each.sender.idempotency_key for each in of_source if each.sender.idempotency_key
            },
        )
        for row in rows:
            add(found, source, row)
    return found


def add(found: Acknowledged, source: str, event: Earlier) -> None:
    """Let what comes next be held against an event."""
    found.by_event_id[source, event.event_id] = event
    if event.submission_key:
        found.by_submission[source, event.submission_key] = event
    if event.idempotency_key:
        found.by_idempotency_key[source, event.idempotency_key] = event


def earlier(found: Acknowledged, sent: Sent) -> Earlier | None:
    """Return the event of this id, or for this submission, that was acknowledged before.

    Raises `EventIdReused` or `IdempotencyKeyReused` where another event has the id, or the key.
    """
    source, content = sent.source, sent.received.content_sha256
    same = found.by_event_id.get((source, sent.event.id))
    if same is not None and same.content_sha256 not in {content, people.FORGOTTEN}:
        raise EventIdReused(
            f"another event was sent as {sent.event.id!r} before: send this one under an id of its own",
            [Fault("/id", "this id belongs to an event with other content")],
        )
    guarded = found.by_idempotency_key.get((source, sent.sender.idempotency_key or ""))
    if guarded is not None and guarded.content_sha256 != content:
        raise IdempotencyKeyReused("this Idempotency-Key was sent with another event: use a new one")
    if same is None and sent.submission_key is not None:
        return found.by_submission.get((source, sent.submission_key))
    return same
