"""The agency's side: nothing lost or doubled, whoever writes meanwhile, and whenever it is killed."""

import gzip
import json
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Self

import httpx
import pytest
from sqlalchemy import Engine, create_engine, text

from issuer import worker
from issuer.core.documents import Document
from issuer.db import exports
from issuer.net.client import GuardedClient
from issuer.services.after_award import erase
from issuer.services.exports import manifests, profiles
from issuer.services.webhooks import registering
from issuer_client import importing
from issuer_client.importing import Importer, Interrupted
from tests.support import exporting, server
from tests.support.exporting import change, educator, heard, reader, ref, save
from tests.support.postgres import Cluster
from tests.support.receiver import receiving
from tests.support.world import World


@pytest.fixture
def agency(alder: World) -> dict[str, str]:
    """The headers of an agency's own client, to which the profile us-pa belongs."""
    return exporting.agreed(alder)


class TestImporting:
    @pytest.fixture
    def served(self, alder: World) -> Iterator[httpx.Client]:
        with server.serving(alder.context) as http:
            yield http

    @pytest.fixture(params=["into sqlite", "into postgresql"])
    def table(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
        """The agency's own database, of either kind."""
        url = f"sqlite:///{tmp_path / 'agency.db'}"
        if request.param == "into postgresql":
            cluster: Cluster = request.getfixturevalue("postgres_cluster")
            name = f"agency_{secrets.token_hex(8)}"
            url = cluster.create_database(name).replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(url)
        yield engine
        engine.dispose()

    @pytest.fixture
    def importer(
        self, served: httpx.Client, agency: dict[str, str], table: Engine, tmp_path: Path
    ) -> Iterator[Importer]:
        with httpx.Client(base_url=served.base_url, headers=agency) as http:
            yield Importer(http, "us-pa", table, tmp_path / "downloads")

    def held(self, table: Engine) -> dict[str, str]:
        with table.begin() as connection:
            found = connection.execute(text("SELECT credential_id, content FROM badge WHERE NOT is_deleted"))
            return {row[0]: row[1] for row in found}

    def test_ten_nights_of_changes_agree_with_the_district(
        self, served: httpx.Client, alder: World, agency: dict[str, str], table: Engine, importer: Importer
    ) -> None:
        awards = [alder.send(educator(alder, number)).award.credential.public_id for number in range(20)]
        heard(alder)
        importer.run()
        assert len(self.held(table)) == 20
        assert not list(importer.folder.iterdir())
        for night in range(10):
            alder.clock.move(days=1)
            alder.send(educator(alder, 100 + night))
            change(alder, awards[night], "revoke", "issued_in_error")
            if night == 5:
                erase.erase(alder.context, alder.client, ref(15), request_id="req_test")
            heard(alder)
            assert importer.run() == (3 if night == 5 else 2)
            assert importer.run() == 0

        sums = served.get("/v1/exports/us-pa/reconciliation?month=2026-06", headers=agency).json()
        [partition] = sums["partitions"]
        ours = sorted(json.loads(row)["row_sha256"] for row in self.held(table).values())
        assert partition["count"] == len(ours) == 29
        assert partition["checksum"] == sha256("".join(f"{each}\n" for each in ours).encode()).hexdigest()
        assert f"https://badges.example.org/b/{awards[15]}" not in self.held(table)

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_it_is_killed_a_hundred_times_and_has_everything_in_the_end(
        self, served: httpx.Client, alder: World, agency: dict[str, str], tmp_path: Path
    ) -> None:
        awards = [alder.send(educator(alder, number)).award.credential for number in range(300)]
        heard(alder)
        key = agency["authorization"].removeprefix("Bearer ")
        module = [sys.executable, "-m", "tests.support.killed_importer"]
        place = str(tmp_path / "agency")
        done = subprocess.run(
            [*module, str(served.base_url), "us-pa", key, place, "100"],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
        engine = create_engine(f"sqlite:///{place}/agency.db")
        held = self.held(engine)
        engine.dispose()

        assert (done.stdout, done.stderr) == ("100\n", "")
        assert set(held) == {f"https://badges.example.org/b/{each.public_id}" for each in awards}
        assert {json.loads(row)["content_sha256"] for row in held.values()} == {
            each.secured_sha256 for each in awards
        }

    def test_an_export_in_another_form_is_refused_with_the_reason(
        self, importer: Importer, alder: World
    ) -> None:
        alder.send(educator(alder, 1))
        save(alder, format="csv")

        with pytest.raises(Interrupted, match="this reads ndjson with gzip"):
            importer.run()
        save(alder)
        assert importer.run() == 1

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_a_database_is_of_one_profile_alone(
        self, importer: Importer, alder: World, table: Engine
    ) -> None:
        """What a full export does not have is gone: of two profiles each would take the other's rows away."""
        save(alder, "us-ny", client=reader(alder))
        alder.send(educator(alder, 1))
        importer.run()
        before = self.held(table)

        with pytest.raises(Interrupted, match="this database is of us-pa"):
            replace(importer, profile="us-ny").run()

        assert self.held(table) == before
        assert importer.run() == 0

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.usefixtures("agency")
    def test_a_key_that_is_not_good_is_told_without_a_trace(
        self, served: httpx.Client, tmp_path: Path
    ) -> None:
        key = tmp_path / "key.txt"
        key.write_text("sk_live_none")
        place = f"sqlite:///{tmp_path / 'agency.db'}"

        with pytest.raises(SystemExit, match="401 Unauthorized"):
            importing.main([str(served.base_url), "us-pa", "--key", str(key), "--database", place])

    def test_an_old_delta_that_is_loaded_again_changes_nothing(
        self, importer: Importer, alder: World, table: Engine
    ) -> None:
        award = alder.send(educator(alder, 1)).award.credential.public_id
        heard(alder)
        importer.run()
        with table.begin() as connection:
            old = connection.execute(text("SELECT value FROM progress WHERE name = 'cursor'")).scalar()
        change(alder, award, "revoke", "issued_in_error")
        erase.erase(alder.context, alder.client, ref(1), request_id="req_test")
        heard(alder)
        importer.run()
        after = self.held(table)
        with table.begin() as connection:
            connection.execute(text("UPDATE progress SET value = :old WHERE name = 'cursor'"), {"old": old})
        importer.run()

        assert self.held(table) == after == {}


def test_the_query_in_the_documentation_gives_the_sums_of_the_district(
    alder: World, agency: dict[str, str], postgres_cluster: Cluster, tmp_path: Path
) -> None:
    for number in range(5):
        alder.send(educator(alder, number))
    alder.send(educator(alder, 1, achievement="MC-OTHER"))
    url = postgres_cluster.create_database(f"agency_{secrets.token_hex(8)}")
    table = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    page = Path(__file__).parents[2] / "docs/exporting.md"
    query = page.read_text().partition("```sql\n")[2].partition("```")[0]
    with (
        server.serving(alder.context) as served,
        httpx.Client(base_url=served.base_url, headers=agency) as http,
    ):
        Importer(http, "us-pa", table, tmp_path / "downloads").run()
        told = http.get("/v1/exports/us-pa/reconciliation").json()["partitions"]
    with table.begin() as connection:
        own = [tuple(row) for row in connection.execute(text(query))]
    table.dispose()

    assert len(own) == 2
    assert own == [(each["achievementCode"], each["month"], each["count"], each["checksum"]) for each in told]


@pytest.mark.parametrize("digest", ["/victim", "../victim", "..", "", "A" * 64])
def test_a_hostile_manifest_names_no_file_of_the_agency_and_no_other_host(
    tmp_path: Path, digest: str
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    piece = {"url": "https://evil.example//evil.example/file", "sha256": digest, "bytes": 9, "count": 1}
    piece["sha256"] = digest.replace("/victim", str(victim)) if digest.startswith("/") else digest
    manifest = {"mode": "full", "cursor": "c", "more": False, "output": [piece], "deleted": []}
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(200, content=iter([json.dumps(manifest).encode()]))

    engine = create_engine(f"sqlite:///{tmp_path / 'agency.db'}")
    with httpx.Client(base_url="https://issuer.example", transport=httpx.MockTransport(answer)) as http:
        importer = Importer(http, "us-pa", engine, tmp_path / "downloads")
        with pytest.raises(Interrupted):
            importer.run()
        piece["sha256"] = "0" * 64
        with pytest.raises(Interrupted):
            importer.run()
    engine.dispose()

    assert victim.read_text() == "mine"
    assert set(asked) == {"issuer.example"}


def test_a_large_export_is_made_by_a_worker_and_announced(
    alder: World, agency: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "AT_ONCE", 2)
    for number in range(3):
        alder.send(educator(alder, number))
    heard(alder)
    post = GuardedClient(allow_loopback=True).post
    settings = alder.context.settings.model_copy(update={"fetch_loopback": True})
    here = replace(alder, context=replace(alder.context, settings=settings, post=post))
    with receiving() as receiver, server.serving(here.context) as http:
        registering.add(here.context, here.tenant.id, receiver.url, ["export.ready"])
        waits = http.get("/v1/exports/us-pa/manifest", headers=agency)
        again = http.get("/v1/exports/us-pa/manifest", headers=agency)
        worker.run_once(here.context)
        ready = http.get("/v1/exports/us-pa/manifest", headers=agency)
        [told] = [json.loads(each.body) for each in receiver.received]

    assert [waits.status_code, again.status_code, waits.headers["retry-after"]] == [202, 202, "5"]
    assert ready.json()["counts"]["upserts"] == 3
    assert told["data"] == {
        "profile": "us-pa",
        "manifest_url": "https://badges.example.org/v1/exports/us-pa/manifest",
    }


class Writers:
    """Threads that issue badges and put each on hold, and two that announce them meanwhile."""

    def __init__(self, world: World, count: int, each: int) -> None:
        self.world, self.failures, self._stop = world, [], threading.Event()  # type: ignore[var-annotated]
        batches = [[educator(world, 1000 * one + number) for number in range(each)] for one in range(count)]
        self._writers = [threading.Thread(target=self._write, args=(mine,)) for mine in batches]
        self._announcers = [threading.Thread(target=self._announce) for _ in range(2)]

    def __enter__(self) -> Self:
        for thread in (*self._writers, *self._announcers):
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in (*self._writers, *self._announcers):
            thread.join()

    @property
    def are_at_work(self) -> bool:
        return any(thread.is_alive() for thread in self._writers)

    def _write(self, mine: list[Document]) -> None:
        try:
            for event in mine:
                change(self.world, self.world.send(event).award.credential.public_id, "suspend", "other")
        except Exception as error:  # noqa: BLE001 - the test fails with it
            self.failures.append(error)

    def _announce(self) -> None:
        while not self._stop.is_set():
            heard(self.world)


@pytest.mark.usefixtures("agency")
def test_eight_writers_and_a_reader_lose_nothing(alder: World) -> None:
    """The union of all deltas is what there is in the end, whoever commits when."""
    with alder.context.database.read() as session:
        export = profiles.load(session, alder.tenant.id, "us-pa")
    table: dict[str, Document] = {}

    def read(cursor: str) -> str:
        found = manifests.delta(alder.context, export, cursor).document
        for piece in found["output"]:
            with alder.context.database.read() as session:
                file = exports.file(session, alder.tenant.id, export.id, piece["sha256"])
            for line in gzip.decompress(file.content).decode().splitlines():
                row = json.loads(line)
                assert row["seq"] > table.get(row["credential_id"], {"seq": 0})["seq"]
                table[row["credential_id"]] = row
        return str(found["cursor"])

    cursor = manifests.cursor_at(alder.context, export, 0)
    with Writers(alder, 8, 15) as writers:
        while writers.are_at_work:
            cursor = read(cursor)
    heard(alder)
    read(cursor)

    assert not writers.failures
    assert len(table) == 8 * 15
    assert {row["status"] for row in table.values()} == {"suspended"}
