"""The states of a badge page that only our own records know: replaced, test, private, erased, unknown."""

from datetime import datetime

import httpx
import pytest
from sqlalchemy import update

from issuer.db.tables import Credential
from tests.support import server
from tests.support.world import NOW, World, make_world, sandbox
from tests.unit.web.reading import Page

ROSA = {"email": "rosa@alder.example", "name": "Rosa Delgado"}


def issued(world: World, **members: object) -> str:
    return world.issue(recipient=ROSA, **members).award[0].public_id


def two(world: World) -> tuple[str, str]:
    """Return a badge and a newer one of the same person."""
    world.publish(repeat="always")
    return issued(world), issued(world)


def revoke(http: httpx.Client, world: World, public_id: str, **body: object) -> httpx.Response:
    return http.post(f"/v1/awards/{public_id}/revoke", json=body, headers=world.headers)


def change(world: World, public_id: str, **values: str | datetime) -> None:
    with world.context.database.write.begin() as session:
        session.execute(update(Credential).where(Credential.public_id == public_id).values(**values))


def read(http: httpx.Client, path: str, *, status: int = 200) -> Page:
    answer = http.get(path, headers={"accept": "text/html"})
    assert answer.status_code == status
    return Page(answer.text)


class TestReplaced:
    def test_the_page_leads_to_the_newer_badge(self, http: httpx.Client, alder: World) -> None:
        old, new = two(alder)

        answer = revoke(http, alder, old, reason="replaced", replacedBy=new)

        page = read(http, f"/b/{old}")
        assert answer.status_code == 200
        assert page.one("main").text.startswith("! Replaced by a newer badge")
        assert page.one("title").text.startswith("Replaced: ")
        assert f"https://badges.example.org/b/{new}" in page.hrefs
        assert page.meta("robots") == "noindex"

    def test_a_check_of_its_file_leads_to_the_newer_badge_too(self, http: httpx.Client, alder: World) -> None:
        old, new = two(alder)
        revoke(http, alder, old, reason="replaced", replacedBy=new)

        answer = http.post("/verify", files={"file": http.get(f"/b/{old}.json").content})

        page = Page(answer.text)
        assert page.one("title").text == "Replaced by a newer badge"
        assert f"https://badges.example.org/b/{new}?lang=en" in page.hrefs

    def test_without_a_newer_badge_it_is_just_withdrawn(self, http: httpx.Client, alder: World) -> None:
        old = issued(alder)

        revoke(http, alder, old, reason="replaced")

        assert "Reason: replaced." in read(http, f"/b/{old}").one("main").text

    def test_the_replacement_is_of_the_same_person(self, http: httpx.Client, alder: World) -> None:
        old, other = issued(alder), alder.issue().award[0].public_id

        answer = revoke(http, alder, old, reason="replaced", replacedBy=other)

        assert answer.status_code == 422
        assert answer.json()["type"].endswith("/problems/invalid-replacement")
        assert answer.json()["errors"] == [
            {"pointer": "/replacedBy", "detail": "it must be another badge of the same person"}
        ]

    def test_a_badge_does_not_replace_itself(self, http: httpx.Client, alder: World) -> None:
        old = issued(alder)

        assert revoke(http, alder, old, reason="replaced", replacedBy=old).status_code == 422

    def test_a_withdrawn_badge_replaces_nothing(self, http: httpx.Client, alder: World) -> None:
        old, new = two(alder)
        revoke(http, alder, new, reason="other")

        assert revoke(http, alder, old, reason="replaced", replacedBy=new).status_code == 422

    @pytest.mark.parametrize("member", ["suspended_at", "erased_at"])
    def test_nor_does_one_that_is_on_hold_or_was_erased(
        self, http: httpx.Client, alder: World, member: str
    ) -> None:
        old, new = two(alder)
        change(alder, new, **{member: NOW})

        answer = revoke(http, alder, old, reason="replaced", replacedBy=new)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/replacedBy"
        assert read(http, f"/b/{old}").one("main").text.startswith("\N{CHECK MARK}")

    @pytest.mark.parametrize("hidden", [{"visibility": "private"}, {"erased_at": NOW}])
    def test_the_id_of_a_newer_badge_that_is_hidden_is_told_nobody(
        self, http: httpx.Client, alder: World, hidden: dict[str, str | datetime]
    ) -> None:
        old, new = two(alder)
        revoke(http, alder, old, reason="replaced", replacedBy=new)
        file = http.get(f"/b/{old}.json").content

        change(alder, new, **hidden)

        places = (f"/b/{old}", f"/b/{old}?print=1", f"/b/{old}/embed")
        shown = [http.get(place, headers={"accept": "text/html"}).text for place in places]
        shown.append(http.post("/verify", files={"file": ("badge.json", file)}).text)
        assert not any(new in text for text in shown)
        assert "Reason: replaced." in Page(shown[0]).one("main").text
        assert Page(shown[3]).one("title").text.startswith("Withdrawn")

    def test_an_unknown_badge_replaces_nothing(self, http: httpx.Client, alder: World) -> None:
        answer = revoke(http, alder, issued(alder), reason="replaced", replacedBy="7HqyV2cWmX4tKfRz9aBnPd")

        assert answer.status_code == 422

    def test_another_issuers_badge_replaces_nothing(self, http: httpx.Client, alder: World) -> None:
        birch = make_world(alder.context, alder.clock, "birch", default=False)
        birch.publish()

        answer = revoke(http, alder, issued(alder), reason="replaced", replacedBy=issued(birch))

        assert answer.status_code == 422

    @pytest.mark.parametrize("reason", ["other", "holder_request"])
    def test_only_the_reason_replaced_names_one(self, http: httpx.Client, alder: World, reason: str) -> None:
        old, new = two(alder)

        assert revoke(http, alder, old, reason=reason, replacedBy=new).status_code == 422

    def test_a_hold_names_none(self, http: httpx.Client, alder: World) -> None:
        old, new = two(alder)
        body = {"reason": "replaced", "replacedBy": new}

        answer = http.post(f"/v1/awards/{old}/suspend", json=body, headers=alder.headers)

        assert answer.status_code == 422


