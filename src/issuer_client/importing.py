"""The agency's side: load an export into a database of one's own, and go on where it was interrupted.

`python -m issuer_client.importing --help` runs it. It is short on purpose: take it as a pattern for yours.
"""

import argparse
import gzip
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import httpx
from sqlalchemy import Connection, Engine, create_engine, text

_COLUMNS: Final = {
    "credential_id": "VARCHAR(500) PRIMARY KEY",
    "seq": "BIGINT NOT NULL",
    "is_deleted": "BOOLEAN NOT NULL",
    "loaded_in": "VARCHAR(200) NOT NULL",
    "status": "VARCHAR(20)",
    "state_educator_id": "VARCHAR(100)",
    "achievement_code": "VARCHAR(100)",
    "awarded_date": "VARCHAR(10)",
    "row_sha256": "VARCHAR(64)",
    "content": "TEXT",
}
_TABLES: Final = (
    f"CREATE TABLE IF NOT EXISTS badge ({', '.join(f'{name} {kind}' for name, kind in _COLUMNS.items())})",
    "CREATE TABLE IF NOT EXISTS progress (name VARCHAR(20) PRIMARY KEY, value TEXT NOT NULL)",
)
_NEWER: Final = ", ".join(f"{each} = excluded.{each}" for each in _COLUMNS)
_LOAD: Final = text(
    f"INSERT INTO badge ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{each}' for each in _COLUMNS)}) "  # noqa: S608
    f"ON CONFLICT (credential_id) DO UPDATE SET {_NEWER} WHERE excluded.seq >= badge.seq"
)
"""Of two rows for one badge the one with the larger `seq` stays, in whatever order they are loaded."""

_PIECE: Final = 65_536


class Interrupted(Exception):
    """Something did not arrive whole. What is loaded stays: start again."""


