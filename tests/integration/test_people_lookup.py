"""People whom no directory knows: the platform is asked who they are, over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from issuer.core.documents import Document
from issuer.db import sources
from issuer.net.client import GuardedClient
from tests.integration.test_cli import run
from tests.integration.test_sources import Platform, awards, problem, whose
from tests.support import lms, server
from tests.support.lms import Answer, Asked, Lms
from tests.support.platforms import CANVAS, XAPI
from tests.support.world import World, make_world
from tests.unit.core.test_dialects import changed

MARIA: Document = {"id": "elXwFPr6uKGaQj", "name": "Maria Rivera", "email": "rivera@alder.example"}
TOKEN = "the-platform-gave-it"


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
def canvas(http: httpx.Client, alder: World, platform_server: Lms) -> Platform:
    found = Platform(http, alder, "canvas")
    found.means({"competency": "1", "achievement": "MC-FEEDBACK"})
    body = {"peopleUrl": f"{platform_server.url}/people/{{id}}?more=1", "peopleToken": TOKEN}
    set_up = http.patch("/v1/sources/lms", json=body, headers=alder.headers)
    assert set_up.status_code == 200, set_up.text
    return found


def here(person: str = "elXwFPr6uKGaQj") -> str:
    return f"/people/{person}?more=1"


def about(*people: str) -> list[Document]:
    """Return what an xAPI platform says of several people."""
    return [
        {
            **changed(XAPI, "id"),
            "actor": {"account": {"homePage": "https://lms.example.edu", "name": each}},
        }
        for each in people
    ]


class TestWhoIsFound:
    def test_a_person_whom_no_directory_knows_is_looked_up_once_and_is_in_it_from_then_on(
        self, http: httpx.Client, alder: World, canvas: Platform, platform_server: Lms
    ) -> None:
        platform_server.answers[here()] = (200, {**MARIA, "role": "teacher", "identifier": None})

        answers = [canvas.send(CANVAS).json() for _ in range(2)]

        [asked] = platform_server.asked
        assert [(each["issued"], each["known"]) for each in answers] == [(1, 0), (0, 1)]
        assert whose(alder, http) == [("Maria Rivera", "2026-05-09")]
        assert (asked.method, asked.headers["authorization"]) == ("GET", f"Bearer {TOKEN}")
        assert http.get("/v1/sources/lms", headers=alder.headers).json()["source"]["people"] == 1

    def test_who_is_in_the_directory_or_in_the_message_is_not_looked_up(
        self, http: httpx.Client, alder: World, platform_server: Lms
    ) -> None:
        platform = Platform(http, alder, "xapi")
        platform.means({"competency": XAPI["object"]["id"], "achievement": "MC-FEEDBACK"})
        body = {"peopleUrl": f"{platform_server.url}/people/{{id}}"}
        http.patch("/v1/sources/lms", json=body, headers=alder.headers)
        mailed = {**XAPI, "actor": {"mbox": "mailto:rivera@alder.example"}}

        assert platform.send(mailed).status_code == 200
        assert len(awards(alder)) == 1
        assert platform_server.asked == []

    def test_nobody_is_looked_up_of_whom_nothing_is_owed(
        self, canvas: Platform, platform_server: Lms
    ) -> None:
        failed = changed(CANVAS, "body", "mastery", to=False)
        other = changed(CANVAS, "body", "learning_outcome_id", to="9")

        answers = [canvas.send(each).json() for each in (failed, other)]

        assert [each["ignored"] for each in answers] == [1, 0]
        assert platform_server.asked == []

    def test_the_id_is_written_so_that_it_leads_nowhere_else(
        self, http: httpx.Client, alder: World, platform_server: Lms
    ) -> None:
        platform = Platform(http, alder, "canvas")
        platform.means({"competency": "1", "achievement": "MC-FEEDBACK"})
        body = {"peopleUrl": f"{platform_server.url}/people/{{id}}"}
        http.patch("/v1/sources/lms", json=body, headers=alder.headers)

        for odd in ("../admin?x=1#y", "..", "a b/é"):
            platform.send(changed(CANVAS, "body", "user_uuid", to=odd))

        assert platform_server.paths == ["/people/..%2Fadmin%3Fx%3D1%23y", "/people/a%20b%2F%C3%A9"]
        assert "authorization" not in platform_server.asked[0].headers

    def test_the_dry_run_looks_up_and_keeps_nothing(
        self, http: httpx.Client, alder: World, canvas: Platform, platform_server: Lms
    ) -> None:
        platform_server.answers[here()] = (200, MARIA)

        explained = canvas.call("post", "test", json=CANVAS).json()["readings"][0]["steps"]
        platform_server.answers[here()] = (500, {})
        failed = canvas.call("post", "test", json=CANVAS)

        assert [step["result"] for step in explained] == ["would_issue"]
        assert (failed.status_code, problem(failed)) == (503, "source-people-unavailable")
        assert http.get("/v1/sources/lms", headers=alder.headers).json()["source"]["people"] == 0
        assert canvas.dead() == []


class TestWhoIsNot:
    @pytest.mark.parametrize("answer", [(404, {}), (200, {"id": MARIA["id"], "name": "M", "email": ""})])
    def test_somebody_whom_the_platform_does_not_know_waits_as_a_dead_letter(
        self, canvas: Platform, platform_server: Lms, answer: tuple[int, Document]
    ) -> None:
        platform_server.answers[here()] = answer
        canvas.send(CANVAS)
        dead = canvas.dead()
        platform_server.answers[here()] = (200, MARIA)

        replayed = canvas.call("post", "dead-letters/replay").json()

        assert [each["code"] for each in dead] == ["unknown-person"]
        assert (replayed["issued"], replayed["left"]) == (1, 0)

    @pytest.mark.parametrize(
        "answer",
        [
            (500, {}),
            (401, {}),
            (403, MARIA),
            (204, b""),
            (302, {}, {"location": "https://elsewhere.example/"}),
            (200, b"no JSON"),
            (200, [MARIA]),
            (200, {"name": "Maria"}),
            (200, {**MARIA, "id": "somebody else"}),
            (200, {**MARIA, "email": "no address"}),
            (200, {**MARIA, "email": 7}),
            (200, b'{"id":"' + b"x" * 200_000 + b'"}'),
        ],
        ids=lambda answer: str(answer)[:30],
    )
    def test_any_other_answer_asks_for_the_message_to_be_sent_again(
        self, alder: World, canvas: Platform, platform_server: Lms, answer: tuple[int, object]
    ) -> None:
        platform_server.answers[here()] = answer
        refused = canvas.send(CANVAS)
        dead = canvas.dead()
        platform_server.answers[here()] = (200, MARIA)

        again = canvas.send(CANVAS)

        assert (refused.status_code, problem(refused)) == (503, "source-people-unavailable")
        assert [each["code"] for each in dead] == ["people-unavailable"]
        assert again.json()["issued"] == 1
        assert len(awards(alder)) == 1
        assert canvas.dead() == []

    def test_what_is_not_sent_again_is_replayed(
        self, alder: World, canvas: Platform, platform_server: Lms
    ) -> None:
        """Some platforms send a message once, whatever is answered."""
        platform_server.answers[here()] = (500, {})
        canvas.send(CANVAS)
        platform_server.answers[here()] = (200, MARIA)

        replayed = canvas.call("post", "dead-letters/replay").json()

        assert (replayed["issued"], replayed["left"]) == (1, 0)
        assert len(awards(alder)) == 1

    def test_a_platform_that_is_not_there_asks_for_it_to_be_sent_again(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "canvas")
        platform.means({"competency": "1", "achievement": "MC-FEEDBACK"})
        with lms.running() as gone:
            body = {"peopleUrl": f"{gone.url}/{{id}}"}
        http.patch("/v1/sources/lms", json=body, headers=alder.headers)

        refused = platform.send(CANVAS)

        assert refused.status_code == 503
        assert "takes no connection" in refused.json()["detail"]

    def test_what_else_is_in_the_message_is_safe_by_then(
        self, http: httpx.Client, alder: World, platform_server: Lms
    ) -> None:
        platform = Platform(http, alder, "xapi")
        platform.means({"competency": XAPI["object"]["id"], "achievement": "MC-FEEDBACK"})
        body = {"peopleUrl": f"{platform_server.url}/{{id}}"}
        http.patch("/v1/sources/lms", json=body, headers=alder.headers)
        mail = "t-1@alder.example"
        platform_server.answers["/https%3A%2F%2Flms.example.edu%23t-1"] = (
            200,
            {"id": "https://lms.example.edu#t-1", "email": mail},
        )
        platform_server.answers["/https%3A%2F%2Flms.example.edu%23t-2"] = (500, {})

        refused = platform.send(about("t-1", "t-2", "t-3"))

        assert refused.status_code == 503
        assert len(awards(alder)) == 1
        assert [each["code"] for each in platform.dead()] == ["people-unavailable"] * 2
        assert len(platform_server.asked) == 2

    def test_of_more_people_than_are_looked_up_for_a_message_the_others_wait(
        self, http: httpx.Client, alder: World, platform_server: Lms
    ) -> None:
        platform = Platform(http, alder, "xapi")
        platform.means({"competency": XAPI["object"]["id"], "achievement": "MC-FEEDBACK"})
        body = {"peopleUrl": f"{platform_server.url}/{{id}}"}
        http.patch("/v1/sources/lms", json=body, headers=alder.headers)
        for number in range(45):
            person = {"id": f"https://lms.example.edu#t-{number}", "email": f"t{number}@alder.example"}
            platform_server.answers[f"/https%3A%2F%2Flms.example.edu%23t-{number}"] = (200, person)

        sent = platform.send(about(*(f"t-{number}" for number in range(45))))
        asked, issued, dead = len(platform_server.asked), len(awards(alder)), platform.dead()
        replayed = platform.call("post", "dead-letters/replay").json()

        assert sent.status_code == 200
        assert (asked, issued) == (20, 20)
        assert {each["code"] for each in dead} == {"not-looked-up"}
        assert (replayed["tried"], replayed["issued"], replayed["left"]) == (25, 25, 0)

    def test_a_platform_that_is_slow_keeps_nobody_waiting_for_long(
        self, http: httpx.Client, alder: World, platform_server: Lms
    ) -> None:
        platform = Platform(http, alder, "xapi")
        platform.means({"competency": XAPI["object"]["id"], "achievement": "MC-FEEDBACK"})
        body = {"peopleUrl": f"{platform_server.url}/{{id}}"}
        http.patch("/v1/sources/lms", json=body, headers=alder.headers)

        def slowly(asked: Asked) -> Answer:
            alder.clock.move(seconds=6)
            number = asked.path[-1]
            return 200, {"id": f"https://lms.example.edu#t-{number}", "email": f"t{number}@alder.example"}

        for number in range(4):
            platform_server.answers[f"/https%3A%2F%2Flms.example.edu%23t-{number}"] = slowly

        sent = platform.send(about(*(f"t-{number}" for number in range(4))))
        dead = platform.dead()
        replayed = platform.call("post", "dead-letters/replay").json()

        assert (sent.status_code, [each["code"] for each in dead]) == (200, ["not-looked-up"] * 2)
        assert (replayed["issued"], replayed["left"]) == (2, 0)


class TestSettingItUp:
    @pytest.mark.parametrize(
        "url",
        [
            "https://lms.example/people",
            "https://lms.example/{id}/{id}",
            "https://{id}.example/people",
            "http://lms.example/{id}",
            "https://lms.example:8443/{id}",
            "https://user@lms.example/{id}",
            "ftp://lms.example/{id}",
            "{id}",
        ],
    )
    def test_an_address_that_cannot_be_asked_is_refused(
        self, http: httpx.Client, alder: World, url: str
    ) -> None:
        Platform(http, alder, "canvas")

        changed_ = http.patch("/v1/sources/lms", json={"peopleUrl": url}, headers=alder.headers)
        added = http.post(
            "/v1/sources",
            json={"name": "two", "dialect": "canvas", "peopleUrl": url},
            headers=alder.headers,
        )

        assert (changed_.status_code, added.status_code) == (422, 422)
        assert problem(changed_) in {"invalid-people-url", "refused-address"}

    def test_a_token_goes_with_the_address_that_it_is_for_and_is_never_shown(
        self, http: httpx.Client, alder: World, canvas: Platform, platform_server: Lms
    ) -> None:
        alone = http.patch("/v1/sources/lms", json={"peopleToken": "a"}, headers=alder.headers)
        moved = http.patch(
            "/v1/sources/lms",
            json={"peopleUrl": f"{platform_server.url}/else/{{id}}"},
            headers=alder.headers,
        )
        canvas.send(CANVAS)

        assert alone.status_code == 422
        assert TOKEN not in moved.text
        assert platform_server.paths == ["/else/elXwFPr6uKGaQj"]
        assert "authorization" not in platform_server.asked[0].headers

    def test_it_is_turned_off_again_and_another_change_leaves_it(
        self, http: httpx.Client, alder: World, canvas: Platform, platform_server: Lms
    ) -> None:
        kept = http.patch("/v1/sources/lms", json={"disabled": False}, headers=alder.headers)
        off = http.patch("/v1/sources/lms", json={"peopleUrl": None}, headers=alder.headers)
        canvas.send(CANVAS)

        assert kept.json()["source"]["peopleUrl"] == f"{platform_server.url}/people/{{id}}?more=1"
        assert off.json()["source"]["peopleUrl"] is None
        assert platform_server.asked == []

    def test_another_issuer_cannot_set_it(self, http: httpx.Client, alder: World) -> None:
        Platform(http, alder, "canvas")
        other = make_world(alder.context, alder.clock, "birch", default=False)

        answer = http.patch("/v1/sources/lms", json={"peopleUrl": None}, headers=other.headers)

        assert answer.status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_is_set_on_the_command_line_and_the_token_is_sealed(alder: World, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    settings = {
        "ISSUER_DATABASE_URL": alder.context.settings.database_url.get_secret_value(),
        "ISSUER_KEYS_DIR": str(alder.context.settings.keys_dir),
        "ISSUER_KEY_PASSPHRASE": "a passphrase of some length",
        "ISSUER_MODE": "development",
    }

    run("source", "add", "lms", "canvas", folder=tmp_path, settings=settings)
    address = "https://lms.example/{id}"
    command = ("source", "look-up", "lms", address, "--token-file", str(tmp_path / "token"))
    said = run(*command, folder=tmp_path, settings=settings)
    (tmp_path / "token").write_text("two\nlines")
    run(*command, folder=tmp_path, settings=settings, code=1)

    with alder.context.database.read() as session:
        source = sources.by_name(session, alder.tenant.id, "lms")
    assert said == "people of lms are looked up\n"
    assert source.people_url == address
    assert TOKEN.encode() not in (source.people_token or b"")
