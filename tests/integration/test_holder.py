"""What holders do with their badges by a private link, and what nobody else can."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from issuer import telemetry
from issuer.context import Context
from issuer.core.documents import Document
from issuer.db.tables import Credential
from issuer.services import clients, holder, pathways, tenants, verify
from issuer.services.clients import Client
from tests.support import server
from tests.support.world import PROFILE, PUBLIC_URL, Clock, World, make_context, make_world, sandbox
from tests.unit.web.reading import Page

ROSA = {"email": "rosa@alder.example", "name": "Rosa Maximiliana Delgado"}
HTML = {"accept": "text/html"}
DISTRICT = "https://badges.district.example"


def issue(http: httpx.Client, world: World, **changes: object) -> Document:
    """Send an event about Rosa and return the answer."""
    event = world.event(**{"recipient": ROSA, **changes})
    answer: Document = http.post("/v1/events", json=event, headers=world.headers).json()
    return answer


def path_of(url: str) -> str:
    place = urlsplit(url)
    return place.path + (f"?{place.query}" if place.query else "")


def act(http: httpx.Client, answer: Document, what: str, **fields: str) -> httpx.Response:
    """Send one of the forms beside a badge."""
    path = f"{path_of(answer['holder_url'])}/{answer['award']['id']}/{what}"
    return http.post(path, data=fields, headers=HTML)


def history(http: httpx.Client, world: World, answer: Document) -> list[tuple[str, str, str | None]]:
    found = http.get(f"/v1/awards/{answer['award']['id']}", headers=world.headers).json()["history"]
    return [(each["type"], each["actor"], each["note"]) for each in found]


def change(world: World, public_id: str, **values: object) -> None:
    with world.context.database.write.begin() as session:
        found = session.query(Credential).filter_by(public_id=public_id).one()
        for name, value in values.items():
            setattr(found, name, value)


class TestTheAnswerToAnEvent:
    def test_it_has_everything_that_a_platform_shows(self, http: httpx.Client, alder: World) -> None:
        tenants.present(alder.context, alder.tenant.id, {"linkedinOrganizationId": "1234567"})

        answer = issue(http, alder)

        page = answer["page_url"]
        assert answer["image_url"] == f"{page}.png"
        assert answer["credential_url"] == f"{page}.json"
        assert "organizationId=1234567" in answer["linkedin_url"]
        assert re.fullmatch(rf"{PUBLIC_URL}/h/[1-9A-Za-z]{{67}}", answer["holder_url"])
        assert answer["holder_url_expires"] == "2026-07-12T19:03:50Z"

    def test_sending_it_again_gives_a_new_link_to_the_same_badges(
        self, http: httpx.Client, alder: World
    ) -> None:
        event = alder.event(recipient=ROSA)
        first = http.post("/v1/events", json=event, headers=alder.headers).json()
        alder.clock.move(days=20)

        again = http.post("/v1/events", json=event, headers=alder.headers)

        assert again.status_code == 200
        assert again.json()["holder_url"] != first["holder_url"]
        alder.clock.move(days=20)
        assert http.get(path_of(again.json()["holder_url"])).status_code == 200
        assert http.get(path_of(first["holder_url"])).status_code == 404

    @pytest.mark.parametrize("what", ["revoke", "suspend"])
    def test_a_badge_that_is_not_current_is_not_offered_to_linkedin(
        self, http: httpx.Client, alder: World, what: str
    ) -> None:
        award = issue(http, alder)["award"]["id"]

        body = {"reason": "other"}
        after = http.post(f"/v1/awards/{award}/{what}", json=body, headers=alder.headers).json()

        assert after["linkedin_url"] is None
        assert (
            issue(http, alder, recipient={"email": "x@y.example"}, visibility="private")["linkedin_url"]
            is None
        )

    def test_a_badge_of_a_test_issuer_is_no_real_award_and_not_for_linkedin(self, alder: World) -> None:
        trial = sandbox(alder)

        with server.serving(alder.context) as http:
            answer = issue(http, trial)
            found = http.get("/v1/awards", headers=trial.headers).json()["awards"]
            page = Page(http.get(path_of(answer["holder_url"])).text)
            real = issue(http, alder)

        assert answer["linkedin_url"] is None
        assert answer["award"]["livemode"] is False
        assert [award["livemode"] for award in found] == [False]
        assert "linkedin" not in " ".join(page.hrefs)
        assert real["award"]["livemode"] is True
        assert real["linkedin_url"] is not None


class TestThePage:
    def test_it_shows_every_badge_of_the_person_and_nobody_elses(
        self, http: httpx.Client, alder: World
    ) -> None:
        alder.publish("MC-LISTEN", name="Listening Across the Room")
        mine = issue(http, alder)
        alder.clock.move(days=1)
        other = issue(http, alder, achievement="MC-LISTEN")
        stranger = alder.issue(recipient={"email": "sam@alder.example", "name": "Sam Whitehorse"})

        shown = http.get(path_of(mine["holder_url"])).text

        page = Page(shown)
        assert [heading.attributes["id"] for heading in page.all("h2")] == [
            *(f"n-{answer['award']['id']}" for answer in (other, mine)),
            "hosts-title",
        ]
        assert "Rosa Maximiliana Delgado" in page.one("main").text
        for link in (mine["page_url"], mine["credential_url"], mine["image_url"], other["page_url"]):
            assert link in page.hrefs
        assert f"{mine['page_url']}?print=1" in page.hrefs
        assert stranger.award[0].public_id not in shown
        assert "Sam" not in shown

    def test_it_is_kept_by_nobody_and_told_to_nobody(self, http: httpx.Client, alder: World) -> None:
        answer = http.get(path_of(issue(http, alder)["holder_url"]))

        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert Page(answer.text).meta("referrer") == "no-referrer"
        assert Page(answer.text).meta("robots") == "noindex"
        assert "form-action 'self'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
        assert "<script" not in answer.text

    def test_it_says_how_each_badge_stands(self, http: httpx.Client, alder: World) -> None:
        alder.publish("MC-YEAR", name="One Year", validity={"for": "P1Y"})
        first = issue(http, alder, achievement="MC-YEAR")
        issue(http, alder)
        held = http.post("/v1/events", json=alder.event(recipient=ROSA), headers=alder.headers).json()
        http.post(
            f"/v1/awards/{held['award']['id']}/suspend", json={"reason": "other"}, headers=alder.headers
        )
        alder.clock.move(days=366)
        link = http.post(f"/v1/awards/{first['award']['id']}/holder-link", headers=alder.headers).json()

        said = Page(http.get(path_of(link["holder_url"])).text).one("main").text

        assert "! Expired · Awarded June 12, 2026 · valid until June 12, 2027, now over" in said
        assert "! On hold · Awarded June 12, 2026" in said

    def test_it_speaks_spanish(self, http: httpx.Client, alder: World) -> None:
        answer = http.get(f"{path_of(issue(http, alder)['holder_url'])}?lang=es")

        page = Page(answer.text)
        assert page.one("h1").text == "Sus insignias"
        assert all("lang=es" in form.attributes["action"] for form in page.all("form"))

    def test_it_shows_how_far_the_person_is_with_pathways_if_there_are_any(
        self, http: httpx.Client, alder: World
    ) -> None:
        alder.publish("MC-LISTEN", name="Listening Across the Room")
        answer = issue(http, alder)
        without = http.get(path_of(answer["holder_url"])).text
        rule = {"all": [{"badge": "MC-FEEDBACK"}, {"badge": "MC-LISTEN"}]}
        stack = {"name": "Feedback and Listening", "description": "Both.", "requires": rule}
        pathways.save(alder.context, alder.tenant, "STACK", stack)
        pathways.publish(alder.context, alder.tenant, "STACK")

        shown = Page(http.get(path_of(answer["holder_url"])).text).one("main").text

        assert "Your progress" not in without
        assert "Your progress Feedback and Listening" in shown
        assert "1 of 2 earned. Next: Listening Across the Room." in shown
        assert "Your progress" not in http.get(path_of(answer["page_url"])).text

    def test_badges_that_were_erased_are_not_there(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder)
        change(alder, answer["award"]["id"], erased_at=alder.clock.now)

        page = http.get(path_of(answer["holder_url"]))

        assert "There is nothing here yet" in page.text
        assert answer["award"]["id"] not in page.text
        assert act(http, answer, "visibility", visibility="listed").status_code == 404

    def test_what_it_says_was_done_is_one_of_a_fixed_list(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder)
        place = f"{path_of(answer['holder_url'])}?badge={answer['award']['id']}"

        said = http.get(f"{place}&done=listed").text
        unsaid = http.get(f"{place}&done=<b>Pay+now</b>").text

        assert "Saved. Anyone can see this badge now" in said
        assert "Pay" not in unsaid
        assert 'role="status"' not in unsaid


class TestWhoCanSeeABadge:
    def test_a_badge_made_private_is_closed_at_once_in_every_form(
        self, http: httpx.Client, alder: World
    ) -> None:
        answer = issue(http, alder)
        page = path_of(answer["page_url"])
        assert http.get(page).status_code == 200

        done = act(http, answer, "visibility", visibility="private")

        assert done.status_code == 303
        for address, accept in ((page, "text/html"), (page, "application/vc"), (f"{page}.json", "*/*")):
            assert http.get(address, headers={"accept": accept}).status_code == 403
        assert ("award.visibility_changed", "holder", "private") in history(http, alder, answer)

    def test_and_opened_again_at_once(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder, visibility="private")

        act(http, answer, "visibility", visibility="listed")

        shown = http.get(path_of(answer["page_url"]))
        assert shown.status_code == 200
        assert Page(shown.text).meta("robots") == "index,follow"

    def test_choosing_the_same_again_is_no_change(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder)

        act(http, answer, "visibility", visibility="unlisted")

        assert [topic for topic, _, _ in history(http, alder, answer)] == ["award.issued"]

    @pytest.mark.parametrize("fields", [{}, {"visibility": "everyone"}, {"name": "full"}])
    def test_anything_else_is_refused(self, http: httpx.Client, alder: World, fields: dict[str, str]) -> None:
        answer = issue(http, alder)

        assert act(http, answer, "visibility", **fields).status_code == 422
        assert len(history(http, alder, answer)) == 1

    def test_the_answer_leads_back_to_the_badge_on_the_page(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder)

        done = act(http, answer, "visibility", visibility="private")

        assert done.has_redirect_location
        place = done.next_request.url if done.next_request else httpx.URL("")
        assert place.path == urlsplit(answer["holder_url"]).path
        assert place.fragment == f"b-{answer['award']['id']}"
        assert "Nobody but you can see this badge now" in http.get(place).text


class TestTheNameOnAPage:
    def test_initials_are_shown_instead_of_the_name(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder)

        act(http, answer, "name", name="initials")

        shown = http.get(path_of(answer["page_url"])).text
        assert "R. M. D." in shown
        assert "Rosa" not in shown
        assert ("award.name_shown_changed", "holder", "initials") in history(http, alder, answer)

    def test_the_signed_file_keeps_the_name_and_the_page_says_so(
        self, http: httpx.Client, alder: World
    ) -> None:
        answer = issue(http, alder)

        act(http, answer, "name", name="initials")

        assert "Rosa Maximiliana Delgado" in http.get(path_of(answer["credential_url"])).text
        assert "still hold your full name" in http.get(path_of(answer["holder_url"])).text

    def test_a_badge_without_a_name_has_nothing_to_choose(self, http: httpx.Client, alder: World) -> None:
        alder.publish("MC-QUIET", showName=False)

        answer = issue(http, alder, achievement="MC-QUIET")

        assert "Name on the page" not in http.get(path_of(answer["holder_url"])).text


class TestSharingAPrivateBadge:
    def shared(self, http: httpx.Client, answer: Document) -> str:
        page = Page(http.get(path_of(answer["holder_url"])).text)
        (address,) = {url.text for url in page.all("p", class_="url")}
        assert address.startswith(f"{answer['page_url']}?share=")
        return path_of(address)

    def test_whoever_has_the_address_sees_the_badge_for_30_days(
        self, http: httpx.Client, alder: World
    ) -> None:
        address = self.shared(http, issue(http, alder, visibility="private"))

        seen = http.get(address, headers=HTML)
        alder.clock.move(days=30)
        late = http.get(address, headers=HTML)

        assert (seen.status_code, late.status_code) == (200, 403)
        assert "Verified" in seen.text
        assert "Rosa Maximiliana Delgado" in seen.text
        assert "Rosa" not in late.text

    def test_the_page_is_for_that_reader_alone(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder, visibility="private")

        seen = http.get(self.shared(http, answer), headers=HTML)

        page = Page(seen.text)
        assert seen.headers["cache-control"] == "no-store"
        assert seen.headers["x-robots-tag"] == "noindex"
        assert "link" not in seen.headers
        assert page.meta("robots") == "noindex"
        assert page.meta("referrer") == "no-referrer"
        assert page.meta("og:url") is None
        assert not page.all("link", rel="canonical")
        assert answer["credential_url"] not in page.hrefs
        assert not [href for href in page.hrefs if "linkedin" in href]

    def test_the_language_switch_keeps_it_open(self, http: httpx.Client, alder: World) -> None:
        address = self.shared(http, issue(http, alder, visibility="private"))
        switch = Page(http.get(address, headers=HTML).text).one("a", hreflang="es").attributes["href"]

        spanish = http.get(urlsplit(address).path + switch, headers=HTML)

        assert spanish.status_code == 200
        assert "Verificada" in spanish.text

    def test_it_opens_the_page_alone_not_the_file(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder, visibility="private")
        address = self.shared(http, answer)
        query = urlsplit(address).query

        assert http.get(address, headers={"accept": "application/vc"}).status_code == 403
        assert http.get(f"{path_of(answer['credential_url'])}?{query}").status_code == 403

    def test_it_opens_no_other_badge(self, http: httpx.Client, alder: World) -> None:
        alder.publish("MC-OTHER")
        answer = issue(http, alder, visibility="private")
        other = issue(http, alder, achievement="MC-OTHER", visibility="private")
        query = urlsplit(path_of(self.only(http, answer))).query

        assert http.get(f"{path_of(other['page_url'])}?{query}", headers=HTML).status_code == 403

    def only(self, http: httpx.Client, answer: Document) -> str:
        hrefs = Page(http.get(path_of(answer["holder_url"])).text).hrefs
        return next(href for href in hrefs if href.startswith(f"{answer['page_url']}?share="))

    @pytest.mark.parametrize("token", ["", "nonsense", "1" * 67, "x" * 5000])
    def test_nothing_else_opens_it(self, http: httpx.Client, alder: World, token: str) -> None:
        page = path_of(issue(http, alder, visibility="private")["page_url"])

        assert http.get(f"{page}?share={token}", headers=HTML).status_code == 403

    def test_a_holders_link_is_no_link_to_share(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder, visibility="private")
        token = answer["holder_url"].rpartition("/")[2]
        shared = urlsplit(self.shared(http, answer)).query.removeprefix("share=")

        assert http.get(f"{path_of(answer['page_url'])}?share={token}", headers=HTML).status_code == 403
        assert http.get(f"/h/{shared}", headers=HTML).status_code == 404


class TestReportingAMistake:
    def test_the_issuer_reads_it_in_the_history_of_the_award(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder)

        done = act(http, answer, "mistake", text="  My name is\r\nRosa <b>María</b>.  ")

        assert "done=reported" in done.headers["location"]
        assert history(http, alder, answer)[-1] == (
            "award.mistake_reported",
            "holder",
            "My name is\nRosa <b>María</b>.",
        )
        assert "María" not in http.get(path_of(answer["page_url"])).text

    @pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "bell \x07"])
    def test_what_cannot_be_a_report_is_not_sent(self, http: httpx.Client, alder: World, text: str) -> None:
        answer = issue(http, alder)

        done = act(http, answer, "mistake", text=text)

        assert "done=unsent" in done.headers["location"]
        assert len(history(http, alder, answer)) == 1

    def test_it_may_have_2000_characters(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder)

        done = act(http, answer, "mistake", text="ñ" * 2000)

        assert "done=reported" in done.headers["location"]

    def test_five_can_wait_for_the_issuer_and_its_answer_makes_room(
        self, http: httpx.Client, alder: World
    ) -> None:
        answer = issue(http, alder)

        done = [act(http, answer, "mistake", text="my name has two rs").headers["location"] for _ in range(6)]
        act(http, answer, "name", name="initials")
        still = act(http, answer, "mistake", text="my name has two rs").headers["location"]
        http.post(
            f"/v1/awards/{answer['award']['id']}/suspend", json={"reason": "other"}, headers=alder.headers
        )
        after = act(http, answer, "mistake", text="my name has two rs").headers["location"]

        assert ["done=reported" in place for place in done] == [True] * 5 + [False]
        assert "done=enough" in done[5]
        assert "done=enough" in still
        assert "done=reported" in after

    def test_old_reports_do_not_wait_for_ever(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder)
        for _ in range(5):
            act(http, answer, "mistake", text="my name has two rs")
        alder.clock.move(days=91)
        path = f"/v1/awards/{answer['award']['id']}/holder-link"
        again = {**answer, **http.post(path, headers=alder.headers).json()}

        assert "done=reported" in act(http, again, "mistake", text="still wrong").headers["location"]


class TestCopies:
    def test_everything_comes_in_one_file(self, http: httpx.Client, alder: World) -> None:
        alder.publish("MC-LISTEN", name="¿Qué? Listening / Across: the Room")
        answer = issue(http, alder, visibility="private")
        other = issue(http, alder, achievement="MC-LISTEN")

        got = http.get(f"{path_of(answer['holder_url'])}/badges.zip")

        assert got.headers["content-disposition"] == 'attachment; filename="badges.zip"'
        assert got.headers["cache-control"] == "no-store"
        with zipfile.ZipFile(io.BytesIO(got.content)) as found:
            names = found.namelist()
            index = Page(found.read("index.html").decode())
            texts = {name: found.read(name).decode() for name in names if name.endswith(".json")}
            pictures = [found.read(name) for name in names if name.endswith(".png")]
        assert sorted(texts) == [
            f"feedback-that-moves-learning-{answer['award']['id']}.json",
            f"que-listening-across-the-room-{other['award']['id']}.json",
        ]
        assert all(alder.verify(text).result == "valid" for text in texts.values())
        assert [verify.verify(alder.context, picture).result for picture in pictures] == ["valid", "valid"]
        assert set(names) - {"index.html"} <= set(index.hrefs)
        assert answer["holder_url"] not in str(index.hrefs)

    @pytest.mark.parametrize("suffix", ["json", "png"])
    def test_the_files_of_a_private_badge_are_there_for_its_holder_alone(
        self, http: httpx.Client, alder: World, suffix: str
    ) -> None:
        answer = issue(http, alder, visibility="private")
        name = f"{answer['award']['id']}.{suffix}"
        page = path_of(answer["holder_url"])
        (link,) = {href for href in Page(http.get(page).text).hrefs if href.endswith(name)}

        got = http.get(f"/h/{link}")

        assert link == f"{page.rpartition('/')[2]}/{name}"
        assert verify.verify(alder.context, got.content).result == "valid"
        assert got.headers["cache-control"] == "no-store"
        assert got.headers["content-disposition"].startswith('attachment; filename="feedback-that-moves')
        assert http.get(f"/h/{'1' * 67}/{name}").status_code == 404
        assert http.get(f"{path_of(answer['page_url'])}.{suffix}").status_code == 403

    def test_one_that_is_damaged_is_not_shown_and_keeps_no_other_one_away(
        self, http: httpx.Client, alder: World
    ) -> None:
        alder.publish("MC-LISTEN", name="Listening Across the Room")
        whole, damaged = issue(http, alder), issue(http, alder, achievement="MC-LISTEN")
        change(alder, damaged["award"]["id"], secured='{"name": "Forged"}')
        page = path_of(whole["holder_url"])

        with zipfile.ZipFile(io.BytesIO(http.get(f"{page}/badges.zip").content)) as found:
            names = found.namelist()

        assert whole["award"]["id"] in http.get(page).text
        assert "Forged" not in http.get(page).text
        assert not any(damaged["award"]["id"] in name for name in names)
        for suffix in ("json", "png"):
            answer = http.get(f"{page}/{damaged['award']['id']}.{suffix}")
            assert answer.status_code == 500
            assert "Forged" not in answer.text


class TestLinksThatAreNoGood:
    def test_every_reason_gives_the_same_page(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder)
        link = path_of(answer["holder_url"])
        stopped = {"stopOthers": True}
        path = f"/v1/awards/{answer['award']['id']}/holder-link"
        fresh = http.post(path, headers=alder.headers).json()["holder_url"]
        alder.clock.move(seconds=1)
        http.post(path, json=stopped, headers=alder.headers)

        wrong = [link, link[:-1] + "1", "/h/nonsense", "/h/" + "1" * 67, path_of(fresh)]
        answers = [http.get(each, headers=HTML) for each in wrong]

        assert {each.status_code for each in answers} == {404}
        assert len({each.text for each in answers}) == 1
        page = Page(answers[0].text).one("main").text
        assert "This link has expired or is not right" in page
        assert "Ask the platform for a new one." in page
        assert answers[0].headers["cache-control"] == "no-store"

    def test_no_action_works_with_one(self, http: httpx.Client, alder: World) -> None:
        answer = issue(http, alder)
        alder.clock.move(days=30)

        done = [
            act(http, answer, "visibility", visibility="private"),
            act(http, answer, "name", name="initials"),
            act(http, answer, "mistake", text="my name has two rs"),
            http.get(f"{path_of(answer['holder_url'])}/badges.zip"),
            http.get(f"{path_of(answer['holder_url'])}/{answer['award']['id']}.json"),
        ]

        assert {each.status_code for each in done} == {404}
        assert len(history(http, alder, answer)) == 1

    def test_a_link_changes_nobody_elses_badge(self, http: httpx.Client, alder: World) -> None:
        rosa = issue(http, alder)
        sam = issue(http, alder, recipient={"email": "sam@alder.example", "name": "Sam"})
        mixed = {**rosa, "award": sam["award"]}

        done = [
            act(http, mixed, "visibility", visibility="private"),
            act(http, mixed, "name", name="initials"),
            act(http, mixed, "mistake", text="wrong"),
            http.get(f"{path_of(rosa['holder_url'])}/{sam['award']['id']}.json"),
        ]

        assert {each.status_code for each in done} == {404}
        assert len(history(http, alder, sam)) == 1


class TestNewLinks:
    def test_a_platform_gets_another_one_and_can_stop_the_others(
        self, http: httpx.Client, alder: World
    ) -> None:
        answer = issue(http, alder, visibility="private")
        path = f"/v1/awards/{answer['award']['id']}/holder-link"
        shared = TestSharingAPrivateBadge().shared(http, answer)

        second = http.post(path, headers=alder.headers)
        third = http.post(path, json={"stopOthers": True}, headers=alder.headers)

        assert (second.status_code, third.status_code) == (201, 201)
        assert set(third.json()) == {"holder_url", "holder_url_expires", "request_id"}
        links = [each["holder_url"] for each in (answer, second.json(), third.json())]
        assert [http.get(path_of(link)).status_code for link in links] == [404, 404, 200]
        assert http.get(shared, headers=HTML).status_code == 403
        assert ("award.links_stopped", alder.client.id, None) in history(http, alder, answer)
        again = TestSharingAPrivateBadge().shared(http, {**answer, **third.json()})
        assert http.get(again, headers=HTML).status_code == 200

    def test_it_needs_one_of_two_scopes(self, http: httpx.Client, alder: World) -> None:
        path = f"/v1/awards/{issue(http, alder)['award']['id']}/holder-link"
        found = {}
        for scope in ("events:write", "awards:manage", "awards:read", "exports:read"):
            _, key = clients.create(alder.context, alder.tenant, scope, [scope])
            found[scope] = http.post(path, headers={"authorization": f"Bearer {key}"}).status_code

        assert found == {"events:write": 201, "awards:manage": 201, "awards:read": 403, "exports:read": 403}

    @pytest.mark.parametrize("body", [b"[]", b"{", b'{"stopOthers": "yes"}', b'{"stop_others": true}'])
    def test_a_body_that_is_not_understood_is_refused(
        self, http: httpx.Client, alder: World, body: bytes
    ) -> None:
        answer = issue(http, alder)

        refused = http.post(
            f"/v1/awards/{answer['award']['id']}/holder-link", content=body, headers=alder.headers
        )

        assert refused.status_code == 422
        assert http.get(path_of(answer["holder_url"])).status_code == 200


class TestIssuersApart:
    def two(self, tmp_path: Path, database_url: str, clock: Clock) -> tuple[Context, World, World]:
        context = make_context(tmp_path, database_url, clock, origins=DISTRICT)
        alder = make_world(context, clock)
        tenant = tenants.create(context, "district", PROFILE, origin=DISTRICT)
        made, key = clients.create(context, tenant, "tests", clients.SCOPES)
        client = Client(made.id, tenant.id, frozenset(clients.SCOPES))
        district = replace(alder, tenant=tenant, client=client, api_key=key)
        alder.publish()
        district.publish()
        return context, alder, district

    def test_a_link_works_at_its_issuers_origin_alone_and_shows_its_badges_alone(
        self, tmp_path: Path, database_url: str, clock: Clock
    ) -> None:
        context, alder, district = self.two(tmp_path, database_url, clock)
        own = {"host": "badges.district.example"}

        with server.serving(context) as http:
            first, second = issue(http, alder), issue(http, district)
            ours, theirs = path_of(first["holder_url"]), path_of(second["holder_url"])
            seen = [http.get(ours), http.get(theirs, headers=own)]
            crossed = [http.get(ours, headers=own), http.get(theirs)]
            foreign = http.post(f"/v1/awards/{first['award']['id']}/holder-link", headers=district.headers)
        context.database.engine.dispose()

        assert second["holder_url"].startswith(DISTRICT)
        assert [answer.status_code for answer in (*seen, *crossed, foreign)] == [200, 200, 404, 404, 404]
        assert second["award"]["id"] not in seen[0].text
        assert first["award"]["id"] not in seen[1].text

    def test_a_link_sealed_by_one_issuer_opens_nobody_of_another(
        self, http: httpx.Client, alder: World
    ) -> None:
        birch = make_world(alder.context, alder.clock, "birch", default=False)
        rosa = alder.issue(recipient=ROSA).award[0]

        forged = holder.mint(alder.context, birch.tenant, rosa.recipient_id)
        honest = holder.mint(alder.context, alder.tenant, rosa.recipient_id)

        assert http.get(path_of(forged.url)).status_code == 404
        assert http.get(path_of(honest.url)).status_code == 200
        assert honest.expires - alder.clock.now == timedelta(days=30)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_log_line_holds_a_token(
    http: httpx.Client, alder: World, capfd: pytest.CaptureFixture[str]
) -> None:
    telemetry.configure("debug")
    try:
        answer = issue(http, alder, visibility="private")
        http.get(path_of(answer["holder_url"]))
        http.get(path_of(answer["holder_url"])[:-1])
        act(http, answer, "mistake", text="my name has two rs")
        http.get(TestSharingAPrivateBadge().shared(http, answer), headers=HTML)
    finally:
        telemetry.configure("error")

    logged = capfd.readouterr().err
    assert "/h/{token}/{badge_id}/mistake" in logged
    assert answer["holder_url"].rpartition("/")[2][:-1] not in logged
    assert "share=" not in logged
    assert "two rs" not in logged
