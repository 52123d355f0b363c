import json
import socket
import time
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from issuer import telemetry
from issuer.context import Context
from issuer.core.documents import Document
from issuer.db.tables import Credential
from issuer.services import clients
from issuer.web import examples, problems
from tests.support import server
from tests.support.world import World, make_world


def post_event(http: httpx.Client, alder: World, event: Document, **headers: str) -> httpx.Response:
    return http.post("/v1/events", json=event, headers={**alder.headers, **headers})


def test_one_call_with_four_fields_answers_with_everything_to_show(http: httpx.Client, alder: World) -> None:
    answer = post_event(http, alder, examples.EVENT)

    assert answer.status_code == 201
    body = answer.json()
    assert body["outcome"] == "issued"
    assert body["status"] == body["award"]["status"] == "active"
    assert body["page_url"] == f"https://badges.example.org/b/{body['award']['id']}"
    assert body["credential_url"] == body["page_url"] + ".json"
    assert body["request_id"] == answer.headers["x-request-id"]


def test_the_badge_is_public_when_the_answer_arrives(http: httpx.Client, alder: World) -> None:
    award_id = post_event(http, alder, examples.EVENT).json()["award"]["id"]

    page = http.get(f"/b/{award_id}.json")

    assert page.status_code == 200
    assert alder.verify(page.text).result == "valid"


def test_a_repeated_event_answers_200_and_an_altered_one_409(http: httpx.Client, alder: World) -> None:
    first = post_event(http, alder, examples.EVENT)
    again = post_event(http, alder, examples.EVENT)
    other = post_event(http, alder, {**examples.EVENT, "narrative": "other"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.json()["outcome"] == "already_processed"
    assert again.json()["award"]["id"] == first.json()["award"]["id"]
    assert other.json()["errors"][0]["pointer"] == "/id"


def test_an_idempotency_key_belongs_to_one_event(http: httpx.Client, alder: World) -> None:
    event, other = alder.event(), alder.event()
    first = post_event(http, alder, event, **{"idempotency-key": "k-1"})

    again = post_event(http, alder, event, **{"idempotency-key": "k-1"})
    reused = post_event(http, alder, other, **{"idempotency-key": "k-1"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert reused.status_code == 422
    assert reused.json()["type"].endswith("/problems/idempotency-key-reused")


@pytest.mark.parametrize("mode", ["structured", "binary"])
def test_cloudevents_are_accepted_in_both_modes(http: httpx.Client, alder: World, mode: str) -> None:
    data = {name: examples.EVENT[name] for name in ("achievement", "recipient")}
    envelope = {
        "specversion": "1.0", "id": "ce-1", "source": "https://lms.example", "type": "submission.approved",
        "time": "2026-06-12T15:04:05-04:00",
    }  # fmt: skip
    if mode == "structured":
        body, extra = {**envelope, "datacontenttype": "application/json", "data": data}, {}
    else:
        body, extra = data, {f"ce-{name}": value for name, value in envelope.items()}

    answer = post_event(http, alder, body, **extra)

    assert answer.status_code == 201, answer.text
    assert post_event(http, alder, body, **extra).status_code == 200


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"unknown": 1}, "/unknown"),
        ({"recipient": {"name": "Nobody"}}, "/recipient"),
        ({"recipient": {"email": "not an address"}}, "/recipient/email"),
        ({"achievement": "NO-SUCH"}, "/achievement"),
        ({"type": "course.completed"}, "/type"),
        ({"time": "yesterday"}, "/time"),
        ({"narrative": "bell \x07"}, "/narrative"),
        ({"evidence": [{"name": "x", "url": "javascript:alert(1)"}]}, "/evidence/0/url"),
        ({"credit": [{"type": "clock_hour", "amount": 5}]}, ""),
        (
            {"recipient": {"identifiers": [{"type": "nationalIdentityNumber", "value": "1"}]}},
            "/recipient/identifiers/0/type",
        ),
    ],
)
def test_a_refusal_points_at_its_place(
    http: httpx.Client, alder: World, change: Document, pointer: str
) -> None:
    answer = post_event(http, alder, {**examples.EVENT, **change})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["request_id"].startswith("req_")


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":"\\ud800"}', b'{"a":1e999}', b"\xff\xfe{}",
        b"[" * 100_000, b'{"a":' * 5000, b'{"a":' + b"9" * 400 + b"}", b"\xef\xbb\xbf{}",
    ],
)  # fmt: skip
def test_json_that_readers_disagree_about_is_refused(http: httpx.Client, alder: World, body: bytes) -> None:
    answer = http.post("/v1/events", content=body, headers=alder.headers)

    assert answer.status_code in {413, 422}
    assert answer.json()["type"].rpartition("/")[2] in problems.catalogue()


