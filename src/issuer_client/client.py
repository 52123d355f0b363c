"""The client: every call is safe to repeat, and is repeated where the service asks for that."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

from issuer_client.results import Award, Issued, Json, Line, Problem, Tried

_TRIES: Final = 5
_LONGEST_WAIT: Final = 60.0
_AT_ONCE: Final = 100
"""How many events go in one request: who sends more, and reads no answer meanwhile, waits for ever."""
_NDJSON: Final = "application/x-ndjson"


class IssuerClient:
    """Calls the API of one issuer with a key of its own. Use it as a context manager, or close it.

    A `503`, a `429` and a broken connection are tried again, for as long as `Retry-After` says: an event is
    issued once however often it is sent. Everything else that goes wrong raises `Problem`.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 30.0,
        tries: int = _TRIES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(
            base_url=self.url,
            headers={"authorization": f"Bearer {key}"},
            timeout=timeout,
        )
        self._tries = tries
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, event: Json) -> Issued:
        """Send an approved competency, and return its award: a new one, or the one that it led to before."""
        return Issued.of(self._call("POST", "/v1/events", json=event))

    def try_event(self, event: Json) -> Tried:
        """Return what would come of an event. Nothing is kept."""
        body = self._call("POST", "/v1/events", json=event, params={"dry_run": "true"})
        return Tried(body["result"], body.get("credential"), body.get("warnings", []))

    def send_all(self, events: Iterable[Json]) -> Iterator[Line]:
        """Send many events, some at a time, and yield the answer to each, in order.

        It is not tried again by itself: after an interruption, send the same events once more.
        """
        remaining, sent = iter(events), 0
        while some := list(islice(remaining, _AT_ONCE)):
            yield from self._send_some(some, sent)
            sent += len(some)

    def award(self, award_id: str) -> Award:
        """Return an award as it stands now."""
        return Award.of(self._call("GET", f"/v1/awards/{quote(award_id, safe='')}")["award"])

    def revoke(self, award_id: str, reason: str, note: str | None = None) -> Award:
        """Withdraw an award for one of the public reasons, and return it. There is no way back."""
        return self._change(award_id, "revoke", {"reason": reason, "note": note})

    def suspend(self, award_id: str, reason: str, note: str | None = None) -> Award:
        """Put an award on hold, and return it."""
        return self._change(award_id, "suspend", {"reason": reason, "note": note})

    def reinstate(self, award_id: str, note: str | None = None) -> Award:
        """Lift the hold on an award, and return it."""
        return self._change(award_id, "reinstate", {"note": note})

    def holder_link(self, award_id: str) -> str:
        """Return a new private address of all badges of an award's person."""
        path = f"/v1/awards/{quote(award_id, safe='')}/holder-link"
        return str(self._call("POST", path)["holder_url"])

    def verify(self, credential: Json) -> Json:
        """Return the report on any Open Badge: its `result`, and every check."""
        return self._call("POST", "/v1/verify", json=credential)

    def _send_some(self, events: Sequence[Json], before: int) -> Iterator[Line]:
        """Send as many events as the connection holds while nobody reads the answers yet."""
        lines = b"".join(json.dumps(event).encode() + b"\n" for event in events)
        headers = {"content-type": _NDJSON}
        with self._http.stream("POST", "/v1/events/batch", content=lines, headers=headers) as answer:
            if answer.is_error:
                answer.read()
                raise _problem(answer)
            for text in answer.iter_lines():
                if text:
                    yield _line(json.loads(text), before)

    def _change(self, award_id: str, what: str, given: Json) -> Award:
        body = {name: value for name, value in given.items() if value is not None}
        return Award.of(
            self._call("POST", f"/v1/awards/{quote(award_id, safe='')}/{what}", json=body)["award"]
        )

    def _call(self, method: str, path: str, **sent: Any) -> Json:  # noqa: ANN401 - what httpx takes
        for _ in range(self._tries - 1):
            try:
                answer = self._http.request(method, path, **sent)
            except httpx.TransportError:
                self._sleep(1.0)
                continue
            if answer.status_code not in {429, 503}:
                return _body(answer)
            self._sleep(_wait(answer))
        return _body(self._http.request(method, path, **sent))


def _body(answer: httpx.Response) -> Json:
    if answer.is_error:
        raise _problem(answer)
    found: Json = answer.json()
    return found


def _wait(answer: httpx.Response) -> float:
    said = answer.headers.get("retry-after", "1")
    return min(float(said), _LONGEST_WAIT) if said.isascii() and said.isdecimal() else 1.0


def _problem(answer: httpx.Response) -> Problem:
    try:
        body = answer.json()
    except ValueError:
        body = {}
    return Problem(answer.status_code, body if isinstance(body, dict) else {})


def _line(row: Json, before: int) -> Line:
    number = before + row["line"]
    if "answer" in row:
        return Line(number, row["id"], Issued.of(row["answer"]))
    return Line(number, row["id"], Problem(row["status"], row["problem"]))
