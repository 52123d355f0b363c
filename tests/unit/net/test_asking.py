"""What a partner is asked with a header of ours: any status is an answer, within the same guard."""

from dataclasses import replace
from threading import BoundedSemaphore, Thread

import pytest

from issuer.net.answers import Answered, TooLarge, Unreachable
from issuer.net.client import GuardedClient
from issuer.net.crowding import Crowded, HostPlaces
from issuer.net.targets import RefusedAddress
from tests.support import lms

LOCAL = GuardedClient(timeout_seconds=2, max_bytes=1_000, allow_loopback=True)


def test_any_status_is_an_answer_with_its_content_and_its_links() -> None:
    with lms.running() as platform:
        platform.answers["/a?b"] = (403, b"no", {"link": "</2>; rel=next"})

        found = LOCAL.ask(f"{platform.url}/a?b", {"Authorization": "Bearer x"})

    [asked] = platform.asked
    assert found == Answered(403, b"no", "</2>; rel=next")
    assert (asked.method, asked.headers["authorization"]) == ("GET", "Bearer x")


def test_a_body_is_posted() -> None:
    with lms.running() as platform:
        LOCAL.ask(f"{platform.url}/token", {"Content-Type": "text/plain"}, b"a=b")

    [asked] = platform.asked
    assert (asked.method, asked.body, asked.headers["content-type"]) == ("POST", b"a=b", "text/plain")


def test_a_redirect_is_not_followed_with_our_header() -> None:
    with lms.running() as platform:
        platform.answers["/a"] = (307, b"", {"location": f"{platform.url}/b"})

        assert LOCAL.ask(f"{platform.url}/a", {"Authorization": "Bearer x"}).status == 307

    assert platform.paths == ["/a"]


def test_an_answer_over_the_limit_is_refused() -> None:
    with lms.running() as platform:
        platform.answers["/a"] = (500, b"x" * 1_001)

        with pytest.raises(TooLarge):
            LOCAL.ask(f"{platform.url}/a", {})


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "https://127.0.0.1/", "ftp://a.example/", "https://a@b/"]
)
def test_an_address_that_may_not_be_asked_is_refused(url: str) -> None:
    with pytest.raises(RefusedAddress):
        replace(LOCAL, allow_loopback=False).ask(url, {})


def test_nobody_there_is_unreachable() -> None:
    with lms.running() as gone:
        pass

    with pytest.raises(Unreachable, match="takes no connection"):
        LOCAL.ask(f"{gone.url}/", {})


def test_a_host_that_hangs_keeps_only_so_many_who_ask_it() -> None:
    come, go = BoundedSemaphore(1), BoundedSemaphore(1)
    come.acquire()
    go.acquire()

    def hang(_: lms.Asked) -> lms.Answer:
        come.release()
        go.acquire(timeout=2)
        return 200, {}

    client = replace(LOCAL, of_a_host=HostPlaces(1))
    with lms.running() as platform:
        platform.answers["/slow"] = hang
        thread = Thread(target=client.ask, args=(f"{platform.url}/slow", {}))
        thread.start()
        assert come.acquire(timeout=2)
        with pytest.raises(Crowded, match="already"):
            client.ask(f"{platform.url}/fast", {})
        there = client.ask(platform.url.replace("127.0.0.1", "localhost") + "/other", {})
        go.release()
        thread.join()

        assert there.status == 404
        assert client.ask(f"{platform.url}/fast", {}).status == 404
