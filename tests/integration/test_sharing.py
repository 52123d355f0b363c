"""Badges on other sites, before employers and in search engines, over HTTP."""

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import httpx
import pytest

from issuer import telemetry
from issuer.core.documents import Document
from issuer.db.tables import Credential
from issuer.services import site_map, tenants
from tests.support import server
from tests.support.world import PROFILE, PUBLIC_URL, Clock, World, make_context, make_world
from tests.unit.web.reading import Page

ROSA = {"recipient": {"email": "rosa@alder.example", "name": "Rosa Delgado"}}
HTML = {"accept": "text/html"}
NOBODY = "1" * 22
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def page_of(public_id: str, base: str = PUBLIC_URL) -> str:
    return f"{base}/b/{public_id}"


def described(http: httpx.Client, public_id: str, **more: object) -> httpx.Response:
    given = {"url": page_of(public_id), **more}
    return http.get("/oembed", params={name: str(value) for name, value in given.items()})


def ask(http: httpx.Client, public_id: str, email: str, **more: str) -> httpx.Response:
    return http.post(f"/b/{public_id}/person", data={"email": email}, params=more, headers=HTML)


def erase(world: World, credential: Credential) -> None:
    with world.context.database.write.begin() as session:
        row = session.get(Credential, credential.id)
        assert row is not None
        row.erased_at = world.clock.now


def change(http: httpx.Client, world: World, public_id: str, what: str) -> None:
    answer = http.post(
        f"/v1/awards/{public_id}/{what}", json={"reason": "issued_in_error"}, headers=world.headers
    )
    assert answer.status_code == 200


def listed_in(answer: httpx.Response) -> list[str]:
    assert answer.headers["content-type"] == "application/xml"
    root = ET.fromstring(answer.content)
    return [str(each.text) for each in root.iter(f"{SITEMAP}loc")]


class TestFrame:
    def test_any_site_may_show_it_and_nothing_else_of_the_service(
        self, http: httpx.Client, alder: World
    ) -> None:
        award = alder.issue(**ROSA).award[0]

        frame, page = http.get(f"/embed/b/{award.public_id}"), http.get(f"/b/{award.public_id}")

        assert "frame-ancestors *" in frame.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert frame.headers["x-robots-tag"] == "noindex"
        assert len(frame.content) <= 6000
        assert "Rosa" not in frame.text

    def test_it_follows_the_badge(self, http: httpx.Client, alder: World) -> None:
        award = alder.issue(**ROSA).award[0]
        change(http, alder, award.public_id, "revoke")

        frame = http.get(f"/embed/b/{award.public_id}", params={"lang": "es"})

        assert "Retirada: no confíe en esta insignia" in frame.text
        assert "Verificada" not in frame.text

    def test_what_is_not_shown_is_said_in_small(self, http: httpx.Client, alder: World) -> None:
        erased, private = alder.issue().award[0], alder.issue(visibility="private").award[0]
        erase(alder, erased)

        gone = http.get(f"/embed/b/{erased.public_id}")
        closed = http.get(f"/embed/b/{private.public_id}")
        unknown = http.get(f"/embed/b/{NOBODY}")

        assert [each.status_code for each in (gone, closed, unknown)] == [410, 403, 404]
        assert "This badge is no longer available" in gone.text
        assert "This badge is private" in closed.text
        assert "We cannot find that badge" in unknown.text
        assert not [each for each in (gone, closed) if "Feedback" in each.text or "Teacher" in each.text]
        policies = [each.headers["content-security-policy"] for each in (gone, closed, unknown)]
        assert all(policy.endswith("frame-ancestors *") for policy in policies)

    def test_what_was_never_issued_is_answered_alike(self, http: httpx.Client) -> None:
        answers = [
            http.get(f"/embed/b/{each}") for each in (NOBODY, "2" * 22, "short", "0OIl", "%00", "é" * 22)
        ]

        assert {each.status_code for each in answers} == {404}
        assert len({each.text for each in answers}) == 1


