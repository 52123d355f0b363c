"""Whether a transaction waits for another one."""

from sqlalchemy import text

from tests.support.world import World


def is_anybody_waiting(world: World) -> bool:
    """Whether somebody waits for what another transaction holds. SQLite has one writer at a time anyway."""
    if world.context.database.engine.dialect.name == "sqlite":
        return True
    with world.context.database.read() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
