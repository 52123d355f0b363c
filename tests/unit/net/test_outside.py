"""What a verification gets of what others publish, from real servers on this machine."""

import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from issuer.core.documents import Document
from issuer.core.securing.did import did_key_document
from issuer.core.verifying.materials import Fetched, Obtained, Unfetched, Want
from issuer.net.answers import TooLarge, Unreachable
from issuer.net.cache import Cache
from issuer.net.client import GuardedClient
from issuer.net.outside import Outside
from issuer.net.pages import NoBadgeOffered
from issuer.net.targets import RefusedAddress
from tests.support.world import NOW, Clock
from tests.unit.net.servers import Answer, reply, sending, serving, silent
from tests.unit.net.test_lifetimes import in_jws, status_list

KEY = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


@pytest.fixture
def outside(clock: Clock) -> Outside:
    return Outside(GuardedClient(timeout_seconds=2, allow_loopback=True), Cache(clock), clock)


def in_turn(*answers: Answer) -> Answer:
    """Answer in one way after the other, and in the last one for ever."""
    waiting = list(answers)

    def answer(connection: socket.socket) -> None:
        now = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        now(connection)

    return answer


def publishing(*documents: Document, more: str = "") -> Answer:
    return in_turn(*(reply(json.dumps(each).encode(), more=more) for each in documents))


def content(found: Fetched) -> Document | str:
    assert isinstance(found, Obtained), found
    return found.content


def reason(found: Fetched) -> str:
    assert isinstance(found, Unfetched), found
    return found.reason


class TestKeys:
    def test_those_of_a_did_web_are_in_its_document(self, outside: Outside) -> None:
        dids: list[str] = []

        def publish(connection: socket.socket) -> None:
            publishing({"id": dids[0]})(connection)

        with serving(publish) as server:
            did = f"did:web:127.0.0.1%3A{server.port}:i:demo"
            dids.append(did)

            found = outside.obtain(Want("controller", did))

        assert found == Obtained({"id": did}, NOW)
        assert server.requests[0].startswith(b"GET /i/demo/did.json HTTP/1.1\r\n")

    def test_the_document_of_another_did_is_none(self, outside: Outside) -> None:
        with serving(publishing({"id": "did:web:evil.example"})) as server:
            found = outside.obtain(Want("controller", f"did:web:127.0.0.1%3A{server.port}"))

        assert reason(found) == "127.0.0.1 answered with the DID document of another DID"

    def test_those_at_an_address_are_in_the_document_there_whatever_its_id(self, outside: Outside) -> None:
        with serving(publishing({"id": "https://elsewhere.example"})) as server:
            found = outside.obtain(Want("controller", f"{server.url}issuers/1"))

        assert content(found) == {"id": "https://elsewhere.example"}
        assert b"\r\nAccept: application/did+json," in server.requests[0]

    def test_those_of_a_did_key_are_in_itself(self, outside: Outside) -> None:
        assert outside.obtain(Want("controller", KEY)) == Obtained(did_key_document(KEY), NOW)

    @pytest.mark.parametrize(
        ("key", "words"),
        [
            ("did:key:z6MkNonsense", "the did:key is not usable"),
            ("did:ion:EiClkZMDxPKqC9c", "keys are not looked up for did:ion"),
            ("did:ethr:0xf3be", "keys are not looked up for did:ethr"),
            ("did:web:10.0.0.1", "the did:web does not name a host"),
            ("did:web:", "the DID is not of the form"),
            ("did:" + "a" * 1_000 + ":b", "the address is not of the plain form"),
            ("urn:uuid:1", "the address is not of the plain form"),
            ("https://badges.example/keys#1", "the address is not of the plain form"),
            ("http://badges.example/", "badges.example would be asked over plain http"),
            ("https://badges.example:8443/", "port 8443 of badges.example is not one"),
            ("", "the address is not of the plain form"),
        ],
    )
    def test_others_are_not_looked_up(self, outside: Outside, key: str, words: str) -> None:
        assert reason(outside.obtain(Want("controller", key))).startswith(words)

    def test_those_in_a_jws_are_none(self, outside: Outside) -> None:
        with serving(reply(in_jws({}).encode())) as server:
            found = outside.obtain(Want("controller", server.url))

        assert reason(found) == "127.0.0.1 did not answer with a usable JSON object"

    def test_a_document_larger_than_a_credential_is_refused(self, outside: Outside) -> None:
        with serving(publishing({"id": "x" * 300_000})) as server:
            assert "usable JSON" in reason(outside.obtain(Want("controller", server.url)))


