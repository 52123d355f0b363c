"""What every test can ask for: a database of each kind, a world on it, a server in front of it."""

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import hypothesis
import pytest

from issuer import telemetry
from issuer.cli import wiring
from issuer.context import Context
from issuer.db import engine, migrations
from tests.support import postgres, server, world
from tests.support.lending import Lender
from tests.support.world import Clock, World

telemetry.configure("error")
wiring.look_for_garbage_less()  # as every process of the service does
hypothesis.settings.register_profile("no-deadline", deadline=None)
hypothesis.settings.load_profile("no-deadline")
"""How long an example takes says more about the machine: tests of time are written as such."""


def pytest_collection_finish() -> None:
    """Let nobody look for garbage among thousands of tests, which stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    with postgres.cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    database = engine.connect(f"sqlite:///{path}")
    migrations.upgrade(database)
    database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_lender(postgres_cluster: postgres.Cluster) -> Lender:
    database = engine.connect(postgres_cluster.create_database("migrated"))
    migrations.upgrade(database)
    database.engine.dispose()
    return Lender(postgres_cluster, "migrated")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database without rows: every test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    lender: Lender = request.getfixturevalue("postgres_lender")
    with lender.lent() as name:
        yield lender.cluster.url(name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(tmp_path: Path, database_url: str, clock: Clock) -> Iterator[Context]:
    found = world.make_context(tmp_path, database_url, clock)
    yield found
    found.database.engine.dispose()


@pytest.fixture
def alder(context: Context, clock: Clock) -> World:
    """The default issuer, with one achievement published."""
    found = world.make_world(context, clock)
    found.publish()
    return found


@pytest.fixture
def http(alder: World) -> Iterator[httpx.Client]:
    with server.serving(alder.context) as client:
        yield client
