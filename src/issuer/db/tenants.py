"""Queries over tenants and the keys that speak for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.public_tables import Pathway
from issuer.db.tables import Tenant, VerificationKey
from issuer.errors import NotFound

DEFAULT = ""
"""The `owned_origin` of the default tenant: the public URL itself."""

TRIALS = "/test"
"""What the slug of a sandbox has behind its issuer's, and no other slug can have."""


class UnknownTenant(NotFound):
    """There is no issuer of that name."""

    code = "unknown-issuer"


class UnknownKey(NotFound):
    """The issuer has no key of that id."""

    code = "unknown-key"


class OwnKey(NamedTuple):
    """A tenant's key: its Multikey, and from when until when it signs."""

    id: str
    activated_at: datetime | None
    retired_at: datetime | None


class Voice(NamedTuple):
    """A tenant, the keys that speak for it, and whether it offers pathways: its badges may count there."""

    tenant: Tenant
    keys: list[OwnKey]
    has_pathways: bool = False


def all_tenants(session: Session) -> Sequence[Tenant]:
    """Return every tenant, by slug."""
    return session.scalars(select(Tenant).order_by(Tenant.slug)).all()


def real(session: Session) -> Sequence[Tenant]:
    """Return every tenant that is no sandbox, by slug."""
    return [each for each in all_tenants(session) if not is_for_trials(each)]


def is_for_trials(tenant: Tenant) -> bool:
    """Return whether a tenant is the sandbox of another one."""
    return tenant.slug.endswith(TRIALS)


def trials_of(session: Session, tenant: Tenant) -> Tenant | None:
    """Return the sandbox of a tenant, None where it has none yet."""
    return session.scalars(select(Tenant).where(Tenant.slug == tenant.slug + TRIALS)).one_or_none()


def owner_of_trials(session: Session, trial: Tenant) -> Tenant:
    """Return the tenant whose sandbox it is."""
    return by_slug(session, trial.slug.removesuffix(TRIALS))


def by_slug(session: Session, slug: str) -> Tenant:
    """Return the tenant of a slug, or raise `UnknownTenant`."""
    found = session.scalars(select(Tenant).where(Tenant.slug == slug)).one_or_none()
    if found is None:
        raise UnknownTenant(f"there is no issuer {slug!r}")
    return found


def by_id(session: Session, tenant_id: str) -> Tenant:
    """Return a tenant, or raise `UnknownTenant`."""
    found = session.get(Tenant, tenant_id)
    if found is None:
        raise UnknownTenant("there is no such issuer")
    return found


def with_keys(session: Session, tenant_id: str) -> Voice:
    """Return a tenant and every key that it ever had, the oldest first, or raise `UnknownTenant`."""
    found = session.connection().execute(_WITH_KEYS, {"tenant": tenant_id}).all()
    if not found:
        return Voice(by_id(session, tenant_id), [])
    # Every event asks for this: a row of its own costs less than one that the session keeps track of.
    tenant = Tenant(**dict(zip(_OF_TENANT, found[0], strict=False)))
    keys = [OwnKey(*row[len(_OF_TENANT) : -1]) for row in found]
    return Voice(tenant, keys, has_pathways=bool(found[0][-1]))


def hold(session: Session, tenant_id: str) -> None:
    """Keep other writers of what the tenant offers waiting until the transaction ends.

    They read, decide and write, and what one decides can depend on all rows. Awards go on meanwhile.
    """
    session.execute(select(Tenant.id).where(Tenant.id == tenant_id).with_for_update(key_share=True))


def owner_of(session: Session, origin: str) -> Tenant | None:
    """Return the tenant that owns an origin (`DEFAULT` for the public URL), if any."""
    return session.scalars(select(Tenant).where(Tenant.owned_origin == origin)).one_or_none()


def at_origin(session: Session, origin: str, *, most: int) -> Sequence[Tenant]:
    """Return tenants that live at an origin (`DEFAULT` for the public URL), by slug, at most so many.

    Sandboxes are none of them.
    """
    own = Tenant.owned_origin == origin
    lives_here = own if origin else or_(own, Tenant.owned_origin.is_(None))
    query = select(Tenant).where(lives_here, Tenant.slug.not_like(f"%{TRIALS}"))
    return session.scalars(query.order_by(Tenant.slug).limit(most)).all()


def keys(session: Session, tenant_id: str) -> Sequence[VerificationKey]:
    """Return every key that the tenant ever had, the oldest first."""
    query = select(VerificationKey).where(VerificationKey.tenant_id == tenant_id)
    return session.scalars(query.order_by(VerificationKey.created_at, VerificationKey.id)).all()


def key(session: Session, tenant_id: str, key_id: str) -> VerificationKey:
    """Return one key of the tenant, or raise `UnknownKey`."""
    query = select(VerificationKey).where(VerificationKey.tenant_id == tenant_id)
    found = session.scalars(query.where(VerificationKey.id == key_id)).one_or_none()
    if found is None:
        raise UnknownKey(f"the issuer has no key {key_id!r}")
    return found


def signing_key(session: Session, tenant_id: str) -> VerificationKey | None:
    """Return the key that signs now: the one activated last that is not retired. None without one."""
    query = (
        select(VerificationKey)
        .where(VerificationKey.tenant_id == tenant_id)
        .where(VerificationKey.activated_at.is_not(None), VerificationKey.retired_at.is_(None))
        .order_by(VerificationKey.activated_at.desc(), VerificationKey.id.desc())
    )
    return session.scalars(query.limit(1)).one_or_none()


def signing_of(keys: Sequence[OwnKey]) -> OwnKey | None:
    """Return the one of a tenant's keys that signs now, as `signing_key` does."""
    able = [(key.activated_at, key.id, key) for key in keys if key.activated_at and not key.retired_at]
    return max(able, key=lambda each: each[:2])[2] if able else None


def set_profile(session: Session, tenant_id: str, profile: str) -> None:
    """Replace the tenant's profile. Badges already issued keep the one that was signed into them."""
    session.execute(update(Tenant).where(Tenant.id == tenant_id).values(profile=profile))


def set_presentation(session: Session, tenant_id: str, presentation: str) -> None:
    """Replace how the tenant's pages look."""
    session.execute(update(Tenant).where(Tenant.id == tenant_id).values(presentation=presentation))


def activate_key(session: Session, tenant_id: str, key_id: str, now: datetime) -> None:
    """Make a key the one that signs."""
    session.execute(
        update(VerificationKey)
        .where(VerificationKey.tenant_id == tenant_id, VerificationKey.id == key_id)
        .values(activated_at=now)
    )


def retire_key(session: Session, tenant_id: str, key_id: str, now: datetime) -> None:
    """Keep a key from signing ever again. Its public half stays."""
    session.execute(
        update(VerificationKey)
        .where(VerificationKey.tenant_id == tenant_id, VerificationKey.id == key_id)
        .values(retired_at=now)
    )


_OF_TENANT: Final = tuple(column.key for column in Tenant.__table__.columns)
_WITH_KEYS: Final = (
    select(
        *Tenant.__table__.columns,
        VerificationKey.id,
        VerificationKey.activated_at,
        VerificationKey.retired_at,
        exists().where(Pathway.tenant_id == bindparam("tenant"), Pathway.retired_at.is_(None)),
    )
    .join(VerificationKey, VerificationKey.tenant_id == Tenant.id)
    .where(VerificationKey.tenant_id == bindparam("tenant"))
    .order_by(VerificationKey.created_at, VerificationKey.id)
)
