"""Pathways from a rule in a file to a page, and to what somebody has of them."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx
import pytest

from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.db import credentials
from issuer.db.pathways import UnknownPathway
from issuer.services import achievements, pathways, tenants
from tests.support import world
from tests.support.world import Clock, World
from tests.unit.web.reading import Page

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RULE: Document = {"all": ["MC-PLAN", {"any": 1, "of": ["MC-PEER", "MC-SELF"]}]}
STACK: Document = {
    "name": "Feedback Specialist",
    "description": "Leads feedback in a school.",
    "requires": RULE,
    "achievement": "MC-STACK",
    "grant": "review",
    "validity": {"ends": "earliest_component"},
}
ROSA: Document = {"email": "rosa@alder.example", "name": "Rosa Delgado"}
HTML = {"accept": "text/html"}


@pytest.fixture
def made(alder: World) -> World:
    names = {"MC-PLAN": "Plan", "MC-PEER": "Peers", "MC-SELF": "Self", "MC-STACK": "The Stack"}
    for code, name in names.items():
        alder.publish(code, name=name, creditsAvailable=10)
    return alder


def publish(made: World, code: str = "AFL", **changes: object) -> None:
    pathways.save(made.context, made.tenant, code, {**STACK, **changes})
    pathways.publish(made.context, made.tenant, code)


def award(made: World, code: str, person: Document = ROSA, **changes: object) -> str:
    return made.issue(achievement=code, recipient=person, **changes).award[0].public_id


def progress(made: World, public_id: str) -> list[pathways.Standing]:
    with made.context.database.read() as session:
        person = credentials.award(session, made.tenant.id, public_id)[0].recipient_id
    return pathways.progress_of(made.context, made.tenant.id, person)


def faults(made: World, **changes: object) -> dict[str, str]:
    with pytest.raises(InvalidFields) as caught:
        pathways.save(made.context, made.tenant, "AFL", {**STACK, **changes})
    return {fault.pointer: fault.detail for fault in caught.value.faults}


class TestSaving:
    def test_a_badge_that_is_not_there_is_refused_where_it_stands(self, made: World) -> None:
        found = faults(made, requires={"all": ["MC-PLAN", {"any": 1, "of": [{"badge": "NONE"}, "MC-SELF"]}]})

        assert list(found) == ["/requires/all/1/of/0/badge"]

    def test_a_badge_that_is_retired_is_refused(self, made: World) -> None:
        achievements.retire(made.context, made.tenant, "MC-PEER")

        found = faults(made)

        assert list(found) == ["/requires/all/1/of/0"]
        assert "retired" in found["/requires/all/1/of/0"]

    def test_a_badge_that_is_a_draft_is_refused(self, made: World) -> None:
        achievements.save(made.context, made.tenant, "MC-NEW", world.DEFINITION)

        assert list(faults(made, requires="MC-NEW")) == ["/requires"]

    def test_a_level_that_the_rubric_has_not_is_refused(self, made: World) -> None:
        found = faults(made, requires={"all": [{"badge": "MC-PLAN", "minLevel": "superb"}]})

        assert list(found) == ["/requires/all/0/minLevel"]
        assert "it has developing, proficient, distinguished" in found["/requires/all/0/minLevel"]

    def test_the_badge_that_it_brings_has_to_be_there(self, made: World) -> None:
        assert list(faults(made, achievement="NONE")) == ["/achievement"]

    def test_a_stack_cannot_be_a_part_of_itself(self, made: World) -> None:
        assert list(faults(made, requires={"all": ["MC-PLAN", "MC-STACK"]})) == ["/requires/all/1"]

    def test_stacks_cannot_lead_in_a_circle(self, made: World) -> None:
        publish(made, "OTHER", requires="MC-STACK", achievement="MC-SELF")

        assert list(faults(made)) == ["/requires/all/1/of/1"]

    def test_a_code_cannot_look_like_the_address_of_a_file(self, made: World) -> None:
        with pytest.raises(InvalidFields, match="/code"):
            pathways.save(made.context, made.tenant, "AFL.json", STACK)

    def test_badges_of_another_issuer_are_not_there(self, made: World, clock: Clock) -> None:
        other = world.make_world(made.context, clock, "birch", default=False)

        with pytest.raises(InvalidFields, match="/requires"):
            pathways.save(other.context, other.tenant, "AFL", STACK)


class TestPublishing:
    def test_an_unchanged_draft_makes_no_new_version(self, made: World) -> None:
        publish(made)
        publish(made, requires={"all": [{"badge": "MC-PLAN"}, {"any": 1, "of": ["MC-PEER", "MC-SELF"]}]})

        assert len(pathways.published(made.context, made.tenant.id, "AFL")) == 1

    def test_a_published_version_never_changes(self, made: World) -> None:
        publish(made)
        first = pathways.published(made.context, made.tenant.id, "AFL")[0].text

        publish(made, requires="MC-PLAN")

        versions = pathways.published(made.context, made.tenant.id, "AFL")
        assert [each.number for each in versions] == [1, 2]
        assert versions[0].text == first

    def test_it_is_checked_again_when_it_is_published(self, made: World) -> None:
        pathways.save(made.context, made.tenant, "AFL", STACK)
        achievements.retire(made.context, made.tenant, "MC-PLAN")

        with pytest.raises(InvalidFields, match="/requires/all/0"):
            pathways.publish(made.context, made.tenant, "AFL")

    def test_there_has_to_be_a_draft(self, made: World) -> None:
        with pytest.raises(UnknownPathway):
            pathways.publish(made.context, made.tenant, "AFL")

    def test_publishing_brings_a_retired_pathway_back(self, made: World) -> None:
        publish(made)
        pathways.retire(made.context, made.tenant, "AFL")
        retired = pathways.toward(made.context, made.tenant.id, "MC-PLAN")

        pathways.publish(made.context, made.tenant, "AFL")

        assert retired == []
        assert len(pathways.toward(made.context, made.tenant.id, "MC-PLAN")) == 1


class TestToward:
    def test_a_badge_counts_toward_the_newest_versions_that_name_it(self, made: World) -> None:
        publish(made)
        publish(made, requires={"all": ["MC-PLAN", "MC-PEER"]})
        publish(made, "SELF", requires="MC-SELF", name="MC-PLAN", achievement="MC-STACK")

        def names(code: str) -> list[str]:
            return [each.code for each in pathways.toward(made.context, made.tenant.id, code)]

        assert names("MC-PLAN") == ["AFL"]
        assert names("MC-SELF") == ["SELF"]
        assert names("MC-STACK") == names("MC-PLA_") == []


class TestProgress:
    def test_only_pathways_to_which_something_counts_are_told(self, made: World) -> None:
        publish(made)
        other = award(made, "MC-FEEDBACK")

        before = progress(made, other)
        award(made, "MC-PEER")
        (after,) = progress(made, other)

        assert before == []
        assert (after.part.have, after.part.need, after.part.percent) == (1, 2, 50)

    def test_an_achievement_counts_once_however_often_it_was_awarded(self, made: World) -> None:
        made.publish("MC-PLAN", name="Plan", repeat="always")
        publish(made, requires={"any": 2, "of": ["MC-PLAN", "MC-PEER", "MC-SELF"]})
        award(made, "MC-PLAN")

        (found,) = progress(made, award(made, "MC-PLAN"))

        assert (found.part.have, found.part.satisfied) == (1, False)

    @pytest.mark.parametrize("change", ["revoke", "suspend"])
    def test_what_was_withdrawn_or_is_on_hold_does_not_count(
        self, made: World, http: httpx.Client, change: str
    ) -> None:
        publish(made)
        award(made, "MC-PEER")
        plan = award(made, "MC-PLAN")
        full = progress(made, plan)

        http.post(f"/v1/awards/{plan}/{change}", json={"reason": "other"}, headers=made.headers)

        assert full[0].part.satisfied
        assert progress(made, plan)[0].part.percent == 50

    def test_what_has_ended_counts_only_where_the_pathway_says_so(self, made: World, clock: Clock) -> None:
        made.publish("MC-PLAN", name="Plan", validity={"for": "P1Y"})
        publish(made, "STRICT")
        publish(made, "KIND", counts={"expired": True})
        award(made, "MC-PEER")
        plan = award(made, "MC-PLAN")

        clock.move(days=400)
        found = {each.offer.code: each.part.percent for each in progress(made, plan)}

        assert found == {"KIND": 100, "STRICT": 50}

    def test_what_begins_later_does_not_count_yet(self, made: World, clock: Clock) -> None:
        publish(made, requires={"all": ["MC-PLAN", "MC-PEER"]})
        award(made, "MC-PEER")
        plan = award(made, "MC-PLAN")
        clock.now = datetime(2026, 6, 1, tzinfo=UTC)

        assert progress(made, plan) == []

    def test_a_level_counts_from_itself_upward(self, made: World) -> None:
        publish(made, requires={"all": [{"badge": "MC-PLAN", "minLevel": "distinguished"}, "MC-PEER"]})
        scored = {"results": [{"criterion": "quality", "level": "proficient"}]}
        best = {"results": [{"criterion": "quality", "level": "distinguished"}]}
        eva: Document = {"email": "eva@alder.example", "name": "Eva"}

        (low,) = progress(made, award(made, "MC-PLAN", assessment=scored))
        (high,) = progress(made, award(made, "MC-PLAN", eva, assessment=best))

        assert (low.part.percent, high.part.percent) == (0, 50)

    def test_who_has_completed_an_earlier_version_stays_complete(self, made: World) -> None:
        publish(made, requires="MC-PLAN")
        plan = award(made, "MC-PLAN")
        publish(made, requires={"all": ["MC-PLAN", "MC-PEER"]})

        (found,) = progress(made, plan)

        assert (found.offer.number, found.part.satisfied, found.left) == (1, True, None)

    def test_a_retired_pathway_is_not_told(self, made: World) -> None:
        publish(made)
        plan = award(made, "MC-PLAN")

        pathways.retire(made.context, made.tenant, "AFL")

        assert progress(made, plan) == []

    def test_the_progress_of_others_does_not_count(self, made: World) -> None:
        publish(made)
        award(made, "MC-PLAN", {"email": "eva@alder.example"})

        assert progress(made, award(made, "MC-PEER"))[0].part.percent == 50


@ONE_DATABASE
class TestTheApi:
    def test_a_pathway_goes_from_a_draft_to_retired(self, made: World, http: httpx.Client) -> None:
        saved = http.put("/v1/pathways/AFL", json={"code": "AFL", **STACK}, headers=made.headers)
        hidden = http.get("/i/alder/p/AFL", headers=HTML)
        published = http.post("/v1/pathways/AFL/publish", headers=made.headers)
        listed = http.get("/v1/pathways", headers=made.headers).json()
        retired = http.post("/v1/pathways/AFL/retire", headers=made.headers).json()

        assert saved.json()["draft"]["requires"] == RULE
        assert hidden.status_code == 404
        assert published.json()["current"]["document"]["version"] == 1
        assert published.json()["draft"] is None
        assert listed["pathways"][0] == {
            "code": "AFL",
            "url": "https://badges.example.org/i/alder/p/AFL",
            "retired": False,
            "hasDraft": False,
            "version": 1,
        }
        assert retired["retired"]

    def test_a_rule_that_is_refused_is_pointed_at(self, made: World, http: httpx.Client) -> None:
        answer = http.put("/v1/pathways/AFL", json={**STACK, "requires": {"all": []}}, headers=made.headers)

        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == ["/requires/all"]

    def test_a_pathway_may_be_written_in_yaml(self, made: World, http: httpx.Client) -> None:
        text = "name: N\ndescription: D\nrequires:\n  any: 2\n  of: [MC-PLAN, MC-PEER, MC-SELF]\n"
        headers = {**made.headers, "content-type": "application/yaml"}

        answer = http.put("/v1/pathways/AFL", content=text, headers=headers)

        assert answer.json()["draft"]["requires"] == {"any": 2, "of": ["MC-PLAN", "MC-PEER", "MC-SELF"]}

    def test_lists_have_pages(self, made: World, http: httpx.Client) -> None:
        for code in ("A", "B", "C"):
            publish(made, code)

        first = http.get("/v1/pathways?limit=2", headers=made.headers)

        assert [each["code"] for each in first.json()["pathways"]] == ["A", "B"]
        assert first.json()["next"].endswith("/v1/pathways?after=B&limit=2")

    def test_a_platform_asks_how_far_a_person_is(self, made: World, http: httpx.Client) -> None:
        publish(made)
        plan = award(made, "MC-PLAN")

        found = http.get(f"/v1/awards/{plan}/pathways", headers=made.headers).json()["pathways"]

        assert found == [
            {
                "code": "AFL",
                "version": 1,
                "name": "Feedback Specialist",
                "url": "https://badges.example.org/i/alder/p/AFL/v1",
                "progress": 0.5,
                "complete": False,
                "have": 1,
                "need": 2,
                "unit": "parts",
                "earned": ["MC-PLAN"],
                "missing": {"any": 1, "of": ["MC-PEER", "MC-SELF"]},
                "next": ["MC-PEER", "MC-SELF"],
                "summary": {
                    "en": "1 of 2 parts done. Next: any one of Peers, Self.",
                    "es": "1 de 2 partes completas. Siguiente: una de estas opciones: Peers, Self.",
                },
            }
        ]

    def test_progress_needs_the_right_to_read_awards(self, made: World, http: httpx.Client) -> None:
        plan = award(made, "MC-PLAN")

        assert http.get(f"/v1/awards/{plan}/pathways").status_code == 401
        assert http.get(f"/v1/awards/{'1' * 22}/pathways", headers=made.headers).status_code == 404


def page(http: httpx.Client, path: str, status: int = 200) -> Page:
    answer = http.get(path, headers=HTML)
    assert answer.status_code == status
    return Page(answer.text)


@ONE_DATABASE
class TestThePage:
    def test_it_says_the_rule_and_lists_its_badges(self, made: World, http: httpx.Client) -> None:
        publish(made)

        found = page(http, "/i/alder/p/AFL")

        assert found.one("h1").text == "Feedback Specialist"
        text = found.one("main").text
        assert "Earn Plan, and either Peers or Self." in text
        assert "20 to 30 clock hours" in text
        assert "The badge The Stack. When the pathway is complete, Alder County School District looks" in text
        assert "https://badges.example.org/i/alder/a/MC-PEER" in found.hrefs

    def test_it_says_nothing_of_anybodys_progress(self, made: World, http: httpx.Client) -> None:
        publish(made)
        before = http.get("/i/alder/p/AFL", headers=HTML).text

        award(made, "MC-PLAN")

        assert http.get("/i/alder/p/AFL", headers=HTML).text == before
        assert "done" not in Page(before).one("main").text

    def test_search_engines_may_list_the_newest_version_alone(self, made: World, http: httpx.Client) -> None:
        publish(made)
        publish(made, requires="MC-PLAN")

        newest, old = page(http, "/i/alder/p/AFL"), page(http, "/i/alder/p/AFL/v1")
        pathways.retire(made.context, made.tenant, "AFL")

        assert newest.meta("robots") == "index,follow"
        assert newest.meta("og:title") == "Feedback Specialist"
        assert "Earn Plan." in (newest.meta("og:description") or "")
        assert old.meta("robots") == "noindex"
        assert "This is an older version" in old.one("main").text
        assert "https://badges.example.org/i/alder/p/AFL" in old.hrefs
        assert page(http, "/i/alder/p/AFL").meta("robots") == "noindex"
        assert page(http, "/i/alder/p/AFL").one("title").text.startswith("Retired: ")

    def test_it_is_in_spanish_too(self, made: World, http: httpx.Client) -> None:
        publish(made)

        found = page(http, "/i/alder/p/AFL?lang=es")

        assert "Obtenga Plan, y una de estas dos (Peers o Self)." in found.one("main").text
        assert found.one("h1").attributes["lang"] == "en"

    def test_a_badge_that_is_no_longer_awarded_says_so(self, made: World, http: httpx.Client) -> None:
        publish(made)

        achievements.retire(made.context, made.tenant, "MC-SELF")

        assert "10 clock hours · no longer awarded" in page(http, "/i/alder/p/AFL").one("main").text

    def test_the_rule_is_served_byte_for_byte(self, made: World, http: httpx.Client) -> None:
        publish(made)
        stored = pathways.published(made.context, made.tenant.id, "AFL")[0].text

        by_suffix = http.get("/i/alder/p/AFL/v1.json", headers=HTML)
        by_accept = http.get("/i/alder/p/AFL/v1", headers={"accept": "application/json"})
        newest = http.get("/i/alder/p/AFL.json")
        again = http.get("/i/alder/p/AFL.json", headers={"if-none-match": newest.headers["etag"]})

        assert by_suffix.text == by_accept.text == newest.text == stored
        assert sha256(stored.encode()).hexdigest() in newest.headers["etag"]
        assert again.status_code == 304
        assert json.loads(stored)["requires"] == RULE
        assert http.get("/i/alder/p/AFL", headers={"accept": "image/png"}).status_code == 406

    def test_what_is_not_there_is_not_found(self, made: World, http: httpx.Client, clock: Clock) -> None:
        publish(made)
        world.make_world(made.context, clock, "birch", default=False)

        for path in ("/i/alder/p/NONE", "/i/alder/p/AFL/v2", "/i/birch/p/AFL", "/i/none/p/AFL"):
            assert page(http, path, 404).meta("robots") == "noindex"
            assert http.get(f"{path}.json").status_code == 404

    def test_badges_say_what_they_count_toward(self, made: World, http: httpx.Client) -> None:
        publish(made)
        peer = award(made, "MC-PEER")

        for path in ("/i/alder/a/MC-PEER", f"/b/{peer}"):
            found = page(http, path)
            assert "What it counts toward" in [each.text for each in found.all("h2")]
            assert "https://badges.example.org/i/alder/p/AFL" in found.hrefs
        assert "What it counts toward" not in page(http, "/i/alder/a/MC-STACK").one("main").text

    def test_the_issuer_lists_what_it_offers(self, made: World, http: httpx.Client) -> None:
        before = page(http, "/i/alder")
        publish(made)
        publish(made, requires="MC-PLAN")

        found = page(http, "/i/alder")

        assert "Pathways" not in [each.text for each in before.all("h2")]
        assert "Pathways" in [each.text for each in found.all("h2")]
        assert "Earn Plan." in found.one("main").text
        assert "either Peers or Self" not in found.one("main").text

    def test_texts_of_others_stay_texts(self, made: World, http: httpx.Client) -> None:
        made.publish("MC-PLAN", name='<img src=x onerror="1">', creditsAvailable=10)
        publish(made, name="<i>N</i>", description="</p><i>x", requires={
            "all": ["MC-PLAN", "MC-PEER"], "label": {"en": "<u>Core</u>"},
        })  # fmt: skip

        for path in ("/i/alder/p/AFL", "/i/alder/a/MC-PLAN"):
            tags = {element.tag for element in page(http, path).elements}
            assert not tags & {"img", "i", "u"}


@ONE_DATABASE
class TestTheFrame:
    @pytest.fixture
    def token(self, made: World, http: httpx.Client) -> str:
        publish(made)
        plan = award(made, "MC-PLAN")
        link: Any = http.post(f"/v1/awards/{plan}/holder-link", headers=made.headers).json()
        return str(link["holder_url"]).rpartition("/")[2]

    def test_it_shows_the_progress_in_a_picture_and_in_words(self, http: httpx.Client, token: str) -> None:
        answer = http.get(f"/embed/i/alder/p/AFL?t={token}")

        found = Page(answer.text)
        said = "1 of 2 parts done. Next: any one of Peers, Self."
        assert (
            found.one("svg", role="img").attributes["aria-label"] == f"Feedback Specialist: 50% done. {said}"
        )
        assert len(found.all("circle")) == 3
        assert said in found.one("main").text
        assert [each.text for each in found.all("li") if each.text.startswith("✓")] == ["✓ Plan · earned"]

    def test_any_site_may_frame_it_and_nobody_keeps_it(self, http: httpx.Client, token: str) -> None:
        answer = http.get(f"/embed/i/alder/p/AFL?t={token}")

        assert "frame-ancestors *" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert token not in answer.text

    def test_a_complete_pathway_says_so(self, made: World, http: httpx.Client, token: str) -> None:
        award(made, "MC-SELF")

        found = Page(http.get(f"/embed/i/alder/p/AFL?t={token}&lang=es").text)

        assert "100 % hecho · Completa." in found.one("main").text
        assert "◌ Peers · no hace falta, pero suma" in [each.text for each in found.all("li")]

    def test_without_a_good_link_it_says_only_that(
        self, made: World, http: httpx.Client, token: str, clock: Clock
    ) -> None:
        birch = world.make_world(made.context, clock, "birch", default=False)
        birch.publish("MC-PLAN")
        for path in (
            "/embed/i/alder/p/AFL",
            "/embed/i/alder/p/AFL?t=1",
            f"/embed/i/alder/p/AFL?t={token[:-1]}1",
            f"/embed/i/birch/p/AFL?t={token}",
            f"/embed/i/alder/p/NONE?t={token}",
        ):
            answer = http.get(path)
            assert answer.status_code == 404
            assert "frame-ancestors *" in answer.headers["content-security-policy"]
            assert (
                Page(answer.text)
                .one("main")
                .text.startswith(("This link has", "We cannot find that pathway"))
            )

    def test_a_link_that_has_expired_opens_nothing(
        self, http: httpx.Client, token: str, clock: Clock
    ) -> None:
        clock.move(days=31)

        assert http.get(f"/embed/i/alder/p/AFL?t={token}").status_code == 404


@ONE_DATABASE
def test_the_page_follows_the_issuers_language(made: World, http: httpx.Client) -> None:
    publish(made)
    tenants.present(made.context, made.tenant.id, {"language": "es", "timeZone": "America/New_York"})

    assert page(http, "/i/alder/p/AFL").one("html").attributes["lang"] == "es"
