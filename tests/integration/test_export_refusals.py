"""What of an export is refused, and to whom; what agencies answer, and what the district sees of it."""

import json
import threading
from dataclasses import replace
from datetime import datetime

import httpx
import pytest
from sqlalchemy import func, select

from issuer.db.export_tables import ExportFile
from issuer.services import clients
from issuer.services.after_award import erase
from issuer.services.exports import manifests, profiles
from tests.support import exporting
from tests.support.exporting import PPID, educator, heard, manifest, reader, ref, save
from tests.support.world import World, make_world, sandbox


@pytest.fixture
def agency(alder: World) -> dict[str, str]:
    """The headers of an agency's own client, to which the profile us-pa belongs."""
    return exporting.agreed(alder)


class TestRefusals:
    @pytest.mark.usefixtures("agency")
    def test_only_its_own_client_and_the_district_read_an_export(
        self, http: httpx.Client, alder: World
    ) -> None:
        _, other = clients.create(alder.context, alder.tenant, "another state", ["exports:read"])
        _, without = clients.create(alder.context, alder.tenant, "a platform", ["events:write"])
        birch = make_world(alder.context, alder.clock, "birch", default=False)
        place = "/v1/exports/us-pa/manifest"

        assert http.get(place, headers={"authorization": f"Bearer {other}"}).status_code == 404
        assert http.get(place, headers={"authorization": f"Bearer {without}"}).status_code == 403
        assert http.get(place, headers=birch.headers).status_code == 404
        assert http.get(place).status_code == 401
        assert http.get(place, headers=alder.headers).status_code == 200

    def test_a_cursor_that_is_foreign_or_too_old_is_refused_with_the_way_on(
        self, http: httpx.Client, alder: World, agency: dict[str, str]
    ) -> None:
        cursor = manifest(http, agency)["cursor"]
        client = reader(alder)
        save(alder, "us-ny", client=client)
        foreign = http.get(f"/v1/exports/us-ny/manifest?cursor={cursor}", headers=agency)
        broken = http.get("/v1/exports/us-pa/manifest?cursor=0OIl", headers=agency)
        alder.clock.move(days=401)
        old = http.get(f"/v1/exports/us-pa/manifest?cursor={cursor}", headers=agency)

        assert [foreign.status_code, broken.status_code, old.status_code] == [422, 422, 410]
        assert foreign.json()["type"].endswith("/unusable-cursor")
        assert "by asking without one" in old.json()["detail"]

    @pytest.mark.parametrize(
        "place", ["manifest?mode=sample", "changes", "reconciliation", "schema", "datapackage"]
    )
    def test_an_export_of_records_of_people_gives_no_rows_that_nobody_agreed_on(
        self, http: httpx.Client, alder: World, agency: dict[str, str], place: str
    ) -> None:
        alder.send(educator(alder, 1))
        save(alder, format="clr")

        refused = http.get(f"/v1/exports/us-pa/{place}", headers=agency)

        assert refused.status_code == 422
        assert refused.json()["type"].endswith("/records-not-rows")
        assert "1000001" not in refused.text

    @pytest.mark.usefixtures("agency")
    def test_a_profile_that_makes_no_sense_is_refused_at_each_fault(
        self, http: httpx.Client, alder: World
    ) -> None:
        client = reader(alder)
        platform, _ = clients.create(alder.context, alder.tenant, "a platform", ["events:write"])
        whole = {"title": "T", "jurisdiction": "us-pa", "identifierType": PPID, "client": client}

        def refused(**changes: object) -> set[str]:
            answer = http.put("/v1/exports/us-pa", json={**whole, **changes}, headers=alder.headers)
            assert answer.status_code == 422, answer.text
            return {each["pointer"] for each in answer.json()["errors"]}

        assert refused(columns=["given_name", "ssn"]) == {"/columns/1"}
        assert refused(achievements=["MC-NONE"]) == {"/achievements/0"}
        assert refused(achievements=[]) == {"/achievements"}
        assert refused(client="111111111111") == {"/client"}
        assert refused(client=platform.id) == {"/client"}
        assert refused(identifierType="nationalIdentityNumber") == {"/identifierType"}
        assert refused(awardedFrom="2026-02-30") == {"/awardedFrom"}
        assert refused(awardedFrom="2026-03-01", awardedUntil="2026-02-01") == {""}

    @pytest.mark.usefixtures("agency")
    def test_a_sandbox_exports_nothing(self, http: httpx.Client, alder: World) -> None:
        trial = sandbox(alder)
        content = {"title": "T", "jurisdiction": "us-pa", "identifierType": PPID, "client": trial.client.id}

        answer = http.put("/v1/exports/us-pa", json=content, headers=trial.headers)

        assert answer.status_code == 403
        assert answer.json()["type"].endswith("/tests-not-exported")

    def test_an_export_that_is_off_cannot_be_read(
        self, http: httpx.Client, alder: World, agency: dict[str, str]
    ) -> None:
        http.patch("/v1/exports/us-pa", json={"disabled": True}, headers=alder.headers)
        assert http.get("/v1/exports/us-pa/manifest", headers=agency).status_code == 404
        http.patch("/v1/exports/us-pa", json={"disabled": False}, headers=alder.headers)
        assert http.get("/v1/exports/us-pa/manifest", headers=agency).status_code == 200

    def test_a_file_of_another_export_is_not_there(
        self, http: httpx.Client, alder: World, agency: dict[str, str]
    ) -> None:
        alder.send(educator(alder, 1))
        heard(alder)
        piece = manifest(http, agency)["output"][0]
        client = reader(alder)
        save(alder, "us-ny", client=client)
        name = piece["url"].rpartition("/")[2]

        assert http.get(f"/v1/exports/us-ny/files/{name}", headers=agency).status_code == 404
        assert http.get(f"/v1/exports/us-pa/files/{name}x", headers=agency).status_code == 404
        assert http.get(f"/v1/exports/us-pa/files/{'0' * 64}.ndjson.gz", headers=agency).status_code == 404

    def test_files_are_gone_once_somebody_in_them_is_erased(
        self, http: httpx.Client, alder: World, agency: dict[str, str]
    ) -> None:
        alder.send(educator(alder, 1))
        heard(alder)
        piece = manifest(http, agency)["output"][0]
        erase.erase(alder.context, alder.client, ref(1), request_id="req_test")

        assert http.get(httpx.URL(piece["url"]).path, headers=agency).status_code == 404


