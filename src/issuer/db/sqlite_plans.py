"""Tell SQLite how its tables look when they are large, so that its plans are right before they are."""

from typing import Final

from sqlalchemy import Connection, Row, text

_ROWS: Final = 1_000_000
_ROWS_OF_A_TENANT: Final = 100_000
_ROWS_OF_A_PART: Final = 1_000
"""How many rows an index over some rows alone is taken to have."""

_ROWS_OF_A_VALUE: Final = 10
_OF_MANY: Final = ("tenant_id", "status_list_id", "revocation_list_id", "suspension_list_id")
"""Columns of which one value is in very many rows. SQLite would take it for ten, and read a whole tenant."""


def describe(connection: Connection) -> None:
    """Replace what SQLite knows of each index of a database with what a large one would have.

    These statistics decide plans alone, never answers. Whoever runs `ANALYZE` later replaces them with what
    was counted.
    """
    connection.execute(text("ANALYZE alembic_version"))  # makes the table of statistics
    connection.execute(text("DELETE FROM sqlite_stat1"))
    for index in connection.execute(text(_INDICES)).all():
        row = {"table": index.table, "index": index.name, "stat": _statistics(connection, index)}
        connection.execute(text("INSERT INTO sqlite_stat1 VALUES (:table, :index, :stat)"), row)
    connection.execute(text("ANALYZE sqlite_schema"))  # has the open connection read them


_INDICES: Final = """
SELECT t.name AS "table", i.name, i."unique" AS is_unique, i.partial AS is_partial
FROM sqlite_schema t JOIN pragma_index_list(t.name) i
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1, 2
"""


def _statistics(connection: Connection, index: Row[str, str, int, int]) -> str:
    """Return the rows of an index, then the rows that share its first column, its first two, and so on."""
    columns = connection.execute(text("SELECT name FROM pragma_index_info(:name)"), {"name": index.name})
    rows = _ROWS_OF_A_PART if index.is_partial else _ROWS
    shared, numbers = rows, [rows]
    names = [*columns.scalars()]
    for place, name in enumerate(names, start=1):
        is_whole = place == len(names) and (index.is_unique or name == "id")
        shared = 1 if is_whole else min(shared, _ROWS_OF_A_TENANT if name in _OF_MANY else _ROWS_OF_A_VALUE)
        numbers.append(shared)
    return " ".join(map(str, numbers))
