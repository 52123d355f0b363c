"""Engines and sessions for SQLite and PostgreSQL, set up so that an acknowledged commit is on disk."""

import threading
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from issuer.errors import Unavailable

_OPTIONS: Final[dict[str, Any]] = {
    "pool_size": 10,
    "max_overflow": 30,
    "hide_parameters": True,  # or an error's text would hold what somebody sent
}
_BUSY_MILLISECONDS = 30_000
_READ = "issuer_reads_only"
_WRITES = "issuer_writes"


FAILURES: Final = (OperationalError, InterfaceError, PoolTimeout)
"""What SQLAlchemy raises when the database does not answer, is full, or is locked for too long."""


class DatabaseUnavailable(Unavailable):
    """The database does not answer at this moment. Nothing was acknowledged that it does not hold."""

    code = "database-unavailable"


class UnsafeDatabase(Unavailable):
    """The database would acknowledge a commit that a power cut can undo."""

    code = "unsafe-database"


class Changes:
    """What this process did to a database: `latest` stays the same object until it commits again."""

    def __init__(self) -> None:
        self.latest = object()

    def note(self, _session: Session) -> None:
        """Note a commit. It is in the database by now."""
        self.latest = object()


@dataclass(frozen=True)
class Database:
    """One database, by two doors: `read` never writes, `write` begins knowing that it will."""

    engine: Engine
    read: sessionmaker[Session]
    write: sessionmaker[Session]
    changes: Changes


def connect(url: str) -> Database:
    """Return the database at a SQLAlchemy URL, or raise `UnsafeDatabase`. Nothing is opened yet."""
    target = _target(url)
    if target.get_backend_name() == "sqlite":
        engine = create_engine(target, **_OPTIONS)
        event.listen(engine, "connect", _prepare_sqlite)
        _queue_writers(engine)
    else:
        engine = create_engine(target, pool_pre_ping=True, **_OPTIONS)
    reader = engine.execution_options(**{_READ: True})
    writer, changes = sessionmaker(engine, expire_on_commit=False), Changes()
    event.listen(writer, "after_commit", changes.note)
    return Database(engine, sessionmaker(reader, expire_on_commit=False), writer, changes)


def check(database: Database) -> None:
    """Raise `UnsafeDatabase` unless the database answers and syncs what it acknowledges."""
    try:
        with database.read() as session:
            if database.engine.dialect.name == "sqlite":
                found = {"synchronous": str(session.execute(text("PRAGMA synchronous")).scalar())}
                wanted = {"synchronous": "2"}
            else:
                names = ("synchronous_commit", "fsync")
                found = {name: str(session.execute(text(f"SHOW {name}")).scalar()) for name in names}
                wanted = dict.fromkeys(names, "on")
    except OperationalError as error:
        raise UnsafeDatabase("the database does not answer: check ISSUER_DATABASE_URL") from error
    wrong = sorted(name for name in wanted if found[name] != wanted[name])
    if wrong:
        raise UnsafeDatabase(f"the database is set up to lose acknowledged work: check {', '.join(wrong)}")


def _target(url: str) -> URL:
    try:
        target = make_url(url.replace("postgresql://", "postgresql+psycopg://", 1))
    except ArgumentError as error:
        raise UnsafeDatabase("ISSUER_DATABASE_URL is not a SQLAlchemy URL") from error
    in_file = target.drivername == "sqlite" and target.database not in (None, "", ":memory:")
    if not in_file and target.drivername != "postgresql+psycopg":
        raise UnsafeDatabase("ISSUER_DATABASE_URL is neither a SQLite file nor PostgreSQL")
    return target


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's own object
    connection.isolation_level = None  # SQLAlchemy says when a transaction begins
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _queue_writers(engine: Engine) -> None:
    """Let the process's writers take turns, in order: SQLite itself lets them poll, and starves some.

    A writer takes the database's lock at once, because an upgrade in mid-way can fail.
    """
    turn = threading.Lock()

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_READ):
            connection.exec_driver_sql("BEGIN DEFERRED")
            return
        if not turn.acquire(timeout=_BUSY_MILLISECONDS / 1000):
            raise PoolTimeout("the database was busy for too long")
        connection.info[_WRITES] = True
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            end(connection)
            raise

    def end(connection: Connection) -> None:
        if connection.info.pop(_WRITES, False):
            turn.release()

    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", end)
    event.listen(engine, "rollback", end)
