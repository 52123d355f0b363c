"""Exports to agencies: everything once, then what changed, and rows that say what a state asks for."""

import gzip
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from jsonschema import validate  # type: ignore[import-untyped]

from issuer.core import fields
from issuer.core.documents import Document
from issuer.core.exchange.exports import rows
from issuer.core.intake.correction import Correction
from issuer.core.securing import multibase, proofs
from issuer.keys.files import FileKeyring
from issuer.keys.ports import KeyUnavailable
from issuer.services.after_award import erase, expire, merge, reissue
from tests.support import exporting
from tests.support.exporting import PPID, change, educator, fetched, heard, manifest, ref, save
from tests.support.world import World


@pytest.fixture
def agency(alder: World) -> dict[str, str]:
    """The headers of an agency's own client, to which the profile us-pa belongs."""
    return exporting.agreed(alder)


def test_a_row_says_all_that_a_state_asks_for(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    award = alder.send(educator(alder, 1)).award
    heard(alder)

    [row] = fetched(http, agency, manifest(http, agency)["output"])

    expected = {
        "op": "upsert",
        "credential_id": f"https://badges.example.org/b/{award.credential.public_id}",
        "version": 1,
        "supersedes": None,
        "status": "active",
        "state_educator_id": "1000001",
        "state_educator_id_type": PPID,
        "given_name": "Ana",
        "family_name": "O'Neill",
        "name_at_award": "Ana O'Neill",
        "employer_name": "Alder Elementary",
        "employer_nces_lea_id": "4200030",
        "achievement_code": "MC-FEEDBACK",
        "activity_start": "2026-01-12",
        "activity_end": "2026-06-05",
        "awarded_date": "2026-06-10",
        "credit_type": "clock_hour",
        "credit_amount": 15,
        "credit_category": "pedagogy",
        "credit_jurisdiction": "us-pa",
        "overall_result": "Strong",
        "rubric_score": 9.5,
        "rubric_results": [{"criterion": "Quality", "result": "Proficient"}],
        "assessor_org": "A Board",
        "assessor_role": "coach",
        "assessment_method": "portfolio",
        "content_sha256": award.credential.secured_sha256,
    }
    assert {name: row[name] for name in expected} == expected
    assert row["row_sha256"] == rows.checksum(row)
    assert [each["jurisdiction"] for each in row["credits"]] == ["us-pa"]
    validate(row, http.get("/v1/exports/us-pa/schema", headers=agency).json())


def test_the_manifest_is_signed_by_the_issuer(http: httpx.Client, agency: dict[str, str]) -> None:
    found = manifest(http, agency)
    proof = found.pop("proof")
    key = multibase.public_key(proof["verificationMethod"].partition("#")[2])

    proofs.verify(found, proof, key)
    with pytest.raises(proofs.InvalidProof):
        proofs.verify({**found, "counts": {"upserts": 1, "deletes": 0}}, proof, key)


@pytest.fixture
def first(http: httpx.Client, alder: World, agency: dict[str, str]) -> tuple[list[str], str]:
    """Six badges that the agency has, and the cursor after them."""
    awards = [alder.send(educator(alder, number)).award.credential.public_id for number in range(6)]
    heard(alder)
    found = manifest(http, agency)
    assert found["counts"] == {"upserts": 6, "deletes": 0}
    alder.clock.move(days=1)
    return awards, found["cursor"]


def test_a_withdrawal_a_hold_and_its_lifting_are_rows(
    http: httpx.Client, alder: World, agency: dict[str, str], first: tuple[list[str], str]
) -> None:
    awards, cursor = first
    change(alder, awards[0], "revoke", "issued_in_error")
    change(alder, awards[1], "suspend", "other")
    heard(alder)
    second = manifest(http, agency, cursor=cursor)
    upserts = {row["credential_id"][-22:]: row for row in fetched(http, agency, second["output"])}

    assert (second["mode"], second["previousCursor"]) == ("delta", cursor)
    assert set(upserts) == {awards[0], awards[1]}
    assert upserts[awards[0]]["status"] == "revoked"
    assert upserts[awards[0]]["status_reason"] == "issued_in_error"
    assert upserts[awards[0]]["status_changed_at"] == "2026-06-13T19:03:50Z"
    assert upserts[awards[1]]["status"] == "suspended"

    change(alder, awards[1], "reinstate", None)
    heard(alder)
    third = manifest(http, agency, cursor=second["cursor"])
    assert [row["status"] for row in fetched(http, agency, third["output"])] == ["active"]


def test_a_correction_is_a_row_with_the_day_of_the_award(
    http: httpx.Client, alder: World, agency: dict[str, str], first: tuple[list[str], str]
) -> None:
    awards, cursor = first
    name = fields.read(Correction, {"recipient": {"name": "Ana O'Neill-Rivera"}})
    reissue.reissue(alder.context, alder.client, awards[2], name, request_id="req_test")
    heard(alder)

    [row] = fetched(http, agency, manifest(http, agency, cursor=cursor)["output"])

    assert (row["version"], row["name_at_award"]) == (2, "Ana O'Neill-Rivera")
    assert (row["given_name"], row["family_name"]) == (None, None)
    assert row["supersedes"] != row["content_sha256"]
    assert row["awarded_date"] == "2026-06-10"


def test_an_erasure_is_a_row_without_a_person(
    http: httpx.Client, alder: World, agency: dict[str, str], first: tuple[list[str], str]
) -> None:
    awards, cursor = first
    erase.erase(alder.context, alder.client, ref(3), request_id="req_test")
    heard(alder)
    found = manifest(http, agency, cursor=cursor)

    [gone] = fetched(http, agency, found["deleted"])
    assert found["counts"] == {"upserts": 0, "deletes": 1}
    assert (gone["op"], gone["reason"], gone["credential_id"][-22:]) == ("delete", "privacy", awards[3])
    assert gone["state_educator_id"] is None
    validate(gone, http.get("/v1/exports/us-pa/schema", headers=agency).json())


def test_two_people_who_are_one_bring_all_their_badges_again(
    http: httpx.Client, alder: World, agency: dict[str, str], first: tuple[list[str], str]
) -> None:
    awards, cursor = first
    merge.merge(alder.context, alder.client, ref(4), ref(5), request_id="req_test")
    heard(alder)

    found = fetched(http, agency, manifest(http, agency, cursor=cursor)["output"])

    assert {row["credential_id"][-22:] for row in found} == {awards[4], awards[5]}


def test_an_identifier_of_somebody_without_badges_comes_with_the_person_they_are(
    http: httpx.Client, alder: World, agency: dict[str, str], tmp_path: Path
) -> None:
    """Their only badge is not signed yet when the two are joined: nothing moves that could be told."""
    alder.issue(recipient={"email": "t1@alder.example", "name": "Ana O'Neill"})
    first = manifest(http, agency)
    waiting = replace(
        alder, context=replace(alder.context, keyring=FileKeyring(tmp_path / "none", None, strict=False))
    )
    with pytest.raises(KeyUnavailable):
        waiting.send(educator(alder, 2, achievement="MC-OTHER"))
    merge.merge(alder.context, alder.client, ref(2), ref(1), request_id="req_test")

    found = fetched(http, agency, manifest(http, agency, cursor=first["cursor"])["output"])

    assert [row["state_educator_id"] for row in found] == ["1000002"]


def test_an_end_is_a_change_of_the_day_on_which_it_comes(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    alder.publish("MC-SHORT", validity={"for": "P30D"})
    alder.send(educator(alder, 1, achievement="MC-SHORT"))
    heard(alder)
    first = manifest(http, agency)
    alder.clock.move(days=40)
    expire.announce(alder.context)
    heard(alder)

    [row] = fetched(http, agency, manifest(http, agency, cursor=first["cursor"])["output"])

    assert row["status"] == "expired"


def test_an_identifier_that_comes_later_brings_the_earlier_badges_again(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    bare = {"email": "t1@alder.example", "name": "Ana O'Neill"}
    early = alder.issue(recipient=bare).award.credential.public_id
    heard(alder)
    first = manifest(http, agency)
    assert fetched(http, agency, first["output"])[0]["state_educator_id"] is None

    later = alder.send(educator(alder, 1, achievement="MC-OTHER")).award.credential.public_id
    heard(alder)
    found = fetched(http, agency, manifest(http, agency, cursor=first["cursor"])["output"])

    assert {row["credential_id"][-22:]: row["state_educator_id"] for row in found} == {
        early: "1000001",
        later: "1000001",
    }


def test_an_identifier_that_comes_with_an_event_that_issues_nothing_counts_too(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    alder.issue(recipient={"email": "t1@alder.example", "name": "Ana O'Neill"})
    heard(alder)
    first = manifest(http, agency)
    assert alder.send(educator(alder, 1)).outcome == "already_awarded"
    heard(alder)

    found = fetched(http, agency, manifest(http, agency, cursor=first["cursor"])["output"])

    assert [row["state_educator_id"] for row in found] == ["1000001"]


def test_a_narrower_agreement_takes_away_what_it_is_not_about_any_more(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    alder.send(educator(alder, 1))
    other = alder.send(educator(alder, 2, achievement="MC-OTHER")).award.credential.public_id
    heard(alder)
    first = manifest(http, agency)
    save(alder, achievements=["MC-FEEDBACK"], columns=["given_name", "state_educator_id"])

    found = manifest(http, agency, cursor=first["cursor"])

    assert [found["counts"], found["mode"]] == [{"upserts": 1, "deletes": 1}, "full"]
    [row] = fetched(http, agency, found["output"])
    assert "given_name" in row
    assert "family_name" not in row
    [gone] = fetched(http, agency, found["deleted"])
    assert (gone["credential_id"][-22:], gone["reason"]) == (other, "out_of_scope")
    assert (gone["state_educator_id"], gone["state_educator_id_type"]) == ("1000002", PPID)
    assert manifest(http, agency, cursor=found["cursor"])["counts"] == {"upserts": 0, "deletes": 0}


def test_a_tombstone_names_nobody_to_an_agency_that_is_given_no_identifiers(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    save(alder, columns=["credit_type"])
    alder.send(educator(alder, 1, achievement="MC-OTHER"))
    first = manifest(http, agency)
    save(alder, achievements=["MC-FEEDBACK"], columns=["credit_type"])

    [gone] = fetched(http, agency, manifest(http, agency, cursor=first["cursor"])["deleted"])

    assert (gone["op"], gone["state_educator_id"], gone["state_educator_id_type"]) == ("delete", None, None)


def test_the_changes_for_small_readers_are_the_same_rows(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    for number in range(5):
        alder.send(educator(alder, number))
    heard(alder)
    found: list[Document] = []
    cursor, more = "", True
    while more:
        place = f"/v1/exports/us-pa/changes?limit=2{f'&cursor={cursor}' if cursor else ''}"
        answer = http.get(place, headers=agency).json()
        found += answer["rows"]
        cursor, more = answer["cursor"], answer["more"]

    assert [row["seq"] for row in found] == [1, 2, 3, 4, 5]
    assert manifest(http, agency, cursor=cursor)["counts"]["upserts"] == 0


def test_a_file_is_fetched_by_ranges_and_again_only_when_it_is_another(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    alder.send(educator(alder, 1))
    heard(alder)
    piece = manifest(http, agency)["output"][0]
    path = httpx.URL(piece["url"]).path
    whole = http.get(path, headers=agency)
    half = http.get(path, headers={**agency, "range": "bytes=100-"})
    last = http.get(path, headers={**agency, "range": "bytes=-10"})
    beyond = http.get(path, headers={**agency, "range": f"bytes={piece['bytes']}-"})
    other = http.get(path, headers={**agency, "range": "bytes=1-2", "if-range": '"another"'})
    known = http.get(path, headers={**agency, "if-none-match": whole.headers["etag"]})

    assert [half.status_code, half.content] == [206, whole.content[100:]]
    assert half.headers["content-range"] == f"bytes 100-{piece['bytes'] - 1}/{piece['bytes']}"
    assert last.content == whole.content[-10:]
    assert [beyond.status_code, other.content, known.status_code] == [416, whole.content, 304]
    assert "private" in whole.headers["cache-control"]
    assert "public" not in whole.headers["cache-control"]


def test_nothing_new_is_answered_by_304(http: httpx.Client, alder: World, agency: dict[str, str]) -> None:
    alder.send(educator(alder, 1))
    heard(alder)
    cursor = manifest(http, agency)["cursor"]
    place = f"/v1/exports/us-pa/manifest?cursor={cursor}"
    tag = http.get(place, headers=agency).headers["etag"]

    assert http.get(place, headers={**agency, "if-none-match": tag}).status_code == 304


def test_the_sample_is_a_hundred_rows_of_nobody_in_the_real_form(
    http: httpx.Client, agency: dict[str, str]
) -> None:
    found = manifest(http, agency, mode="sample")
    schema = http.get("/v1/exports/us-pa/schema", headers=agency).json()
    sample = fetched(http, agency, found["output"])

    assert len(sample) == 100
    for row in sample:
        validate(row, schema)
        assert row["row_sha256"] == rows.checksum(row)
    assert {row["status"] for row in sample} == {"active", "revoked", "suspended", "expired"}
    assert manifest(http, agency, cursor=found["cursor"])["mode"] == "full"  # none of the sample stays
    assert http.get(f"/v1/exports/us-pa/changes?cursor={found['cursor']}", headers=agency).status_code == 410


@pytest.mark.parametrize("form", ["csv", "parquet", "zstd", "signed"])
def test_each_format_holds_the_same(
    http: httpx.Client, alder: World, agency: dict[str, str], form: str
) -> None:
    sent = alder.send(educator(alder, 1)).award.credential
    heard(alder)
    changes: dict[str, Document] = {
        "csv": {"format": "csv"},
        "parquet": {"format": "parquet"},
        "zstd": {"compression": "zstd"},
        "signed": {"signed": True},
    }
    save(alder, **changes[form])
    [piece] = manifest(http, agency)["output"]
    answer = http.get(httpx.URL(piece["url"]).path, headers=agency)
    content = answer.content

    row: Any
    if form == "csv":
        [row] = pyarrow.csv.read_csv(pa.BufferReader(gzip.decompress(content))).to_pylist()
        row["state_educator_id"] = str(row["state_educator_id"])
    elif form == "parquet":
        [row] = pyarrow.parquet.read_table(pa.BufferReader(content)).to_pylist()
    elif form == "zstd":
        row = json.loads(pa.CompressedInputStream(pa.BufferReader(content), "zstd").read())
    else:
        row = json.loads(gzip.decompress(content))
        assert row["credential"] == sent.secured
        assert alder.verify(row["credential"]).result == "valid"
    assert sha256(content).hexdigest() == piece["sha256"]
    assert (row["state_educator_id"], row["credit_amount"]) == ("1000001", 15)
    assert row["content_sha256"] == sent.secured_sha256


def test_every_download_is_in_the_audit_log(http: httpx.Client, alder: World, agency: dict[str, str]) -> None:
    alder.send(educator(alder, 1))
    heard(alder)
    piece = manifest(http, agency)["output"][0]
    http.get(httpx.URL(piece["url"]).path, headers=agency)

    log = http.get("/v1/exports/us-pa/downloads", headers=alder.headers).json()["downloads"]

    assert {each["what"].split()[0] for each in log} == {piece["url"].rpartition("/")[2], "manifest"}
    assert http.get("/v1/exports/us-pa/downloads", headers=agency).status_code == 403


def test_the_data_dictionary_is_a_page_in_both_languages(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    save(alder, columns=["given_name"])
    place = http.get("/v1/exports/us-pa", headers=agency).json()["export"]["dictionaryUrl"]
    english = http.get(httpx.URL(place).path, params={"lang": "en"}).text
    spanish = http.get(httpx.URL(place).path, params={"lang": "es"}).text

    assert "Data dictionary: " in english
    assert "<code>given_name</code>" in english
    assert "<code>family_name</code>" not in english
    assert "Diccionario de datos: " in spanish
    assert http.get("/i/alder/exports/us-ny").status_code == 404


def test_a_record_of_each_person_is_signed_and_holds_their_badges_as_they_were_signed(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    first = alder.send(educator(alder, 1)).award.credential
    second = alder.send(educator(alder, 1, achievement="MC-OTHER")).award.credential
    gone = alder.send(educator(alder, 2)).award.credential.public_id
    alder.send(educator(alder, 3))
    change(alder, gone, "revoke", "issued_in_error")
    heard(alder)
    save(alder, format="clr")
    found = manifest(http, agency)

    records = fetched(http, agency, found["output"])
    [record] = [each for each in records if len(each["credentialSubject"]["verifiableCredential"]) == 2]
    held = record["credentialSubject"]["verifiableCredential"]
    report = alder.verify(json.dumps(record))
    assert len(records) == 2
    assert {each["id"][-22:] for each in held} == {first.public_id, second.public_id}
    assert json.loads(str(first.secured)) in held
    assert report.result == "valid", [(each.id, each.outcome, each.message) for each in report.checks]
    record["credentialSubject"]["verifiableCredential"] = held[:1]
    assert alder.verify(json.dumps(record)).result == "altered"

    assert manifest(http, agency, cursor=found["cursor"])["output"] == []
    alder.send(educator(alder, 4))
    heard(alder)
    assert manifest(http, agency, cursor=found["cursor"])["counts"]["upserts"] == 3


def test_what_was_committed_is_there_when_it_is_asked_for(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    """No worker has to come by first."""
    cursor = manifest(http, agency)["cursor"]
    award = alder.send(educator(alder, 1)).award.credential.public_id
    second = manifest(http, agency, cursor=cursor)
    change(alder, award, "revoke", "issued_in_error")
    rows_after = http.get(f"/v1/exports/us-pa/changes?cursor={second['cursor']}", headers=agency).json()[
        "rows"
    ]

    assert second["counts"]["upserts"] == 1
    assert [row["status"] for row in rows_after] == ["revoked"]


def test_a_full_export_has_what_was_issued_a_moment_ago(
    http: httpx.Client, alder: World, agency: dict[str, str]
) -> None:
    """Also where another one was made just before."""
    assert manifest(http, agency)["counts"]["upserts"] == 0
    alder.send(educator(alder, 1))

    assert manifest(http, agency)["counts"]["upserts"] == 1
