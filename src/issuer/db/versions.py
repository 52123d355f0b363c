"""Queries for all that an answer to the public depends on: it is the same while they return the same."""

from collections.abc import Hashable
from typing import Any

from sqlalchemy import ColumnElement, Executable, ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from issuer.db.public_tables import Pathway, PathwayVersion
from issuer.db.stack_tables import StackComponent, StackGrant
from issuer.db.tables import (
    Achievement,
    AchievementVersion,
    Credential,
    StatusList,
    Tenant,
    VerificationKey,
)


def of_file(session: Session, public_id: str) -> Hashable:
    """Return what the signed file of a badge depends on: the text, and who may see it."""
    return _first(session, select(*_FILE).where(Credential.public_id == public_id))


def of_badge(session: Session, public_id: str) -> Hashable:
    """Return what the page of a badge depends on beside the time: its standing, and what its issuer shows."""
    newer = aliased(Credential)
    query = (
        select(*_FILE, *_STANDING, newer.visibility, newer.erased_at, *_PARTS, *_SHOWN)
        .join(Tenant, Tenant.id == Credential.tenant_id)
        .outerjoin(newer, newer.public_id == Credential.replaced_by)
    )
    return _first(session, query.where(Credential.public_id == public_id))


def of_issuer(session: Session, slug: str) -> Hashable:
    """Return what an issuer shows: its profile, its look, its keys, its achievements and pathways."""
    return _first(session, select(*_SHOWN).where(Tenant.slug == slug))


def of_status_list(session: Session, number: int) -> Hashable:
    """Return which version a list has, and which one of them is signed."""
    query = select(StatusList.version, StatusList.secured_version).where(StatusList.id == number)
    return _first(session, query)


def _first(session: Session, query: Executable) -> Hashable:
    found = session.execute(query).first()
    return tuple(found) if found is not None else None


def _of_tenant(what: ColumnElement[Any], owner: InstrumentedAttribute[str]) -> ScalarSelect[Any]:
    return select(what).where(owner == Tenant.id).correlate(Tenant).scalar_subquery()


_FILE = (Credential.secured_sha256, Credential.visibility, Credential.erased_at)
_STANDING = (
    Credential.revoked_at,
    Credential.suspended_at,
    Credential.reason,
    Credential.replaced_by,
    Credential.name_shown,
    Credential.particulars,
)


def _of_parts(what: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Return something of the badges that a stack was awarded for."""
    used = select(StackComponent.credential_id).join(StackGrant, StackGrant.id == StackComponent.grant_id)
    own = used.where(StackGrant.credential_id == Credential.id).correlate(Credential)
    return select(what).where(_PART.id.in_(own)).correlate(Credential).scalar_subquery()


_PART = aliased(Credential)
_PARTS = (
    _of_parts(func.count(_PART.revoked_at)),
    _of_parts(func.count(_PART.suspended_at)),
    _of_parts(func.count(_PART.erased_at)),
    _of_parts(func.min(_PART.visibility)),
)
_SHOWN = (
    Tenant.profile,
    Tenant.presentation,
    _of_tenant(func.max(AchievementVersion.id), AchievementVersion.tenant_id),
    _of_tenant(func.max(Achievement.retired_at), Achievement.tenant_id),
    _of_tenant(func.count(Achievement.retired_at), Achievement.tenant_id),
    _of_tenant(func.max(PathwayVersion.id), PathwayVersion.tenant_id),
    _of_tenant(func.max(Pathway.retired_at), Pathway.tenant_id),
    _of_tenant(func.count(Pathway.retired_at), Pathway.tenant_id),
    _of_tenant(func.count(VerificationKey.id), VerificationKey.tenant_id),
    _of_tenant(func.max(VerificationKey.activated_at), VerificationKey.tenant_id),
    _of_tenant(func.count(VerificationKey.retired_at), VerificationKey.tenant_id),
)
