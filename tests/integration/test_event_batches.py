"""Many events in one request: an answer a line, in order, while more lines come."""

import json
import threading
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import event as events
from sqlalchemy import func, select

from issuer.core.documents import Document
from issuer.db.tables import Credential
from issuer.services import clients
from issuer.web import streaming
from tests.support.world import World, make_world

NDJSON = "application/x-ndjson"


def send(http: httpx.Client, alder: World, body: object, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else "".join(json.dumps(each) + "\n" for each in body)  # type: ignore[attr-defined]
    return http.post(
        "/v1/events/batch", content=content, headers={**alder.headers, "content-type": NDJSON, **headers}
    )


def rows(answer: httpx.Response) -> list[Document]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == NDJSON
    return [json.loads(line) for line in answer.text.splitlines()]


def test_each_line_has_the_answer_that_its_event_would_have_had_alone(
    http: httpx.Client, alder: World
) -> None:
    alder.publish()
    first, second = alder.event(), alder.event()

    alone = http.post("/v1/events", json=first, headers=alder.headers).json()
    found = rows(send(http, alder, [first, second]))

    assert [(row["line"], row["id"], row["status"]) for row in found] == [
        (1, first["id"], 200),
        (2, second["id"], 201),
    ]
    assert found[0]["answer"]["award"] == alone["award"]
    assert set(found[1]["answer"]) == set(alone)
    assert http.get(
        found[1]["answer"]["credential_url"].removeprefix("https://badges.example.org")
    ).is_success


@pytest.mark.parametrize(
    ("line", "status", "code"),
    [
        (b"{nonsense", 422, "malformed-document"),
        (b"[1]", 422, "malformed-document"),
        (b'"\xff"', 422, "malformed-document"),
        (b'{"id": "x"}', 422, "invalid-fields"),
        (b'{"pad": "' + b"x" * 300_000 + b'"}', 413, "document-too-large"),
    ],
)
def test_a_line_that_cannot_be_read_is_an_answer_of_its_own_and_loses_nothing(
    http: httpx.Client, alder: World, line: bytes, status: int, code: str
) -> None:
    alder.publish()
    good = [json.dumps(alder.event()).encode() for _ in range(2)]

    found = rows(send(http, alder, b"\n".join([good[0], line, b"", good[1]])))

    assert [row["line"] for row in found] == [1, 2, 4]
    assert [row["status"] for row in found] == [201, status, 201]
    assert found[1]["problem"]["type"].endswith(f"/problems/{code}")
    assert found[1]["problem"]["status"] == status


def test_a_refused_event_says_where_and_what_to_do(http: httpx.Client, alder: World) -> None:
    alder.publish()

    [row] = rows(send(http, alder, [alder.event(achievement="MC-FEEDBAK")]))

    assert row["status"] == 422
    assert "did you mean MC-FEEDBACK" in row["problem"]["detail"]
    assert row["problem"]["errors"][0]["pointer"] == "/achievement"


def test_a_cloud_event_is_a_line_like_any_other(http: httpx.Client, alder: World) -> None:
    alder.publish()
    given = alder.event()
    envelope = {
        "specversion": "1.0",
        "id": "ce-1",
        "source": "https://lms.example",
        "type": "submission.approved",
        "data": {name: given[name] for name in ("achievement", "recipient")},
    }
    broken = {**envelope, "id": "ce-2", "data": {"achievement": "MC-FEEDBACK", "recipient": {"email": 1}}}

    good, bad = rows(send(http, alder, [envelope, broken]))

    assert (good["id"], good["status"]) == ("ce-1", 201)
    assert bad["problem"]["errors"][0]["pointer"].startswith("/data/recipient")


def test_what_was_sent_before_is_answered_again(http: httpx.Client, alder: World) -> None:
    alder.publish()
    given = [alder.event() for _ in range(250)]

    first, again = rows(send(http, alder, given)), rows(send(http, alder, given))

    assert {row["status"] for row in first} == {201}
    assert {row["status"] for row in again} == {200}
    assert [row["answer"]["award"]["id"] for row in again] == [row["answer"]["award"]["id"] for row in first]


def test_the_same_event_on_two_lines_gives_one_badge(http: httpx.Client, alder: World) -> None:
    alder.publish()
    given = alder.event()

    found = rows(send(http, alder, [given, given]))

    assert [row["status"] for row in found] == [201, 200]
    assert len({row["answer"]["award"]["id"] for row in found}) == 1


def test_answers_come_while_lines_are_still_being_sent(http: httpx.Client, alder: World) -> None:
    alder.publish()
    answered = threading.Event()

    def lines() -> Iterator[bytes]:
        yield json.dumps(alder.event()).encode() + b"\n"
        assert answered.wait(30)
        yield json.dumps(alder.event()).encode() + b"\n"

    # httpx reads nothing before all is sent: the answer is watched where it is made.
    with published(alder, answered):
        found = rows(http.post("/v1/events/batch", content=lines(), headers=with_type(alder)))

    assert [row["status"] for row in found] == [201, 201]


@contextmanager
def published(alder: World, stored: threading.Event) -> Iterator[None]:
    """Say when a badge is public: its outbox row is committed with it."""
    engine = alder.context.database.engine
    seen: set[object] = set()

    def note(connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO outbox"):
            seen.add(connection)

    def look(connection: object) -> None:
        if connection in seen:
            stored.set()

    events.listen(engine, "before_cursor_execute", note)
    events.listen(engine, "commit", look)
    try:
        yield
    finally:
        events.remove(engine, "before_cursor_execute", note)
        events.remove(engine, "commit", look)


def with_type(alder: World) -> dict[str, str]:
    return {**alder.headers, "content-type": NDJSON}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_long_batch_takes_no_more_memory_than_its_answers_may(http: httpx.Client, alder: World) -> None:
    alder.publish()
    given = alder.event()
    line = json.dumps(given).encode() + b"\n"
    count = 20_000

    def lines() -> Iterator[bytes]:
        for _ in range(count // 100):
            yield line * 100

    tracemalloc.start()
    try:
        with http.stream("POST", "/v1/events/batch", content=lines(), headers=with_type(alder)) as answer:
            answered = sum(piece.count(b"\n") for piece in answer.iter_bytes())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert answered == count
    assert peak < 2 * streaming.HELD + 20_000_000


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": "Bearer sk_live_nobody"}, 401),
        ({"content-type": "application/json"}, 415),
        ({"content-encoding": "gzip"}, 415),
    ],
)
def test_what_cannot_be_taken_is_refused_before_a_line_is_read(
    http: httpx.Client, alder: World, headers: dict[str, str], status: int
) -> None:
    answer = send(http, alder, [alder.event()], **headers)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_key_that_is_revoked_meanwhile_issues_nothing_more(http: httpx.Client, alder: World) -> None:
    alder.publish()
    answered = threading.Event()

    def lines() -> Iterator[bytes]:
        yield json.dumps(alder.event()).encode() + b"\n"
        assert answered.wait(30)
        clients.revoke(alder.context, alder.tenant, alder.client.id)
        yield json.dumps(alder.event()).encode() + b"\n"

    with published(alder, answered):
        found = rows(http.post("/v1/events/batch", content=lines(), headers=with_type(alder)))

    assert [row["status"] for row in found] == [201, 401]


def test_nothing_is_sent_for_nothing(http: httpx.Client, alder: World) -> None:
    assert send(http, alder, b"\n\n").text == ""


def test_events_that_arrive_together_are_issued_together(http: httpx.Client, alder: World) -> None:
    alder.publish()
    given = [alder.event() for _ in range(200)]
    commits = []

    def count(connection: object) -> None:
        commits.append(connection)

    post_one(http, alder, alder.event())
    events.listen(alder.context.database.engine, "commit", count)
    try:
        with ThreadPoolExecutor(32) as platform:
            answers = list(platform.map(lambda each: post_one(http, alder, each), given))
    finally:
        events.remove(alder.context.database.engine, "commit", count)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["award"]["id"] for answer in answers}) == len(given)
    with alder.context.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Credential)) == len(given) + 1
    assert len(commits) < len(given)


def post_one(http: httpx.Client, alder: World, given: Document) -> httpx.Response:
    return http.post("/v1/events", json=given, headers=alder.headers)


def test_the_storm_of_one_issuer_keeps_no_other_one_waiting(http: httpx.Client, alder: World) -> None:
    alder.publish()
    birch = make_world(alder.context, alder.clock, "birch", default=False)
    birch.publish()
    storm = [alder.event() for _ in range(1_500)]

    with ThreadPoolExecutor(1) as platform:
        whole = platform.submit(send, http, alder, storm)
        answer = post_one(http, birch, birch.event())
        is_first = not whole.done()
        found = rows(whole.result())

    assert answer.status_code == 201
    assert is_first
    assert {row["status"] for row in found} == {201}