class TestReceipts:
    def test_the_district_sees_what_was_rejected_and_what_to_do(
        self, http: httpx.Client, alder: World, agency: dict[str, str]
    ) -> None:
        awards = [alder.send(educator(alder, number)).award.credential.public_id for number in range(3)]
        base = "https://badges.example.org/b/"
        lines = [
            {"seq": 1, "credential_id": base + awards[0], "outcome": "accepted", "agency_record_id": "A-1"},
            {"seq": 2, "credential_id": base + awards[1], "outcome": "rejected", "reason": "id_unknown"},
            {"seq": 3, "credential_id": base + awards[2], "outcome": "rejected"},
            {"seq": 4, "credential_id": base + "1" * 22, "outcome": "accepted"},
        ]
        body = "\n".join(json.dumps(line) for line in lines) + "\nnot json\n"

        taken = http.post("/v1/exports/us-pa/receipts", content=body, headers=agency).json()
        found = http.get("/v1/exports/us-pa/receipts", headers=alder.headers).json()

        assert taken["kept"] == 2
        assert [each["line"] for each in taken["refused"]] == [3, 4, 5]
        assert taken["refused"][0]["detail"].startswith("a reason is needed")
        assert [(each["outcome"], each["count"]) for each in found["counts"]] == [
            ("accepted", 1),
            ("rejected", 1),
        ]
        [rejected] = found["receipts"]
        assert (rejected["award"], rejected["reason"]) == (awards[1], "id_unknown")
        assert "Look the identifier up" in rejected["fix"]

    def test_more_lines_than_fit_into_memory_are_not_taken(
        self, http: httpx.Client, agency: dict[str, str]
    ) -> None:
        answer = http.post("/v1/exports/us-pa/receipts", content=b"\n" * 250_001, headers=agency)

        assert answer.status_code == 422
        assert answer.json()["type"].endswith("/too-many-receipts")

    def test_a_later_answer_counts_and_the_same_again_changes_nothing(
        self, http: httpx.Client, alder: World, agency: dict[str, str]
    ) -> None:
        award = alder.send(educator(alder, 1)).award.credential.public_id
        told = {"seq": 1, "credential_id": f"https://badges.example.org/b/{award}"}
        held = json.dumps({**told, "outcome": "held", "reason": "duplicate"})
        for body in (held, held, json.dumps({**told, "outcome": "accepted"})):
            http.post("/v1/exports/us-pa/receipts", content=body, headers=agency)

        found = http.get("/v1/exports/us-pa/receipts?outcome=accepted", headers=alder.headers).json()

        assert [(each["outcome"], each["count"]) for each in found["counts"]] == [("accepted", 1)]
        assert len(found["receipts"]) == 1


