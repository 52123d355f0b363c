"""How a migration runs: in one transaction, one process at a time."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, text

from issuer.db import base, engine, migrations, sqlite_plans
from issuer.settings import Settings

_LOCK = 7_304_211_905


def _render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own column type as the plain one: a migration must not change when code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, base.Instant) else False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=migrations.METADATA,
        render_as_batch=True,
        compare_type=True,
        render_item=_render,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text("SET LOCAL lock_timeout = '30s'"))
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            sqlite_plans.describe(connection)


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    database = engine.connect(Settings().database_url.get_secret_value())
    with database.engine.connect() as opened:
        _run(opened)
        opened.commit()