def test_a_body_over_the_limit_is_refused_before_it_is_read(http: httpx.Client, alder: World) -> None:
    def endless() -> object:
        for _ in range(2000):
            yield b" " * 65_536

    answer = http.post("/v1/events", content=endless(), headers=alder.headers)  # type: ignore[arg-type]

    assert answer.status_code == 413


@pytest.mark.parametrize("header", [None, "Basic abc", "Bearer", "Bearer sk_live_nobody_z123", "Bearer x"])
def test_without_a_good_key_nothing_happens(http: httpx.Client, header: str | None) -> None:
    headers = {"authorization": header} if header else {}

    answer = http.post("/v1/events", json=examples.EVENT, headers=headers)

    assert answer.status_code == 401
    assert "bearer" in answer.headers["www-authenticate"].lower()


def test_revoked_and_expired_keys_are_shut_out_at_once(http: httpx.Client, alder: World) -> None:
    client, key = clients.create(
        alder.context, alder.tenant, "short", ["awards:read"], alder.clock.now + timedelta(days=1)
    )
    headers = {"authorization": f"Bearer {key}"}
    before = http.get("/v1/awards", headers=headers).status_code
    alder.clock.move(days=2)
    expired = http.get("/v1/awards", headers=headers).status_code
    alder.clock.move(days=-2)
    clients.revoke(alder.context, alder.tenant, client.id)

    assert (before, expired, http.get("/v1/awards", headers=headers).status_code) == (200, 401, 401)


def test_each_scope_opens_its_own_doors_only(http: httpx.Client, alder: World) -> None:
    award_id = post_event(http, alder, examples.EVENT).json()["award"]["id"]
    doors = {
        "events:write": ("POST", "/v1/events", examples.EVENT),
        "awards:read": ("GET", f"/v1/awards/{award_id}", None),
        "awards:manage": ("POST", f"/v1/awards/{award_id}/suspend", {"reason": "other"}),
        "achievements:write": ("PUT", "/v1/achievements/MC-NEW", examples.DEFINITION),
    }
    for scope in doors:
        _, key = clients.create(alder.context, alder.tenant, scope, [scope])
        headers = {"authorization": f"Bearer {key}"}
        for wanted, (method, path, body) in doors.items():
            answer = http.request(method, path, json=body, headers=headers)
            assert (answer.status_code != 403) is (wanted == scope), (scope, wanted, answer.text)


def test_a_badge_is_withdrawn_found_and_its_history_read(http: httpx.Client, alder: World) -> None:
    award_id = post_event(http, alder, examples.EVENT).json()["award"]["id"]

    done = http.post(f"/v1/awards/{award_id}/revoke", json=examples.STATUS_CHANGE, headers=alder.headers)
    read = http.get(f"/v1/awards/{award_id}", headers=alder.headers).json()
    listed = http.get("/v1/awards", params={"status": "revoked"}, headers=alder.headers).json()

    assert done.status_code == 200
    assert read["status"] == "revoked"
    assert [entry["type"] for entry in read["history"]] == ["award.issued", "award.revoked"]
    assert [award["id"] for award in listed["awards"]] == [award_id]


