"""Read a badge for the public: its bytes, how it stands, and what a real check of it says."""

import json
from collections.abc import Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Final

from issuer.context import Context
from issuer.core import compacting
from issuer.core.awarding.presentation import Presentation
from issuer.core.documents import Document
from issuer.core.verifying.findings import Outcome
from issuer.core.verifying.report import Report
from issuer.db import credentials, standings, tenants
from issuer.db.tables import Credential, Tenant
from issuer.errors import Forbidden, IssuerError, NotFound
from issuer.services import holder, verify
from issuer.services.tenants import presentation_of


class Erased(NotFound):
    """The badge was removed for its holder's privacy."""

    code = "badge-removed"


class Private(Forbidden):
    """The holder keeps the badge private."""

    code = "private-badge"

    def __init__(self, tenant: Tenant) -> None:
        super().__init__("this badge is private: ask its holder for the file")
        self.tenant = tenant


class Damaged(IssuerError):
    """The stored text is not the one that was signed. It is not served."""

    code = "damaged-badge"


KEPT: Final = timedelta(seconds=60)
"""For how long the result of a check is shown again."""

_TIMES_THE_TEXT: Final = 8
"""About how many bytes of memory a report takes for each byte of the badge that it repeats."""

_STOPPED: Final = frozenset({"revoked", "superseded", "suspended"})


@dataclass(frozen=True)
class PublicBadge:
    """A badge as stored, and whose it is. `newer` is the id of its replacement, if all may see that."""

    credential: Credential
    tenant: Tenant
    newer: str | None = None

    @cached_property
    def text(self) -> str:
        """The signed text, byte for byte."""
        return str(self.credential.secured)

    @property
    def is_private(self) -> bool:
        """Whether only a link of its holder opens it."""
        return self.credential.visibility == "private"

    @cached_property
    def document(self) -> Document:
        """The signed text as parsed, once. Nobody changes it."""
        found: Document = json.loads(self.text)
        return found

    @cached_property
    def presentation(self) -> Presentation:
        """How its issuer's pages look."""
        return presentation_of(self.tenant)


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
        raise Private(tenant)
    return intact(context, credential, tenant)


def intact(context: Context, credential: Credential, tenant: Tenant) -> PublicBadge:
    """Return a badge for whoever may see it, or raise `Damaged`: no badge is shown that was not read here."""
    if not is_intact(credential):
        context.metrics.faults.labels(Damaged.code).inc()
        raise Damaged(f"the stored text of the badge {credential.public_id} is damaged")
    if credential.replaced_by is None:
        return PublicBadge(credential, tenant)
    with context.database.read() as session:
        return PublicBadge(credential, tenant, credentials.replacement(session, tenant.id, credential))


def is_intact(credential: Credential) -> bool:
    """Return whether the stored text is the one that was signed."""
    try:
        return sha256(str(credential.secured).encode()).hexdigest() == credential.secured_sha256
    except compacting.Unreadable:
        return False


def undamaged(context: Context, found: Iterable[Credential], tenant: Tenant) -> list[PublicBadge]:
    """Return badges, without those that are damaged: one keeps none of the others from being seen."""
    badges = []
    for credential in found:
        with suppress(Damaged):
            badges.append(intact(context, credential, tenant))
    return badges


def checked(context: Context, badge: PublicBadge) -> Report:
    """Return the report of a real verification of the stored bytes, at most a minute old.

    It is kept under how the badge stands, which every request reads anew: no process shows for a moment
    longer what another one has changed. What could not be found out is not kept.
    """
    now = context.clock()
    return context.remembered.checks.recall(
        (badge.tenant.id, status_version(badge, now)),
        lambda: verify.verify(context, badge.text.encode()),
        fresh=lambda found: timedelta() <= now - found.checked_at < KEPT,
        weigh=lambda found: _TIMES_THE_TEXT * len(badge.text) if _agrees(found, badge) else None,
    )


def status_version(badge: PublicBadge, now: datetime) -> Hashable:
    """Return all that the result of a check depends on: the bytes, how the badge stands, its dates."""
    credential, ended = badge.credential, badge.credential.valid_until
    return (
        credential.secured_sha256,
        credential.revoked_at,
        credential.suspended_at,
        now >= credential.awarded_at,
        ended is not None and now > ended,
    )


def good_until(badge: PublicBadge, report: Report) -> datetime:
    """Return until when a report is shown again: for its minute, or to a date of the badge before that."""
    begins, ended, at = badge.credential.awarded_at, badge.credential.valid_until, report.checked_at
    coming = [begins] if begins > at else []
    if ended is not None and ended >= at:
        coming.append(ended)
    return min([at + KEPT, *coming])


def _agrees(report: Report, badge: PublicBadge) -> bool:
    """Return whether a report is of the standing that was read before it: a change may come between."""
    outcomes = {check.id: check.outcome for check in report.checks}
    stands = standings.standing(badge.credential, report.checked_at)
    expected = Outcome.FAILED if stands in _STOPPED else Outcome.PASSED
    return outcomes.get("integrity") is Outcome.PASSED and outcomes.get("status") is expected
