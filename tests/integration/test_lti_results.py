"""Results that a platform of LTI 1.3 is asked for: tokens, pages, and all that goes wrong between."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from issuer.core.documents import Document
from issuer.net import weblinks
from issuer.net.client import GuardedClient
from issuer.services.lti import pulling
from tests.integration.test_cli import run
from tests.integration.test_sources import awards, problem
from tests.support import lms, server
from tests.support.lms import Answer, Asked, Lms
from tests.support.lti import LineItem, LtiPlatform
from tests.support.world import World, make_world

PEOPLE = "id,name,email\nu1,Maria Rivera,rivera@alder.example\nu2,Olga Other,olga@alder.example\n"
ITEM = LineItem(1, [[("u1", 0.9), ("u2", 0.4)], [("u3", 0.95)]])


@pytest.fixture
def platform_server() -> Iterator[Lms]:
    with lms.running() as found:
        yield found


@pytest.fixture
def alder(alder: World) -> World:
    settings = alder.context.settings.model_copy(update={"fetch_loopback": True})
    ask = GuardedClient(2, max_bytes=100_000, allow_loopback=True).ask
    return replace(alder, context=replace(alder.context, ask=ask, settings=settings))


@pytest.fixture
def http(alder: World) -> Iterator[httpx.Client]:
    with server.serving(alder.context) as client:
        yield client


@pytest.fixture
def platform(http: httpx.Client, alder: World, platform_server: Lms) -> LtiPlatform:
    found = LtiPlatform(platform_server, http, alder).set_up()
    found.knows(PEOPLE)
    found.offer(ITEM)
    means(found, ITEM)
    return found


def means(platform: LtiPlatform, *items: LineItem) -> None:
    rules = [
        {"competency": each.url(platform.lms.url), "achievement": "MC-FEEDBACK", "threshold": 0.8}
        for each in items
    ]
    saved = platform.call("put", "mapping", json={"rules": rules})
    assert saved.status_code == 200, saved.text


def counts(answer: httpx.Response) -> Document:
    assert answer.status_code == 200, answer.text
    return {name: value for name, value in answer.json().items() if name != "request_id"}


class TestResults:
    def test_every_page_is_taken_as_the_inbox_would(self, alder: World, platform: LtiPlatform) -> None:
        found = counts(platform.call("post", "pull"))

        dead = platform.call("get", "dead-letters").json()["deadLetters"]
        assert found == {
            "lineItems": 1, "results": 3, "issued": 1, "known": 0, "asked": 0, "ignored": 1, "deadLettered": 1
        }  # fmt: skip
        assert len(awards(alder)) == 1
        assert [each["code"] for each in dead] == ["unknown-person"]
        assert platform.lms.paths == [
            "/token",
            "/lineitems/1/results?type=7&limit=200",
            "/lineitems/1/results?type=7&limit=200&page=1",
        ]

    def test_asked_for_again_later_the_same_results_are_no_news(
        self, alder: World, platform: LtiPlatform
    ) -> None:
        platform.call("post", "pull")
        alder.clock.move(hours=5)

        again = counts(platform.call("post", "pull"))

        dead = platform.call("get", "dead-letters").json()["deadLetters"]
        assert (again["issued"], again["known"], again["deadLettered"]) == (0, 1, 1)
        assert len(awards(alder)) == 1
        assert len(dead) == 1

    def test_what_waited_is_replayed_once_the_person_is_known(self, platform: LtiPlatform) -> None:
        platform.call("post", "pull")
        platform.knows(f"{PEOPLE}u3,Third Person,third@alder.example\n")

        replayed = platform.call("post", "dead-letters/replay").json()

        assert (replayed["issued"], replayed["left"]) == (1, 0)
        assert counts(platform.call("post", "pull"))["known"] == 2

    def test_a_result_that_was_pushed_and_is_asked_for_is_one_badge(
        self, http: httpx.Client, alder: World, platform: LtiPlatform
    ) -> None:
        made = http.post(f"/v1/sources/{platform.name}/rotate", headers=alder.headers).json()
        inbox = httpx.URL(made["source"]["inboxUrl"]).path
        headers = {"authorization": f"Bearer {made['secret']}"}
        http.post(inbox, json=ITEM.result(platform.lms.url, "u1", 0.9), headers=headers)
        alder.clock.move(minutes=1)

        assert counts(platform.call("post", "pull"))["known"] == 1
        assert len(awards(alder)) == 1

    def test_each_line_item_is_asked_for_once_however_many_rules_name_it(self, platform: LtiPlatform) -> None:
        second = LineItem(2, [[("u2", 1.0)]])
        platform.offer(ITEM, second)
        means(platform, ITEM, second, ITEM)

        found = counts(platform.call("post", "pull"))

        assert (found["lineItems"], found["results"]) == (2, 4)
        assert platform.lms.paths.count("/token") == 1

    def test_people_whom_no_directory_knows_are_looked_up(
        self, http: httpx.Client, alder: World, platform: LtiPlatform
    ) -> None:
        body = {"peopleUrl": f"{platform.lms.url}/people/{{id}}"}
        http.patch(f"/v1/sources/{platform.name}", json=body, headers=alder.headers)
        platform.lms.answers["/people/u3"] = (200, {"id": "u3", "email": "third@alder.example"})

        assert counts(platform.call("post", "pull"))["issued"] == 2

    def test_a_scale_of_its_own_and_a_result_without_a_score_are_understood(
        self, platform: LtiPlatform
    ) -> None:
        result = ITEM.result(platform.lms.url, "u1", 85)
        said = [{**result, "resultMaximum": 100}, {**result, "userId": "u2", "resultScore": None}]
        platform.lms.answers["/lineitems/1/results?type=7&limit=200"] = (200, said)

        found = counts(platform.call("post", "pull"))

        assert (found["issued"], found["ignored"]) == (1, 1)


class TestWhatGoesWrong:
    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            ((400, {"error": "invalid_client"}), "status 400, invalid_client"),
            ((401, {"error": "<b>no</b>"}), "status 401"),
            ((500, b"oops"), "status 500"),
            ((302, {}, {"location": "https://elsewhere.example"}), "status 302"),
            ((200, b"no JSON"), "no access_token"),
            ((200, {}), "no access_token"),
            ((200, {"access_token": "a\r\nX-Evil: 1"}), "no access_token"),
            ((200, {"access_token": 7}), "no access_token"),
            ((200, {"access_token": "x" * 9_000}), "no bearer token"),
            ((200, {"access_token": ""}), "no bearer token"),
            ((200, {"access_token": "a", "token_type": "mac"}), "no bearer token"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_a_token_that_is_not_given_is_told_of(
        self, alder: World, platform: LtiPlatform, answer: Answer, said: str
    ) -> None:
        platform.lms.answers["/token"] = answer

        refused = platform.call("post", "pull")

        assert (refused.status_code, problem(refused)) == (503, "results-unavailable")
        assert said in refused.json()["detail"]
        assert "<b>" not in refused.text
        assert awards(alder) == []

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            ((403, {}), "were refused: status 403"),
            ((404, {}), "were refused: status 404"),
            ((200, b"no JSON"), "cannot be read"),
            ((200, b'[],"a":1'), "cannot be read"),
            ((200, "text"), "cannot be read"),
            ((200, [7]), "cannot be read"),
            ((200, [{"id": "a"}]), "cannot be read"),
            ((200, b"[" + b" " * 200_000 + b"]"), "could not be asked"),
        ],
        ids=lambda value: str(value)[:30],
    )
    def test_a_page_that_is_not_as_it_must_be_is_told_of_and_what_came_before_is_safe(
        self, alder: World, platform: LtiPlatform, answer: Answer, said: str
    ) -> None:
        platform.lms.answers["/lineitems/1/results?type=7&limit=200&page=1"] = answer

        refused = platform.call("post", "pull")

        assert (refused.status_code, problem(refused)) == (503, "results-unavailable")
        assert said in refused.json()["detail"]
        assert len(awards(alder)) == 1

    @pytest.mark.parametrize(
        "place", ["https://elsewhere.example/results", "//elsewhere.example/x", "http://127.0.0.1:1/x"]
    )
    def test_the_token_goes_to_no_other_origin(self, platform: LtiPlatform, place: str) -> None:
        first = [ITEM.result(platform.lms.url, "u1", 0.9)]
        path = "/lineitems/1/results?type=7&limit=200"
        platform.lms.answers[path] = (200, first, {"link": f'<{place}>; rel="next"'})

        refused = platform.call("post", "pull")

        assert refused.status_code == 503
        assert "at another origin" in refused.json()["detail"]

    def test_pages_without_end_are_not_followed_for_ever(self, platform: LtiPlatform) -> None:
        path = "/lineitems/1/results?type=7&limit=200"
        platform.lms.answers[path] = (200, [], {"link": f'<{path}>; rel="next"'})

        refused = platform.call("post", "pull")

        assert (refused.status_code, problem(refused)) == (422, "too-many-pages")
        assert platform.lms.paths.count(path) == pulling.MOST_PAGES

    def test_a_platform_that_is_not_there_is_told_of(
        self, platform: LtiPlatform, platform_server: Lms
    ) -> None:
        with lms.running() as gone:
            platform.register(tokenUrl=f"{gone.url}/token")

        refused = platform.call("post", "pull")

        assert refused.status_code == 503
        assert "takes no connection" in refused.json()["detail"]
        assert platform_server.asked == []

    @pytest.mark.parametrize(
        "competency", ["1", "https://elsewhere.example/lineitems/1", "http://lms.example/lineitems/1"]
    )
    def test_a_line_item_that_is_not_the_platforms_is_pointed_at(
        self, platform: LtiPlatform, competency: str
    ) -> None:
        rules = [{"competency": competency, "achievement": "MC-FEEDBACK", "threshold": 0.8}]
        platform.call("put", "mapping", json={"rules": rules})

        refused = platform.call("post", "pull")

        assert (refused.status_code, problem(refused)) == (422, "no-line-items")
        assert [each["pointer"] for each in refused.json()["errors"]] == ["/rules/0/competency"]
        assert platform.lms.asked == []

    def test_without_a_mapping_or_a_registration_or_while_it_is_off_nothing_is_asked(
        self, http: httpx.Client, alder: World, platform: LtiPlatform
    ) -> None:
        platform.call("put", "mapping", json={"rules": []})
        unmapped = platform.call("post", "pull")
        platform.call("delete", "lti")
        unknown = platform.call("post", "pull")
        http.patch(f"/v1/sources/{platform.name}", json={"disabled": True}, headers=alder.headers)
        off = platform.call("post", "pull")

        assert [problem(each) for each in (unmapped, unknown, off)] == [
            "no-line-items", "lti-not-registered", "unknown-source"
        ]  # fmt: skip
        assert platform.lms.asked == []

    def test_another_issuer_cannot_have_it_asked(self, alder: World, platform: LtiPlatform) -> None:
        birch = make_world(alder.context, alder.clock, "birch", default=False)

        assert replace(platform, world=birch).call("post", "pull").status_code == 404
        assert platform.lms.asked == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_results_are_asked_for_on_the_command_line(
    alder: World, platform: LtiPlatform, tmp_path: Path
) -> None:
    def token(asked: Asked) -> Answer:
        assert b"client_assertion=" in asked.body
        return 200, {"access_token": "an-access-token"}

    platform.lms.answers["/token"] = token  # the command's clock is the real one
    settings = {
        "ISSUER_DATABASE_URL": alder.context.settings.database_url.get_secret_value(),
        "ISSUER_KEYS_DIR": str(alder.context.settings.keys_dir),
        "ISSUER_PUBLIC_URL": alder.context.settings.public_url,
        "ISSUER_MODE": "development",
        "ISSUER_FETCH_LOOPBACK": "true",
    }
    (tmp_path / "lti.yaml").write_text(json.dumps(platform.registration()))

    shown = run(
        "source", "lti", platform.name, str(tmp_path / "lti.yaml"), folder=tmp_path, settings=settings
    )
    said = run("source", "pull", platform.name, folder=tmp_path, settings=settings)

    assert platform.tool["loginUrl"] in shown
    assert said == "3 results of 1 line items: 1 issued, 0 known, 1 wait as dead letters\n"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", None),
        ('<https://a.example/2>; rel="next"', "https://a.example/2"),
        ('<https://a.example/1>; rel=first, <https://a.example/3>; rel="last next"', "https://a.example/3"),
        ('</2>; REL="NEXT"', "/2"),
        ('<https://a.example/2>; rel="prev"', None),
        ("nonsense; next", None),
    ],
)
def test_the_next_page_is_the_link_of_that_name(header: str, found: str | None) -> None:
    assert weblinks.next_in(header) == found
