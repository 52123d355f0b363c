"""The PostgreSQL of the tests is a real one, survives being killed, and leaves nothing behind."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.support import postgres
from tests.support.lending import Lender

PROCESSES = Path("/proc")


@pytest.fixture
def cluster() -> Iterator[postgres.Cluster]:
    with postgres.cluster() as found:
        yield found


def execute(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements in one transaction, and return the rows of the last."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        for statement in statements[:-1]:
            connection.execute(text(statement))
        return [tuple(row) for row in connection.execute(text(statements[-1]))]


def processes(folder: Path) -> list[str]:
    """Return who works in a cluster's folder: each process of PostgreSQL does."""
    found = []
    for each in PROCESSES.glob("[0-9]*/cwd"):
        try:
            if each.readlink().is_relative_to(folder):
                found.append(each.parent.name)
        except OSError:  # it has ended meanwhile
            continue
    return found


def shared_memory(folder: Path) -> tuple[str, list[str]]:
    """Return the segment that a running cluster locks its data with, and those that its children share."""
    lock = (folder / "data" / "postmaster.pid").read_text().splitlines()[6].split()[1]
    found: set[str] = set()
    for process in map(PROCESSES.joinpath, processes(folder)):
        with suppress(OSError):  # it has ended meanwhile
            lines = (process / "maps").read_text().splitlines()
            found |= {line.split()[5] for line in lines if "/dev/shm/" in line}
    return lock, sorted(found)


def test_a_cluster_keeps_what_is_committed_as_production_does(postgres_cluster: postgres.Cluster) -> None:
    url = postgres_cluster.create_database("made")

    shown = [
        execute(url, f"SHOW {name}")[0][0] for name in ("fsync", "synchronous_commit", "server_encoding")
    ]

    assert url == f"postgresql+psycopg://postgres@/made?host={postgres_cluster.folder}"
    assert shown == ["on", "on", "UTF8"]


def test_a_committed_row_survives_the_killing_of_every_process(cluster: postgres.Cluster) -> None:
    url = cluster.create_database("made")
    execute(url, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7) RETURNING n")

    cluster.kill()
    survivors = processes(cluster.folder)
    cluster.start()

    assert survivors == []
    assert execute(url, "SELECT n FROM kept") == [(7,)]


@pytest.mark.skipif(not PROCESSES.is_dir(), reason="this system does not list its processes in /proc")
@pytest.mark.parametrize("killed", [False, True])
def test_a_cluster_leaves_no_process_no_memory_and_no_folder_behind(*, killed: bool) -> None:
    with postgres.cluster() as cluster:
        running = processes(cluster.folder)
        lock, shared = shared_memory(cluster.folder)
        if killed:
            cluster.kill()

    locks = [line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    assert len(running) > 1
    assert processes(cluster.folder) == []
    assert lock not in locks
    assert [path for path in shared if Path(path).exists()] == []
    assert not cluster.folder.exists()


def test_a_copy_holds_what_its_template_holds(postgres_cluster: postgres.Cluster) -> None:
    template = postgres_cluster.create_database("copied")
    execute(template, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7) RETURNING n")

    copies = [postgres_cluster.create_database_from("copied") for _ in range(2)]

    assert len(set(copies)) == 2
    assert [execute(copy, "SELECT n FROM kept") for copy in copies] == [[(7,)], [(7,)]]


@pytest.fixture(scope="module")
def lender(postgres_cluster: postgres.Cluster) -> Lender:
    """The lender of a template with rows, without rows, and with a number that counts."""
    execute(
        postgres_cluster.create_database("of-a-lender"),
        "CREATE TABLE filled (n int)",
        "CREATE TABLE kept (n serial PRIMARY KEY)",
        "CREATE TABLE of_kept (n int REFERENCES kept)",
        "INSERT INTO filled VALUES (7) RETURNING n",
    )
    return Lender(postgres_cluster, "of-a-lender")


def test_a_database_that_was_handed_back_is_lent_again_as_its_template(
    lender: Lender,
) -> None:
    with lender.lent() as first:
        execute(
            lender.cluster.url(first),
            "INSERT INTO kept DEFAULT VALUES",
            "INSERT INTO of_kept VALUES (1) RETURNING n",
        )

    with lender.lent() as again:
        rows = "SELECT (SELECT count(*) FROM kept), (SELECT count(*) FROM of_kept), (SELECT n FROM filled)"
        left = execute(lender.cluster.url(again), rows)
        number = execute(lender.cluster.url(again), "INSERT INTO kept DEFAULT VALUES RETURNING n")

    assert again == first
    assert (left, number) == ([(0, 0, 7)], [(1,)])


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE kept ADD COLUMN more int",
        "ALTER TABLE kept ALTER COLUMN n SET DEFAULT 5",
        "CREATE INDEX more ON kept (n)",
        "DROP TABLE of_kept",
        "UPDATE filled SET n = 8",
        "CREATE FUNCTION more() RETURNS int LANGUAGE sql RETURN 1",
    ],
)
def test_a_database_with_another_change_than_new_rows_is_not_lent_again(lender: Lender, change: str) -> None:
    with lender.lent() as first:
        execute(lender.cluster.url(first), change, "SELECT 1")

    with lender.lent() as again:
        assert again != first


def test_a_database_that_somebody_still_has_open_is_not_lent_again(
    lender: Lender,
) -> None:
    with ExitStack() as stack:
        with lender.lent() as first:
            stack.enter_context(lender.cluster.connected(first))

        assert first not in lender.free


def test_the_server_does_not_run_as_root(postgres_cluster: postgres.Cluster) -> None:
    assert postgres_cluster.process is not None

    owner = (PROCESSES / str(postgres_cluster.process.pid)).stat().st_uid

    assert owner == (os.geteuid() or owner)
    assert owner != 0
