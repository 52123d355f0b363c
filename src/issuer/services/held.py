"""Keep credentials of whatever issuer for a person, byte for byte, once their seal was seen to hold."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import documents
from issuer.core.credentials import equality
from issuer.core.credentials.equality import Identity
from issuer.core.documents import Document
from issuer.core.securing import jose
from issuer.core.verifying import opening
from issuer.core.verifying.findings import TRUSTED
from issuer.core.verifying.materials import issuer_of
from issuer.core.verifying.opening import Opened
from issuer.core.verifying.report import Report
from issuer.db import held, holdings, people, tenants
from issuer.db.credentials import UnknownCredential
from issuer.db.held_tables import HeldCredential
from issuer.errors import Conflict, Fault, Invalid, Unavailable
from issuer.services import verify

Format: TypeAlias = Literal["json", "jws"]

MOST: Final = 2_000
"""How many credentials one person keeps here."""

KEPT: Final = TRUSTED | {"expired", "test", "not_yet_valid", "suspended"}
"""Headlines under which the seal holds. What its issuer withdrew or replaced is not kept."""
LATER: Final = frozenset({"could_not_check", "status_unknown"})
"""Headlines that say that the same may hold at another time."""


class UnprovenCredential(Invalid):
    """The credential's seal does not hold, or its issuer withdrew it: it is not kept."""

    code = "unproven-credential"


class NotProvenYet(Unavailable):
    """What the credential's issuer publishes could not be had: it cannot be judged at this moment."""

    code = "not-proven-yet"


class OlderCredential(Conflict):
    """A newer copy of this credential is kept already."""

    code = "older-credential"


class TooManyHeld(Conflict):
    """The person keeps as many credentials of others here as one may."""

    code = "too-many-held"


class HeldMeanwhile(Conflict):
    """The same credential was being kept by another request at this moment."""

    code = "held-meanwhile"


@dataclass(frozen=True)
class Proven:
    """A credential whose seal was seen to hold: its text as it came, and by what it is known."""

    text: str
    format: Format
    document: Document
    identity: Identity


@dataclass(frozen=True)
class Kept:
    """What became of a credential that was to be kept: it is new here, or took the place of an older copy.

    `id` is that of what is kept, None for a badge of our own. `changed` is whether the text is another now.
    """

    created: bool
    format: Format
    id: str | None = None
    changed: bool = False


def hold(context: Context, tenant_id: str, recipient_id: str, text: str) -> Kept:
    """Verify a credential, JSON or a compact JWS, and keep it for a person byte for byte.

    Of ours that the person has, nothing more is stored. Raises `UnprovenCredential` or `NotProvenYet`, an
    `Invalid` for what is no credential, `OlderCredential`, `TooManyHeld` or `HeldMeanwhile`.
    """
    return keep(context, tenant_id, recipient_id, prove(context, text))


def prove(context: Context, text: str) -> Proven:
    """Return a credential whose seal holds, or raise `UnprovenCredential`, `NotProvenYet` or an `Invalid`."""
    compact = jose.looks_compact(text)
    opened = opening.opened_text(text) if compact else Opened(documents.parse(text.encode()))
    known = equality.identity(opened.document)
    found = verify.verify_opened(context, opened)
    context.metrics.verified.labels(found.result).inc()
    if found.result in LATER:
        raise NotProvenYet(f"it could not be checked just now ({_why(found)}): send it again later")
    if found.result not in KEPT:
        raise UnprovenCredential(
            f"the credential is not kept: {found.result}",
            [Fault("", each.message) for each in found.checks if each.outcome == "failed"],
        )
    return Proven(text, "jws" if compact else "json", opened.document, known)


def keep(context: Context, tenant_id: str, recipient_id: str, proven: Proven) -> Kept:
    """Keep a credential that was proven, in the place of an older copy. Raises as `hold` does.

    While it was proven the person may have been joined with another, or erased: `UnknownRecipient`.
    """
    try:
        with context.database.write.begin() as session:
            recipient_id = people.hold_known(session, tenant_id, recipient_id)
            if _is_ours(context, session, (tenant_id, recipient_id), proven.document):
                return Kept(created=False, format=proven.format)
            found = held.equal(session, tenant_id, recipient_id, proven.identity.digest)
            if found is None and held.count(session, tenant_id, recipient_id) >= MOST:
                raise TooManyHeld(f"{MOST} credentials of others are kept here, and no more")
            if found is not None and found.issued_at > proven.identity.issued:
                raise OlderCredential("a copy that is valid from a later moment on is kept already")
            return _kept(context, session, (tenant_id, recipient_id), proven, found)
    except IntegrityError as error:
        raise HeldMeanwhile("send it again: the same credential came twice at this moment") from error


def _kept(
    context: Context,
    session: Session,
    whose: tuple[str, str],
    proven: Proven,
    found: HeldCredential | None,
) -> Kept:
    if found is None:
        row = _row(context, *whose, proven)
        session.add(row)
        return Kept(created=True, format=proven.format, id=row.id, changed=True)
    changed = found.text != proven.text
    _replace(context, found, proven)
    return Kept(created=False, format=proven.format, id=found.id, changed=changed)


def _is_ours(context: Context, session: Session, whose: tuple[str, str], document: Document) -> bool:
    """Return whether it is a badge that this very issuer gave the person: they have it already."""
    tenant_id, recipient_id = whose
    addresses = context.addresses(tenants.by_id(session, tenant_id))
    public_id = str(document["id"]).rpartition("/")[2]
    if document["id"] != addresses.badge(public_id) or issuer_of(document) != addresses.did:
        return False
    try:
        holdings.badge(session, tenant_id, recipient_id, public_id)
    except UnknownCredential:
        return False
    return True


def _row(context: Context, tenant_id: str, recipient_id: str, proven: Proven) -> HeldCredential:
    now = context.clock()
    return HeldCredential(
        id=context.new_key(),
        tenant_id=tenant_id,
        recipient_id=recipient_id,
        equality_sha256=proven.identity.digest,
        format=proven.format,
        text=proven.text,
        issued_at=proven.identity.issued,
        verified_at=now,
        created_at=now,
    )


def _replace(context: Context, found: HeldCredential, proven: Proven) -> None:
    found.text, found.format = proven.text, proven.format
    found.issued_at, found.verified_at = proven.identity.issued, context.clock()


def _why(found: Report) -> str:
    return next((each.message for each in found.checks if each.outcome == "unknown"), found.result)
