"""Generate, rotate and retire signing keys, and show the public ones."""

from datetime import datetime, timedelta

from issuer import failpoints
from issuer.context import Context
from issuer.core.documents import Document
from issuer.core.securing import did
from issuer.db import credentials, tenants
from issuer.db.tables import Tenant, VerificationKey
from issuer.errors import Conflict


class KeyInUse(Conflict):
    """The key is the one that signs, or a draft still waits for it."""

    code = "key-in-use"


def generate(context: Context, tenant: Tenant) -> VerificationKey:
    """Return a new key that is shown in the DID document and does not sign yet."""
    key_id = context.keyring.generate()
    failpoints.reach("key-made")
    key = VerificationKey(id=key_id, tenant_id=tenant.id, created_at=context.clock())
    with context.database.write.begin() as session:
        session.add(key)
        session.flush()
        failpoints.reach("key-recording")
    failpoints.reach("key-recorded")
    return key


def rotate(context: Context, tenant: Tenant, key_id: str | None = None) -> VerificationKey:
    """Make a key, a new one where none is named, the one that signs, and return it.

    It takes effect with the commit, in every process: which key signs is read with each badge. The
    earlier key stays in the DID document, so everything that it signed keeps verifying.
    """
    if key_id is None:
        key_id = generate(context, tenant).id
    context.keyring.signer(key_id)
    with context.database.write.begin() as session:
        key = tenants.key(session, tenant.id, key_id)
        if key.retired_at is not None:
            raise KeyInUse(f"the key {key_id} is retired: it can never sign again")
        current = tenants.signing_key(session, tenant.id)
        tenants.activate_key(session, tenant.id, key_id, _after(current, context.clock()))
        session.refresh(key)
        failpoints.reach("key-activating")
    failpoints.reach("key-activated")
    return key


def retire(context: Context, tenant: Tenant, key_id: str) -> VerificationKey:
    """Destroy a key's private half and return the key. What it signed keeps verifying.

    Raises `KeyInUse` for the key that signs, and for one that an unfinished badge waits for.
    """
    with context.database.write.begin() as session:
        key = tenants.key(session, tenant.id, key_id)
        current = tenants.signing_key(session, tenant.id)
        if current is not None and current.id == key_id:
            raise KeyInUse("this key signs now: rotate to another first")
        if credentials.unfinished_with_key(session, tenant.id, key_id):
            raise KeyInUse("a badge still waits for this key's signature: run `issuer worker --once`")
        tenants.retire_key(session, tenant.id, key_id, context.clock())
        session.refresh(key)
        failpoints.reach("key-retiring")
    failpoints.reach("key-retired")
    context.keyring.destroy(key_id)
    return key


def check(context: Context) -> None:
    """Raise `UnsafeKey` for a key file that must not be used, `KeyUnavailable` for one that is missing."""
    context.keyring.check()
    with context.database.read() as session:
        signing = [tenants.signing_key(session, tenant.id) for tenant in tenants.all_tenants(session)]
    for key in filter(None, signing):
        context.keyring.signer(key.id)


def did_document(context: Context, tenant: Tenant) -> Document:
    """Return the DID document with every key that the tenant ever had."""
    with context.database.read() as session:
        listed = [key.id for key in tenants.keys(session, tenant.id)]
    return did.did_document(context.addresses(tenant).did, listed)


def _after(current: VerificationKey | None, now: datetime) -> datetime:
    """Return now, or just after the current key's activation where another machine's clock is ahead."""
    last = current.activated_at if current else None
    return max(now, last + timedelta(microseconds=1)) if last else now