class TestOEmbed:
    def test_a_site_learns_how_to_show_a_badge(self, http: httpx.Client, alder: World) -> None:
        award = alder.issue(**ROSA).award[0]

        answer = described(http, award.public_id, maxwidth=300, format="json")

        found = answer.json()
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert (found["version"], found["type"], found["width"], found["height"]) == ("1.0", "rich", 300, 220)
        assert f'src="{PUBLIC_URL}/embed/b/{award.public_id}?lang=en"' in found["html"]
        assert found["provider_url"] == PUBLIC_URL

    def test_the_page_itself_says_where_to_ask(self, http: httpx.Client, alder: World) -> None:
        award = alder.issue(**ROSA).award[0]

        link = Page(http.get(f"/b/{award.public_id}").text).one("link", type="application/json+oembed")

        answer = http.get(link.attributes["href"].removeprefix(PUBLIC_URL))
        assert answer.json()["title"] == "Feedback that Moves Learning"

    def test_it_speaks_the_language_of_the_link(self, http: httpx.Client, alder: World) -> None:
        award = alder.issue(**ROSA).award[0]
        change(http, alder, award.public_id, "suspend")

        answer = http.get("/oembed", params={"url": page_of(award.public_id) + "?lang=es"})

        assert answer.json()["title"] == "En pausa: Feedback that Moves Learning"
        assert "?lang=es" in answer.json()["html"]

    def test_what_cannot_be_shown_has_the_status_that_the_standard_gives_it(
        self, http: httpx.Client, alder: World
    ) -> None:
        shown, erased = alder.issue().award[0], alder.issue().award[0]
        private = alder.issue(visibility="private").award[0]
        erase(alder, erased)

        assert described(http, shown.public_id, format="xml").status_code == 501
        assert described(http, private.public_id).status_code == 401
        assert described(http, erased.public_id).status_code == 404
        assert described(http, NOBODY).status_code == 404
        assert described(http, shown.public_id, maxwidth="wide").status_code == 422
        assert http.get("/oembed").status_code == 422

    def test_an_erased_badge_is_as_unknown_as_one_that_never_was(
        self, http: httpx.Client, alder: World
    ) -> None:
        erased = alder.issue().award[0]
        erase(alder, erased)

        given = (erased.public_id, NOBODY, "short")
        answers = [described(http, each).json() for each in given]

        assert len({(each["type"], each["detail"]) for each in answers}) == 1

    @pytest.mark.parametrize(
        "base", ["https://evil.example", "http://badges.example.org", "//badges.example.org"]
    )
    def test_an_address_of_another_origin_is_unknown(
        self, http: httpx.Client, alder: World, base: str
    ) -> None:
        award = alder.issue().award[0]

        assert http.get("/oembed", params={"url": page_of(award.public_id, base)}).status_code == 404


