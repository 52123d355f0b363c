"""What the service asks of a keeper of private keys. A key's id is the Multikey of its public half."""

from typing import Protocol

from issuer.errors import IssuerError, Unavailable


class KeyUnavailable(Unavailable):
    """The private key cannot be used at this moment: it is not where this process looks for it."""

    code = "key-unavailable"


class UnsafeKey(IssuerError):
    """A key file is not safe to use: the service does not start with it."""

    code = "unsafe-key"


class Signer(Protocol):
    """One private key."""

    def sign(self, signing_input: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature (RFC 8032). The same bytes give the same signature."""
        ...


class Keyring(Protocol):
    """Where private keys are kept."""

    def generate(self) -> str:
        """Make a key, keep it, and return its id."""
        ...

    def signer(self, key_id: str) -> Signer:
        """Return the signer of a key, or raise `KeyUnavailable` or `UnsafeKey`."""
        ...

    def destroy(self, key_id: str) -> None:
        """Destroy the private half, so that it can never sign again. A second time changes nothing."""
        ...

    def check(self) -> None:
        """Raise `UnsafeKey` unless every key is kept as it must be. Called before serving."""
        ...
