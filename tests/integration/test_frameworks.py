"""Competency frameworks: imported from CASE and CSV, searched, and completed in a definition."""

from pathlib import Path

import httpx
import pytest

from issuer.core.documents import Document
from tests.integration.test_cli import run
from tests.support.world import DEFINITION, World

CASE: Document = {
    "CFDocument": {"identifier": "c64961be-d7cb-11e8-824f-0242ac160002", "title": "Model standards"},
    "CFItems": [
        {
            "identifier": "74f5bb7d-d7cc-11e8-824f-0242ac160002",
            "uri": "https://case.example.org/uri/74f5bb7d-d7cc-11e8-824f-0242ac160002",
            "humanCodingScheme": "6",
            "fullStatement": "Assessment: uses multiple methods of assessment.",
            "CFItemType": "Standard",
        },
        {
            "identifier": "74f5bb7e-d7cc-11e8-824f-0242ac160002",
            "uri": "https://case.example.org/uri/74f5bb7e-d7cc-11e8-824f-0242ac160002",
            "fullStatement": "Planning for instruction.",
        },
    ],
}
CSV = "code,statement,url\n2.7,Analyst: uses data,https://iste.example/2.7\n2.1,Learner,https://iste.example/2.1\n"


@pytest.fixture
def keyed(http: httpx.Client, alder: World) -> httpx.Client:
    http.headers.update(alder.headers)
    assert http.put("/v1/frameworks/InTASC", json=CASE).json()["items"] == 2
    assert http.put("/v1/frameworks/ISTE", content=CSV.encode()).json()["items"] == 2
    return http


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=methods assessment", ["6"]),
        ("q=ANALYST", ["2.7"]),
        ("q=2.", ["2.1", "2.7"]),
        ("q=nothing of it", []),
        ("q=%25", []),
        ("framework=ISTE", ["2.1", "2.7"]),
        ("q=planning", ["74f5bb7e-d7cc-11e8-824f-0242ac160002"]),
    ],
)
def test_items_are_found_by_words_of_their_codes_and_statements(
    keyed: httpx.Client, query: str, codes: list[str]
) -> None:
    assert [each["code"] for each in keyed.get(f"/v1/frameworks/items?{query}").json()["items"]] == codes


def test_an_alignment_may_name_the_framework_and_the_code_alone(keyed: httpx.Client) -> None:
    definition = {
        **DEFINITION,
        "alignments": [
            {"framework": "InTASC", "code": "6"},
            {"framework": "ISTE", "code": "2.7", "name": "Analyst"},
        ],
    }

    saved = keyed.put("/v1/achievements/MC-ALIGNED", json=definition)

    assert saved.status_code == 200, saved.text
    case, plain = saved.json()["draft"]["alignment"]
    assert case["targetUrl"] == CASE["CFItems"][0]["uri"]
    assert (case["targetType"], case["targetCode"]) == ("CFItem", "6")
    assert (plain["targetName"], plain["targetUrl"]) == ("Analyst", "https://iste.example/2.7")


def test_a_code_that_the_framework_has_not_is_pointed_at(keyed: httpx.Client) -> None:
    refused = keyed.put(
        "/v1/achievements/MC-ALIGNED",
        json={**DEFINITION, "alignments": [{"framework": "InTASC", "code": "99"}]},
    )

    assert refused.status_code == 422
    [fault] = refused.json()["errors"]
    assert fault["pointer"] == "/alignments/0/code"
    assert "no imported framework 'InTASC' has the code '99'" in fault["detail"]
    assert refused.json()["detail"] == "not accepted: /alignments/0/code"


def test_importing_again_replaces_and_removing_removes(keyed: httpx.Client) -> None:
    keyed.put("/v1/frameworks/ISTE", content=b"code,statement,url\n1,One,https://iste.example/1\n")
    after = keyed.get("/v1/frameworks").json()["frameworks"]
    keyed.delete("/v1/frameworks/ISTE")

    assert after == [{"name": "ISTE", "items": 1}, {"name": "InTASC", "items": 2}]
    assert [each["name"] for each in keyed.get("/v1/frameworks").json()["frameworks"]] == ["InTASC"]
    assert keyed.delete("/v1/frameworks/ISTE").status_code == 404


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b'{"CFDocument": {}, "CFItems": [1]}',
        b'{"CFDocument": {}, "CFItems": []}',
        b"code,statement\n1,One\n",
        b"code,statement,url\n1,One,javascript:alert(1)\n",
        b"\xff\xfe",
        b"",
    ],
)
def test_what_is_no_framework_is_refused_and_changes_nothing(keyed: httpx.Client, raw: bytes) -> None:
    assert keyed.put("/v1/frameworks/ISTE", content=raw).status_code == 422
    assert {"name": "ISTE", "items": 2} in keyed.get("/v1/frameworks").json()["frameworks"]


def test_the_command_imports_and_searches(tmp_path: Path) -> None:
    settings = {
        "ISSUER_DATABASE_URL": f"sqlite:///{tmp_path}/cli.db",
        "ISSUER_KEYS_DIR": str(tmp_path / "keys"),
        "ISSUER_KEY_PASSPHRASE": "a passphrase for tests",
        "ISSUER_PUBLIC_URL": "https://badges.example.org",
    }
    (tmp_path / "iste.csv").write_text(CSV)
    run("migrate", folder=tmp_path, settings=settings)
    run("tenant", "create", "alder", "--name", "Alder", folder=tmp_path, settings=settings)

    imported = run("framework", "import", "ISTE", "iste.csv", folder=tmp_path, settings=settings)
    found = run("framework", "search", "analyst", folder=tmp_path, settings=settings)

    assert imported == "2 items in ISTE\n"
    assert "2.7" in found
