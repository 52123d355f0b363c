"""A database with an issuer on it, and the fleet that serves it: where every trial takes place."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from issuer.db import engine, migrations
from tests.killing import checker, facts
from tests.killing.checker import Verdict
from tests.killing.fleet import Fleet, fleet
from tests.killing.sender import Ledger, Sender
from tests.support.world import Clock, World, make_context, make_world

_LEASE_SECONDS = 1


@dataclass
class Stage:
    """An issuer, the processes that serve it, and the platform that sends events to them."""

    world: World
    fleet: Fleet
    sender: Sender
    database_url: str
    """The database as the checker reads it: whatever stands between it and the fleet."""
    folder: Path = field(default_factory=Path)

    @property
    def kind(self) -> str:
        return self.database_url.partition(":")[0].partition("+")[0]

    def run(self, *command: str) -> None:
        """Run a command of `issuer` that has to succeed."""
        code = self.fleet.command(*command)
        assert code == 0, f"{' '.join(command)} ended with {code}: {self.fleet.told()}"

    @property
    def ledger(self) -> Ledger:
        return self.sender.ledger

    def verdict(self) -> Verdict:
        """Return what is wrong once everything runs again and the worker has done what waited."""
        self.fleet.kill()
        self._work()
        self.fleet.start_apis()
        found = facts.gather(self.database_url, self.fleet.urls[0], self.ledger)
        self.world.clock.now = datetime.now(UTC)  # noqa: TID251 - the fleet has the real clock
        try:
            return checker.judge(self.world.context, found)
        finally:
            self.world.context.database.engine.dispose()

    def take_over(self) -> None:
        """Let a worker do what one that died had claimed for a while."""
        time.sleep(_LEASE_SECONDS)
        self.run("worker", "--once")

    def _work(self) -> None:
        """Let a worker do what waits, also what one that was killed had claimed."""
        self.run("worker", "--once")
        if facts.unfinished(self.database_url):
            self.take_over()


@contextmanager
def stage(
    folder: Path, database_url: str, *, apis: int = 1, workers: int = 1, through: str | None = None
) -> Iterator[Stage]:
    """Yield a stage on an empty database whose fleet does not run yet.

    `through` is the address at which the fleet reaches the database, where it is another.
    """
    database = engine.connect(database_url)
    migrations.upgrade(database)
    database.engine.dispose()
    clock = Clock(datetime.now(UTC))  # noqa: TID251 - as above
    world = make_world(make_context(folder, database_url, clock), clock)
    world.publish()
    world.context.database.engine.dispose()
    environment = _environment(world, through or database_url)
    with (
        httpx.Client(timeout=30, trust_env=False) as http,
        fleet(environment, folder / "log", apis=apis, workers=workers) as found,
    ):
        yield Stage(world, found, Sender(http, found.urls, world.headers), database_url, folder)


@contextmanager
def temporary() -> Iterator[Path]:
    """Yield a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="killing-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(world: World, database_url: str) -> dict[str, str]:
    settings = world.context.settings
    return {
        "PATH": os.environ["PATH"],  # noqa: TID251
        "ISSUER_DATABASE_URL": database_url,
        "ISSUER_PUBLIC_URL": settings.public_url,
        "ISSUER_KEYS_DIR": str(settings.keys_dir),
        "ISSUER_MODE": "development",
        "ISSUER_LOG_LEVEL": "error",
        "ISSUER_LEASE_SECONDS": str(_LEASE_SECONDS),
    }
