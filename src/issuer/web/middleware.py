"""What surrounds every request: its id, its log line, its metrics, the path prefix, safe headers."""

import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer import telemetry
from issuer.context import Context
from issuer.core import ids
from issuer.services.request_log import Call, RequestLog

_SAFE_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
]
_CLOSED = ("/v1", "/h/", "/lti/", "/embed/i/", "/metrics", "/ims/", "/oauth/")
"""What scripts of other sites have no business with: the API, what a person's link opens, and the numbers."""
_FIRST_ERROR = 400


class Surround:
    """An ASGI layer around the application."""

    def __init__(self, app: ASGIApp, context: Context, prefix: str, log: RequestLog) -> None:
        self._app = app
        self._context = context
        self._prefix = prefix
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the server leaves the body out
        request_id = "req_" + ids.public_id(self._context.chance(ids.PUBLIC_ID_BYTES))
        scope.setdefault("state", {})["request_id"] = request_id
        scope["path"] = self._without_prefix(scope["path"])
        started, status = time.perf_counter(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_headers(scope, message, request_id)]
            await send(message)

        try:
            if scope["method"] == "OPTIONS" and not scope["path"].startswith(_CLOSED):
                await _answer_preflight(send_with_headers)
            else:
                await self._app(scope, receive, send_with_headers)
        except Exception:
            if not status:  # a fault that was answered is recorded already; its text stays here
                raise
        finally:
            self._record(scope, request_id, status, time.perf_counter() - started)

    def _without_prefix(self, path: str) -> str:
        """Return the path below the public URL's prefix, whether a proxy took that off or not."""
        if self._prefix and path.startswith(self._prefix + "/"):
            return path[len(self._prefix) :]
        return path

    def _record(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path_format", "none")
        metrics = self._context.metrics
        metrics.requests.labels(route, scope["method"], status).inc()
        metrics.seconds.labels(route).observe(seconds)
        telemetry.log().info(
            "request",
            request_id=request_id,
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            client=scope["state"].get("client_id"),
            tenant=scope["state"].get("tenant_id"),
            outcome=scope["state"].get("outcome"),
            code=scope["state"].get("code"),
        )
        if scope["state"].get("client_id") and scope["state"].get("tenant_id"):
            self._log.note(self._call(scope, request_id, status, seconds))

    def _call(self, scope: Scope, request_id: str, status: int, seconds: float) -> Call:
        """Return what is remembered of a call that had an API key."""
        state, event_id = scope["state"], scope["state"].get("event_id")
        return Call(
            id=request_id,
            tenant_id=state["tenant_id"],
            client_id=state["client_id"],
            at=self._context.clock(),
            method=scope["method"],
            route=getattr(scope.get("route"), "path_format", "none"),
            status=status,
            microseconds=round(seconds * 1_000_000),
            outcome=state.get("outcome"),
            code=state.get("code"),
            pointers=state.get("pointers", ()),
            event_id=event_id if isinstance(event_id, str) else None,
            award=state.get("award") or scope.get("path_params", {}).get("award_id"),
        )


def _headers(scope: Scope, start: Message, request_id: str) -> list[tuple[bytes, bytes]]:
    headers = [*_SAFE_HEADERS, (b"x-request-id", request_id.encode())]
    if _is_open(scope, start):
        headers.append((b"access-control-allow-origin", b"*"))
        headers.append((b"access-control-expose-headers", b"Content-Disposition, ETag, Link, X-Request-Id"))
    return headers


def _is_open(scope: Scope, start: Message) -> bool:
    """Return whether scripts of any site may read it: what GET tells everybody, or why it tells nothing."""
    is_asked = scope["method"] in {"GET", "OPTIONS"} and not scope["path"].startswith(_CLOSED)
    kept = Headers(raw=start["headers"]).get("cache-control", "")
    return is_asked and (start["status"] >= _FIRST_ERROR or "no-store" not in kept)


async def _answer_preflight(send: Send) -> None:
    headers = [
        (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
        (b"access-control-allow-headers", b"Accept, Accept-Language, If-None-Match"),
        (b"access-control-max-age", b"86400"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
