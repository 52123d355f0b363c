"""Read a badge for the public: its bytes, how it stands, and what a real check of it says."""

import json
from dataclasses import dataclass
from hashlib import sha256

from issuer.context import Context
from issuer.core.documents import Document
from issuer.core.verifying.report import Report
from issuer.db import credentials, tenants
from issuer.db.tables import Credential, Tenant
from issuer.errors import Forbidden, IssuerError, NotFound
from issuer.services import holder, verify


class Erased(NotFound):
    """The badge was removed for its holder's privacy."""

    code = "badge-removed"


class Private(Forbidden):
    """The holder keeps the badge private."""

    code = "private-badge"


class Damaged(IssuerError):
    """The stored text is not the one that was signed. It is not served."""

    code = "damaged-badge"


@dataclass(frozen=True)
class PublicBadge:
    """A badge as stored, and whose it is."""

    credential: Credential
    tenant: Tenant

    @property
    def text(self) -> str:
        """The signed text, byte for byte."""
        return str(self.credential.secured)

    @property
    def is_private(self) -> bool:
        """Whether only a link of its holder opens it."""
        return self.credential.visibility == "private"

    @property
    def document(self) -> Document:
        """The signed text as parsed."""
        found: Document = json.loads(self.text)
        return found


def public_badge(context: Context, public_id: str, base: str, *, share: str | None = None) -> PublicBadge:
    """Return a badge that may be shown under an origin. `share` is the token that opens a private one.

    Raises `UnknownCredential` (also for another origin's badge), `Erased`, `Private` or `Damaged`.
    """
    with context.database.read() as session:
        credential = credentials.public_row(session, public_id)
        tenant = tenants.by_id(session, credential.tenant_id)
    if context.addresses(tenant).base != base:
        raise credentials.UnknownCredential("there is no badge at this address")
    if credential.erased_at is not None:
        raise Erased("this badge is no longer available")
    if credential.visibility == "private" and not holder.may_see(context, tenant, credential, share):
        raise Private("this badge is private: ask its holder for the file")
    if sha256(str(credential.secured).encode()).hexdigest() != credential.secured_sha256:
        context.metrics.faults.labels(Damaged.code).inc()
        raise Damaged(f"the stored text of the badge {public_id} is damaged")
    return PublicBadge(credential, tenant)


def checked(context: Context, badge: PublicBadge) -> Report:
    """Return the report of a real verification of the stored bytes."""
    return verify.verify(context, badge.text.encode())
