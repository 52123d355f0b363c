"""Answers that are given again from memory, for as long as nothing that they show has changed."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, NamedTuple, TypeVar

import anyio.to_thread
from fastapi import Request
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer.context import Context
from issuer.core.remembering import Memory
from issuer.db import engine
from issuer.errors import IssuerError
from issuer.web import compression, forms

Key = TypeVar("Key", str, int)

MOST: Final = 32_000_000
"""How many bytes of answers one process keeps."""

LOOKED_AT_ANEW: Final = 1.0
"""After so many seconds what another process may have changed is looked up."""

_TERMS: Final = "kept"
_ASIDE: Final = 1_500
"""About how many bytes an answer takes beside its body."""

_TOLD_APART: Final = frozenset({b"host", b"accept", b"accept-encoding", b"accept-language"})
"""The headers that decide which answer is given. The address with its query does so too."""


@dataclass(frozen=True)
class Terms:
    """On what terms an answer is given again: while `current` returns `version`, within these moments."""

    version: Hashable
    current: Callable[[], Hashable]
    since: datetime | None = None
    until: datetime | None = None


def terms(context: Context, query: Callable[[Session, Key], Hashable], key: Key) -> Terms:
    """Return the terms that a query tells the version, which is read here.

    It has to be read before what the answer shows: then what changes in between is seen.
    """

    def current() -> Hashable:
        with context.database.read() as session:
            return query(session, key)

    return Terms(current(), current)


def on_terms(request: Request, found: Terms) -> None:
    """Let the answer to a request be given again, if it turns out to be a whole one."""
    request.scope["state"][_TERMS] = found, request.scope.get("route")


def while_same(
    request: Request, context: Context, query: Callable[[Session, Key], Hashable], key: Key
) -> None:
    """Let the answer to a request be given again while a query tells the same as now (see `terms`)."""
    on_terms(request, terms(context, query, key))


class Kept:
    """An ASGI layer that answers what was asked before, where a route let it (see `on_terms`).

    What this process itself commits shows at once; what another one does, after a second.
    """

    def __init__(self, app: ASGIApp, context: Context, ticks: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._context = context
        self._ticks = ticks
        self._answers: Memory[Hashable, _Answer] = Memory(MOST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        key = scope["path"], scope["query_string"], *(h for h in scope["headers"] if h[0] in _TOLD_APART)
        answer = self._answers.find(key, self._is_in_time)
        if answer is not None and await self._still_holds(answer):
            scope["route"] = answer.route
            await answer.send(scope, send)
            return
        looked, recorder = self._now(), _Recorder(scope, send)
        await self._app(scope, receive, recorder.send)
        found = recorder.recorded(looked)
        if found is not None:
            self._answers.keep(key, found, found.weight)

    def _is_in_time(self, answer: "_Answer") -> bool:
        since, until = answer.terms.since, answer.terms.until
        if since is None and until is None:
            return True
        now = self._context.clock()
        return (since is None or since <= now) and (until is None or now < until)

    async def _still_holds(self, answer: "_Answer") -> bool:
        """Return whether nothing changed, looking it up where that is not known."""
        now = self._now()
        if answer.looked.changes is now.changes and now.ticks - answer.looked.ticks < LOOKED_AT_ANEW:
            return True
        if await anyio.to_thread.run_sync(_version, answer.terms) != answer.terms.version:
            return False
        answer.looked = now
        return True

    def _now(self) -> "_Looked":
        return _Looked(self._context.database.changes.latest, self._ticks())


class _Looked(NamedTuple):
    """When the version was looked up, and what this process had changed last by then."""

    changes: object
    ticks: float


@dataclass
class _Answer:
    """A whole answer, as it went out below the surround."""

    terms: Terms
    route: object
    headers: list[tuple[bytes, bytes]]
    body: bytes
    looked: _Looked

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        return len(self.body) + _ASIDE

    async def send(self, scope: Scope, send: Send) -> None:
        """Send it, or 304 to a reader who has it (RFC 9110, section 13.1.2)."""
        known = self._known_to(scope)
        if known is None:
            start = {"status": HTTPStatus.OK, "headers": self.headers}
        else:
            kept = [each for each in self.headers if each[0].decode() in forms.KEPT_UNCHANGED]
            headers = [(name, known if name == b"etag" else value) for name, value in kept]
            start = {"status": HTTPStatus.NOT_MODIFIED, "headers": headers}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": self.body if known is None else b""})

    def _known_to(self, scope: Scope) -> bytes | None:
        """Return the tag by which the reader has this answer: as it is, or in its plain form."""
        asked = b",".join(value for name, value in scope["headers"] if name == b"if-none-match")
        tag = dict(self.headers).get(b"etag", b"")
        plain = compression.uncoded(tag)
        tags = {part.strip().removeprefix(b"W/") for part in asked.split(b",")}
        found = (each for each in (tag, plain) if each in tags)
        return next(found, plain if b"*" in tags else None)


class _Recorder:
    """Sends an answer on, and remembers it where it comes whole and may be kept."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._state = scope.setdefault("state", {})
        self._send = send
        self._headers: list[tuple[bytes, bytes]] | None = None
        self._body: bytes | None = None

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            self._headers = list(message["headers"]) if message["status"] == HTTPStatus.OK else None
        elif self._headers is not None and not message.get("more_body"):
            self._body = message.get("body", b"")
        await self._send(message)

    def recorded(self, looked: _Looked) -> _Answer | None:
        """Return the answer that was sent, or None where it may not be given again."""
        found, route = self._state.get(_TERMS, (None, None))
        if found is None or self._headers is None or self._body is None:
            return None
        return _Answer(found, route, self._headers, self._body, looked)


def _version(terms: Terms) -> Hashable:
    """Return the version as it is now, None where it cannot be found out: then the route says why."""
    try:
        return terms.current()
    except (IssuerError, *engine.FAILURES):
        return None
