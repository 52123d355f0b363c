"""What is kept: for how long, how much of it, and that nothing is asked for twice at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from issuer.core.verifying.materials import Fetched, Obtained, Unfetched, Want
from issuer.net.cache import Cache, Kept
from issuer.net.newest import Newest
from tests.support.world import NOW, Clock

KEYS = Want("controller", "did:web:badges.example")


class Publisher:
    """Answers for a test, and counts how often it was asked."""

    def __init__(self, clock: Clock, *, seconds: float = 60, size: int = 0, delay: float = 0) -> None:
        self.asked = 0
        self._clock, self._seconds, self._size, self._delay = clock, seconds, size, delay
        self._lock = threading.Lock()

    def __call__(self) -> Kept:
        with self._lock:
            self.asked += 1
        time.sleep(self._delay)
        now = self._clock()
        content = {"edition": self.asked, "filler": "x" * self._size}
        return Kept(Obtained(content, now), now + timedelta(seconds=self._seconds))


def edition(found: Fetched) -> object:
    assert isinstance(found, Obtained)
    assert isinstance(found.content, dict)
    return found.content["edition"]


def want(number: int) -> Want:
    return Want("list", f"https://badges.example/status/{number}")


def test_what_is_kept_is_used_until_its_moment_and_not_at_it(clock: Clock) -> None:
    cache, publisher = Cache(clock), Publisher(clock, seconds=60)

    cache.obtain(KEYS, publisher, seconds=1)
    clock.move(seconds=59)
    assert edition(cache.obtain(KEYS, publisher, seconds=1)) == 1
    clock.move(seconds=1)
    assert edition(cache.obtain(KEYS, publisher, seconds=1)) == 2


def test_what_may_not_be_kept_is_asked_for_every_time(clock: Clock) -> None:
    cache, publisher = Cache(clock), Publisher(clock, seconds=0)

    assert [edition(cache.obtain(KEYS, publisher, seconds=1)) for _ in range(3)] == [1, 2, 3]


def test_a_clock_that_is_set_back_lengthens_nothing(clock: Clock) -> None:
    cache, publisher = Cache(clock), Publisher(clock)

    cache.obtain(KEYS, publisher, seconds=1)
    clock.move(seconds=-1)

    assert edition(cache.obtain(KEYS, publisher, seconds=1)) == 2


def test_a_list_and_a_credential_at_one_address_are_kept_apart(clock: Clock) -> None:
    cache, publisher = Cache(clock), Publisher(clock)

    cache.obtain(Want("list", "https://badges.example/1"), publisher, seconds=1)
    cache.obtain(Want("credential", "https://badges.example/1"), publisher, seconds=1)

    assert publisher.asked == 2


def test_failures_are_kept_too(clock: Clock) -> None:
    cache, down = Cache(clock), Unfetched("down")

    first = cache.obtain(KEYS, lambda: Kept(down, clock() + timedelta(seconds=15)), seconds=1)
    second = cache.obtain(KEYS, Publisher(clock), seconds=1)

    assert (first, second) == (down, down)


def test_of_too_many_what_was_used_longest_ago_goes_first(clock: Clock) -> None:
    cache, publisher = Cache(clock, most_entries=3), Publisher(clock)
    for number in (1, 2, 3):
        cache.obtain(want(number), publisher, seconds=1)

    cache.obtain(want(1), publisher, seconds=1)
    cache.obtain(want(4), publisher, seconds=1)

    assert publisher.asked == 4
    assert [edition(cache.obtain(want(number), publisher, seconds=1)) for number in (1, 3, 4)] == [1, 3, 4]
    assert edition(cache.obtain(want(2), publisher, seconds=1)) == 5


def test_of_too_much_what_was_used_longest_ago_goes_first(clock: Clock) -> None:
    cache, publisher = Cache(clock, most_bytes=10_000), Publisher(clock, size=3_000)
    for number in (1, 2, 3, 4):
        cache.obtain(want(number), publisher, seconds=1)

    assert edition(cache.obtain(want(4), publisher, seconds=1)) == 4
    assert edition(cache.obtain(want(1), publisher, seconds=1)) == 5


def test_what_is_larger_than_the_whole_cache_is_not_kept(clock: Clock) -> None:
    cache, small, large = Cache(clock, most_bytes=10_000), Publisher(clock), Publisher(clock, size=20_000)

    cache.obtain(want(1), large, seconds=1)
    cache.obtain(want(1), large, seconds=1)
    cache.obtain(want(2), small, seconds=1)
    cache.obtain(want(2), small, seconds=1)

    assert (large.asked, small.asked) == (2, 1)


def test_what_may_not_be_kept_pushes_nothing_out(clock: Clock) -> None:
    cache, publisher, fleeting = Cache(clock, most_entries=1), Publisher(clock), Publisher(clock, seconds=0)

    cache.obtain(want(1), publisher, seconds=1)
    cache.obtain(want(2), fleeting, seconds=1)
    cache.obtain(want(1), publisher, seconds=1)

    assert publisher.asked == 1


def test_what_was_replaced_takes_no_room(clock: Clock) -> None:
    cache, publisher = Cache(clock, most_bytes=10_000), Publisher(clock, size=3_000, seconds=1)
    lasting = Publisher(clock, seconds=1_000)
    cache.obtain(want(1), lasting, seconds=1)
    for _ in range(20):
        cache.obtain(want(2), publisher, seconds=1)
        clock.move(seconds=1)

    cache.obtain(want(1), lasting, seconds=1)

    assert (publisher.asked, lasting.asked) == (20, 1)


def test_who_wants_the_same_at_once_is_served_by_one_request(clock: Clock) -> None:
    cache, publisher = Cache(clock), Publisher(clock, delay=0.2)

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: cache.obtain(KEYS, publisher, seconds=5), range(16)))

    assert publisher.asked == 1
    assert {edition(each) for each in found} == {1}


def test_what_may_not_be_kept_still_serves_those_who_wait_for_it(clock: Clock) -> None:
    cache, publisher = Cache(clock), Publisher(clock, seconds=0, delay=0.3)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: cache.obtain(KEYS, publisher, seconds=5), range(8)))

    assert publisher.asked == 1


def test_different_things_do_not_wait_for_each_other(clock: Clock) -> None:
    cache, publisher = Cache(clock), Publisher(clock, delay=0.3)
    began = time.monotonic()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: cache.obtain(want(number), publisher, seconds=5), range(4)))

    assert time.monotonic() - began < 0.9


def test_nobody_waits_longer_for_another_than_for_a_request_of_its_own(clock: Clock) -> None:
    cache, slow = Cache(clock), Publisher(clock, delay=1)
    first = threading.Thread(target=cache.obtain, args=[KEYS, slow], kwargs={"seconds": 5})
    first.start()
    while not slow.asked:
        time.sleep(0.01)
    began = time.monotonic()

    found = cache.obtain(KEYS, slow, seconds=0.2)

    assert found == Unfetched("it did not answer in time")
    assert time.monotonic() - began < 0.8
    first.join()


def test_a_failing_fetch_is_raised_where_it_failed_and_holds_nobody_up(clock: Clock) -> None:
    cache, started, finish = Cache(clock), threading.Event(), threading.Event()

    def fail() -> Kept:
        started.set()
        finish.wait(5)
        raise ZeroDivisionError

    with ThreadPoolExecutor(2) as pool:
        failing = pool.submit(cache.obtain, KEYS, fail, seconds=5)
        started.wait(5)
        waiting = pool.submit(cache.obtain, KEYS, fail, seconds=5)
        time.sleep(0.1)
        finish.set()
        with pytest.raises(ZeroDivisionError):
            failing.result(timeout=2)
        assert waiting.result(timeout=2) == Unfetched("it did not answer in time")

    assert edition(cache.obtain(KEYS, Publisher(clock), seconds=1)) == 1


def test_an_older_edition_than_one_seen_before_is_not_admitted() -> None:
    newest, url = Newest(), "https://badges.example/status/1"
    old, new = NOW - timedelta(days=2), NOW - timedelta(days=1)

    assert [newest.admits(url, start, NOW) for start in (old, new, new, old, None)] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert newest.admits("https://badges.example/status/2", old, NOW)


def test_a_list_that_never_names_its_start_is_admitted() -> None:
    newest = Newest()

    assert [newest.admits("https://badges.example/status/1", None, NOW) for _ in range(2)] == [True, True]


def test_an_edition_from_the_future_does_not_shut_out_those_before_it() -> None:
    newest, url = Newest(), "https://badges.example/status/1"

    assert newest.admits(url, NOW + timedelta(days=900), NOW)
    assert newest.admits(url, NOW, NOW)


def test_only_so_many_lists_are_remembered() -> None:
    newest = Newest(most=2)
    for number in (1, 2, 1, 3):
        newest.admits(str(number), NOW, NOW)
    older = NOW - timedelta(days=1)

    assert [newest.admits(str(number), older, NOW) for number in (1, 3, 2)] == [False, False, True]


def test_a_list_that_is_replayed_is_not_forgotten_meanwhile() -> None:
    newest, older = Newest(most=2), NOW - timedelta(days=1)
    newest.admits("1", NOW, NOW)
    for other in ("2", "3", "4"):
        assert not newest.admits("1", older, NOW)
        newest.admits(other, NOW, NOW)

    assert not newest.admits("1", older, NOW)