def test_pages_of_awards_follow_one_another_without_loss(http: httpx.Client, alder: World) -> None:
    made = [post_event(http, alder, alder.event()).json()["award"]["id"] for _ in range(7)]

    seen: list[str] = []
    query: dict[str, str] = {"limit": "3"}
    while True:
        answer = http.get("/v1/awards", params=query, headers=alder.headers)
        seen += [award["id"] for award in answer.json()["awards"]]
        if answer.json()["next"] is None:
            break
        assert answer.headers["link"] == f'<{answer.json()["next"]}>; rel="next"'
        query = dict(httpx.URL(answer.json()["next"]).params)

    assert sorted(seen) == sorted(made)


def test_a_definition_is_saved_published_and_retired_as_json_or_yaml(
    http: httpx.Client, alder: World
) -> None:
    yaml = "name: Yaml\ndescription: From a file\ncriteria: {narrative: Do it}\nvalidity: {for: P1Y}\n"
    saved = http.put(
        "/v1/achievements/MC-YAML",
        content=yaml,
        headers={**alder.headers, "content-type": "application/yaml"},
    )
    published = http.post("/v1/achievements/MC-YAML/publish", headers=alder.headers)
    again = http.post("/v1/achievements/MC-YAML/publish", headers=alder.headers)
    retired = http.post("/v1/achievements/MC-YAML/retire", headers=alder.headers)

    assert saved.json()["draft"]["name"] == "Yaml"
    assert published.json()["current"]["number"] == again.json()["current"]["number"] == 1
    assert published.json()["current"]["document"]["id"] == "https://badges.example.org/i/alder/a/MC-YAML"
    assert retired.json()["retired"] is True


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"nmae": "typo"}, "/nmae"),
        ({"achievementType": "Sticker"}, "/achievementType"),
        ({"criteria": {}}, "/criteria"),
        ({"criteria": None}, "/criteria"),
        ({"alignment": [{"targetName": "x"}]}, "/alignment/0/targetUrl"),
        ({"validity": {"for": "5 years"}}, "/validity/for"),
        ({"image": {"id": "ftp://x"}}, "/image/id"),
        ({"repeat": "sometimes"}, "/repeat"),
    ],
)
def test_a_bad_definition_is_refused_by_pointer(
    http: httpx.Client, alder: World, change: Document, pointer: str
) -> None:
    body = {**examples.DEFINITION, **change}

    answer = http.put("/v1/achievements/MC-BAD", json=body, headers=alder.headers)

    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_missing_criteria_is_named(http: httpx.Client, alder: World) -> None:
    """They are written from a rubric and evidence, where there are any."""
    least = {"name", "description"}
    body = {name: value for name, value in examples.DEFINITION.items() if name in least}

    answer = http.put("/v1/achievements/MC-BAD", json=body, headers=alder.headers)

    assert answer.json()["errors"] == [{"pointer": "/criteria", "detail": "Field required"}]


