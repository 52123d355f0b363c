"""The same badge as a JWT: signed when it is first asked for, and the same bytes for ever after."""

from issuer.context import Context
from issuer.core.credentials import claims
from issuer.core.securing import did, enveloping, jose, multibase
from issuer.db import credentials, tenants
from issuer.db.tables import VerificationKey
from issuer.errors import Invalid
from issuer.keys.ports import KeyUnavailable, Signer
from issuer.services import self_check
from issuer.services.standing import Damaged, Erased, PublicBadge


def token(context: Context, badge: PublicBadge) -> str:
    """Return a badge as a VC-JWT (Open Badges 3.0, section 8.2), which verifies like its signed file.

    Raises `KeyUnavailable` where it was never made and no key can make it now, `Damaged`, and `Erased` where
    the badge was removed while it was made.
    """
    stored = badge.credential.enveloped
    if stored is None:
        stored = _made(context, badge)
    _refuse_damaged(context, badge, stored)
    return stored


def _made(context: Context, badge: PublicBadge) -> str:
    """Sign the badge's content, check that as a stranger would, and return what is stored in the end.

    Of several processes, the first to store its token decides: under one key all make the same, because
    Ed25519 gives the same signature each time, but one of them may sign with a newer key already.
    """
    tenant, credential = badge.tenant, badge.credential
    with context.database.read() as session:
        listed = {key.id: key for key in tenants.keys(session, tenant.id)}
        current = tenants.signing_key(session, tenant.id)
    candidates = [listed[credential.key_id], *([current] if current else [])]
    key_id, signer = _signer(context, candidates)
    addresses = context.addresses(tenant)
    signing = enveloping.vc_jwt_input(claims.payload(badge.document), addresses.verification_method(key_id))
    made = enveloping.compact(signing, signer.sign(signing))
    self_check.as_a_stranger(context, made, did.did_document(addresses.did, list(listed)))
    with context.database.write.begin() as session:
        stored = credentials.envelop(session, tenant.id, credential.id, made)
    if stored is None:
        raise Erased("this badge is no longer available")
    return stored


def _signer(context: Context, keys: list[VerificationKey]) -> tuple[str, Signer]:
    """Return the first of the keys that can sign still: the badge's own, or the one that signs now."""
    unavailable = KeyUnavailable("no key of the issuer can sign now: try again later, or use the .json file")
    for key in keys:
        if key.retired_at is None:
            try:
                return key.id, context.keyring.signer(key.id)
            except KeyUnavailable as error:
                unavailable = error
    raise unavailable


def _refuse_damaged(context: Context, badge: PublicBadge, stored: str) -> None:
    """Raise `Damaged` where the stored token is not this badge under a key of its issuer."""
    prefix = context.addresses(badge.tenant).verification_method("")
    try:
        jws = jose.parse(stored)
        jose.verify(jws, multibase.public_key(str(jws.header.get("kid")).removeprefix(prefix)))
    except Invalid as error:
        raise _damaged(context, badge) from error
    if jws.payload != claims.payload(badge.document):
        raise _damaged(context, badge)


def _damaged(context: Context, badge: PublicBadge) -> Damaged:
    context.metrics.faults.labels(Damaged.code).inc()
    return Damaged(f"the stored token of the badge {badge.credential.public_id} is damaged")
