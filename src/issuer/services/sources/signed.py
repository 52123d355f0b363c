"""Messages that their platform signed: opened with the keys that it publishes."""

from issuer.context import Context
from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import jose, keys
from issuer.core.verifying.materials import Obtained, Want
from issuer.db.source_tables import Source
from issuer.errors import Invalid, Unavailable
from issuer.services.clients import Unauthenticated


class KeysUnavailable(Unavailable):
    """The keys of a platform could not be fetched at this moment."""

    code = "source-keys-unavailable"


def opened(context: Context, source: Source, token: str) -> Document:
    """Return what a platform signed (RFC 7515), or raise `Unauthenticated` or `KeysUnavailable`.

    Its keys are kept for a while. Which algorithm counts is the key's affair, never the message's alone.
    """
    signed = jose.parse(token)
    for jwk in _keys(context, source):
        try:
            jose.verify(signed, keys.public_key_of_jwk(jwk))
        except Invalid:
            continue
        return _own(source, signed.payload)
    raise Unauthenticated("the message is signed by no key that the platform publishes")


def _own(source: Source, message: Document) -> Document:
    """Return a message of the source's own account: a platform signs for all its customers with one key."""
    about = message.get("metadata")
    account = about.get("root_account_uuid") if isinstance(about, dict) else None
    if account != source.account:
        raise Unauthenticated("the message is of another account of the platform")
    return message


def _keys(context: Context, source: Source) -> list[object]:
    found = context.verifier.obtain(Want("resource", str(source.keys_url)))
    if not isinstance(found, Obtained):
        raise KeysUnavailable(f"the keys of the source could not be fetched: {found.reason}")
    try:
        published = documents.parse(str(found.content).encode())
    except Invalid as error:
        raise KeysUnavailable("the address of the source's keys has no JSON Web Key Set") from error
    listed = published.get("keys")
    return listed if isinstance(listed, list) else []
