"""What a webhook says: which message of the outbox is of which type, and its thin body."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuer.core import documents, moments
from issuer.core.addresses import Addresses
from issuer.core.documents import Document

EXPORT_READY: Final = "export.ready"
TYPES: Final = (
    "award.issued",
    "award.status_changed",
    "award.corrected",
    "pathway.completed",
    "review.requested",
    EXPORT_READY,
)
"""What receivers can ask for."""

TEST: Final = "webhook.test"

_STATUSES: Final = {
    "award.revoked": "revoked",
    "award.suspended": "suspended",
    "award.reinstated": "active",
    "award.expired": "expired",
    "award.erased": "erased",
}
"""What becomes of an award by a message, in the words of the API: all of it is one type."""


@dataclass(frozen=True)
class News:
    """A message of the outbox, and the award that it is about.

    Of an export that is ready it is the last that changed, and `note` the name of the profile.
    """

    topic: str
    reason: str | None
    created_at: datetime
    award: str
    achievement: str
    version: int
    note: str | None = None


def type_of(topic: str) -> str | None:
    """Return the type under which a message of the outbox is announced, None for what stays inside."""
    if topic in _STATUSES:
        return "award.status_changed"
    return topic if topic in TYPES else None


def topics() -> tuple[str, ...]:
    """Return the topics of all messages that are announced."""
    return (*_STATUSES, *TYPES)


def body(news: News, addresses: Addresses, public_url: str) -> bytes:
    """Return the body ("Payload structure"): the same bytes each time. It holds ids and addresses, no person.

    Whoever wants to know more asks the API, and is told what they may know.
    """
    if news.topic == EXPORT_READY:
        return _body(EXPORT_READY, news.created_at, _export(str(news.note), public_url))
    data: Document = {
        "award": {
            "id": news.award,
            "achievement": {"code": news.achievement, "version": news.version},
            "livemode": not addresses.is_for_trials,
        },
        "award_url": f"{public_url}/v1/awards/{news.award}",
        "page_url": addresses.badge(news.award),
        "credential_url": addresses.credential(news.award),
    }
    if news.topic in _STATUSES:
        data["status"] = _STATUSES[news.topic]
    if news.reason is not None:
        data["reason"] = news.reason
    return _body(type_of(news.topic) or news.topic, news.created_at, data)


def _export(profile: str, public_url: str) -> Document:
    return {"profile": profile, "manifest_url": f"{public_url}/v1/exports/{profile}/manifest"}


def trial_body(webhook: str, now: datetime) -> bytes:
    """Return the body of a message that is sent on trial."""
    return _body(TEST, now, {"webhook": webhook})


def _body(kind: str, when: datetime, data: Document) -> bytes:
    return documents.text({"type": kind, "timestamp": moments.stamp(when), "data": data}).encode()
