"""All that a process was given: settings, doors to the database, keys, the clock and chance."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial

from issuer.core import ids
from issuer.core.addresses import Addresses
from issuer.core.lti.launches import KeySet
from issuer.core.remembering import Memory
from issuer.core.verifying import report
from issuer.core.verifying.materials import Fetched, Want
from issuer.core.verifying.recognition import Registry
from issuer.db.engine import Database
from issuer.db.tables import Tenant
from issuer.errors import Unavailable
from issuer.keys.ports import Keyring
from issuer.net import outside
from issuer.net.answers import Answered, Posted
from issuer.sandbox.judging import Judge
from issuer.settings import Settings
from issuer.storage.ports import ArtworkStore, NoStore
from issuer.telemetry import Metrics


class NotFetched(Unavailable):
    """Strangers' addresses are not asked by this service."""

    code = "not-fetched"


def _ask_nobody(_url: str) -> bytes:
    raise NotFetched("this service does not fetch badges from other sites: send the file itself")


def _tell_nobody(_url: str, _body: bytes, _headers: Mapping[str, str]) -> Posted:
    raise NotFetched("this process sends nothing to other sites")


def _ask_no_partner(_url: str, _headers: Mapping[str, str], _body: bytes | None = None) -> Answered:
    raise NotFetched("this process asks no platform anything")


def _local_keys(want: Want) -> Fetched:
    return outside.local_keys(want, datetime.now(UTC))  # noqa: TID251 - computed at this very moment


@dataclass(frozen=True)
class Verifier:
    """What verifying needs beside the database: doors to the outside, where to judge, who knows whom.

    As it stands it asks nobody, and judges in this very process: enough for what this service signed.
    """

    obtain: Callable[[Want], Fetched] = _local_keys
    source: Callable[[str], bytes] = _ask_nobody
    judge: Judge = report.report
    registries: Callable[[], Sequence[Registry]] = tuple


@dataclass(frozen=True)
class Remembered:
    """What a process worked out a short time ago: checks, and what it drew by what is in it, in bytes."""

    checks: Memory[Hashable, report.Report] = field(default_factory=partial(Memory, 32_000_000))
    pictures: Memory[Hashable, bytes] = field(default_factory=partial(Memory, 32_000_000))
    certificates: Memory[Hashable, bytes] = field(default_factory=partial(Memory, 8_000_000))
    lists: Memory[tuple[int, int], str] = field(default_factory=partial(Memory, 0))
    """Versions of status lists that are being published: who wants one meanwhile waits for it."""
    platform_keys: Memory[str, KeySet] = field(default_factory=partial(Memory, 1_000))
    """What platforms of LTI publish, by its address."""
    dictionaries: Memory[bytes, bytes] = field(default_factory=partial(Memory, 10_000))
    """Those with which texts are stored, of which it is known that they are in the database, for good."""


@dataclass(frozen=True)
class Context:
    """One process's world. Tests replace a field; nothing else is global."""

    settings: Settings
    database: Database
    keyring: Keyring
    clock: Callable[[], datetime]
    chance: Callable[[int], bytes]
    metrics: Metrics = field(default_factory=Metrics)
    verifier: Verifier = field(default_factory=Verifier)
    artwork: ArtworkStore = field(default_factory=NoStore)
    post: Callable[[str, bytes, Mapping[str, str]], Posted] = _tell_nobody
    """How something is sent to an address that somebody else chose: through the guarded client."""
    ask: Callable[[str, Mapping[str, str], bytes | None], Answered] = _ask_no_partner
    """How a platform is asked something at an address that an issuer chose: through the guarded client."""
    mail: Callable[[EmailMessage], None] | None = None
    """How a letter is handed to the operator's mail server. None where holders get no letters."""
    remembered: Remembered = field(default_factory=Remembered)
    may_draw: bool = True
    """Whether what takes a while to draw may be drawn in this thread, or only remembered."""

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

    def new_keys(self, count: int) -> Iterator[str]:
        """Return as many new primary keys, each larger than the one before it."""
        return ids.uuid7s(self.clock(), self.chance(ids.UUID7_BYTES * count))