class TestPerson:
    def test_an_employer_learns_yes_or_no_and_nothing_more(self, http: httpx.Client, alder: World) -> None:
        award = alder.issue(**ROSA).award[0]

        yes, no = (
            ask(http, award.public_id, " Rosa@Alder.example "),
            ask(http, award.public_id, "juan@x.example"),
        )

        assert "Yes, this badge was issued to that e-mail address." in yes.text
        assert "No match. People can have more than one address; ask which one they used." in no.text
        assert "juan@x.example" not in no.text
        assert (yes.status_code, yes.headers["cache-control"]) == (200, "no-store")
        assert yes.headers["x-robots-tag"] == "noindex"

    def test_a_badge_without_an_address_says_so(self, http: httpx.Client, alder: World) -> None:
        award = alder.issue(
            recipient={"did": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}
        ).award[0]

        assert (
            "This badge does not carry an e-mail to compare."
            in ask(http, award.public_id, "a@b.example").text
        )

    @pytest.mark.parametrize("what", ["revoke", "suspend"])
    def test_it_is_answered_under_what_stopped_the_badge(
        self, http: httpx.Client, alder: World, what: str
    ) -> None:
        award = alder.issue(**ROSA).award[0]
        change(http, alder, award.public_id, what)

        text = Page(ask(http, award.public_id, "rosa@alder.example").text).one("main").text

        assert text.index("do not rely on this badge") < text.index("Yes, this badge was issued")

    def test_what_is_not_an_address_can_be_corrected(self, http: httpx.Client, alder: World) -> None:
        award = alder.issue(**ROSA).award[0]

        answer = ask(http, award.public_id, "Rosa <Delgado>", lang="es")

        assert answer.status_code == 422
        assert Page(answer.text).one("input").attributes["value"] == "Rosa <Delgado>"
        assert "Esto no es un correo electrónico." in answer.text

    @pytest.mark.parametrize(
        "body", [b"email=" + b"a" * 9000, b"email=%ff", b"\xff", b"", b"&".join([b"a=b"] * 20)]
    )
    def test_what_cannot_be_read_is_asked_for_again(
        self, http: httpx.Client, alder: World, body: bytes
    ) -> None:
        award = alder.issue(**ROSA).award[0]
        headers = {**HTML, "content-type": "application/x-www-form-urlencoded"}

        answer = http.post(f"/b/{award.public_id}/person", content=body, headers=headers)

        assert answer.status_code == 422
        assert "Please correct this" in answer.text

    def test_nothing_of_the_question_is_logged(
        self, http: httpx.Client, alder: World, capfd: pytest.CaptureFixture[str]
    ) -> None:
        award = alder.issue(**ROSA).award[0]
        telemetry.configure("debug")

        ask(http, award.public_id, "someone.private@x.example")
        ask(http, award.public_id, "someone private")

        telemetry.configure("error")
        written = "".join(capfd.readouterr())
        assert "/person" in written
        assert "someone" not in written

    def test_it_is_asked_by_post_alone(self, http: httpx.Client, alder: World) -> None:
        award = alder.issue(**ROSA).award[0]

        assert http.get(f"/b/{award.public_id}/person?email=a@b.example").status_code == 405

    def test_unknown_removed_and_private_badges_answer_as_their_pages_do(
        self, http: httpx.Client, alder: World
    ) -> None:
        erased, private = alder.issue(**ROSA).award[0], alder.issue(visibility="private").award[0]
        erase(alder, erased)
        given = (NOBODY, "short", erased.public_id, private.public_id)

        answers = [ask(http, each, "rosa@alder.example") for each in given]

        assert [each.status_code for each in answers] == [404, 404, 410, 403]
        assert answers[0].text == answers[1].text
        assert {each.headers["cache-control"] for each in answers} == {"no-store"}

    def test_an_address_cannot_be_guessed_by_asking_often(self, alder: World) -> None:
        award = alder.issue(**ROSA).award[0]
        settings = alder.context.settings.model_copy(update={"verify_per_minute": 3})
        with server.serving(replace(alder.context, settings=settings)) as http:
            answers = [ask(http, award.public_id, f"guess{each}@x.example") for each in range(5)]

        assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
        assert "guess" not in answers[-1].text


