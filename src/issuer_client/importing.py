"""The agency's side: load an export into a database of one's own, and go on where it was interrupted.

`python -m issuer_client.importing --help` runs it. It is short on purpose: take it as a pattern for yours.
"""

import argparse
import gzip
import hashlib
import json
import re
import sys
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import httpx
from sqlalchemy import Engine, create_engine, text

Document: TypeAlias = dict[str, Any]

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

_NOTE: Final = text(
    "INSERT INTO progress (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_DIGEST: Final = re.compile("[0-9a-f]{64}")
_TOGETHER: Final = 500


class Interrupted(Exception):
    """Something did not arrive whole. What is loaded stays: start again."""


@dataclass
class Importer:
    """Loads one export profile into a database of its own.

    All that it knows is in there, and half a download in a folder.
    """

    http: httpx.Client
    profile: str
    engine: Engine
    folder: Path

    def run(self) -> int:
        """Load all that there is, and return how many rows that was."""
        with self.engine.begin() as connection:
            for statement in _TABLES:
                connection.execute(text(statement))
        if (other := self._known("profile")) not in {"", self.profile}:
            raise Interrupted(f"this database is of {other}: give {self.profile} one of its own")
        self._note("profile", self.profile)
        count, more = 0, True
        while more:
            manifest = self._pending() or self._asked()
            try:
                count += sum(self._load(manifest, each) for each in manifest["output"] + manifest["deleted"])
            except FileNotFoundError:  # its time is over, or somebody in it was erased: there is a newer one
                self._note("pending", "")
                continue
            self._finish(manifest)
            more = manifest["more"] or manifest["mode"] == "full"  # it may have been made a while ago
        return count

    def _pending(self) -> Document | None:
        """Return the manifest at which the last run was interrupted: its files have not changed."""
        found: Document | None = json.loads(self._known("pending") or "null")
        return found

    def _asked(self) -> Document:
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
                found: Document = answer.json()
                for each in found["output"] + found["deleted"]:
                    if not _DIGEST.fullmatch(each["sha256"]):  # it is the name of a file on this machine
                        raise Interrupted(f"{each['url']} has no SHA-256 in the manifest: tell the issuer")
                    if not each["url"].endswith(".ndjson.gz"):
                        raise Interrupted(
                            f"this reads ndjson with gzip, and {each['url']} is of another form"
                        )
                self._note("pending", answer.text)
                return found

    def _load(self, manifest: Document, piece: Document) -> int:
        """Load a file in one transaction, which also notes that it is loaded. A second time does nothing."""
        done = f"file {piece['sha256'][:14]}"
        if self._known(done) == manifest["cursor"]:
            return 0
        path = self._fetched(piece)
        with self.engine.begin() as connection, gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = (_row(json.loads(line), line, manifest["cursor"]) for line in lines)
            while some := list(islice(rows, _TOGETHER)):
                connection.execute(_LOAD, some)
            connection.execute(_NOTE, {"name": done, "value": manifest["cursor"]})
        return int(piece["count"])

    def _fetched(self, piece: Document) -> Path:
        """Return a file whose digest is right, fetched from where the last attempt broke off.

        Only the path of its address counts: the key goes to no other host, whatever a manifest says.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{piece['sha256']}.part"
        with path.open("ab") as file:
            if file.tell() < piece["bytes"]:
                self._download(httpx.URL(piece["url"]).raw_path.decode(), file)
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == piece["sha256"]:
                return path
        path.unlink()
        raise Interrupted(f"{piece['url']} did not arrive as the manifest has it: start again")

    def _download(self, place: str, file: BinaryIO) -> None:
        headers = {"range": f"bytes={file.tell()}-", "accept-encoding": "identity"}
        with self.http.stream("GET", place, headers=headers) as answer:
            if answer.status_code in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
                raise FileNotFoundError(place)
            answer.raise_for_status()
            for part in answer.iter_raw():
                file.write(part)
                file.flush()

    def _finish(self, manifest: Document) -> None:
        """Move the cursor. What a full export does not have any more is gone, and so are the downloads."""
        for path in self.folder.glob("*.part"):
            path.unlink()
        with self.engine.begin() as connection:
            if manifest["mode"] == "full":
                gone = text("DELETE FROM badge WHERE loaded_in <> :cursor")
                connection.execute(gone, {"cursor": manifest["cursor"]})
            connection.execute(text("DELETE FROM progress WHERE name <> 'profile'"))
            connection.execute(_NOTE, {"name": "cursor", "value": manifest["cursor"]})

    def _known(self, name: str) -> str:
        with self.engine.begin() as connection:
            query = text("SELECT value FROM progress WHERE name = :name")
            return str(connection.execute(query, {"name": name}).scalar() or "")

    def _note(self, name: str, value: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(_NOTE, {"name": name, "value": value})


def _row(row: Document, line: str, cursor: str) -> Document:
    """Return what is stored of a row. Of a badge that left, nothing but that it did."""
    is_deleted = row["op"] == "delete"
    found = {name: row.get(name) for name in _COLUMNS}
    return {**found, "is_deleted": is_deleted, "loaded_in": cursor, "content": None if is_deleted else line}


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
        try:
            count = Importer(http, given.profile, create_engine(given.database), given.folder).run()
        except (Interrupted, httpx.HTTPError) as error:
            sys.exit(f"nothing is lost, start again once this is mended: {error}")
    sys.stdout.write(f"{count} rows loaded\n")


if __name__ == "__main__":
    main()