class TestLists:
    def test_one_larger_than_a_credential_is_read(self, outside: Outside) -> None:
        large = {"encodedList": "u" + "A" * 400_000}

        with serving(publishing(large)) as server:
            assert content(outside.obtain(Want("list", server.url))) == large

    @pytest.mark.parametrize("kind", ["application/vc+jwt", "application/jwt", "text/plain", "text/html"])
    def test_one_in_a_jws_is_its_text(self, outside: Outside, kind: str) -> None:
        text = in_jws(status_list())

        with serving(reply(f"{text}\n".encode(), content_type=kind)) as server:
            assert content(outside.obtain(Want("list", server.url))) == text

    def test_json_that_is_called_text_is_read(self, outside: Outside) -> None:
        with serving(reply(b'{"a": 1}', content_type="text/plain")) as server:
            assert content(outside.obtain(Want("list", server.url))) == {"a": 1}

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>secret</html>",
            b'["secret"]',
            b'{"secret": 1, "secret": 2}',
            b'{"secret": NaN}',
            b'{"secret": "\xff"}',
            b'{"secret": "\\ud800"}',
            '{"secret": 1}'.encode("utf-16"),
            b'\xef\xbb\xbf{"secret": 1}',
            b"[" * 100_000,
            b"secret.secret.\xff",
        ],
    )
    def test_anything_else_is_unfetched_without_being_quoted(self, outside: Outside, body: bytes) -> None:
        with serving(reply(body)) as server:
            found = outside.obtain(Want("list", server.url))

        assert reason(found) == "127.0.0.1 did not answer with a usable JSON object"

    def test_an_older_one_than_one_seen_before_is_unfetched(self, outside: Outside, clock: Clock) -> None:
        old = status_list(start="2026-06-11T00:00:00Z")
        new = status_list(start="2026-06-12T00:00:00Z")
        with serving(publishing(old, new, old, new)) as server:
            want, found = Want("list", server.url), []
            for _ in range(4):
                found.append(outside.obtain(want))
                clock.move(minutes=2)

        assert [content(found[0]), content(found[1]), content(found[3])] == [old, new, new]
        assert reason(found[2]) == "the list of withdrawn badges is older than one seen before"

    def test_an_older_one_in_a_jws_is_unfetched_too(self, outside: Outside, clock: Clock) -> None:
        bodies = [in_jws(status_list(start=f"2026-06-{day}T00:00:00Z")).encode() for day in (12, 11)]
        with serving(in_turn(*map(reply, bodies))) as server:
            want = Want("list", server.url)
            content(outside.obtain(want))
            clock.move(minutes=2)

            assert "older than one seen before" in reason(outside.obtain(want))

    def test_what_is_withdrawn_shows_once_the_ttl_has_passed(self, outside: Outside, clock: Clock) -> None:
        before, after = status_list(ttl=5_000), status_list(ttl=5_000) | {"name": "after"}
        more = "Cache-Control: max-age=3600\r\n"
        with serving(publishing(before, after, more=more)) as server:
            want = Want("list", server.url)
            assert content(outside.obtain(want)) == before
            clock.move(seconds=4)
            assert content(outside.obtain(want)) == before
            clock.move(seconds=1)
            assert content(outside.obtain(want)) == after


