"""Seal what has to be read again, such as a webhook's secret, with the passphrase of the key files."""

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from issuer.errors import Unavailable
from issuer.keys.ports import UnsafeKey

NONCE_BYTES: Final = 12

_OPEN: Final = b"\x00"
_SEALED: Final = b"\x01"
_SALT: Final = b"open badge issuer: sealed secrets 1"
"""The same for all: a process derives the key once, and each secret has a nonce of its own."""


class Unsealable(Unavailable):
    """A stored secret cannot be read with the passphrase that is set."""

    code = "unsealable"


def seal(passphrase: bytes | None, secret: bytes, about: str, *, nonce: bytes, strict: bool) -> bytes:
    """Return a secret sealed by AES-256-GCM, for `about` alone.

    Without a passphrase it is kept as it is; where that is not allowed, `strict`, it raises `UnsafeKey`.
    """
    if not passphrase:
        if strict:
            raise UnsafeKey("set ISSUER_KEY_PASSPHRASE_FILE: secrets are not stored unencrypted here")
        return _OPEN + secret
    return _SEALED + nonce + AESGCM(_key(passphrase)).encrypt(nonce, secret, about.encode())


def unseal(passphrase: bytes | None, sealed: bytes, about: str) -> bytes:
    """Return what was sealed for `about`, or raise `Unsealable`."""
    if sealed[:1] == _OPEN:
        return sealed[1:]
    nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(_key(passphrase or b"")).decrypt(nonce, rest, about.encode())
    except InvalidTag as error:
        raise Unsealable(
            f"the secret of {about} was sealed with another passphrase (ISSUER_KEY_PASSPHRASE_FILE): set that"
            " one, or rotate the secret"
        ) from error


@lru_cache(maxsize=4)
def _key(passphrase: bytes) -> bytes:
    return Scrypt(salt=_SALT, length=32, n=2**15, r=8, p=1).derive(passphrase)
