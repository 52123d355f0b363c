"""The trials: each sets a stage, strikes it under load, and returns what the checker finds afterwards."""

import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeAlias

import psycopg
from psycopg import sql

from tests.killing import imported, points, proxy, strikes
from tests.killing.disk import disk
from tests.killing.load import Load, Progress, under_load
from tests.killing.points import POINTS, Point
from tests.killing.stage import Stage, stage, temporary
from tests.support import postgres
from tests.support.postgres import Cluster

Kind: TypeAlias = Literal["sqlite", "postgresql"]

_CUT = 0.05
_MEGABYTES = 64
_SEED = 7


@dataclass(frozen=True)
class Scale:
    """How much is sent and struck in each trial."""

    kills: Load
    outages: Load
    full: Load


LONG: Final = Scale(kills=Load(10_000, 100), outages=Load(2_000, 20), full=Load(1_000, 10))
SHORT: Final = Scale(kills=Load(300, 8), outages=Load(200, 2), full=Load(200, 2))


@dataclass(frozen=True)
class Setting:
    """Where a trial is run, on which database, and how much of it."""

    folder: Path
    kind: Kind
    scale: Scale
    progress: Progress = field(default_factory=Progress)
    points: Sequence[Point] = POINTS


@dataclass(frozen=True)
class Outcome:
    """What a trial did, and what the checker found."""

    trial: str
    database: str
    events: int
    strikes: int
    replays: int
    withdrawn: int
    unanswered: int
    refused: int
    badges: int
    seconds: float
    faults: Mapping[str, list[str]]


@dataclass(frozen=True)
class Trial:
    """A trial on one kind of database."""

    name: str
    kind: Kind
    run: Callable[[Setting], Outcome]


def kills(setting: Setting) -> Outcome:
    """Kill processes at random: on SQLite of an API and a worker, on PostgreSQL of two each."""
    count = 1 if setting.kind == "sqlite" else 2
    with _database(setting) as url, stage(setting.folder, url, apis=count, workers=count) as found:
        strike = strikes.one_process(found.fleet, random.Random(_SEED))
        return _tried("kills", setting, found, setting.scale.kills, strike)


def crashes(setting: Setting) -> Outcome:
    """Crash once at every point, one after the other on one database."""
    with _database(setting) as url, stage(setting.folder, url, workers=0) as found:
        found.fleet.start()
        for number, point in enumerate(setting.points, 1):
            points.crash(found, point)
            setting.progress.tell(f"{number} of {len(setting.points)} points, {point.label}")
        return _outcome("crashes", setting, found, len(setting.points))


def killed_imports(setting: Setting) -> Outcome:
    """Kill the import of a file again and again; the same command goes on each time."""
    load = setting.scale.kills
    with _database(setting) as url, stage(setting.folder, url, workers=0) as found:
        given = imported.file(found, "file", load.events)
        for number in range(1, load.strikes + 1):
            due = number * load.events // (load.strikes + 1)
            found.fleet.interrupted(*given.command, when=partial(given.has_answered, due))
            setting.progress.tell(f"{given.answered} of {load.events} lines answered, {number} kills")
        found.run(*given.command)
        given.acknowledge(found)
        return _outcome("imports killed", setting, found, load.strikes)


def killed_database(setting: Setting) -> Outcome:
    """Kill every process of PostgreSQL, and start it again."""
    with _cluster_database() as (cluster, url), stage(setting.folder, url, apis=2, workers=2) as found:
        strike = strikes.postgresql_itself(cluster, random.Random(_SEED))
        return _tried("PostgreSQL killed", setting, found, setting.scale.outages, strike)


def cut_connections(setting: Setting) -> Outcome:
    """Reset connections that commit, by turns before PostgreSQL hears of it and before it answers."""
    with (
        _cluster_database() as (_, url),
        proxy.between(url, _CUT) as (network, led),
        stage(setting.folder, url, apis=2, workers=2, through=led) as found,
    ):
        under_load(found, Load(setting.scale.outages.events, 0), strikes.nothing, setting.progress)
        network.share = 0
        return _outcome("connections reset", setting, found, len(network.cuts))


def full_disk(setting: Setting) -> Outcome:
    """Leave no room on the database's disk for a while, again and again."""
    with (
        temporary() as folder,
        disk(folder / "disk", _MEGABYTES) as small,
        _database(setting, small.folder) as url,
        stage(setting.folder, url) as found,
    ):
        return _tried("disk full", setting, found, setting.scale.full, strikes.full_disk(small))


TRIALS: Final = (
    Trial("kills", "sqlite", kills),
    Trial("kills", "postgresql", kills),
    Trial("crashes", "sqlite", crashes),
    Trial("crashes", "postgresql", crashes),
    Trial("imports killed", "sqlite", killed_imports),
    Trial("imports killed", "postgresql", killed_imports),
    Trial("PostgreSQL killed", "postgresql", killed_database),
    Trial("connections reset", "postgresql", cut_connections),
    Trial("disk full", "sqlite", full_disk),
    Trial("disk full", "postgresql", full_disk),
)


@contextmanager
def _database(setting: Setting, folder: Path | None = None) -> Iterator[str]:
    """Yield the URL of an empty database, in a folder where one is named."""
    if setting.kind == "sqlite":
        yield f"sqlite:///{folder or setting.folder}/issuer.db"
        return
    with _cluster_database(folder) as (_, url):
        yield url


@contextmanager
def _cluster_database(folder: Path | None = None) -> Iterator[tuple[Cluster, str]]:
    with postgres.cluster() as cluster:
        url = cluster.create_database("issuer")
        if folder is not None:
            shutil.chown(folder, cluster.folder.owner())
            with psycopg.connect(host=str(cluster.folder), user="postgres", autocommit=True) as connection:
                place = sql.Literal(str(folder))
                connection.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(place))
                connection.execute("ALTER DATABASE issuer SET TABLESPACE small")
        yield cluster, url


def _tried(name: str, setting: Setting, found: Stage, load: Load, strike: Callable[[], None]) -> Outcome:
    under_load(found, load, strike, setting.progress)
    return _outcome(name, setting, found, load.strikes)


def _outcome(name: str, setting: Setting, found: Stage, struck: int) -> Outcome:
    verdict, ledger = found.verdict(), found.ledger
    return Outcome(
        trial=name,
        database=setting.kind,
        events=len(ledger.sent),
        strikes=struck,
        replays=ledger.replays,
        withdrawn=len(ledger.withdrawn),
        unanswered=ledger.unanswered,
        refused=ledger.refused,
        badges=verdict.badges,
        seconds=round(setting.progress.seconds, 1),
        faults=verdict.faults,
    )
