import subprocess
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from issuer.db import engine, migrations


def test_migrations_run_up_and_down_and_leave_no_drift(database_url: str) -> None:
    database = engine.connect(database_url)

    assert migrations.drift(database) == []
    migrations.downgrade(database, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    migrations.upgrade(database)

    migrations.check(database)
    assert migrations.drift(database) == []
    database.engine.dispose()


def test_there_is_one_newest_migration() -> None:
    root = Path(__file__).parents[2]

    assert len(ScriptDirectory.from_config(Config(root / "alembic.ini")).get_heads()) == 1


def test_the_database_syncs_what_it_acknowledges(database_url: str) -> None:
    database = engine.connect(database_url)

    engine.check(database)

    database.engine.dispose()


def test_a_database_without_tables_is_refused_with_what_to_do(tmp_path: Path) -> None:
    environment = {"ISSUER_DATABASE_URL": f"sqlite:///{tmp_path}/empty.db", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", "from issuer.cli import main; main()", "serve"]

    found = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path
    )

    assert found.returncode == 1
    assert "run `issuer migrate`" in found.stderr
    assert "Traceback" not in found.stderr
