"""Databases that tests have one after another: each gets one that is as its template, and hands it back.

A copy of a template waits for the disk, a tenth of a second each time. To delete what a test has stored takes
a hundredth. Whatever else a test has changed, or somebody still has open, is never lent again.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

import psycopg
from psycopg import sql

from tests.support.postgres import Cluster

_Connection: TypeAlias = psycopg.Connection[tuple[object, ...]]

_LOOKS, _LOOK_SECONDS = 20, 0.005
"""A connection that was closed is gone a moment later."""

_SHAPE = """
SELECT md5(string_agg(found, ',' ORDER BY found)) FROM (
  SELECT format('%s %s %s', oid, relname, relkind) FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT format('%s %s %s %s', attrelid, attname, atttypid, attnotnull)
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT format('%s', oid) FROM pg_attrdef
  UNION ALL SELECT format('%s %s', oid, conname) FROM pg_constraint
  UNION ALL SELECT format('%s %s', oid, tgenabled) FROM pg_trigger
  UNION ALL SELECT format('%s', oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT format('%s', oid) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
  UNION ALL SELECT format('%s', setconfig) FROM pg_db_role_setting
) AS all_of_it (found)
"""
"""What there is but rows. A copy of a database has the object numbers of its template."""

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_COUNTED = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@dataclass
class Lender:
    """The databases of one template in one cluster, and those of them that are lent to nobody now."""

    cluster: Cluster
    template: str
    free: list[str] = field(default_factory=list)
    _shape: object = field(init=False)
    _filled: dict[str, object] = field(init=False)
    _empty: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Note what the template is like."""
        with self.cluster.connected(self.template) as connection:
            tables = [str(row[0]) for row in connection.execute(_TABLES)]
            rows = {name: _rows(connection, name) for name in tables}
            self._shape = _one(connection, _SHAPE)
        self._filled = {name: found for name, found in rows.items() if found is not None}
        self._empty = [name for name in tables if name not in self._filled]

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Yield the name of a database that is as the template."""
        name = self.free.pop() if self.free else self.cluster.copy(self.template)
        yield name
        with self.cluster.connected(name) as connection:
            if self._is_as_it_was(connection):
                self.free.append(name)

    def _is_as_it_was(self, connection: _Connection) -> bool:
        """Delete all rows that the template does not have, and return whether that is all there was to do."""
        if not _is_left_alone(connection) or _one(connection, _SHAPE) != self._shape:
            return False
        if {name: _rows(connection, name) for name in self._filled} != self._filled:
            return False
        counted = [str(row[0]) for row in connection.execute(_COUNTED)]
        statements = [
            *(sql.SQL("DELETE FROM {}").format(sql.Identifier(each)) for each in self._empty),
            *(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(each)) for each in counted),
        ]
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")  # in whatever order
            connection.execute(sql.SQL("; ").join(statements))
        return True


def _is_left_alone(connection: _Connection) -> bool:
    for _ in range(_LOOKS):
        if _one(connection, _OTHERS) == 0:
            return True
        time.sleep(_LOOK_SECONDS)
    return False


def _rows(connection: _Connection, table: str) -> object:
    """Return what tells the rows of a table from others, or None where it has none."""
    query = sql.SQL("SELECT md5(string_agg(each::text, ',' ORDER BY each::text)) FROM {} AS each")
    return _one(connection, query.format(sql.Identifier(table)))


def _one(connection: _Connection, query: str | sql.Composed) -> object:
    row = connection.execute(query.encode() if isinstance(query, str) else query).fetchone()
    return None if row is None else row[0]
