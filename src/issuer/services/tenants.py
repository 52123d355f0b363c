"""Make an issuer, and keep its profile."""

import re
from zoneinfo import available_timezones

from sqlalchemy.exc import IntegrityError

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.awarding.presentation import Presentation
from issuer.core.awarding.profile import ProfileFields, plain, profile_document
from issuer.core.documents import Document
from issuer.db import tenants
from issuer.db.tables import Tenant, VerificationKey
from issuer.errors import Conflict, Fault, Invalid

_LINK_SECRET_BYTES = 32
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class IssuerExists(Conflict):
    """There is an issuer of that slug, or on that origin, already."""

    code = "issuer-exists"


class InvalidIssuer(Invalid):
    """The slug or the origin of a new issuer is not acceptable."""

    code = "invalid-issuer"


def create(
    context: Context, slug: str, profile: Document, *, default: bool = False, origin: str | None = None
) -> Tenant:
    """Return a new tenant with its first signing key.

    The default tenant has the public URL's own DID; one with an origin has that origin's. Neither can be
    changed later, because every badge carries them. Raises `InvalidIssuer`, `InvalidFields`,
    `IssuerExists`.
    """
    _check(context, slug, default=default, origin=origin)
    given = fields.read(ProfileFields, profile)
    owned = tenants.DEFAULT if default else origin
    return _made(context, slug, owned, documents.text(plain(given)), "{}")


def create_trial(context: Context, owner: Tenant) -> Tenant:
    """Return the new sandbox of an issuer, which looks like it. Raises `IssuerExists`."""
    return _made(context, owner.slug + tenants.TRIALS, None, owner.profile, owner.presentation)


def _made(context: Context, slug: str, origin: str | None, profile: str, presentation: str) -> Tenant:
    key_id = context.keyring.generate()
    now = context.clock()
    tenant = Tenant(
        id=context.new_key(),
        slug=slug,
        owned_origin=origin,
        profile=profile,
        presentation=presentation,
        link_secret=context.chance(_LINK_SECRET_BYTES),
        created_at=now,
    )
    key = VerificationKey(id=key_id, tenant_id=tenant.id, created_at=now, activated_at=now)
    try:
        with context.database.write.begin() as session:
            session.add(tenant)
            session.flush()
            session.add(key)
    except IntegrityError as error:
        context.keyring.destroy(key_id)
        raise IssuerExists(f"there is an issuer {slug!r} already, or one with that origin") from error
    return tenant


def update_profile(context: Context, tenant_id: str, profile: Document) -> Tenant:
    """Replace a tenant's profile and return the tenant. Issued badges keep the profile they carry."""
    given = fields.read(ProfileFields, profile)
    with context.database.write.begin() as session:
        tenants.set_profile(session, tenant_id, documents.text(plain(given)))
        return tenants.by_id(session, tenant_id)


def profile_of(context: Context, tenant: Tenant) -> Document:
    """Return the Open Badges 3.0 Profile that stands in the tenant's badges."""
    given = ProfileFields.model_validate_json(tenant.profile)
    return profile_document(given, context.addresses(tenant).did)


def present(context: Context, tenant_id: str, presentation: Document) -> Tenant:
    """Replace how a tenant's pages look, and return the tenant. No badge changes.

    Raises `InvalidFields`, or `InvalidIssuer` for a time zone that does not exist.
    """
    given = fields.read(Presentation, presentation)
    if given.time_zone not in available_timezones():
        detail = "use a name of the IANA database, such as America/New_York"
        raise InvalidIssuer(f"there is no time zone {given.time_zone!r}", [Fault("/timeZone", detail)])
    with context.database.write.begin() as session:
        tenants.set_presentation(session, tenant_id, documents.text(plain(given)))
        return tenants.by_id(session, tenant_id)


def presentation_of(tenant: Tenant) -> Presentation:
    """Return how a tenant's pages look."""
    return Presentation.model_validate_json(tenant.presentation)


def _check(context: Context, slug: str, *, default: bool, origin: str | None) -> None:
    if not _SLUG.fullmatch(slug):
        detail = "use lower-case letters, digits and hyphens, 63 at most"
        raise InvalidIssuer(f"the slug {slug[:80]!r} is not acceptable", [Fault("/slug", detail)])
    if origin is not None and (default or origin not in context.settings.origins):
        detail = "name it in ISSUER_ORIGINS first; the default issuer has no origin of its own"
        raise InvalidIssuer(f"the origin {origin[:200]!r} is not acceptable", [Fault("/origin", detail)])