def test_nothing_comes_of_an_export_while_which_somebody_is_erased(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    """The erasure comes after the rows were read, and before the manifest is there."""
    alder.send(educator(alder, 1))
    heard(alder)
    with alder.context.database.read() as session:
        export = profiles.load(session, alder.tenant.id, "us-pa")
    erased: list[int] = []

    def clock() -> datetime:
        with alder.context.database.read() as session:
            begun = session.scalar(select(func.count()).select_from(ExportFile))
        if begun and not erased:
            erased.append(1)
            erase.erase(alder.context, alder.client, ref(1), request_id="req_test")
        return alder.clock()

    with pytest.raises(manifests.ErasedMeanwhile):
        manifests.full(replace(alder.context, clock=clock), export)

    with alder.context.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ExportFile)) == 0
    assert manifest(http, agency)["counts"]["upserts"] == 0


@pytest.mark.usefixtures("agency")
def test_changes_are_read_only_once_it_is_on_record_that_an_export_is_made(alder: World) -> None:
    """Somebody who is erased between the two would be in it for a week."""
    alder.send(educator(alder, 1))
    heard(alder)
    with alder.context.database.read() as session:
        export = profiles.load(session, alder.tenant.id, "us-pa")
    erased: list[int] = []

    def chance(count: int) -> bytes:
        if not erased:
            erased.append(1)
            erase.erase(alder.context, alder.client, ref(1), request_id="req_test")
        return alder.context.chance(count)

    made = manifests.delta(
        replace(alder.context, chance=chance), export, manifests.cursor_at(alder.context, export, 0)
    )

    assert made.document["counts"] == {"upserts": 0, "deletes": 1}


@pytest.mark.usefixtures("agency")
def test_an_export_that_begins_while_somebody_is_erased_has_nothing_of_them(alder: World) -> None:
    """The erasure has taken away the exports that there were, and is not committed yet."""
    alder.send(educator(alder, 1))
    heard(alder)
    with alder.context.database.read() as session:
        export = profiles.load(session, alder.tenant.id, "us-pa")
    made: list[manifests.Manifest] = []
    thread = threading.Thread(target=lambda: made.append(manifests.full(alder.context, export)))
    asked: list[int] = []

    def clock() -> datetime:
        asked.append(1)
        if len(asked) == 2:
            thread.start()
            thread.join(timeout=2)
        return alder.clock()

    erase.erase(replace(alder.context, clock=clock), alder.client, ref(1), request_id="req_test")
    thread.join()

    assert [each.document["counts"]["upserts"] for each in made] == [0]
