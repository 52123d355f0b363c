"""The operator's own calls: make issuers and keep their profiles."""

import json
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from issuer.context import Context
from issuer.core import fields
from issuer.core.awarding.profile import ProfileFields
from issuer.core.fields import Line
from issuer.db import tenants
from issuer.db.tables import Tenant
from issuer.services import tenants as service
from issuer.web import examples
from issuer.web.answers import Answer
from issuer.web.dependencies import ContextDep, DocumentBody, operator
from issuer.web.openapi import errors

router = APIRouter(prefix="/v1/issuers", tags=["issuers"], dependencies=[Depends(operator)])

Slug = Annotated[str, Path(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", examples=["alder"])]


class NewIssuer(fields.Strict):
    """An issuer to be made. `default` and `origin` decide its DID, for ever."""

    slug: Line
    profile: ProfileFields
    default: bool = False
    origin: Line | None = None


class IssuerOut(Answer):
    """An issuer and its addresses."""

    slug: str
    did: str
    url: str
    did_document_url: str
    profile: dict[str, Any]


class PresentationOut(Answer):
    """How an issuer's pages look. What is left out has its default."""

    presentation: dict[str, Any]


@router.post(
    "",
    summary="Make an issuer with its first signing key",
    status_code=HTTPStatus.CREATED,
    responses=errors(401, 409, 413, 422, 503),
    openapi_extra=examples.body("NewIssuer", examples.ISSUER),
)
def create_issuer(context: ContextDep, body: DocumentBody) -> IssuerOut:
    """Make an issuer."""
    given = fields.read(NewIssuer, body)
    tenant = service.create(context, given.slug, body["profile"], default=given.default, origin=given.origin)
    return _out(context, tenant)


@router.get("", summary="List issuers", responses=errors(401))
def list_issuers(context: ContextDep) -> list[IssuerOut]:
    """Return every issuer of this service, by slug."""
    with context.database.read() as session:
        return [_out(context, tenant) for tenant in tenants.all_tenants(session)]


@router.get("/{slug}", summary="Read an issuer", responses=errors(401, 404))
def read_issuer(context: ContextDep, slug: Slug) -> IssuerOut:
    """Return one issuer."""
    with context.database.read() as session:
        return _out(context, tenants.by_slug(session, slug))


@router.put(
    "/{slug}/profile",
    summary="Replace an issuer's profile",
    responses=errors(401, 404, 413, 422),
    openapi_extra=examples.body("ProfileFields", examples.ISSUER["profile"]),
)
def replace_profile(context: ContextDep, slug: Slug, body: DocumentBody) -> IssuerOut:
    """Replace the profile. Badges already issued keep the one that was signed into them."""
    with context.database.read() as session:
        tenant = tenants.by_slug(session, slug)
    return _out(context, service.update_profile(context, tenant.id, body))


@router.get("/{slug}/presentation", summary="How an issuer's pages look", responses=errors(401, 404))
def read_presentation(context: ContextDep, slug: Slug) -> PresentationOut:
    """Return what was chosen for an issuer's pages and certificates."""
    with context.database.read() as session:
        return PresentationOut(presentation=json.loads(tenants.by_slug(session, slug).presentation))


@router.put(
    "/{slug}/presentation",
    summary="Choose how an issuer's pages look",
    responses=errors(401, 404, 413, 422),
    openapi_extra=examples.body("Presentation", examples.PRESENTATION),
)
def replace_presentation(context: ContextDep, slug: Slug, body: DocumentBody) -> PresentationOut:
    """Replace the color, language, time zone and further facts of an issuer's pages. No badge changes."""
    with context.database.read() as session:
        tenant = tenants.by_slug(session, slug)
    return PresentationOut(presentation=json.loads(service.present(context, tenant.id, body).presentation))


def _out(context: Context, tenant: Tenant) -> IssuerOut:
    addresses = context.addresses(tenant)
    return IssuerOut(
        slug=tenant.slug,
        did=addresses.did,
        url=addresses.issuer,
        did_document_url=addresses.did_document,
        profile=json.loads(tenant.profile),
    )
