"""The platform: sends every event until it is acknowledged, and keeps a book of what was."""

import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeVar

import httpx

from issuer.core.documents import Document

THREADS = 8
IN_A_BATCH = 20
_T = TypeVar("_T")
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
        """Send everything, in threads of its own: by turns one event a request, and many in a batch."""
        self.ledger.sent |= {str(event["id"]) for event in given}
        pool = ThreadPoolExecutor(threads)
        work: list[Future[None]] = []
        for start in range(0, len(given), IN_A_BATCH):
            group = given[start : start + IN_A_BATCH]
            if start // IN_A_BATCH % 2:
                work.append(pool.submit(self._noted, self._batch, group))
            else:
                work += [pool.submit(self._noted, self._one, event) for event in group]
        pool.shutdown(wait=False)
        return Sending(work)

    def withdraw(self, award_id: str) -> None:
        """Withdraw a badge, again and again until that is acknowledged."""
        self._until_answered(f"/v1/awards/{award_id}/revoke", json.dumps({"reason": "issued_in_error"}))
        with self.ledger.lock:
            self.ledger.withdrawn.add(award_id)

    def _noted(self, send: Callable[[_T], None], what: _T) -> None:
        """Send, and put into the ledger what the service never did."""
        try:
            send(what)
        except GivenUp as error:
            with self.ledger.lock:
                self.ledger.given_up.append(str(error))

    def _one(self, event: Document) -> None:
        """Send an event; now and then, send it once more, or withdraw its badge."""
        chance = random.Random(str(event["id"]))
        award_id = self._post(event, again=False)
        if chance.random() < _REPLAYED:
            self._post(event, again=True)
        if chance.random() < _WITHDRAWN:
            self.withdraw(award_id)

    def _batch(self, group: Sequence[Document]) -> None:
        """Send events as lines until each line was acknowledged; now and then, all of them once more."""
        waiting, deadline = list(group), time.monotonic() + _PATIENCE_SECONDS
        while waiting and time.monotonic() < deadline:
            acknowledged = self._post_batch(waiting, again=False)
            waiting = [event for event in waiting if event["id"] not in acknowledged]
            time.sleep(_PAUSE_SECONDS if waiting else 0)
        if waiting:
            raise GivenUp(f"{len(waiting)} lines were not acknowledged in {_PATIENCE_SECONDS} s")
        if random.Random(str(group[0]["id"])).random() < _REPLAYED:
            self._post_batch(group, again=True)

    def _post_batch(self, group: Sequence[Document], *, again: bool) -> set[str]:
        """Return the ids of the events that were acknowledged: an answer cut short has fewer lines."""
        acknowledged: set[str] = set()
        for row in map(json.loads, self._rows("".join(json.dumps(event) + "\n" for event in group))):
            status = int(row["status"])
            if httpx.codes.is_success(status):
                self.ledger.acknowledge(row["id"], row["answer"]["award"]["id"], again=again)
                acknowledged.add(row["id"])
            elif httpx.codes.is_client_error(status) and status not in _TRY_LATER:
                raise GivenUp(f"a line was refused: {row}")
            else:
                self.ledger.failed(status)
        return acknowledged

    def _rows(self, body: str) -> Iterator[str]:
        """Yield the whole lines of an answer, as far as it comes."""
        begun = ""
        headers = {**self.headers, "content-type": "application/x-ndjson"}
        url = f"{random.choice(self.urls)}/v1/events/batch"
        try:
            with self.http.stream("POST", url, content=body, headers=headers) as answer:
                if not answer.is_success:
                    self.ledger.failed(answer.status_code)
                    return
                for piece in answer.iter_text():
                    *ended, begun = (begun + piece).split("\n")
                    yield from ended
        except httpx.TransportError:
            self.ledger.failed(None)

    def _post(self, event: Document, *, again: bool) -> str:
        answer = self._until_answered("/v1/events", json.dumps(event))
        award_id = str(answer.json()["award"]["id"])
        self.ledger.acknowledge(str(event["id"]), award_id, again=again)
        return award_id

    def _until_answered(self, path: str, body: str) -> httpx.Response:
        """Send until the service answers that it did what was asked. A refusal for good is raised."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = self._sent(path, body)
            if answer is not None and answer.is_success:
                return answer
            if answer is not None and answer.is_client_error and answer.status_code not in _TRY_LATER:
                raise GivenUp(f"{path} was refused: {answer.status_code} {answer.text[:500]}")
            time.sleep(_PAUSE_SECONDS)
        raise GivenUp(f"{path} was not acknowledged in {_PATIENCE_SECONDS} s")

    def _sent(self, path: str, body: str) -> httpx.Response | None:
        """Return the answer of one of the addresses, or None where nothing came back."""
        url = random.choice(self.urls)
        headers = {**self.headers, "content-type": "application/json"}
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
