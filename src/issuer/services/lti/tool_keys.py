"""Our key for a platform of LTI: made when it is first wanted, and sealed."""

import json

from sqlalchemy.exc import IntegrityError

from issuer.context import Context
from issuer.core import documents
from issuer.core.documents import Document
from issuer.db import lti
from issuer.db.lti_tables import LtiKey
from issuer.db.source_tables import Source
from issuer.keys import sealing, tool_keys
from issuer.keys.tool_keys import ToolKey


def public(context: Context, source: Source) -> Document:
    """Return the public half of our key for a source's platform, as it is published (RFC 7517)."""
    found: Document = json.loads(_kept(context, source).public)
    return found


def signer(context: Context, source: Source) -> ToolKey:
    """Return our key for a source's platform, or raise `Unsealable`."""
    row = _kept(context, source)
    return ToolKey(sealing.unseal(context.settings.passphrase(), row.private, _about(source)))


def _kept(context: Context, source: Source) -> LtiKey:
    found = _stored(context, source)
    if found is None:
        _make(context, source)
        found = _stored(context, source)
    if found is None:
        raise sealing.Unsealable(f"the key of the source {source.name!r} is gone: ask once more")
    return found


def _stored(context: Context, source: Source) -> LtiKey | None:
    with context.database.read() as session:
        return lti.key(session, source.tenant_id, source.id)


def _make(context: Context, source: Source) -> None:
    """Make a key. Where another process made one at the same moment, that one counts."""
    settings, made = context.settings, tool_keys.generate()
    private = sealing.seal(
        settings.passphrase(), made.raw, _about(source),
        nonce=context.chance(sealing.NONCE_BYTES), strict=settings.encrypts_keys,
    )  # fmt: skip
    row = LtiKey(
        source_id=source.id,
        tenant_id=source.tenant_id,
        public=documents.text(made.public),
        private=private,
        created_at=context.clock(),
    )
    try:
        with context.database.write.begin() as session:
            session.add(row)
    except IntegrityError:
        return


def _about(source: Source) -> str:
    return f"LTI key of source {source.id}"
