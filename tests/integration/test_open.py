"""Whose scripts may read what, and which methods an address knows."""

import httpx
import pytest

from tests.support import addresses
from tests.support.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ALLOWED_ORIGIN = "access-control-allow-origin"


@pytest.fixture
def badge(alder: World) -> str:
    addresses.offer_pathway(alder)
    return alder.issue().award[0].public_id


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_head_answers_what_get_does_without_its_bytes(http: httpx.Client, badge: str, coding: str) -> None:
    asked = {"accept": "text/html", "accept-encoding": coding}

    for path in (*addresses.ALL, "/healthz", "/nothing", "/i/nobody"):
        got, headed = (
            http.request(each, path.format(badge=badge), headers=asked) for each in ("GET", "HEAD")
        )

        volatile = {"date", "x-request-id"}
        kept = [{k: v for k, v in each.headers.items() if k not in volatile} for each in (got, headed)]
        assert got.status_code == headed.status_code
        assert kept[0] == kept[1], path
        assert headed.content == b""


class TestScriptsOfOtherSites:
    def test_they_may_read_what_everybody_may(self, http: httpx.Client, badge: str) -> None:
        for path in addresses.ALL:
            for method in ("GET", "HEAD", "OPTIONS"):
                answer = http.request(method, path.format(badge=badge))

                assert answer.headers[ALLOWED_ORIGIN] == "*", (method, path)

    def test_they_learn_why_there_is_nothing(self, http: httpx.Client) -> None:
        answer = http.get(f"/b/{'1' * 22}.json")

        assert (answer.status_code, answer.headers[ALLOWED_ORIGIN]) == (404, "*")

    def test_they_may_read_nothing_that_a_persons_link_opens(self, http: httpx.Client, alder: World) -> None:
        issued = alder.issue(visibility="private")
        link = addresses.link_of(alder, issued)
        frame = f"/embed/i/alder/p/AFL?t={link.rpartition('/')[2]}"
        addresses.offer_pathway(alder)

        for path in (link, f"{link}/badges.zip", f"{link}x", frame):
            for method in ("GET", "HEAD", "OPTIONS"):
                assert ALLOWED_ORIGIN not in http.request(method, path).headers
        shared = http.get(addresses.share_of(alder, issued))

        assert (shared.status_code, shared.headers.get(ALLOWED_ORIGIN)) == (200, None)

    @pytest.mark.parametrize("path", ["/verify", "/b/{badge}/person", "/b/{badge}", "/v1/verify"])
    def test_they_may_read_no_answer_to_what_is_sent(self, http: httpx.Client, badge: str, path: str) -> None:
        answer = http.post(path.format(badge=badge), data={"email": "a@b.example"})

        assert ALLOWED_ORIGIN not in answer.headers

    @pytest.mark.parametrize("path", ["/metrics", "/v1/achievements/MC-FEEDBACK"])
    def test_they_may_not_read_what_operators_and_clients_do(self, http: httpx.Client, path: str) -> None:
        assert ALLOWED_ORIGIN not in http.get(path).headers


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/b/{badge}", "GET, HEAD"),
        ("PUT", "/verify", "GET, HEAD, POST"),
        ("PUT", "/i/alder", "GET, HEAD"),
        ("GET", "/b/{badge}/person", "POST"),
        ("DELETE", "/v1/events", "POST"),
    ],
)
def test_a_method_that_an_address_lacks_is_answered_with_those_that_it_has(
    http: httpx.Client, badge: str, method: str, path: str, allowed: str
) -> None:
    answer = http.request(method, path.format(badge=badge))

    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
