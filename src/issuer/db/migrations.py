"""Bring a database's tables up to date, and tell whether they are."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import issuer
from issuer.db import (
    export_tables,
    framework_tables,
    held_tables,
    host_tables,
    letter_tables,
    list_tables,
    lti_tables,
    oauth_tables,
    person_tables,
    public_tables,
    request_tables,
    source_tables,
    stack_tables,
    tables,
    text_tables,
    vc_tables,
    webhook_tables,
    work_tables,
)
from issuer.db.base import Base
from issuer.db.engine import Database
from issuer.errors import Unavailable

METADATA = Base.metadata
_DECLARED = (
    tables,
    public_tables,
    work_tables,
    list_tables,
    text_tables,
    vc_tables,
    person_tables,
    stack_tables,
    webhook_tables,
    request_tables,
    source_tables,
    letter_tables,
    framework_tables,
    export_tables,
    lti_tables,
    oauth_tables,
    held_tables,
    host_tables,
)
"""The modules of the tables: imported here, so that the metadata knows all of them."""


class OutOfDate(Unavailable):
    """The database has not the tables that this version of the service needs."""

    code = "database-out-of-date"


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations up to a revision, in one transaction."""
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Run the migrations back to a revision, in one transaction."""
    with database.engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def check(database: Database) -> None:
    """Raise `OutOfDate` unless the database is at this version's newest migration."""
    with database.read() as session:
        current = MigrationContext.configure(session.connection()).get_current_revision()
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if current != head:
        raise OutOfDate(f"the database is at {current or 'nothing'}, not at {head}: run `issuer migrate`")


def drift(database: Database) -> list[object]:
    """Return what differs between the migrated tables and those that the code describes."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(found, METADATA))


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _folder() -> Path:
    """Return where the migrations are: inside an installed package, or beside the source tree."""
    package = Path(issuer.__file__).parent
    packaged = package / "_migrations"
    return packaged if packaged.is_dir() else package.parents[1] / "migrations"