class TestSearchEngines:
    def test_robots_may_read_pages_and_are_told_of_the_site_map(self, http: httpx.Client) -> None:
        lines = http.get("/robots.txt").text.splitlines()

        assert lines == ["User-agent: *", "Disallow: /v1/", f"Sitemap: {PUBLIC_URL}/sitemap.xml"]

    def test_the_site_map_has_what_is_listed_and_stands(self, http: httpx.Client, alder: World) -> None:
        alder.publish("MC-SHORT", validity={"for": "P1D"})
        listed, withdrawn, held, erased = (alder.issue(visibility="listed").award[0] for _ in range(4))
        expired = alder.issue(visibility="listed", achievement="MC-SHORT").award[0]
        alder.clock.move(days=9)
        alder.issue(), alder.issue(visibility="private")
        change(http, alder, withdrawn.public_id, "revoke")
        change(http, alder, held.public_id, "suspend")
        erase(alder, erased)

        found = listed_in(http.get("/sitemap.xml"))

        assert found[:2] == [f"{PUBLIC_URL}/i/alder", f"{PUBLIC_URL}/i/alder/a/MC-FEEDBACK"]
        assert sorted(found[2:]) == sorted(
            [
                f"{PUBLIC_URL}/i/alder/a/MC-SHORT",
                page_of(listed.public_id),
                page_of(expired.public_id),
            ]
        )

    def test_a_large_site_is_told_in_files(
        self, http: httpx.Client, alder: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_world(alder.context, alder.clock, "birch", default=False)
        pages = [page_of(alder.issue(visibility="listed").award[0].public_id) for _ in range(5)]
        whole = listed_in(http.get("/sitemap.xml"))
        monkeypatch.setattr(site_map, "MOST", 3)

        files = listed_in(http.get("/sitemap.xml"))
        parts = [listed_in(http.get(each.removeprefix(PUBLIC_URL))) for each in files]

        assert [len(part) for part in parts] == [3, 3, 2]
        assert [address for part in parts for address in part] == whole
        assert sorted(pages) == sorted(whole[3:])
        assert listed_in(http.get("/sitemap/99.xml")) == []

    def test_each_origin_has_its_own(self, tmp_path: Path, database_url: str, clock: Clock) -> None:
        origin = "https://badges.district.example"
        context = make_context(tmp_path, database_url, clock, origins=origin)
        make_world(context, clock).publish()
        tenants.create(context, "district", PROFILE, origin=origin)

        with server.serving(context) as http:
            headers = {"host": "badges.district.example"}
            own = listed_in(http.get("/sitemap.xml", headers=headers))
            robots = http.get("/robots.txt", headers=headers).text

        assert own == [f"{origin}/i/district"]
        assert f"Sitemap: {origin}/sitemap.xml" in robots
        context.database.engine.dispose()

    def test_only_what_may_be_listed_asks_to_be(self, http: httpx.Client, alder: World) -> None:
        listed, unlisted = alder.issue(visibility="listed").award[0], alder.issue().award[0]

        robots = {
            path: Page(http.get(path, headers=HTML).text).meta("robots")
            for path in (
                f"/b/{listed.public_id}",
                f"/b/{unlisted.public_id}",
                "/i/alder",
                "/i/alder/a/MC-FEEDBACK",
            )
        }

        assert list(robots.values()) == ["index,follow", "noindex", "index,follow", "index,follow"]

    def test_a_listed_badge_names_its_holder_to_them(self, http: httpx.Client, alder: World) -> None:
        award = alder.issue(visibility="listed", **ROSA).award[0]

        block = Page(http.get(f"/b/{award.public_id}").text).one("script")

        found: Document = json.loads(block.words[0])
        assert (found["@type"], found["name"]) == ("Person", "Rosa Delgado")


class TestInformation:
    @pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/policy"])
    def test_it_is_there_in_both_languages_with_whom_to_ask(self, http: httpx.Client, path: str) -> None:
        english = http.get(path)
        spanish = http.get(path, headers={"accept-language": "es"})

        assert (english.status_code, spanish.status_code) == (200, 200)
        assert Page(spanish.text).one("html").attributes["lang"] == "es"
        assert "badges@alder.example" in english.text
        assert Page(english.text).meta("robots") == "index,follow"
        assert "default-src 'none'" in english.headers["content-security-policy"]

    def test_every_page_leads_there(self, http: httpx.Client, alder: World) -> None:
        award = alder.issue().award[0]

        for path in (f"/b/{award.public_id}", "/i/alder", "/privacy", "/verify", "/b/short"):
            page = http.get(path, headers=HTML)
            links = [str(page.url.join(href)) for href in Page(page.text).hrefs]
            for name in ("accessibility", "privacy", "policy"):
                assert [link for link in links if re.search(rf"/{name}\?", link)], (path, name)

    def test_an_issuer_shows_its_own_policies(self, http: httpx.Client, alder: World) -> None:
        own = {name: f"https://alder.example/{name}" for name in ("withdrawal", "appeal", "privacy")}
        tenants.present(alder.context, alder.tenant.id, {"policies": own, "recordsYears": 8})

        policy, privacy = http.get("/policy?issuer=alder"), http.get("/privacy")

        assert [url for url in own.values() if url in Page(policy.text).hrefs] == [
            own["withdrawal"],
            own["appeal"],
        ]
        assert own["privacy"] in Page(privacy.text).hrefs
        assert "keeps its records of awards for 8 years" in Page(privacy.text).one("main").text

    def test_where_there_are_several_issuers_none_is_guessed(self, http: httpx.Client, alder: World) -> None:
        make_world(alder.context, alder.clock, "birch", default=False)

        anyone, named = http.get("/policy"), http.get("/policy", params={"issuer": "birch"})

        assert "the issuer of the badge" in Page(anyone.text).one("main").text
        assert "Alder" in Page(named.text).one("main").text
        assert (Page(anyone.text).meta("robots"), Page(named.text).meta("robots")) == (
            "index,follow",
            "noindex",
        )

    @pytest.mark.parametrize("slug", ["nobody", quote("<script>"), "%00", "x" * 500])
    def test_an_issuer_that_is_not_here_is_passed_over(self, http: httpx.Client, slug: str) -> None:
        answer = http.get(f"/privacy?issuer={slug}")

        assert answer.status_code == 200
        assert not Page(answer.text).all("script")
        assert "Alder" in answer.text
