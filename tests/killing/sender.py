"""The platform: sends every event until it is acknowledged, and keeps a book of what was."""

import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx

from issuer.core.documents import Document

THREADS = 8
_PATIENCE_SECONDS = 60
_REPLAYED = 0.1
_WITHDRAWN = 0.05
_PAUSE_SECONDS = 0.03
_TRY_LATER = {HTTPStatus.TOO_MANY_REQUESTS}


class GivenUp(Exception):
    """The service refused what it should take, or did not acknowledge it in time."""


@dataclass
class Ledger:
    """What the service acknowledged: the awards that it named for each event, and the withdrawals."""

    sent: set[str] = field(default_factory=set)
    awards: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    withdrawn: set[str] = field(default_factory=set)
    given_up: list[str] = field(default_factory=list)
    replays: int = 0
    unanswered: int = 0
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, event_id: str, award_id: str, *, again: bool) -> None:
        with self.lock:
            self.awards[event_id].add(award_id)
            self.replays += again

    def failed(self, status: int | None) -> None:
        with self.lock:
            self.unanswered += status is None
            self.refused += status is not None


def events(prefix: str, count: int) -> list[Document]:
    """Return events about as many persons: every one of them must lead to a badge of its own."""
    return [
        {
            "id": f"{prefix}-{number}",
            "type": "submission.approved",
            "achievement": "MC-FEEDBACK",
            "recipient": {"email": f"{prefix}-{number}@alder.example", "name": "Example Teacher"},
            "submission": {"id": f"{prefix}-{number}"},
        }
        for number in range(count)
    ]


@dataclass
class Sender:
    """A platform with several threads, which know several addresses of the service."""

    http: httpx.Client
    urls: Sequence[str]
    headers: dict[str, str]
    ledger: Ledger = field(default_factory=Ledger)

    def begin(self, given: Sequence[Document], threads: int = THREADS) -> "Sending":
        """Send everything, in threads of its own."""
        self.ledger.sent |= {str(event["id"]) for event in given}
        pool = ThreadPoolExecutor(threads)
        work = [pool.submit(self._one, event) for event in given]
        pool.shutdown(wait=False)
        return Sending(work)

    def withdraw(self, award_id: str) -> None:
        """Withdraw a badge, again and again until that is acknowledged."""
        self._until_answered(f"/v1/awards/{award_id}/revoke", json.dumps({"reason": "issued_in_error"}))
        with self.ledger.lock:
            self.ledger.withdrawn.add(award_id)

    def _one(self, event: Document) -> None:
        """Send an event; now and then, send it once more, or withdraw its badge."""
        chance = random.Random(str(event["id"]))
        try:
            award_id = self._post(event, again=False)
            if chance.random() < _REPLAYED:
                self._post(event, again=True)
            if chance.random() < _WITHDRAWN:
                self.withdraw(award_id)
        except GivenUp as error:
            with self.ledger.lock:
                self.ledger.given_up.append(f"{event['id']}: {error}")

    def _post(self, event: Document, *, again: bool) -> str:
        answer = self._until_answered("/v1/events", json.dumps(event))
        award_id = str(answer.json()["award"]["id"])
        self.ledger.acknowledge(str(event["id"]), award_id, again=again)
        return award_id

    def _until_answered(self, path: str, body: str, kind: str = "application/json") -> httpx.Response:
        """Send until the service answers that it did what was asked. A refusal for good is raised."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = self._sent(path, body, kind)
            if answer is not None and answer.is_success:
                return answer
            if answer is not None and answer.is_client_error and answer.status_code not in _TRY_LATER:
                raise GivenUp(f"{path} was refused: {answer.status_code} {answer.text[:500]}")
            time.sleep(_PAUSE_SECONDS)
        raise GivenUp(f"{path} was not acknowledged in {_PATIENCE_SECONDS} s")

    def _sent(self, path: str, body: str, kind: str) -> httpx.Response | None:
        """Return the answer of one of the addresses, or None where nothing came back."""
        url = random.choice(self.urls)
        headers = {**self.headers, "content-type": kind}
        try:
            answer = self.http.post(url + path, content=body, headers=headers)
        except httpx.TransportError:
            self.ledger.failed(None)
            return None
        if not answer.is_success:
            self.ledger.failed(answer.status_code)
        return answer


@dataclass(frozen=True)
class Sending:
    """What is being sent, and how far that is."""

    work: Sequence[Future[None]]

    def ended(self) -> bool:
        """Return whether nothing is left to send, or something went wrong."""
        return all(each.done() for each in self.work) or any(
            each.done() and not each.cancelled() and each.exception() for each in self.work
        )

    def abandon(self) -> None:
        """Send nothing more of what was not begun."""
        for each in self.work:
            each.cancel()

    def finish(self) -> None:
        """Wait until everything was acknowledged, or raise what went wrong."""
        for each in self.work:
            each.result()
