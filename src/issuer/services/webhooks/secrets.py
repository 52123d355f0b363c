"""The secrets of a webhook: made, sealed for the database, and used to sign."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.context import Context
from issuer.core.exchange import webhooks
from issuer.core.exchange.webhooks import SECRET_BYTES
from issuer.db.webhook_tables import Webhook
from issuer.keys import sealing

_SEED_BYTES: Final = 32


@dataclass(frozen=True)
class Secret:
    """A shared secret and the seed of an Ed25519 key, which are made and replaced together."""

    shared: bytes = field(repr=False)
    seed: bytes = field(repr=False)

    @property
    def shown(self) -> str:
        """The shared secret as its receiver is shown it."""
        return webhooks.secret_text(self.shared)

    @property
    def public_key(self) -> str:
        """The public half of the Ed25519 key as receivers are shown it."""
        raw = self._key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return webhooks.public_text(raw)

    def signatures(self, signed: bytes, *, ed25519: bool) -> Iterator[str]:
        """Yield what the header has of this secret."""
        yield webhooks.shared_signature(self.shared, signed)
        if ed25519:
            yield webhooks.public_signature(self._key.sign(signed))

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def new(context: Context) -> Secret:
    """Return new secrets."""
    return Secret(context.chance(SECRET_BYTES), context.chance(_SEED_BYTES))


def sealed(context: Context, secret: Secret, webhook_id: str) -> bytes:
    """Return secrets as the database holds them, or raise `UnsafeKey` where they would be readable there."""
    settings = context.settings
    return sealing.seal(
        settings.passphrase(), secret.shared + secret.seed, webhook_id,
        nonce=context.chance(sealing.NONCE_BYTES), strict=settings.encrypts_keys,
    )  # fmt: skip


def of(context: Context, webhook: Webhook, now: datetime) -> list[Secret]:
    """Return the secrets that sign for a webhook now, the newest first, or raise `Unsealable`."""
    kept = [webhook.secret]
    if webhook.previous_secret is not None and webhook.previous_until and now < webhook.previous_until:
        kept.append(webhook.previous_secret)
    return [_opened(context, each, webhook.id) for each in kept]


def _opened(context: Context, sealed_secret: bytes, webhook_id: str) -> Secret:
    raw = sealing.unseal(context.settings.passphrase(), sealed_secret, webhook_id)
    return Secret(raw[:SECRET_BYTES], raw[SECRET_BYTES:])