@dataclass
class Importer:
    """Loads one export profile. All that it knows is in the database, and half a download in a folder."""

    http: httpx.Client
    profile: str
    engine: Engine
    folder: Path

    def run(self) -> int:
        """Load all that there is, and return how many rows that was."""
        with self.engine.begin() as connection:
            for statement in _TABLES:
                connection.execute(text(statement))
        count, more = 0, True
        while more:
            manifest = self._pending() or self._asked()
            try:
                count += sum(self._load(manifest, each) for each in manifest["output"] + manifest["deleted"])
            except FileNotFoundError:  # its time is over, or somebody in it was erased: there is a newer one
                self._note("pending", "")
                continue
            self._finish(manifest)
            more = manifest["more"]
        return count

    def _pending(self) -> Any:  # noqa: ANN401 - a JSON document
        """Return the manifest at which the last run was interrupted: its files have not changed."""
        found = self._known("pending")
        return json.loads(found) if found else None

    def _asked(self) -> Any:  # noqa: ANN401 - as above
        cursor = self._known("cursor")
        while True:
            params = {"cursor": cursor} if cursor else {}
            answer = self.http.get(f"/v1/exports/{self.profile}/manifest", params=params)
            if answer.status_code == httpx.codes.GONE:
                cursor = ""  # too old: load everything
            elif answer.status_code in {httpx.codes.ACCEPTED, httpx.codes.SERVICE_UNAVAILABLE}:
                time.sleep(float(answer.headers.get("retry-after", "5")))
            else:
                answer.raise_for_status()
                manifest = answer.json()
                for piece in manifest["output"] + manifest["deleted"]:
                    if not piece["url"].endswith(".ndjson.gz"):
                        raise Interrupted(
                            f"this reads ndjson with gzip, and {piece['url']} is of another form"
                        )
                self._note("pending", answer.text)
                return manifest

    def _load(self, manifest: Any, piece: Any) -> int:  # noqa: ANN401 - as above
        """Load a file in one transaction, which also notes that it is loaded. A second time does nothing."""
        done = f"file {piece['sha256'][:14]}"
        if self._known(done) == manifest["cursor"]:
            return 0
        path = self._fetched(piece)
        with self.engine.begin() as connection, gzip.open(path, "rt", encoding="utf-8") as lines:
            for some in _together(_row(json.loads(line), line, manifest["cursor"]) for line in lines):
                connection.execute(_LOAD, some)
            _put(connection, done, manifest["cursor"])
        path.unlink()
        return int(piece["count"])

    def _fetched(self, piece: Any) -> Path:  # noqa: ANN401 - as above
        """Return a file whose digest is right, fetched from where the last attempt broke off."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / str(piece["sha256"])
        with path.open("ab") as file:
            if file.tell() < piece["bytes"]:
                headers = {"range": f"bytes={file.tell()}-", "accept-encoding": "identity"}
                with self.http.stream(
                    "GET", httpx.URL(piece["url"]).raw_path.decode(), headers=headers
                ) as answer:
                    if answer.status_code in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
                        raise FileNotFoundError(piece["url"])
                    answer.raise_for_status()
                    for part in answer.iter_raw(_PIECE):
                        file.write(part)
                        file.flush()
        if sha256(path.read_bytes()).hexdigest() != piece["sha256"]:
            path.unlink()
            raise Interrupted(f"{piece['url']} did not arrive as the manifest has it: start again")
        return path

    def _finish(self, manifest: Any) -> None:  # noqa: ANN401 - as above
        """Move the cursor. What a full export does not have any more is gone."""
        with self.engine.begin() as connection:
            if manifest["mode"] == "full":
                connection.execute(
                    text("DELETE FROM badge WHERE loaded_in <> :cursor"), {"cursor": manifest["cursor"]}
                )
            connection.execute(text("DELETE FROM progress"))
            _put(connection, "cursor", manifest["cursor"])

    def _known(self, name: str) -> str:
        with self.engine.begin() as connection:
            query = text("SELECT value FROM progress WHERE name = :name")
            return str(connection.execute(query, {"name": name}).scalar() or "")

    def _note(self, name: str, value: str) -> None:
        with self.engine.begin() as connection:
            _put(connection, name, value)


def _put(connection: Connection, name: str, value: str) -> None:
    connection.execute(text("DELETE FROM progress WHERE name = :name"), {"name": name})
    connection.execute(
        text("INSERT INTO progress (name, value) VALUES (:name, :value)"), {"name": name, "value": value}
    )


def _row(row: dict[str, Any], line: str, cursor: str) -> dict[str, Any]:
    """Return what is stored of a row. Of a badge that left, nothing but that it did."""
    is_deleted = row["op"] == "delete"
    found = {name: row.get(name) for name in _COLUMNS}
    return {**found, "is_deleted": is_deleted, "loaded_in": cursor, "content": None if is_deleted else line}


def _together(rows: Iterable[dict[str, Any]], most: int = 500) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == most:
            yield part
            part = []
    if part:
        yield part


def main(arguments: list[str] | None = None) -> None:
    """Load an export, and say how many rows that was."""
    parser = argparse.ArgumentParser(prog="issuer_client.importing", description="Load an export of badges.")
    parser.add_argument("url", help="the service, such as https://badges.alder.example")
    parser.add_argument("profile", help="the export profile, such as us-pa")
    parser.add_argument("--key", required=True, type=Path, help="a file that holds the API key")
    parser.add_argument("--database", default="sqlite:///badges.db", help="an SQLAlchemy URL")
    parser.add_argument("--folder", default="downloads", type=Path, help="where downloads lie meanwhile")
    given = parser.parse_args(arguments)
    headers = {"authorization": f"Bearer {given.key.read_text().strip()}"}
    with httpx.Client(base_url=given.url, headers=headers, timeout=120) as http:
        count = Importer(http, given.profile, create_engine(given.database), given.folder).run()
    sys.stdout.write(f"{count} rows loaded\n")


if __name__ == "__main__":
    main()
