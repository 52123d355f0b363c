"""What routes ask for: the context, the caller, the body within its limit, the tenant of an origin."""

from typing import Annotated, Final
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from issuer.context import Context
from issuer.core import documents
from issuer.core.documents import Document
from issuer.db import tenants
from issuer.db.tables import Tenant
from issuer.services import clients
from issuer.services.clients import Client, Unauthenticated
from issuer.web import multipart
from issuer.web.gate import Gate

_MUCH: Final = 16_000
"""From so many bytes on, other requests would wait too long for one to be parsed: a thread does it."""

YAML_TYPES = {"application/yaml", "application/x-yaml", "text/yaml"}

bearer = HTTPBearer(auto_error=False, description="An API key: `sk_live_…`, or `sk_test_…` of a sandbox")
operator_bearer = HTTPBearer(
    auto_error=False, scheme_name="OperatorKey", description="The operator's key: ISSUER_OPERATOR_KEY"
)


async def context(request: Request) -> Context:
    """Return the process's context. Like what follows it waits for nothing, and needs no thread."""
    found: Context = request.app.state.context
    return found


ContextDep = Annotated[Context, Depends(context)]


async def raw_body(request: Request) -> bytes:
    """Return the body, reading no further than the limit allows."""
    return await multipart.bounded(request, documents.DEFAULT_LIMITS.size)


async def document_body(request: Request, raw: Annotated[bytes, Depends(raw_body)]) -> Document:
    """Return the JSON object, or YAML mapping, in the body."""
    parsed = documents.parse_yaml if is_yaml(request) else documents.parse
    return await anyio.to_thread.run_sync(parsed, raw) if len(raw) > _MUCH else parsed(raw)


def is_yaml(request: Request) -> bool:
    """Return whether a body is sent as YAML."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() in YAML_TYPES


RawBody = Annotated[bytes, Depends(raw_body)]
DocumentBody = Annotated[Document, Depends(document_body)]


def client(
    request: Request,
    process: ContextDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Client:
    """Return who is calling, or raise `Unauthenticated`."""
    if credentials is None:
        raise Unauthenticated("send an API key: `Authorization: Bearer sk_live_…`")
    found = clients.authenticate(process, credentials.credentials)
    request.state.client_id, request.state.tenant_id = found.id, found.tenant_id
    return found


ClientDep = Annotated[Client, Depends(client)]


def operator(
    process: ContextDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(operator_bearer)],
) -> None:
    """Raise `Unauthenticated` unless the operator is calling."""
    clients.authenticate_operator(process, credentials.credentials if credentials else "")


async def base(request: Request, process: ContextDep) -> str:
    """Return which of the configured origins was addressed. Any other Host counts as the public URL."""
    host = request.headers.get("host", "").lower()
    named = {urlsplit(origin).netloc: origin for origin in process.settings.origins}
    return named.get(host, process.settings.public_url)


BaseDep = Annotated[str, Depends(base)]


def tenant_at(process: Context, slug: str, origin: str) -> Tenant:
    """Return the issuer of a slug, or raise `UnknownTenant`, also for one that lives at another origin.

    Tenants never meet at an address.
    """
    with process.database.read() as session:
        tenant = tenants.by_slug(session, slug)
    if process.addresses(tenant).base != origin:
        raise tenants.UnknownTenant(f"there is no issuer {slug!r} here")
    return tenant


def admit(request: Request, cost: int = 1) -> None:
    """Take what strangers may ask from the share of the caller's address, or raise `TooManyRequests`."""
    gate: Gate = request.app.state.gate
    gate.admit(request.client.host if request.client else "", cost)
