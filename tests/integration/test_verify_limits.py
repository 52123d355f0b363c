"""What `POST /v1/verify` refuses, and how much: many at once, rubbish, too much, too often, and poison."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from issuer.context import Verifier
from issuer.core.documents import Document
from issuer.core.verifying import report
from issuer.core.verifying.holder import Claimed
from issuer.core.verifying.materials import Materials
from issuer.core.verifying.report import Report
from issuer.sandbox.judging import Sandbox
from tests.support.asking import (
    NDJSON,
    STRANGE,
    answered,
    by_form,
    changed,
    check,
    ours,
    poison,
)
from tests.support.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class TestMany:
    def test_thirty_lines_have_thirty_answers_in_their_order(self, http: httpx.Client, alder: World) -> None:
        good = ours(alder)
        address = json.loads(good)["id"]
        altered = json.dumps({**json.loads(good), "name": "Another"})
        both = json.dumps({"credential": STRANGE, "url": address})
        kinds: list[tuple[str, str | None]] = [
            (good, "valid"),
            (altered, "altered"),
            ('{"credential": ', "unreadable"),
            (address, "valid"),
            (json.dumps({"url": address, "holder": {"type": "name", "value": "Rosa Delgado"}}), "valid"),
            (both, None),
            (json.dumps(STRANGE), "issuer_unrecognized"),
            ("null", "unreadable"),
            (json.dumps({"credential": 5}), None),
            ('"' + address + '"', "valid"),
        ]

        response = http.post("/v1/verify", content="\n".join(line for line, _ in kinds * 3), headers=NDJSON)

        assert response.status_code == 200
        assert response.headers["content-type"].startswith("application/x-ndjson")
        lines = [json.loads(line) for line in response.text.splitlines()]
        assert [line.get("result") for line in lines] == [result for _, result in kinds * 3]
        assert lines[5]["error"] == lines[8]["error"] == "unreadable-request"
        assert check(lines[4], "holder")["code"] == "match"

    def test_empty_lines_are_no_questions(self, http: httpx.Client) -> None:
        response = http.post("/v1/verify", content=f"\n\n{json.dumps(STRANGE)}\r\n\n", headers=NDJSON)

        assert len(response.text.splitlines()) == 1

    def test_more_lines_than_the_share_are_refused_before_any_is_looked_at(
        self, http: httpx.Client, alder: World
    ) -> None:
        lines = "\n".join(["{}"] * 31)

        refused = http.post("/v1/verify", content=lines, headers=NDJSON)
        with_key = http.post("/v1/verify", content=lines, headers={**NDJSON, **alder.headers})

        assert refused.status_code == 429
        assert len(with_key.text.splitlines()) == 31

    def test_more_than_a_thousand_lines_are_refused(self, http: httpx.Client, alder: World) -> None:
        response = http.post("/v1/verify", content="1\n" * 1_001, headers={**NDJSON, **alder.headers})

        assert response.status_code == 413


class TestRefused:
    @pytest.mark.parametrize(
        "body",
        [
            {"credential": STRANGE, "url": "https://a.example/b/1"},
            {"credential": None, "url": None},
            {"holder": {"type": "name", "value": "Rosa"}},
            {"credential": 5},
            {"credential": [STRANGE]},
            {"url": 5},
        ],
    )
    def test_an_envelope_that_asks_nothing_or_two_things_is_refused(
        self, http: httpx.Client, body: Document
    ) -> None:
        response = http.post("/v1/verify", json=body)

        assert response.status_code == 422
        assert response.json()["type"].endswith("/problems/unreadable-request")

    def test_what_is_too_large_is_refused_in_every_form(self, http: httpx.Client) -> None:
        large = b"x" * 3_000_000

        answers = [
            http.post("/v1/verify", content=large),
            http.post("/v1/verify", content=large, headers={"content-type": "image/png"}),
            http.post("/v1/verify", json={"credential": large.decode()}),
            by_form(http, large),
            http.post("/v1/verify", content=large * 4, headers=NDJSON),
            http.post("/v1/verify", content=(large for _ in range(2))),
        ]

        assert [each.status_code for each in answers] == [413] * 6

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("multipart/form-data; boundary=x", b"--y\r\nrubbish"),
            ("multipart/form-data", b"--x--"),
            ("multipart/form-data; boundary=x", b"--x--\r\n"),
            ("multipart/form-data; boundary=\xff", b"--x--"),
        ],
    )
    def test_a_form_that_cannot_be_read_is_refused(
        self, http: httpx.Client, kind: str, content: bytes
    ) -> None:
        headers = {b"content-type": kind.encode("latin-1")}

        assert http.post("/v1/verify", content=content, headers=headers).status_code == 422

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"[]",
            b"{}",
            b"null",
            b"\x00\xff\xfe",
            b'{"a":' * 5_000,
            b"[" * 100_000,
            b'{"a":1e999999}',
            b'{"type":["VerifiableCredential","OpenBadgeCredential"],"@context":1}',
            b"eyJ.eyJ.eyJ",
            b"\x89PNG\r\n\x1a\n",
            b"<svg",
            b"9" * 100_000,
            b'{"credential":"\\ud800"}',
        ],
        ids=range(15),
    )
    def test_rubbish_has_an_answer_and_no_trust(self, http: httpx.Client, content: bytes) -> None:
        for kind in ("application/json", "application/jwt", "image/png", "text/plain"):
            found = answered(http.post("/v1/verify", content=content, headers={"content-type": kind}))
            assert found["result"] in {"unreadable", "not_a_badge", "malformed", "unsigned"}


class TestRate:
    def test_the_next_after_the_share_of_a_minute_is_told_to_wait(
        self, http: httpx.Client, alder: World
    ) -> None:
        share = [http.post("/v1/verify", content=b"{}").status_code for _ in range(30)]

        over = http.post("/v1/verify", content=b"{}")
        lines = http.post("/v1/verify", content=b"{}\n", headers=NDJSON)

        assert share == [200] * 30
        assert (over.status_code, lines.status_code) == (429, 429)
        assert int(over.headers["retry-after"]) > 0
        assert over.headers["content-type"] == "application/problem+json"
        assert http.post("/v1/verify", content=b"{}", headers=alder.headers).status_code == 200
        assert http.get("/healthz").status_code == 200

    def test_a_made_up_key_is_no_key(self, http: httpx.Client) -> None:
        response = http.post("/v1/verify", content=b"{}", headers={"authorization": "Bearer sk_live_x"})

        assert response.status_code == 401

    def test_an_address_that_a_client_makes_up_has_no_share_of_its_own(self, alder: World) -> None:
        with changed(alder, verify_per_minute=2) as http:
            codes = [
                http.post(
                    "/v1/verify", content=b"{}", headers={"x-forwarded-for": f"198.51.100.{number}"}
                ).status_code
                for number in range(3)
            ]

        assert codes == [200, 200, 429]


def never_ends(materials: Materials, claimed: Claimed | None) -> Report:
    """Judge as ever, but for a badge of one name: it runs in a process of its own."""
    while materials.document.get("name") == "endless":
        pass
    return report.report(materials, claimed)


class TestPoison:
    @pytest.fixture
    def sandboxed(self, alder: World) -> Iterator[httpx.Client]:
        """The service as it is run: strangers' badges are judged in processes of their own."""
        sandbox = Sandbox(1, seconds=1, judge=never_ends)
        try:
            with changed(alder, replace(Verifier(), judge=sandbox.judge)) as client:
                client.post("/v1/verify", json=STRANGE)
                yield client
        finally:
            sandbox.close()

    def test_what_never_ends_is_given_up_while_all_else_goes_on(
        self, sandboxed: httpx.Client, alder: World
    ) -> None:
        answers: list[str] = []

        def ask() -> None:
            found = sandboxed.post("/v1/verify", json=STRANGE | {"name": "endless"}, headers=alder.headers)
            answers.append(found.json()["result"])

        asking = threading.Thread(target=ask)
        asking.start()
        meanwhile = 0
        while asking.is_alive():
            assert sandboxed.get("/healthz").status_code == 200
            meanwhile += 1
        asking.join()

        assert answers == ["too_complex"]
        assert meanwhile > 10
        assert sandboxed.post("/v1/verify", json=STRANGE).json()["result"] == "issuer_unrecognized"

    def test_a_poisoned_graph_is_given_up_in_less_than_a_second(self, sandboxed: httpx.Client) -> None:
        started = time.monotonic()

        found = answered(sandboxed.post("/v1/verify", json=poison()))

        assert found["result"] == "too_complex"
        assert "credential" not in found
        assert time.monotonic() - started < 1