def test_a_test_issuers_badge_says_that_it_is_no_real_award(alder: World) -> None:
    trial = sandbox(alder)
    public_id = issued(trial)

    with server.serving(alder.context) as http:
        page = read(http, f"/b/{public_id}")

    assert page.one("main").text.startswith("! Test badge: not a real award")
    assert page.one("title").text.startswith("TEST: ")
    assert "linkedin" not in " ".join(page.hrefs)


def test_a_private_badge_names_its_issuer_and_nothing_else(http: httpx.Client, alder: World) -> None:
    public_id = issued(alder)
    change(alder, public_id, visibility="private")

    page = read(http, f"/b/{public_id}", status=403)

    assert page.one("main").text == "! This badge is private"
    assert page.one("title").text == "Private badge"
    assert page.all("a", href="https://badges.example.org/i/alder")
    assert "Feedback" not in page.one("body").text


def test_an_erased_badge_says_only_that_it_is_gone(http: httpx.Client, alder: World) -> None:
    public_id = issued(alder)
    change(alder, public_id, erased_at=NOW)

    page = read(http, f"/b/{public_id}", status=410)

    assert page.one("main").text == "! This badge is no longer available"
    assert page.one("title").text == "Badge removed"
    assert "Alder" not in page.one("body").text


def test_an_unknown_badge_asks_to_check_the_link(http: httpx.Client) -> None:
    page = read(http, "/b/7HqyV2cWmX4tKfRz9aBnPd", status=404)

    assert page.one("main").text == "! We cannot find that badge Check the link."


def test_initials_are_all_that_the_page_says_of_the_name(http: httpx.Client, alder: World) -> None:
    public_id = issued(alder)
    change(alder, public_id, name_shown="initials")

    text = http.get(f"/b/{public_id}", headers={"accept": "text/html"}).text

    assert "R. D." in Page(text).one("title").text
    assert "Rosa" not in text
    assert "Delgado" not in text