class TestCaching:
    @pytest.mark.parametrize(
        ("more", "seconds"),
        [
            ("", 300),
            ("Cache-Control: max-age=20\r\n", 20),
            ("Cache-Control: max-age=20\r\nAge: 15\r\n", 5),
            ("Expires: Fri, 12 Jun 2026 19:10:00 GMT\r\nDate: Fri, 12 Jun 2026 19:00:00 GMT\r\n", 600),
            ("Cache-Control: max-age=99999999\r\n", 86_400),
        ],
    )
    def test_keys_are_kept_as_their_publisher_says(
        self, outside: Outside, clock: Clock, more: str, seconds: int
    ) -> None:
        with serving(publishing({"a": 1}, {"a": 2}, more=more)) as server:
            want = Want("controller", server.url)
            first = outside.obtain(want)
            clock.move(seconds=seconds - 1)
            assert outside.obtain(want) == first
            clock.move(seconds=1)
            assert content(outside.obtain(want)) == {"a": 2}

    def test_what_must_not_be_stored_is_asked_for_every_time(self, outside: Outside) -> None:
        with serving(publishing({"a": 1}, {"a": 2}, more="Cache-Control: no-store\r\n")) as server:
            want = Want("credential", server.url)

            assert [content(outside.obtain(want)), content(outside.obtain(want))] == [{"a": 1}, {"a": 2}]

    def test_a_dead_host_is_asked_again_after_fifteen_seconds(self, outside: Outside, clock: Clock) -> None:
        answers = [reply(b"", status="503 Later"), reply(b"{}")]
        with serving(in_turn(*answers)) as server:
            want = Want("list", server.url)
            assert "status 503" in reason(outside.obtain(want))
            clock.move(seconds=14)
            assert "status 503" in reason(outside.obtain(want))
            assert server.connections == 1
            clock.move(seconds=1)
            assert content(outside.obtain(want)) == {}

    def test_who_wants_the_same_at_once_makes_one_request(self, outside: Outside) -> None:
        def slowly(connection: socket.socket) -> None:
            time.sleep(0.3)
            reply(b"{}")(connection)

        with serving(slowly) as server, ThreadPoolExecutor(10) as pool:
            found = list(pool.map(outside.obtain, [Want("list", server.url)] * 10))

        assert server.connections == 1
        assert {json.dumps(content(each)) for each in found} == {"{}"}

    def test_our_own_crowd_is_not_held_against_a_host(self, outside: Outside) -> None:
        places = threading.BoundedSemaphore(1)
        crowded = replace(outside, client=replace(outside.client, timeout_seconds=0.2, places=places))
        with serving(reply(b"{}")) as server:
            want = Want("list", server.url)
            places.acquire()
            assert "too much is being fetched" in reason(crowded.obtain(want))
            places.release()

            assert content(crowded.obtain(want)) == {}

    def test_who_may_not_ask_this_machine_is_not_served_what_another_kept(self, outside: Outside) -> None:
        strict = replace(outside, client=replace(outside.client, allow_loopback=False))
        with serving(reply(b"{}")) as server:
            want = Want("list", server.url)
            refused = strict.obtain(want)
            content(outside.obtain(want))

            assert (
                reason(strict.obtain(want))
                == reason(refused)
                == ("127.0.0.1 would be asked over plain http: use https")
            )
            assert server.connections == 1


class TestTrouble:
    @pytest.mark.parametrize("kind", ["controller", "list", "credential"])
    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (reply(b"", status="404 No"), "answered with status 404"),
            (reply(b"", status="302 Found", more="Location: /b\r\n"), "redirects to 127.0.0.1"),
            (reply(b"x" * 1_000_001), "more than 1000000 bytes"),
            (reply(b"{}", more="Content-Encoding: br\r\n"), "compressed form"),
            (reply(b"{}", more="Content-Encoding: gzip\r\n"), "broken compressed form"),
            (sending(b"SSH-2.0\r\n"), "proper HTTP"),
        ],
    )
    def test_it_is_a_reason_and_never_raised(
        self, outside: Outside, kind: str, answer: Answer, words: str
    ) -> None:
        with serving(answer) as server:
            found = outside.obtain(Want(kind, server.url))  # type: ignore[arg-type]

        assert words in reason(found)

    def test_a_silent_host_is_left_at_the_deadline(self, outside: Outside) -> None:
        hasty = replace(outside, client=replace(outside.client, timeout_seconds=0.4))
        with serving(silent) as server:
            began = time.monotonic()

            assert reason(hasty.obtain(Want("list", server.url))) == "127.0.0.1 did not answer in time"
            assert time.monotonic() - began < 1.5

    def test_a_name_that_leads_inside_is_not_asked(self, outside: Outside) -> None:
        inside = replace(outside, client=replace(outside.client, addresses_of=_inside))

        found = inside.obtain(Want("list", "https://badges.example/status/1"))

        assert reason(found) == "badges.example does not lead to an address that may be asked"


HEAD = '<html><head><link rel="alternate" type="application/vc" href="{}"></head></html>'


