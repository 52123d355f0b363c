"""The application: routers, the surround, and how an error becomes an answer."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from issuer import telemetry
from issuer.context import Context
from issuer.core import documents
from issuer.core.awarding.pathway import PathwayDefinition
from issuer.core.exchange.exports.profile import ExportProfile
from issuer.core.intake.correction import Correction
from issuer.core.intake.mapping import Mapping
from issuer.core.lti.registration import Registration
from issuer.db import engine
from issuer.errors import Fault, IssuerError
from issuer.services.oauth.registering import ClientMetadata
from issuer.services.request_log import RequestLog
from issuer.web import methods, openapi, people_pages, problems, vc_requests
from issuer.web.compression import Compression
from issuer.web.drawing import Studio
from issuer.web.gate import Gate
from issuer.web.gathering import Gathering
from issuer.web.kept import Kept
from issuer.web.middleware import Surround
from issuer.web.places import Places, Shares
from issuer.web.routes import (
    achievements,
    artwork,
    awards,
    badges,
    definitions,
    events,
    evidence,
    export_feed,
    export_pages,
    exports,
    frameworks,
    held,
    holder,
    holder_hosts,
    holder_links,
    inbox,
    information,
    issuers,
    letters,
    lti,
    oauth,
    open_badges,
    operations,
    pathway_pages,
    pathways,
    person,
    public,
    recipients,
    requests,
    resolver,
    reviews,
    sandbox,
    sharing,
    source_letters,
    source_lti,
    sources,
    vc_api,
    verification,
    verify_page,
    webhooks,
)

UPLOADS_AT_ONCE = 2
"""Each has a process of its own, and may take its memory."""

BATCHES_AT_ONCE = 4
"""How many an issuer sends at a time to one process: each may hold some megabytes."""

_FAREWELL_SECONDS = 2.0
_CODES = {404: "not-found", 405: "method-not-allowed"}


def create(context: Context) -> ASGIApp:
    """Return the ASGI application of one process."""
    app = build(context)
    inner = Kept(Compression(app), context)
    return Surround(inner, context, urlsplit(context.settings.public_url).path, app.state.request_log)


def build(context: Context) -> FastAPI:
    """Return the FastAPI application inside the surround."""
    app = FastAPI(
        title="Open Badge issuer",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        lifespan=_recording,
    )
    app.state.context = context
    app.state.request_log = RequestLog()
    app.state.gate = Gate(context.settings.verify_per_minute, context.settings.verify_at_once)
    app.state.studio = Studio()
    app.state.gathering = Gathering()
    app.state.batches = Shares(BATCHES_AT_ONCE, "batches are being taken")
    app.state.uploading = Places(UPLOADS_AT_ONCE, "pictures are being uploaded")
    app.state.trials = Places(webhooks.TRIALS_AT_ONCE, "webhooks are being tried")
    app.state.pulling = Places(source_lti.PULLS_AT_ONCE, "platforms are being asked for results")
    app.state.explaining = Places(sources.TESTS_AT_ONCE, "messages of platforms are being explained")
    app.state.replaying = Places(source_letters.REPLAYS_AT_ONCE, "dead letters are being taken again")
    app.state.families = families = (
        events,
        awards,
        holder_links,
        evidence,
        recipients,
        held,
        achievements,
        definitions,
        frameworks,
        artwork,
        pathways,
        reviews,
        sandbox,
        sources,
        source_letters,
        source_lti,
        inbox,
        exports,
        export_feed,
        export_pages,
        lti,
        webhooks,
        requests,
        verification,
        verify_page,
        issuers,
        operations,
        badges,
        public,
        pathway_pages,
        sharing,
        person,
        information,
        holder,
        holder_hosts,
        letters,
        vc_api,
        oauth,
        open_badges,
        resolver,
    )
    for family in families:
        app.include_router(family.router)
    app.add_exception_handler(IssuerError, _issuer_error)
    app.add_exception_handler(RequestValidationError, _invalid_parameters)
    app.add_exception_handler(HTTPException, _http_exception)
    for failure in engine.FAILURES:
        app.add_exception_handler(failure, _database_failure)
    app.add_exception_handler(ClientDisconnect, _hung_up)
    app.add_exception_handler(Exception, _unexpected)
    bodies = (
        awards.StatusChange,
        PathwayDefinition,
        Correction,
        holder_links.NewHolderLink,
        evidence.NewEvidenceLink,
        issuers.NewIssuer,
        *recipients.BODIES,
        *held.BODIES,
        reviews.ReviewDecision,
        *sources.BODIES,
        *source_letters.BODIES,
        *exports.BODIES,
        ExportProfile,
        Mapping,
        Registration,
        ClientMetadata,
        *webhooks.BODIES,
        *vc_requests.BODIES,
    )

    def described() -> dict[str, Any]:
        app.openapi_schema = app.openapi_schema or openapi.document(app, bodies)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's own manual extends it
    return app


@asynccontextmanager
async def _recording(app: FastAPI) -> AsyncIterator[None]:
    """Write down what was called, in a thread that begins and ends with the application."""
    log, stop = app.state.request_log, threading.Event()
    thread = threading.Thread(target=log.write_until, args=(app.state.context, stop), daemon=True)
    thread.start()
    yield
    stop.set()
    await anyio.to_thread.run_sync(thread.join, _FAREWELL_SECONDS)


def _issuer_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, IssuerError):
        raise error
    request.state.code = error.code
    if problems.status_of(type(error)) is HTTPStatus.INTERNAL_SERVER_ERROR:
        _record_fault(request, error, error.code)
    return people_pages.error_page(request, error) or problems.of_error(request, error)


def _invalid_parameters(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    details = error.errors()
    request.state.code = "invalid-parameters"
    if any(detail["loc"][0] == "path" for detail in details):
        return _http_exception(request, HTTPException(HTTPStatus.NOT_FOUND))
    faults = [Fault(documents.pointer(*map(str, detail["loc"])), str(detail["msg"])) for detail in details]
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problems.problem(request, status, "invalid-parameters", "a parameter is not as it must be", faults)


def _http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    code = _CODES.get(int(status), "http-error")
    request.state.code = code
    page = people_pages.status_page(request, status, code)
    answer = page or problems.problem(request, status, code, _SENTENCES.get(code, status.phrase))
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        routers = [family.router for family in request.app.state.families]
        answer.headers["allow"] = methods.allowed(routers, request.scope)
    return answer


def _hung_up(request: Request, _error: Exception) -> Response:
    """Answer nobody: the client went away while it was sending, which is no fault of ours."""
    request.state.code = "client-disconnected"
    return Response(status_code=HTTPStatus.BAD_REQUEST)


def _database_failure(request: Request, error: Exception) -> Response:
    _record_fault(request, error, engine.DatabaseUnavailable.code)
    detail = "The database does not answer at this moment. Send the same request again in a few seconds."
    return problems.of_error(request, engine.DatabaseUnavailable(detail))


def _unexpected(request: Request, error: Exception) -> Response:
    """Answer a fault of our own. Its text stays here: it can hold what somebody sent."""
    _record_fault(request, error, "internal")
    return problems.of_error(request, IssuerError(""))


def _record_fault(request: Request, error: Exception, code: str) -> None:
    context: Context = request.app.state.context
    request.state.code = code
    context.metrics.faults.labels(code).inc()
    telemetry.log().error(
        "fault", code=code, request_id=request.state.request_id, exception=telemetry.origin_of(error)
    )


_SENTENCES = {
    "not-found": "There is nothing at this address.",
    "method-not-allowed": "This address does not know this method.",
}
