"""What there is after the kills: rows, as the database itself has them, and what the service shows to all."""

import base64
import gzip
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import httpx
from sqlalchemy import NullPool, create_engine, text

from issuer.core.documents import Document
from tests.killing.sender import Ledger

_CREDENTIALS: Final = """
    SELECT id, public_id, recipient_id, achievement_id, revocation_list_id AS list, revocation_index AS place,
           suspension_list_id, suspension_index, revoked_at IS NOT NULL AS revoked,
           secured_sha256 IS NOT NULL AS finished
    FROM credential"""
_EVENTS: Final = "SELECT event_id, outcome, credential_id FROM event"
_MESSAGES: Final = "SELECT credential_id, topic FROM outbox"
_LISTS: Final = "SELECT id FROM status_list"
_READERS = 4


@dataclass(frozen=True)
class Badge:
    """A row of a credential, as far as it is checked."""

    id: str
    public_id: str
    recipient_id: str
    achievement_id: str
    list: int
    place: int
    suspension_list_id: int | None
    suspension_index: int | None
    revoked: bool
    finished: bool


@dataclass(frozen=True)
class Recorded:
    """A row of an event."""

    event_id: str
    outcome: str
    credential_id: str


@dataclass(frozen=True)
class Facts:
    """All that is checked: what was promised, what is stored, what is served."""

    ledger: Ledger
    badges: Sequence[Badge]
    events: Sequence[Recorded]
    messages: Sequence[tuple[str, str]]
    texts: Mapping[str, str]
    """The signed text of each badge, by its public id, where it is served."""
    bits: Mapping[int, bytes]
    """The published bits of each status list."""
    did: Document


def gather(database_url: str, address: str, ledger: Ledger) -> Facts:
    """Return the facts about a database and the service at an address, which does nothing meanwhile."""
    rows = {name: _rows(database_url, query) for name, query in _QUERIES.items()}
    badges = [Badge(**row) for row in rows["badges"]]
    numbers = [int(row["id"]) for row in rows["lists"]]
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as http:
        with ThreadPoolExecutor(_READERS) as readers:
            served = readers.map(lambda badge: http.get(f"/b/{badge.public_id}.json"), badges)
            found = zip(badges, served, strict=True)
            texts = {badge.public_id: answer.text for badge, answer in found if answer.is_success}
        bits = {number: _bits(http.get(f"/status/{number}").raise_for_status().json()) for number in numbers}
        did = http.get("/.well-known/did.json").raise_for_status().json()
    return Facts(
        ledger=ledger,
        badges=badges,
        events=[Recorded(**row) for row in rows["events"]],
        messages=[(row["credential_id"], row["topic"]) for row in rows["messages"]],
        texts=texts,
        bits=bits,
        did=did,
    )


_QUERIES: Final = {"badges": _CREDENTIALS, "events": _EVENTS, "messages": _MESSAGES, "lists": _LISTS}


def unfinished(database_url: str) -> int:
    """Return how many drafts have no signed text yet."""
    return sum(not badge["finished"] for badge in _rows(database_url, _CREDENTIALS))


def _rows(database_url: str, query: str) -> list[Document]:
    """Return rows without any of the service's own code in between."""
    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def _bits(listed: Document) -> bytes:
    """Return the bits of a published list (Bitstring Status List 1.0, section 3.4)."""
    packed = str(listed["credentialSubject"]["encodedList"]).removeprefix("u")
    return gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