def test_another_tenants_awards_and_achievements_look_like_none(http: httpx.Client, alder: World) -> None:
    award_id = post_event(http, alder, examples.EVENT).json()["award"]["id"]
    birch = make_world(alder.context, alder.clock, "birch", default=False)

    answers = [
        http.get(f"/v1/awards/{award_id}", headers=birch.headers),
        http.post(f"/v1/awards/{award_id}/revoke", json=examples.STATUS_CHANGE, headers=birch.headers),
        http.get("/v1/achievements/MC-FEEDBACK", headers=birch.headers),
        http.post("/v1/achievements/MC-FEEDBACK/retire", headers=birch.headers),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert http.get("/v1/awards", headers=birch.headers).json()["awards"] == []
    assert post_event(http, birch, examples.EVENT).status_code == 422


def test_the_operator_makes_issuers_and_nobody_else(alder: World, context: Context) -> None:
    key = "operator-key-of-more-than-32-characters"
    opened = context.settings.model_copy(update={"operator_key": type(context.settings.database_url)(key)})
    with server.serving(replace(context, settings=opened)) as http:
        refused = http.post("/v1/issuers", json=examples.ISSUER, headers=alder.headers)
        body = {**examples.ISSUER, "slug": "cedar"}
        made = http.post("/v1/issuers", json=body, headers={"authorization": f"Bearer {key}"})
        twice = http.post("/v1/issuers", json=body, headers={"authorization": f"Bearer {key}"})

    assert (refused.status_code, made.status_code, twice.status_code) == (401, 201, 409)
    assert made.json()["did"] == "did:web:badges.example.org:i:cedar"


def test_without_an_operator_key_the_operators_calls_are_off(http: httpx.Client) -> None:
    assert http.get("/v1/issuers", headers={"authorization": "Bearer x"}).status_code == 401
    assert http.get("/v1/issuers").status_code == 401


def test_a_fault_of_our_own_says_nothing_of_itself(http: httpx.Client, alder: World) -> None:
    award_id = post_event(http, alder, examples.EVENT).json()["award"]["id"]
    with alder.context.database.write.begin() as session:
        row = session.query(Credential).one()
        row.secured = str(row.secured).replace("Alder", "Alter")

    answer = http.get(f"/b/{award_id}.json")

    assert answer.status_code == 500
    assert "Alter" not in answer.text
    assert answer.json()["type"].endswith("/problems/damaged-badge")


def test_health_readiness_and_metrics_answer(http: httpx.Client, alder: World) -> None:
    post_event(http, alder, examples.EVENT)

    assert http.get("/healthz").json() == {"status": "ok"}
    assert http.get("/readyz").json() == {"status": "ok"}
    metrics = http.get("/metrics").text
    assert 'issuer_events_total{outcome="issued"} 1.0' in metrics
    assert 'route="/v1/events"' in metrics


def test_nothing_personal_stands_in_logs_or_metrics(
    http: httpx.Client, alder: World, capfd: pytest.CaptureFixture[str]
) -> None:
    telemetry.configure("debug")
    person = {"email": "canary.person@alder.example", "name": "Canary Person"}
    post_event(http, alder, alder.event(recipient=person))
    post_event(http, alder, alder.event(recipient={**person, "shoe": "Canary"}))
    http.get("/v1/awards", params={"query": "canary.person@alder.example"}, headers=alder.headers)
    http.post("/v1/verify", json={"name": "Canary Person"})
    telemetry.configure("error")

    written = capfd.readouterr()

    assert '"route"' in written.err
    assert "canary" not in (written.out + written.err + http.get("/metrics").text).lower()
    assert alder.api_key not in written.err


def test_verify_answers_in_words_and_needs_no_key(http: httpx.Client, alder: World) -> None:
    signed = str(alder.issue().award[0].secured)
    tampered = json.dumps({**json.loads(signed), "name": "Another"})

    good, bad, none = (http.post("/v1/verify", content=text).json() for text in (signed, tampered, "{}"))

    assert good["result"] == "valid"
    assert {check["id"] for check in good["checks"]} == {
        "schema",
        "integrity",
        "issuer",
        "status",
        "validity",
    }
    assert good["credential"]["name"] == "Feedback that Moves Learning"
    assert bad["result"] == "altered"
    assert "credential" not in bad
    assert none["result"] == "not_a_badge"
    assert http.post("/v1/verify", content=b"not json").json()["result"] == "unreadable"


class BrokenKeyring:
    """A keyring that fails in a way that nobody foresaw."""

    def signer(self, key_id: str) -> None:
        raise RuntimeError(f"canary of {key_id}")


def test_an_unforeseen_fault_is_a_bare_500_and_its_text_goes_nowhere(
    alder: World, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = replace(alder.context, keyring=BrokenKeyring())  # type: ignore[arg-type]
    with server.serving(broken) as http:
        answer = post_event(http, alder, examples.EVENT)

    written = capfd.readouterr()

    assert answer.status_code == 500
    assert "canary" not in answer.text + written.out + written.err
    assert "RuntimeError at issuer." in written.err
    assert alder.send(examples.EVENT).outcome == "already_processed"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_does_not_answer_is_503_and_worth_another_try(
    http: httpx.Client, alder: World
) -> None:
    with alder.context.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE event RENAME TO event_elsewhere")

    answer = post_event(http, alder, examples.EVENT)

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["type"].endswith("/problems/database-unavailable")


def test_a_fault_in_a_structured_envelope_is_pointed_at_where_it_was_sent(
    http: httpx.Client, alder: World
) -> None:
    data = {"achievement": "MC-FEEDBACK", "recipient": {"emial": "x"}}
    body = {"specversion": "1.0", "id": "a#1 |x", "source": "s", "type": "submission.approved", "data": data}

    typo = post_event(http, alder, body)
    unknown = post_event(
        http, alder, {**body, "data": {**data, "recipient": {"email": "a@b.example"}, "achievement": "NO"}}
    )
    late = post_event(http, alder, {**body, "time": "yesterday"})

    assert [error["pointer"] for error in typo.json()["errors"]][-1].startswith("/data/recipient")
    assert unknown.json()["errors"][0]["pointer"] == "/data/achievement"
    assert "/time" in [error["pointer"] for error in late.json()["errors"]]


def test_an_address_with_spaces_around_it_is_the_same_address(http: httpx.Client, alder: World) -> None:
    first = post_event(http, alder, alder.event(recipient={"email": " Someone@Alder.example "}))
    again = post_event(http, alder, alder.event(recipient={"email": "someone@alder.example"}))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["award"]["id"] == first.json()["award"]["id"]


@pytest.mark.parametrize(
    "identifier",
    [
        {"type": "ext:ssn", "value": "1"},
        {"type": "ext:us-dob", "value": "1"},
        {"type": "ext:x", "value": "123-45-6789"},
    ],
)
def test_what_must_not_be_kept_here_is_refused(
    http: httpx.Client, alder: World, identifier: Document
) -> None:
    event = alder.event(recipient={"email": "a@b.example", "identifiers": [identifier]})

    assert post_event(http, alder, event).status_code == 422


@pytest.mark.parametrize(
    "path", ["/v1/awards?query=%00", "/v1/awards?achievement=%00", "/v1/achievements?after=%00"]
)
def test_a_control_character_in_a_parameter_is_422_on_both_databases(
    http: httpx.Client, alder: World, path: str
) -> None:
    assert http.get(path, headers=alder.headers).status_code == 422


def test_a_definition_may_name_its_own_code_and_no_other(http: httpx.Client, alder: World) -> None:
    own = http.put(
        "/v1/achievements/MC-A", json={**examples.DEFINITION, "code": "MC-A"}, headers=alder.headers
    )
    other = http.put(
        "/v1/achievements/MC-A", json={**examples.DEFINITION, "code": "MC-B"}, headers=alder.headers
    )

    assert (own.status_code, other.status_code) == (200, 422)
    assert other.json()["errors"][0]["pointer"] == "/code"


def test_a_client_that_hangs_up_is_no_fault_of_ours(http: httpx.Client) -> None:
    with socket.create_connection((str(http.base_url.host), http.base_url.port or 0)) as line:
        line.sendall(b"POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    deadline = time.monotonic() + 5
    while "client-disconnected" not in (seen := http.get("/metrics").text) and time.monotonic() < deadline:
        if 'route="/v1/verify"' in seen:
            break
        time.sleep(0.05)

    assert 'route="/v1/verify"' in seen
    assert 'issuer_faults_total{code="internal"}' not in seen
