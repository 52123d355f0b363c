"""An issuer to measure: on a database of its own, with the clock of the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from issuer.cli import wiring
from issuer.db import migrations
from tests.support.world import Clock, World, make_context, make_world


@contextmanager
def opened(folder: Path, database_url: str, **settings: object) -> Iterator[World]:
    """Yield an issuer that has published nothing yet, and leave its database in the end."""
    wiring.look_for_garbage_less()  # as every process of the service does
    clock = Clock(datetime.now(UTC))  # noqa: TID251 - badges of today, as the processes beside have them
    context = make_context(folder, database_url, clock, **settings)
    migrations.upgrade(context.database)
    try:
        yield make_world(context, clock)
    finally:
        context.database.engine.dispose()
