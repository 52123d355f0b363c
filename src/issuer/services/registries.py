"""The lists of known issuers: read from files and addresses, and read again when they are a day old."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from issuer import telemetry
from issuer.core import documents
from issuer.core.documents import MEGABYTE
from issuer.core.verifying import recognition
from issuer.core.verifying.recognition import Registry
from issuer.errors import Invalid, IssuerError, Unavailable

_LIMITS = documents.Limits(size=20 * MEGABYTE, members=500_000, array=100_000)
_MAX_AGE = timedelta(days=1)
_RETRY = timedelta(minutes=5)
Fetch: TypeAlias = Callable[[str], bytes]


class RegistryMissing(Unavailable):
    """A file of known issuers is not there, or cannot be read."""

    code = "registry-missing"


def read(source: str, fetch: Fetch, now: datetime) -> Registry:
    """Return the list of known issuers in a file (JSON or YAML) or at an https address.

    Raises `UnreadableRegistry`, `RegistryMissing`, or what fetching raises.
    """
    raw = fetch(source) if _is_address(source) else _of_file(source)
    parse = documents.parse_yaml if source.endswith((".yaml", ".yml")) else documents.parse
    try:
        document = parse(raw, _LIMITS)
    except Invalid as error:
        raise recognition.UnreadableRegistry(f"{source}: {error.detail}") from error
    name = Path(urlsplit(source).path).name or source
    return recognition.registry(name, document, now.date().isoformat())


@dataclass
class Registries:
    """The lists of one process. Files are read at once, so that a wrong one is seen; addresses when asked."""

    sources: Sequence[str]
    fetch: Fetch
    clock: Callable[[], datetime]
    _held: dict[str, Registry] = field(default_factory=dict)
    _due: dict[str, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for source in self.sources:
            if not _is_address(source):
                self._held[source] = read(source, self.fetch, self.clock())
                self._due[source] = self.clock() + _MAX_AGE

    def __call__(self) -> tuple[Registry, ...]:
        """Return the lists as they are held, in the order given. One that fails stays as it was."""
        if self._lock.acquire(
            blocking=not self._held
        ):  # one thread reads anew, the others go on with the old
            try:
                for source in self.sources:
                    self._refresh(source)
            finally:
                self._lock.release()
        return tuple(self._held[source] for source in self.sources if source in self._held)

    def _refresh(self, source: str) -> None:
        now = self.clock()
        if self._due.get(source, now) > now:
            return
        try:
            self._held[source] = read(source, self.fetch, now)
            self._due[source] = now + _MAX_AGE
        except IssuerError as error:
            self._due[source] = now + _RETRY
            telemetry.log().warning("registry_not_read", code=error.code)


def _is_address(source: str) -> bool:
    return source.startswith("https://")


def _of_file(source: str) -> bytes:
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise RegistryMissing(f"{source}: {error.strerror or 'it cannot be read'}") from error