class TestSource:
    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("application/vc", b'{"a": 1}'),
            ("application/vc+jwt", b"eyJhbGciOiJFZERTQSJ9.e30.c2ln"),
            ("image/png", b"\x89PNG\r\n\x1a\n"),
            ("image/svg+xml", b"<svg/>"),
            ("text/html", b'{"a": 1}'),
            ("", b'{"a": 1}'),
        ],
    )
    def test_a_badge_file_is_returned_as_it_is(
        self, outside: Outside, content_type: str, body: bytes
    ) -> None:
        with serving(reply(body, content_type=content_type)) as server:
            assert outside.source(f"{server.url}b#proof") == body

        assert server.requests[0].startswith(b"GET /b HTTP/1.1\r\n")
        assert b"\r\nAccept: application/vc, " in server.requests[0]

    def test_a_page_leads_to_its_badge(self, outside: Outside) -> None:
        with (
            serving(reply(b'{"a": 1}')) as files,
            serving(reply(HEAD.format(f"{files.url}1").encode(), content_type="text/html")) as server,
        ):
            assert outside.source(server.url) == b'{"a": 1}'

        assert files.requests[0].startswith(b"GET /1 HTTP/1.1\r\n")

    def test_a_link_header_of_a_page_leads_to_its_badge(self, outside: Outside) -> None:
        more = 'Link: <b.json>; rel="alternate"; type="application/vc"\r\n'
        answers = [reply(b"<html>", content_type="text/html", more=more), reply(b"{}")]
        with serving(in_turn(*answers)) as server:
            assert outside.source(f"{server.url}a/page") == b"{}"

        assert server.requests[1].startswith(b"GET /a/b.json HTTP/1.1\r\n")

    def test_a_redirected_page_completes_addresses_from_where_it_is(self, outside: Outside) -> None:
        answers = [
            reply(b"", status="302 Found", more="Location: /deep/page\r\n"),
            reply(HEAD.format("b.json").encode(), content_type="text/html"),
            reply(b"{}"),
        ]
        with serving(in_turn(*answers)) as server:
            assert outside.source(server.url) == b"{}"

        assert server.requests[2].startswith(b"GET /deep/b.json HTTP/1.1\r\n")

    def test_a_page_without_a_badge_is_refused(self, outside: Outside) -> None:
        with (
            serving(reply(b"<html><p>Hello", content_type="text/html")) as server,
            pytest.raises(NoBadgeOffered, match=r"^the page at 127\.0\.0\.1 offers no badge file"),
        ):
            outside.source(server.url)

    def test_a_page_that_leads_to_a_page_is_refused_after_one_hop(self, outside: Outside) -> None:
        with serving(reply(HEAD.format("/again").encode(), content_type="text/html")) as server:
            with pytest.raises(NoBadgeOffered):
                outside.source(server.url)

            assert server.connections == 2

    @pytest.mark.parametrize(
        "href",
        ["https://10.0.0.1/", "https://169.254.169.254/latest", "file:///etc/passwd", "https://[::1]:22/"],
    )
    def test_a_page_leads_nowhere_that_may_not_be_asked(self, outside: Outside, href: str) -> None:
        literal = replace(outside, client=replace(outside.client, addresses_of=_as_written))
        with (
            serving(reply(HEAD.format(href).encode(), content_type="text/html")) as server,
            pytest.raises((RefusedAddress, Unreachable)),
        ):
            literal.source(server.url)

        assert server.connections == 1

    def test_a_page_that_is_too_long_is_refused(self, outside: Outside) -> None:
        with (
            serving(reply(b"<html>" + b" " * 1_000_000, content_type="text/html")) as server,
            pytest.raises(TooLarge),
        ):
            outside.source(server.url)

    def test_a_third_redirect_is_refused(self, outside: Outside) -> None:
        with serving(reply(b"", status="302 Found", more="Location: /again\r\n")) as server:
            with pytest.raises(RefusedAddress, match="is not followed"):
                outside.source(server.url)

            assert server.connections == 3

    def test_a_link_of_a_showing_service_is_rewritten_before_it_is_asked(self, outside: Outside) -> None:
        asked: list[str] = []
        client = replace(outside.client, addresses_of=_noting(asked))

        with pytest.raises(Unreachable):
            replace(outside, client=client).source(
                "https://verifierplus.org/#verify?vc=https%3A%2F%2Fbadges.example%2Fb.json"
            )

        assert asked == ["badges.example"]


def _inside(_host: str, _port: int) -> Sequence[str]:
    return ["10.0.0.1"]


def _as_written(host: str, _port: int) -> Sequence[str]:
    return [host]


def _noting(asked: list[str]) -> Callable[[str, int], Sequence[str]]:
    def look_up(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        raise OSError

    return look_up
