"""Where `issuer verify` checks one badge after another: doors to the outside, processes to judge in."""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from issuer.core.securing.did import DID_KEY
from issuer.core.verifying import opening, report
from issuer.core.verifying.holder import Claimed
from issuer.core.verifying.materials import Fetched, Unfetched, Want
from issuer.core.verifying.recognition import Registry
from issuer.core.verifying.report import Report
from issuer.errors import IssuerError, Unavailable
from issuer.net import outside
from issuer.net.cache import Cache
from issuer.net.client import GuardedClient
from issuer.net.outside import Outside
from issuer.net.targets import RefusedAddress
from issuer.sandbox.judging import Sandbox
from issuer.services import gather, recompute, registries
from issuer.services.gather import Means

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MAX_BYTES = 2_000_000
_PATIENCE = 600.0  # of many files, an honest one waits for its hostile neighbours rather than go unchecked
_OWN_SERVICE = re.compile(
    r"did:web:(localhost|127\.0\.0\.1)%3A[0-9]{1,5}(:i:[a-z0-9-]+(:test)?)?"
    r"|http://(localhost|127\.0\.0\.1):[0-9]{1,5}/status/[0-9]{1,10}"
    r"|http://(localhost|127\.0\.0\.1):[0-9]{1,5}/(b/[A-Za-z0-9]{10,40}|i/[a-z0-9-]+(/test)?/p/[A-Za-z0-9._-]+/v[0-9]{1,5})\.json"
)
"""What a badge of a service on this machine names: its keys, its lists, and what a stack is made of. Nothing
else here is asked for a file that names it, for a stranger could make the file name anything."""

Doors: TypeAlias = Mapping[bool, Outside]
"""The door to the outside, and the one that may also ask this machine."""


@dataclass(frozen=True)
class Desk:
    """What is the same for every badge of one run."""

    doors: Doors
    sandbox: Sandbox
    registries: tuple[Registry, ...]
    offline: bool
    local: bool

    @classmethod
    @contextmanager
    def opened(cls, *, size: int, offline: bool, local: bool, lists: Sequence[str]) -> Iterator["Desk"]:
        """Return a desk with some processes to judge in, and close it again."""
        sandbox = Sandbox(max(1, min(size, os.cpu_count() or 1)), patience=_PATIENCE)
        cache = Cache(_now)
        doors = {local: Outside(GuardedClient(allow_loopback=local), cache, _now) for local in (False, True)}
        try:
            yield cls(
                doors,
                sandbox,
                tuple(registries.read(each, doors[False].source, _now()) for each in lists),
                offline,
                local,
            )
        finally:
            sandbox.close()

    def obtain(self, want: Want) -> Fetched:
        """Fetch something through the door that this run has."""
        return _only_local(want) if self.offline else self._obtain(self.local, want)

    def judged(self, text: str) -> Report:
        """Return the report on a badge's text. Nothing that is wrong with it is raised."""
        try:
            means = self._means("")
            return recompute.with_stack(means, gather.verified(means, opening.opened(text.encode()), None))
        except IssuerError as error:
            return report.unreadable(error.detail, _now())

    def report(self, source: str, claimed: Claimed | None) -> Report:
        """Return the report on one source. Nothing that is wrong with it is raised."""
        try:
            credential = opening.opened(self._read(source))
            means = self._means(source)
            return recompute.with_stack(means, gather.verified(means, credential, claimed))
        except (RefusedAddress, Unavailable) as error:
            return report.unobtained(error.detail, _now())
        except IssuerError as error:
            return report.unreadable(error.detail, _now())
        except IsADirectoryError:
            return report.unreadable("there is no badge file in this folder: JSON, JWT, PNG or SVG", _now())
        except OSError as error:
            return report.unreadable(error.strerror or "the file cannot be read", _now())

    def _means(self, source: str) -> Means:
        local = self.local or _host(source) in _LOOPBACK
        return Means(
            obtain=_only_local if self.offline else partial(self._obtain, local),
            judge=self.sandbox.judge,
            clock=_now,
            registries=self.registries,
        )

    def _obtain(self, local: bool, want: Want) -> Fetched:  # noqa: FBT001 - bound beforehand
        """Fetch through one door or the other: a file opens the inner one for a service like this only."""
        return self.doors[local or _OWN_SERVICE.fullmatch(want.key) is not None].obtain(want)

    def _read(self, source: str) -> bytes:
        if source == "-":
            return sys.stdin.buffer.read(_MAX_BYTES + 1)
        if source.startswith(("https://", "http://")):
            if self.offline:
                raise NotAsked("an address cannot be checked with --offline: give the file")
            return self.doors[_host(source) in _LOOPBACK].source(source)
        with Path(source).open("rb") as file:
            return file.read(_MAX_BYTES + 1)


class NotAsked(Unavailable):
    """It would have to be fetched, and nothing is."""

    code = "not-asked"


def _only_local(want: Want) -> Fetched:
    """Return the keys that a did:key holds in itself. Everybody else would have to be asked."""
    if want.key.startswith(DID_KEY):
        return outside.local_keys(want, _now())
    return Unfetched("nothing is fetched with --offline")


def _host(source: str) -> str | None:
    try:
        place = urlsplit(source)
    except ValueError:
        return None
    return place.hostname if place.scheme in {"http", "https"} else None


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this command has no context
