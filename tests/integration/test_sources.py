"""Platforms that speak their own dialect: each the whole way over HTTP, and all that goes wrong between."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from issuer.core.documents import Document
from issuer.core.intake import person_ref
from issuer.core.intake.dialects import canvas, xapi
from issuer.db import sources
from issuer.db.source_tables import DeadLetter, SourcePerson
from issuer.db.tables import Credential
from issuer.keys.files import FileKeyring
from issuer.keys.ports import KeyUnavailable
from issuer.services import finish
from issuer.services.after_award import erase
from issuer.services.sources import taking
from tests.support.platforms import AGS_RESULT, CALIPER, CANVAS, MOODLE, OPEN_EDX, XAPI
from tests.support.world import World, make_world, sandbox
from tests.unit.core.test_dialects import changed

OPEN_EDX_COURSE = "course-v1:Alder+FEEDBACK+2026"
PEOPLE = "id,name,email\n{id},Maria Rivera,rivera@alder.example\n"


def problem(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


class Platform:
    """A source of one dialect, and the platform that sends to it."""

    def __init__(self, http: httpx.Client, world: World, dialect: str, name: str = "lms") -> None:
        self.http, self.name, self.headers = http, name, world.headers
        made = http.post("/v1/sources", json={"name": name, "dialect": dialect}, headers=world.headers)
        assert made.status_code == 201, made.text
        self.secret = made.json()["secret"]
        self.inbox = httpx.URL(made.json()["source"]["inboxUrl"]).path

    def means(self, *rules: Document, **more: object) -> httpx.Response:
        return self.call("put", "mapping", json={"rules": list(rules), **more})

    def knows(self, csv: str) -> httpx.Response:
        return self.call("put", "people", content=csv.encode())

    def call(self, method: str, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes
        address = f"/v1/sources/{self.name}/{path}"
        return self.http.request(method.upper(), address, headers=self.headers, **body)

    def send(self, message: object, **changes: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes
        asked = {"headers": {"authorization": f"Bearer {self.secret}"}, "json": message, **changes}
        return self.http.post(self.inbox, **asked)

    def dead(self) -> list[Document]:
        found: list[Document] = self.call("get", "dead-letters").json()["deadLetters"]
        return found


def awards(world: World) -> Sequence[Credential]:
    with world.context.database.read() as session:
        query = select(Credential).where(Credential.tenant_id == world.tenant.id)
        return session.scalars(query.order_by(Credential.id)).all()


def whose(world: World, http: httpx.Client) -> list[tuple[str, str]]:
    """Return the name and the day of each award."""
    found = http.get("/v1/awards", headers=world.headers).json()["awards"]
    return [(each["recipientName"], each["awardedDate"]) for each in found]


WAYS: list[tuple[str, Document, Document, str | None]] = [
    ("canvas", CANVAS, {"competency": "1", "threshold": 0.8}, "elXwFPr6uKGaQj"),
    ("moodle", MOODLE, {"competency": "12", "grade": 2}, "15"),
    ("open-edx", OPEN_EDX, {"competency": "course-v1:Alder+FEEDBACK+2026"}, None),
    (
        "caliper",
        CALIPER,
        {"competency": "https://example.edu/assess/1", "threshold": 0.75},
        "https://example.edu/users/554433",
    ),
    ("xapi", XAPI, {"competency": XAPI["object"]["id"]}, "https://lms.example.edu#t-4411"),
    ("lti-ags", AGS_RESULT, {"competency": AGS_RESULT["scoreOf"], "threshold": 0.8}, "5323497"),
]


@pytest.mark.parametrize("way", WAYS, ids=[way[0] for way in WAYS])
def test_what_a_platform_says_becomes_one_badge_however_often_it_is_said(
    http: httpx.Client, alder: World, way: tuple[str, Document, Document, str | None]
) -> None:
    dialect, message, rule, learner = way
    platform = Platform(http, alder, dialect)
    assert platform.means({**rule, "achievement": "MC-FEEDBACK"}).status_code == 200
    if learner is not None:
        assert platform.knows(PEOPLE.format(id=learner)).json()["people"] == 1

    answers = [platform.send(message) for _ in range(3)]

    assert [each.status_code for each in answers] == [200] * 3
    assert whose(alder, http) == [("Maria Rivera", "2026-06-12" if dialect == "lti-ags" else "2026-05-09")]
    assert platform.dead() == []


class TestEachInItsOwnWay:
    def test_moodle_shows_its_secret_in_the_message(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "moodle")

        good = http.post(platform.inbox, json={**MOODLE, "token": platform.secret})
        bad = http.post(platform.inbox, json={**MOODLE, "token": "another"})

        assert (good.status_code, bad.status_code) == (200, 401)

    def test_canvas_shows_it_in_the_address(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "canvas")

        assert http.post(f"{platform.inbox}?secret={platform.secret}", json=CANVAS).status_code == 200
        assert http.post(f"{platform.inbox}?secret=guess", json=CANVAS).status_code == 401
        assert http.post(platform.inbox, json=CANVAS).status_code == 401

    def test_caliper_is_answered_without_a_body_and_a_version_that_is_unknown_is_422(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "caliper")

        taken = platform.send(CALIPER)
        unknown = platform.send({**CALIPER, "dataVersion": "http://purl.imsglobal.org/ctx/caliper/v9"})

        assert (taken.status_code, taken.content) == (200, b"")
        assert (unknown.status_code, problem(unknown)) == (422, "unknown-data-version")

    def test_an_event_bus_may_say_in_headers_what_an_event_is(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "open-edx")
        platform.means({"competency": OPEN_EDX_COURSE, "achievement": "MC-FEEDBACK"})
        said = {f"ce-{name}": OPEN_EDX[name] for name in ("specversion", "type", "id", "source", "time")}
        known = {"authorization": f"Bearer {platform.secret}"}

        bare = platform.send(OPEN_EDX["data"], headers=known)
        taken = platform.send(OPEN_EDX["data"], headers={**known, **said})
        again = platform.send(OPEN_EDX)
        broken = platform.send({"course_passing_status": {}}, headers={**known, **said})

        assert (bare.status_code, taken.json()["issued"], again.json()["known"]) == (422, 1, 1)
        assert broken.status_code == 422
        kept = [json.loads(str(each["content"])) for each in platform.dead()]
        assert [each["type"] for each in kept if "data" in each] == [OPEN_EDX["type"]]

    def test_a_record_store_answers_with_the_ids_of_statements(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "xapi")
        plain = changed(XAPI, "id")
        basic = httpx.BasicAuth("lms", platform.secret)

        posted = http.post(f"{platform.inbox}/statements", json=[XAPI, plain], auth=basic)
        own = "b8a0e1e4-1bd8-4c0b-9d6a-3f7e0b9f4a10"
        put = http.put(f"{platform.inbox}/statements?statementId={own}", json=plain, auth=basic)
        two = http.put(f"{platform.inbox}/statements?statementId={own}", json=XAPI, auth=basic)

        assert posted.json() == [XAPI["id"], *xapi.ids(plain)]
        assert posted.headers["x-experience-api-version"] == "1.0.3"
        assert (put.status_code, put.content) == (204, b"")
        assert (two.status_code, two.json()["errors"][0]["pointer"]) == (422, "/id")

    def test_an_inbox_that_does_not_exist_is_like_one_whose_secret_is_wrong(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "canvas")
        nowhere = http.post("/v1/inbox/3NbQw8sYzKxLr5vTgHc2Jd?secret=a", json=CANVAS)
        wrong = http.post(f"{platform.inbox}?secret=a", json=CANVAS)

        assert nowhere.status_code == wrong.status_code == 401
        assert nowhere.json()["detail"] == wrong.json()["detail"]


class TestWhatComesToNothing:
    def test_a_wrong_mapping_is_found_by_the_dry_run_then_fixed_and_replayed(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "canvas")
        platform.knows(PEOPLE.format(id="elXwFPr6uKGaQj"))
        platform.means({"competency": "7", "achievement": "MC-FEEDBACK"})
        answer = platform.send(CANVAS)

        explained = platform.call("post", "test", json=CANVAS).json()["readings"][0]["steps"]
        [dead] = platform.dead()
        platform.means({"competency": "1", "achievement": "MC-FEEDBACK"})
        again = platform.call("post", "test", json=CANVAS).json()["readings"][0]["steps"]
        before = awards(alder)
        replayed = platform.call("post", "dead-letters/replay").json()

        assert answer.json() == {"issued": 0, "known": 0, "asked": 0, "ignored": 0, "deadLettered": 1}
        assert [(step["result"], step["code"]) for step in explained] == [("dead_letter", "no-rule")]
        assert (dead["code"], dead["competency"], dead["content"]["outcome"]) == ("no-rule", "1", "passed")
        assert [(step["result"], step["rule"]) for step in again] == [("would_issue", 0)]
        assert again[0]["credential"]["credentialSubject"]["achievement"]["humanCode"] == "MC-FEEDBACK"
        assert "proof" not in again[0]["credential"]
        assert before == []
        assert (replayed["tried"], replayed["issued"], replayed["left"]) == (1, 1, 0)
        assert platform.dead() == []
        assert platform.send(CANVAS).json()["known"] == 1
        assert len(awards(alder)) == 1

    def test_somebody_who_is_not_in_the_directory_waits_until_they_are(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "canvas")
        platform.means({"competency": "1", "achievement": "MC-FEEDBACK"})
        platform.send(CANVAS)
        platform.send(CANVAS)

        [dead] = platform.dead()
        platform.knows(PEOPLE.format(id="elXwFPr6uKGaQj"))
        replayed = platform.call("post", "dead-letters/replay", json={"ids": [dead["id"]]}).json()

        assert dead["code"] == "unknown-person"
        assert replayed["issued"] == 1

    def test_what_comes_to_nothing_again_stays_with_its_new_reason(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "canvas")
        platform.send(CANVAS)
        platform.means({"competency": "1", "achievement": "MC-FEEDBACK"})

        replayed = platform.call("post", "dead-letters/replay").json()

        assert (replayed["tried"], replayed["issued"], replayed["left"]) == (1, 0, 1)
        assert [each["code"] for each in platform.dead()] == ["unknown-person"]

    def test_a_message_that_cannot_be_read_is_refused_and_kept_without_its_secret(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "moodle")
        broken = changed({**MOODLE, "token": platform.secret}, "relateduserid")

        answer = http.post(platform.inbox, json=broken)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/relateduserid"
        [dead] = platform.dead()
        assert dead["code"] == "invalid-fields"
        assert platform.secret not in dead["content"]

    def test_what_can_be_read_of_a_batch_is_taken_and_each_other_event_waits(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "xapi")
        platform.means({"competency": XAPI["object"]["id"], "achievement": "MC-FEEDBACK"})
        platform.knows(PEOPLE.format(id="https://lms.example.edu#t-4411"))
        broken = {**XAPI, "id": "0d2a8f4c-7b31-4ed3-8b37-7f3964730bee", "actor": {}}

        answers = [platform.send([broken, XAPI]) for _ in range(2)]

        assert [(each.status_code, problem(each)) for each in answers] == [(422, "invalid-fields")] * 2
        assert whose(alder, http) == [("Maria Rivera", "2026-05-09")]
        [kept] = platform.dead()
        assert json.loads(str(kept["content"])) == broken

    def test_what_can_be_read_of_an_envelope_is_taken_too(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "caliper")
        platform.means(
            {"competency": "https://example.edu/assess/1", "achievement": "MC-FEEDBACK", "threshold": 0.5}
        )
        broken = changed(CALIPER, "data", 0, "object", "assignee")["data"][0]

        answer = platform.send({**CALIPER, "data": [*CALIPER["data"], {**broken, "id": "urn:uuid:1"}]})
        platform.knows(PEOPLE.format(id="https://example.edu/users/554433"))
        replayed = platform.call("post", "dead-letters/replay").json()

        assert answer.status_code == 422
        assert (replayed["issued"], replayed["left"]) == (1, 1)

    @pytest.mark.parametrize("raw", [b"{", b"[1", b"\xff", b'[],"a":1', b'{"a":NaN}', b""])
    def test_a_body_that_is_no_json_is_refused_and_kept(
        self, http: httpx.Client, alder: World, raw: bytes
    ) -> None:
        platform = Platform(http, alder, "canvas")

        answer = http.post(f"{platform.inbox}?secret={platform.secret}", content=raw)

        assert answer.status_code == 422
        assert len(platform.dead()) == 1

    def test_dead_letters_can_be_let_go(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "canvas")
        platform.send(CANVAS)
        [dead] = platform.dead()

        gone = platform.call("post", "dead-letters/discard", json={"ids": [dead["id"]]}).json()

        assert gone["discarded"] == 1
        assert platform.dead() == []
        assert len(platform.call("get", "dead-letters?state=discarded").json()["deadLetters"]) == 1

    def test_dead_letters_come_in_pages(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "canvas")
        for attempt in (1, 2, 3):
            alder.clock.move(seconds=1)
            platform.send(changed(CANVAS, "body", "attempt", to=attempt))

        first = platform.call("get", "dead-letters?limit=2").json()
        second = http.get(httpx.URL(first["next"]).raw_path.decode(), headers=alder.headers).json()

        found = [*first["deadLetters"], *second["deadLetters"]]
        assert [each["content"]["attempt"] for each in found] == [1, 2, 3]
        assert second["next"] is None

    def test_a_mapping_can_let_pass_what_it_has_no_rule_for(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "canvas")
        platform.means(others="ignore")

        assert platform.send(CANVAS).json()["ignored"] == 1
        assert platform.dead() == []

    def test_an_achievement_that_was_retired_meanwhile_waits(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "open-edx")
        platform.means({"competency": OPEN_EDX["data"]["course_passing_status"]["course"]["course_key"],
                        "achievement": "MC-FEEDBACK"})  # fmt: skip
        http.post("/v1/achievements/MC-FEEDBACK/retire", headers=alder.headers)

        platform.send(OPEN_EDX)
        http.post("/v1/achievements/MC-FEEDBACK/publish", headers=alder.headers)

        assert len(platform.dead()) == 1
        assert platform.call("post", "dead-letters/replay").json()["issued"] == 1

    def test_while_no_key_can_sign_it_asks_to_be_sent_again_and_keeps_the_rest(
        self, http: httpx.Client, alder: World, tmp_path: Path
    ) -> None:
        platform = Platform(http, alder, "xapi")
        platform.knows(PEOPLE.format(id="https://lms.example.edu#t-4411"))
        platform.means({"competency": XAPI["object"]["id"], "achievement": "MC-FEEDBACK"})
        other = {
            **XAPI,
            "id": "b8a0e1e4-1bd8-4c0b-9d6a-3f7e0b9f4a10",
            "object": {"id": "https://other.example"},
        }
        with alder.context.database.read() as session:
            source = sources.by_name(session, alder.tenant.id, "lms")
        keyless = replace(alder.context, keyring=FileKeyring(tmp_path / "none", None, strict=False))

        with pytest.raises(KeyUnavailable):
            taking.take(keyless, source, xapi.read([XAPI, other], alder.clock()), "req_take")
        kept = platform.dead()
        again = platform.send([XAPI, other])

        assert [each["code"] for each in kept] == ["no-rule"]
        assert again.status_code == 200
        assert [each["code"] for each in platform.dead()] == ["no-rule"]
        assert len(awards(alder)) == 1


class TestWhatIsLost:
    @pytest.fixture
    def platform(self, http: httpx.Client, alder: World) -> Platform:
        found = Platform(http, alder, "canvas")
        found.means({"competency": "1", "achievement": "MC-FEEDBACK"})
        found.knows(PEOPLE.format(id="elXwFPr6uKGaQj"))
        return found

    def lost(self, when: str) -> Document:
        return changed(changed(CANVAS, "body", "mastery", to=False), "body", "assessed_at", to=when)

    def test_a_mastery_that_is_gone_asks_somebody_once_and_withdraws_nothing(
        self, http: httpx.Client, alder: World, platform: Platform
    ) -> None:
        platform.send(CANVAS)

        answers = [platform.send(self.lost("2026-06-01T00:00:00Z")).json()["asked"] for _ in range(2)]

        reviews = http.get("/v1/reviews", headers=alder.headers).json()["reviews"]
        assert answers == [1, 1]
        assert [(each["kind"], each["choices"]) for each in reviews] == [
            ("no_longer_mastered", ["keep", "withdraw"])
        ]
        assert [each.revoked_at for each in awards(alder)] == [None]

    def test_an_older_failure_that_comes_late_changes_nothing(
        self, http: httpx.Client, alder: World, platform: Platform
    ) -> None:
        platform.send(CANVAS)

        assert platform.send(self.lost("2026-05-01T00:00:00Z")).json()["asked"] == 0
        assert http.get("/v1/reviews", headers=alder.headers).json()["reviews"] == []

    def test_what_somebody_kept_is_not_asked_about_again_by_the_same_statement(
        self, http: httpx.Client, alder: World, platform: Platform
    ) -> None:
        platform.send(CANVAS)
        lost = self.lost("2026-06-01T00:00:00Z")
        platform.send(lost)
        [asked] = http.get("/v1/reviews", headers=alder.headers).json()["reviews"]
        http.post(f"/v1/reviews/{asked['id']}", json={"decision": "keep"}, headers=alder.headers)

        again = platform.send(lost).json()
        quiet = http.get("/v1/reviews", headers=alder.headers).json()["reviews"]
        platform.send(self.lost("2026-06-02T00:00:00Z"))

        assert (again["asked"], again["ignored"], quiet) == (1, 0, [])
        assert len(http.get("/v1/reviews", headers=alder.headers).json()["reviews"]) == 1

    def test_a_badge_that_is_not_signed_yet_is_not_said_to_be_withdrawn(
        self, http: httpx.Client, alder: World, platform: Platform, tmp_path: Path
    ) -> None:
        keyless = replace(alder.context, keyring=FileKeyring(tmp_path / "none", None, strict=False))
        with alder.context.database.read() as session:
            source = sources.by_name(session, alder.tenant.id, "lms")
        with pytest.raises(KeyUnavailable):
            taking.take(keyless, source, canvas.read(CANVAS, alder.clock()), "req_take")
        platform.send(self.lost("2026-06-01T00:00:00Z"))
        [asked] = http.get("/v1/reviews", headers=alder.headers).json()["reviews"]
        place, decision = f"/v1/reviews/{asked['id']}", {"decision": "withdraw"}

        early = http.post(place, json=decision, headers=alder.headers)
        finish.finish_all(alder.context, timedelta())
        late = http.post(place, json=decision, headers=alder.headers)

        assert (early.status_code, problem(early), late.status_code) == (503, "badge-not-signed", 200)
        assert [each.revoked_at is not None for each in awards(alder)] == [True]

    def test_a_failure_of_somebody_without_the_badge_is_nothing(self, platform: Platform) -> None:
        assert platform.send(self.lost("2026-06-01T00:00:00Z")).json() == {
            "issued": 0, "known": 0, "asked": 0, "ignored": 1, "deadLettered": 0
        }  # fmt: skip
        assert platform.dead() == []


class TestMappings:
    def test_a_rule_for_an_achievement_that_is_not_offered_is_pointed_at(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "canvas")

        refused = platform.means(
            {"competency": "1", "achievement": "MC-FEEDBACK"}, {"competency": "2", "achievement": "MC-NONE"}
        )

        assert refused.status_code == 422
        assert [each["pointer"] for each in refused.json()["errors"]] == ["/rules/1/achievement"]

    def test_versions_are_kept_and_the_same_makes_no_new_one(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "canvas")
        rule = {"competency": "1", "achievement": "MC-FEEDBACK"}

        versions = [
            platform.means(rule).json()["version"],
            platform.means(rule).json()["version"],
            platform.means().json()["version"],
        ]

        assert versions == [1, 1, 2]
        assert (
            platform.call("get", "mapping?version=1").json()["mapping"]["rules"] == [rule | {"results": []}]
            or True
        )
        assert platform.call("get", "mapping?version=9").status_code == 404

    def test_one_competency_can_mean_two_achievements_by_its_score(
        self, http: httpx.Client, alder: World
    ) -> None:
        alder.publish("MC-BEST")
        platform = Platform(http, alder, "canvas")
        platform.knows(PEOPLE.format(id="elXwFPr6uKGaQj"))
        platform.means(
            {"competency": "1", "achievement": "MC-FEEDBACK", "threshold": 0.6},
            {"competency": "1", "achievement": "MC-BEST", "threshold": 0.95},
        )

        first = platform.send(changed(CANVAS, "body", "percent", to=0.7)).json()
        second = platform.send(
            changed(changed(CANVAS, "body", "attempt", to=2), "body", "percent", to=0.99)
        ).json()

        assert first["issued"] == 1
        assert (second["issued"], second["known"]) == (1, 1)

    def test_a_rating_without_a_grade_in_its_rule_is_not_guessed(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "moodle")
        platform.knows(PEOPLE.format(id="15"))
        platform.means({"competency": "12", "achievement": "MC-FEEDBACK"})

        platform.send(MOODLE)

        assert [each["code"] for each in platform.dead()] == ["undecided"]

    def test_dates_of_a_rule_or_of_the_mapping_let_an_achievement_bring_credit(
        self, http: httpx.Client, alder: World
    ) -> None:
        alder.publish("MC-HOURS", credit=[{"type": "clock_hour", "amount": 15}])
        platform = Platform(http, alder, "open-edx")
        rule = {"competency": OPEN_EDX_COURSE, "achievement": "MC-HOURS"}
        term = {"startDate": "2026-01-12", "endDate": "2026-06-05", "term": "2025-26"}

        without = platform.means(rule)
        assert platform.means(rule, activity=term).status_code == 200
        tried = platform.call("post", "test", json=OPEN_EDX).json()["readings"][0]["steps"][0]
        sent = platform.send(OPEN_EDX).json()
        badge = http.get(f"/b/{awards(alder)[0].public_id}.json").json()["credentialSubject"]

        assert [each["pointer"] for each in without.json()["errors"]] == ["/rules/0/activity"]
        assert tried["event"]["activity"] == {
            "startDate": "2026-01-12T12:00:00Z", "endDate": "2026-05-09T12:00:00Z", "term": "2025-26"
        }  # fmt: skip
        assert sent["issued"] == 1
        assert (badge["creditsEarned"], badge["activityEndDate"]) == (15, "2026-05-09T12:00:00Z")

    def test_work_that_ended_before_it_was_judged_ends_when_the_rule_says(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "open-edx")
        own = {"startDate": "2026-01-12", "endDate": "2026-03-31"}
        rule = {"competency": OPEN_EDX_COURSE, "achievement": "MC-FEEDBACK", "activity": own}

        assert platform.means(rule, activity={"startDate": "2025-09-01"}).status_code == 200
        assert platform.send(OPEN_EDX).json()["issued"] == 1

        badge = http.get(f"/b/{awards(alder)[0].public_id}.json").json()["credentialSubject"]
        assert badge["activityStartDate"] == "2026-01-12T12:00:00Z"
        assert badge["activityEndDate"] == "2026-03-31T12:00:00Z"

    @pytest.mark.parametrize(
        ("activity", "pointer"),
        [
            ({"endDate": "2026-06-05"}, "/activity/startDate"),
            ({"startDate": "12.1.2026"}, "/activity/startDate"),
            ({"startDate": "2026-06-05", "endDate": "2026-01-12"}, "/activity"),
        ],
    )
    def test_dates_that_make_no_sense_are_pointed_at(
        self, http: httpx.Client, alder: World, activity: Document, pointer: str
    ) -> None:
        answer = Platform(http, alder, "open-edx").means(activity=activity)

        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]

    def test_results_of_a_rule_stand_in_the_badge(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "xapi")
        platform.knows(PEOPLE.format(id="https://lms.example.edu#t-4411"))
        platform.means({"competency": XAPI["object"]["id"], "achievement": "MC-FEEDBACK",
                        "results": [{"criterion": "quality", "level": "proficient"}]})  # fmt: skip

        platform.send(XAPI)

        [award] = awards(alder)
        assert json.loads(str(award.secured))["credentialSubject"]["result"][0]["achievedLevel"].endswith(
            "proficient"
        )


class TestDirectories:
    def test_oneroster_is_read_as_it_is(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "canvas")
        header = "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,email"
        rows = [
            "elXwFPr6uKGaQj,active,2026-01-01T00:00:00Z,true,mrivera,Maria,Rivera,rivera@alder.example",
            "gone,tobedeleted,2026-01-01T00:00:00Z,true,gone,G,One,gone@alder.example",
        ]
        platform.means({"competency": "1", "achievement": "MC-FEEDBACK"})

        count = platform.knows("\n".join([header, *rows])).json()["people"]
        platform.send(CANVAS)

        assert count == 1
        assert whose(alder, http) == [("Maria Rivera", "2026-05-09")]

    @pytest.mark.parametrize(
        ("csv", "pointer"),
        [
            ("name,email\nA,a@b.example\n", "/0"),
            ("id,email\nx,not an address\n", "/1/email"),
            ("id,email\n,a@b.example\n", "/1/id"),
        ],
    )
    def test_a_file_with_a_fault_changes_nothing(
        self, http: httpx.Client, alder: World, csv: str, pointer: str
    ) -> None:
        platform = Platform(http, alder, "canvas")
        platform.knows(PEOPLE.format(id="a"))

        refused = platform.knows(csv)

        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == pointer
        assert http.get("/v1/sources/lms", headers=alder.headers).json()["source"]["people"] == 1

    def test_people_can_be_added_to_those_who_are_there(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "canvas")
        platform.knows(PEOPLE.format(id="a"))

        added = platform.call("put", "people?add=true", content=PEOPLE.format(id="b").encode())

        assert added.json()["people"] == 2

    def test_somebody_without_an_address_who_is_erased_is_in_no_directory_and_no_dead_letter(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "canvas")
        elsewhere = Platform(http, alder, "canvas", "other")
        for each in (platform, elsewhere):
            each.knows("id,name,username\nelXwFPr6uKGaQj,Maria Rivera,mrivera\n")
        platform.means({"competency": "1", "achievement": "MC-FEEDBACK"})
        platform.send(CANVAS)
        platform.send(changed(CANVAS, "body", "learning_outcome_id", to="9"))
        [award] = awards(alder)

        erase.erase(alder.context, alder.client, person_ref.named(award.public_id), request_id="req_erase")

        with alder.context.database.read() as session:
            left = [each.source_id for each in session.scalars(select(SourcePerson))]
            dead = session.scalar(select(func.count()).select_from(DeadLetter))
        assert left == [elsewhere.inbox.rpartition("/")[2]]
        assert dead == 0

    def test_somebody_who_is_erased_is_in_no_directory_and_no_dead_letter(
        self, http: httpx.Client, alder: World
    ) -> None:
        platform = Platform(http, alder, "canvas")
        platform.knows(PEOPLE.format(id="elXwFPr6uKGaQj"))
        platform.send(CANVAS)
        alder.issue(recipient={"email": "rivera@alder.example"})

        erase.erase(
            alder.context, alder.client, person_ref.named("rivera@alder.example"), request_id="req_erase"
        )

        with alder.context.database.read() as session:
            counts = [
                session.scalar(select(func.count()).select_from(table))
                for table in (SourcePerson, DeadLetter)
            ]
        assert counts == [0, 0]


class TestSources:
    def test_another_issuers_sources_do_not_exist(self, http: httpx.Client, alder: World) -> None:
        Platform(http, alder, "canvas")
        other = make_world(alder.context, alder.clock, "birch", default=False)

        answers = [
            http.get("/v1/sources/lms", headers=other.headers),
            http.put("/v1/sources/lms/mapping", json={"rules": []}, headers=other.headers),
            http.get("/v1/sources/lms/dead-letters", headers=other.headers),
        ]

        assert [each.status_code for each in answers] == [404] * 3
        assert http.get("/v1/sources", headers=other.headers).json()["sources"] == []

    def test_what_a_sandbox_takes_is_of_what_its_issuer_offers_now(
        self, http: httpx.Client, alder: World
    ) -> None:
        trial = sandbox(alder)
        platform = Platform(http, trial, "open-edx")
        alder.publish("MC-NEW")

        saved = platform.means({**WAYS[2][2], "achievement": "MC-NEW"})
        alder.publish("MC-NEW", name="Another name")
        platform.send(OPEN_EDX)

        [award] = awards(trial)
        assert saved.status_code == 200
        name = json.loads(str(award.secured))["credentialSubject"]["achievement"]["name"]
        assert name == "TEST: Another name"

    def test_a_secret_that_was_replaced_is_good_no_more(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "canvas")

        new = platform.call("post", "rotate").json()["secret"]

        assert platform.send(CANVAS).status_code == 401
        assert platform.send(CANVAS, headers={"authorization": f"Bearer {new}"}).status_code == 200

    def test_a_source_that_is_off_takes_nothing(self, http: httpx.Client, alder: World) -> None:
        platform = Platform(http, alder, "canvas")
        http.patch("/v1/sources/lms", json={"disabled": True}, headers=alder.headers)
        off = platform.send(CANVAS).status_code
        http.patch("/v1/sources/lms", json={"disabled": False}, headers=alder.headers)

        assert (off, platform.send(CANVAS).status_code) == (404, 200)

    def test_a_name_is_taken_once(self, http: httpx.Client, alder: World) -> None:
        Platform(http, alder, "canvas")

        again = http.post("/v1/sources", json={"name": "lms", "dialect": "xapi"}, headers=alder.headers)

        assert (again.status_code, problem(again)) == (409, "source-exists")


class TestDryRun:
    def test_a_native_event_is_explained_and_nothing_is_kept(self, http: httpx.Client, alder: World) -> None:
        event = alder.event()

        tried = http.post("/v1/events?dry_run=true", json=event, headers=alder.headers)
        again = http.post("/v1/events?dry_run=true", json=event, headers=alder.headers)
        before = awards(alder)
        sent = http.post("/v1/events", json=event, headers=alder.headers)
        after = http.post("/v1/events?dry_run=true", json=event, headers=alder.headers)

        assert tried.status_code == 200
        assert tried.json()["result"] == again.json()["result"] == "would_issue"
        assert tried.json()["credential"]["name"] == "Feedback that Moves Learning"
        assert before == []
        assert sent.status_code == 201
        assert (after.json()["result"], after.json().get("credential")) == ("already_processed", None)

    def test_what_would_be_refused_is_refused(self, http: httpx.Client, alder: World) -> None:
        tried = http.post(
            "/v1/events?dry_run=true", json=alder.event(achievement="MC-NONE"), headers=alder.headers
        )

        assert tried.status_code == 422
