"""All that a process was given: settings, doors to the database, keys, the clock and chance."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from issuer.core import ids
from issuer.core.addresses import Addresses
from issuer.db.engine import Database
from issuer.db.tables import Tenant
from issuer.keys.ports import Keyring
from issuer.settings import Settings
from issuer.telemetry import Metrics


@dataclass(frozen=True)
class Context:
    """One process's world. Tests replace a field; nothing else is global."""

    settings: Settings
    database: Database
    keyring: Keyring
    clock: Callable[[], datetime]
    chance: Callable[[int], bytes]
    metrics: Metrics = field(default_factory=Metrics)

    def addresses(self, tenant: Tenant) -> Addresses:
        """Return the addresses that a tenant mints, under its own origin or the public URL."""
        return Addresses(
            base=tenant.owned_origin or self.settings.public_url,
            slug=tenant.slug,
            owns_origin=tenant.owned_origin is not None,
        )

    def new_key(self) -> str:
        """Return a new primary key."""
        return str(ids.uuid7(self.clock(), self.chance(10)))
