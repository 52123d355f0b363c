"""What an operator chooses for an issuer's pages, and what the pages make of it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from issuer.core.documents import Document
from issuer.services import tenants
from tests.integration.test_cli import run
from tests.support import server
from tests.support.world import World
from tests.unit.web.reading import Page

KEY = "operator-key-of-more-than-32-characters"
OPERATOR = {"authorization": f"Bearer {KEY}"}
CHOSEN: Document = {
    "color": "#7a2f3d",
    "language": "es",
    "timeZone": "America/New_York",
    "kind": "Distrito escolar público",
    "legalName": "School District of Alder County",
    "policies": {"assessment": "https://alder.example/assessment"},
    "recordsYears": 8,
}


@pytest.fixture
def operated(alder: World) -> Iterator[httpx.Client]:
    """A server whose operator may call."""
    settings = alder.context.settings.model_copy(update={"operator_key": SecretStr(KEY)})
    with server.serving(replace(alder.context, settings=settings)) as client:
        yield client


def chosen(world: World, **members: object) -> None:
    tenants.present(world.context, world.tenant.id, {**CHOSEN, **members})


def read(http: httpx.Client, path: str, *, status: int = 200) -> Page:
    answer = http.get(path, headers={"accept": "text/html"})
    assert answer.status_code == status
    return Page(answer.text)


class TestChoosing:
    def test_what_was_put_is_what_is_got(self, operated: httpx.Client) -> None:
        put = operated.put("/v1/issuers/alder/presentation", json=CHOSEN, headers=OPERATOR)

        got = operated.get("/v1/issuers/alder/presentation", headers=OPERATOR)
        assert put.status_code == 200
        assert got.json() == put.json()
        assert CHOSEN.items() <= got.json()["presentation"].items()

    def test_nothing_is_chosen_at_first(self, operated: httpx.Client) -> None:
        got = operated.get("/v1/issuers/alder/presentation", headers=OPERATOR)

        assert got.json() == {"presentation": {}}

    def test_only_the_operator_chooses(self, operated: httpx.Client, alder: World) -> None:
        put = operated.put("/v1/issuers/alder/presentation", json=CHOSEN, headers=alder.headers)

        assert put.status_code == 401

    @pytest.mark.parametrize(
        ("member", "value"),
        [
            ("color", "red"),
            ("color", "#7A2F3D;}"),
            ("timeZone", "Mars/Olympus"),
            ("language", "fr"),
            ("recordsYears", 0),
            ("policies", {"appeal": "javascript:alert(1)"}),
        ],
    )
    def test_what_no_page_could_show_is_refused_by_name(
        self, operated: httpx.Client, member: str, value: object
    ) -> None:
        put = operated.put("/v1/issuers/alder/presentation", json={member: value}, headers=OPERATOR)

        assert put.status_code == 422
        assert put.json()["errors"][0]["pointer"].startswith(f"/{member}")


class TestOnThePages:
    def test_the_color_of_the_issuer_is_on_each_of_its_pages(self, http: httpx.Client, alder: World) -> None:
        chosen(alder)
        public_id = alder.issue().award[0].public_id

        for path in (f"/b/{public_id}", "/i/alder", "/i/alder/a/MC-FEEDBACK"):
            assert "--brand:#7a2f3d" in read(http, path).one("style").words[0], path

    def test_a_color_that_cannot_be_read_is_darkened_on_a_light_screen(
        self, http: httpx.Client, alder: World
    ) -> None:
        chosen(alder, color="#ffee00")

        light, _, dark = read(http, "/i/alder").one("style").words[0].partition("@media")
        assert "--brand:#ffee00" not in light
        assert "--brand:#ffee00" in dark

    def test_the_language_is_that_of_the_issuer_unless_the_reader_has_one(
        self, http: httpx.Client, alder: World
    ) -> None:
        chosen(alder)

        english = http.get("/i/alder", headers={"accept": "text/html", "accept-language": "en-US"})
        assert read(http, "/i/alder").one("html").attributes["lang"] == "es"
        assert Page(english.text).one("html").attributes["lang"] == "en"

    def test_days_are_those_of_the_issuers_zone(self, http: httpx.Client, alder: World) -> None:
        chosen(alder, language="en")
        event = alder.event(assessment={"approvedAt": "2026-06-12T03:30:00Z"})

        page = read(http, f"/b/{alder.send(event).award[0].public_id}")

        assert "Awarded June 11, 2026" in page.one("main").text
        assert page.all("time", datetime="2026-06-11T23:30:00-04:00")
        assert "EDT" in page.all("section", class_="status")[0].text

    def test_the_issuer_page_says_who_it_is_and_how_it_works(self, http: httpx.Client, alder: World) -> None:
        chosen(alder)
        entry = {"identifier": "4200030", "identifierType": "ext:nces-lea"}
        profile = {"name": "Alder", "otherIdentifier": [entry], "official": "Ada Alder"}
        tenants.update_profile(alder.context, alder.tenant.id, profile)

        page = read(http, "/i/alder")

        said = page.one("main").text
        assert said.startswith("Distrito escolar público Alder Nombre legal: School District of Alder County")
        assert "Conservamos los registros de lo otorgado durante 8 años." in said
        assert "Ada Alder" in said
        assert "https://alder.example/assessment" in page.hrefs
        assert "https://nces.ed.gov/ccd/districtsearch/district_detail.asp?ID2=4200030" in page.hrefs


class TestVersions:
    def test_an_older_version_says_so_and_leads_to_the_newest(self, http: httpx.Client, alder: World) -> None:
        alder.publish(description="Gives feedback that students use to revise.")

        older, newest = read(http, "/i/alder/a/MC-FEEDBACK/v1"), read(http, "/i/alder/a/MC-FEEDBACK")

        assert older.one("main").text.startswith("This is an older version.")
        assert "https://badges.example.org/i/alder/a/MC-FEEDBACK" in older.hrefs
        assert newest.one("main").text.startswith("Micro-credential")
        assert "Version 2 published June 12, 2026 Version 1 published" in newest.one("main").text

    def test_a_version_that_was_never_published_is_not_found(self, http: httpx.Client, alder: World) -> None:
        page = read(http, f"/i/{alder.tenant.slug}/a/MC-FEEDBACK/v9", status=404)

        assert page.one("h1").text == "! We cannot find that page"

    def test_other_languages_are_offered(self, http: httpx.Client, alder: World) -> None:
        edition = {"id": "https://badges.example.org/i/alder/a/MC-ES", "inLanguage": "es"}
        alder.publish(related=[edition])

        page = read(http, "/i/alder/a/MC-FEEDBACK")

        assert page.all("a", href=edition["id"])[0].text == "Spanish"


def test_the_command_line_chooses_and_shows(tmp_path: Path) -> None:
    settings = {
        "ISSUER_DATABASE_URL": f"sqlite:///{tmp_path}/cli.db",
        "ISSUER_KEYS_DIR": str(tmp_path / "keys"),
        "ISSUER_KEY_PASSPHRASE": "a passphrase for tests",
        "ISSUER_PUBLIC_URL": "https://badges.example.org",
    }
    given = tmp_path / "look.yaml"
    given.write_text("color: '#7a2f3d'\nlanguage: es\ntimeZone: America/New_York\n")
    run("migrate", folder=tmp_path, settings=settings)
    run("tenant", "create", "alder", "--name", "Alder", "--default", folder=tmp_path, settings=settings)

    put = run("tenant", "present", "alder", str(given), folder=tmp_path, settings=settings)
    got = run("tenant", "present", "alder", folder=tmp_path, settings=settings)

    assert json.loads(got) == json.loads(put)
    assert json.loads(got)["timeZone"] == "America/New_York"
