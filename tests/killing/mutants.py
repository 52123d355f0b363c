"""Versions of the service with a fault that this harness must find: copies, changed by exact replacement."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.killing.trials import Kind

ROOT: Final = Path(__file__).parents[2]
UNDER_LOAD: Final = ("--only", "kills", "--events", "200", "--strikes", "3")


@dataclass(frozen=True)
class Change:
    """A text of one file, and what stands there instead."""

    path: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutant:
    """A fault, the trial in which it shows and on which database, and the check that has to find it."""

    name: str
    kind: Kind
    trial: Sequence[str]
    changes: tuple[Change, ...]
    found_by: str


class TextMoved(AssertionError):
    """The text that a mutant changes is no longer in its file, once and exactly: write the mutant anew."""


def make(mutant: Mutant, folder: Path) -> Path:
    """Return the folder of a copy of the sources with a mutant's changes, or raise `TextMoved`."""
    for name in ("src", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for change in mutant.changes:
        path = folder / change.path
        text = path.read_text()
        if text.count(change.old) != 1:
            raise TextMoved(f"{change.path} does not hold exactly once: {change.old}")
        path.write_text(text.replace(change.old, change.new))
    return folder / "src"


def faults(mutant: Mutant, folder: Path) -> dict[str, list[str]]:
    """Return what the checker finds wrong with a mutant after its trial."""
    source, result = make(mutant, folder), folder / "result.json"
    command = [sys.executable, "-m", "tests.killing", *mutant.trial]
    command += ["--database", mutant.kind, "--json", str(result)]
    environment = {**os.environ, "PYTHONPATH": str(source)}  # noqa: TID251
    ended = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if not result.exists():
        raise AssertionError(f"the trial of a mutant broke off: {ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    found: dict[str, list[str]] = json.loads(result.read_text())["trials"][0]["faults"]
    return found


_LATE_COMMIT: Final = """
def issue_all(context: Context, sent: Sequence[Sent]) -> list[Issued | IssuerError]:
    from dataclasses import replace
    from threading import Timer
    from sqlalchemy.orm import sessionmaker

    connection = context.database.engine.connect()
    outer = connection.begin()
    inside = sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    try:
        database = replace(context.database, read=inside, write=inside)
        answers = _issue_all(replace(context, database=database), sent)
    except BaseException:
        connection.close()
        raise

    def commit() -> None:
        failpoints.reach("late")
        outer.commit()
        connection.close()

    Timer(0.2, commit).start()
    return answers


def _issue_all(context"""

MUTANTS: Final = (
    Mutant(
        name="acknowledge before commit",
        kind="sqlite",
        trial=("--only", "crashes", "--point", "late"),
        changes=(Change("src/issuer/services/issue.py", "\ndef issue_all(context", _LATE_COMMIT),),
        found_by="acknowledged and missing",
    ),
    Mutant(
        name="max + 1 instead of the counter",
        kind="postgresql",
        trial=UNDER_LOAD,
        changes=(
            Change(
                "src/issuer/db/status_lists.py",
                ".values(allocated=StatusList.allocated + _count)",
                ".values(allocated=_count + __import__('sqlalchemy').literal_column("
                "'(SELECT count(*) FROM credential WHERE revocation_list_id = status_list.id)', Integer))",
            ),
            Change(
                "migrations/versions/0001_first_tables.py",
                'sa.UniqueConstraint(\n            "revocation_list_id",',
                'sa.UniqueConstraint("id", "revocation_list_id",',
            ),
        ),
        found_by="one place twice",
    ),
    Mutant(
        name="badge and event outcome in separate transactions",
        kind="sqlite",
        trial=("--only", "crashes", "--point", "apart"),
        changes=(
            Change(
                "src/issuer/services/recording.py",
                "    if batch.rows:\n",
                "    from sqlalchemy import text\n    from issuer import failpoints\n"
                "    session.execute(text('COMMIT'))\n    failpoints.reach('apart')\n"
                "    session.execute(text('BEGIN IMMEDIATE'))\n    if batch.rows:\n",
            ),
        ),
        found_by="badge and event apart",
    ),
)
