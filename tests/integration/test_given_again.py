"""What is answered from memory, and that it never says longer than a second what is no longer so."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from sqlalchemy import event, update

from issuer.context import Context
from issuer.db.engine import Database
from issuer.db.tables import Credential
from issuer.services import keys, revoke, tenants
from issuer.web import app
from issuer.web.compression import Compression
from issuer.web.kept import LOOKED_AT_ANEW, Kept
from tests.support import process
from tests.support.addresses import share_of
from tests.support.world import PROFILE, PUBLIC_URL, World, make_context

BADGE: Final = ("/b/{badge}", "/b/{badge}?print=1", "/b/{badge}.json", "/b/{badge}.jwt")
ISSUER: Final = ("/i/alder", "/i/alder.json", "/i/alder/a/MC-FEEDBACK", "/.well-known/did.json", "/status/1")
_PATIENCE: Final = 30

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Ticks:
    """A stopwatch that a test moves."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Reader:
    """Somebody who reads at a process whose seconds a test counts, and what that asked of its database."""

    portal: BlockingPortal
    http: httpx.AsyncClient
    ticks: Ticks
    asked: list[str] = field(default_factory=list)

    def read(self, path: str, **headers: str) -> httpx.Response:
        del self.asked[:]
        wanted = {"accept": "text/html, */*;q=0.1", "accept-encoding": "identity"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        answer: httpx.Response = self.portal.call(lambda: self.http.get(path, headers=wanted | given))
        return answer


@contextmanager
def reading(context: Context) -> Iterator[Reader]:
    """Yield a reader at a process of its own."""
    with start_blocking_portal() as portal:
        ticks = Ticks()
        served = Kept(Compression(app.build(context)), context, ticks)
        http = httpx.AsyncClient(transport=_through(served), base_url=PUBLIC_URL)
        found = Reader(portal, http, ticks)

        @event.listens_for(context.database.engine, "before_cursor_execute")
        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            found.asked.append(statement)

        yield found
        event.remove(context.database.engine, "before_cursor_execute", note)
        portal.call(found.http.aclose)


def _through(served: Kept) -> httpx.ASGITransport:
    async def application(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as httpx has it
        scope["state"] = {"request_id": "req_test"}  # what surrounds it in a real process puts this there
        await served(scope, receive, send)

    return httpx.ASGITransport(application)


@pytest.fixture
def reader(alder: World) -> Iterator[Reader]:
    with reading(alder.context) as found:
        yield found


@pytest.fixture
def elsewhere(alder: World, tmp_path: Path, database_url: str) -> Iterator[Context]:
    """Another process of the same issuer: it shares the database, and no memory."""
    found = make_context(tmp_path, database_url, alder.clock)
    yield found
    found.database.engine.dispose()


def changed(database: Database, public_id: str, **values: object) -> None:
    with database.write.begin() as session:
        session.execute(update(Credential).where(Credential.public_id == public_id).values(**values))


def withdrawn(context: Context, world: World, badge: str) -> None:
    revoke.change(context, world.client, badge, "revoke", reason="other", note=None, request_id="req_test")


class TestFromMemory:
    @pytest.mark.parametrize("coding", ["identity", "gzip"])
    @pytest.mark.parametrize("path", [*BADGE, "/b/{badge}.svg", *ISSUER])
    def test_what_is_asked_again_is_answered_the_same_without_the_database(
        self, alder: World, reader: Reader, path: str, coding: str
    ) -> None:
        address = path.format(badge=alder.issue().award[0].public_id)
        reader.read(address, accept_encoding=coding)  # may store a token, or sign a list
        first = reader.read(address, accept_encoding=coding)

        again = reader.read(address, accept_encoding=coding)

        assert (again.status_code, reader.asked) == (200, [])
        assert (again.content, again.headers.raw) == (first.content, first.headers.raw)

    @on_sqlite
    def test_each_form_language_coding_and_origin_is_kept_apart(self, alder: World, reader: Reader) -> None:
        address = f"/b/{alder.issue().award[0].public_id}"
        asked = [
            {"accept": "text/html"},
            {"accept": "application/vc"},
            {"accept": "application/jwt"},
            {"accept_language": "es"},
            {"accept_encoding": "gzip"},
            {"host": "elsewhere.example"},
        ]

        first = [reader.read(address, **each).headers["etag"] for each in asked]
        again = [reader.read(address, **each).headers["etag"] for each in asked]

        assert first == again
        assert len(set(first)) == len(asked) - 1  # a host that is not ours counts as the public URL

    @on_sqlite
    @pytest.mark.parametrize("coding", ["identity", "gzip"])
    def test_whoever_has_it_is_told_so_as_by_the_route_itself(
        self, alder: World, reader: Reader, coding: str
    ) -> None:
        address = f"/b/{alder.issue().award[0].public_id}.json"
        with reading(alder.context) as fresh:
            plain, coded = (
                reader.read(address, accept_encoding=each).headers["etag"] for each in ("identity", "gzip")
            )
            for known in (plain, f"W/{plain}", coded, f'"other", {coded}', "*", '"other"'):
                expected = fresh.read(address, accept_encoding=coding, if_none_match=known)
                found = reader.read(address, accept_encoding=coding, if_none_match=known)

                assert (found.status_code, found.content) == (expected.status_code, expected.content), known
                assert dict(found.headers) == dict(expected.headers)

    @on_sqlite
    def test_a_refusal_is_not_kept(self, alder: World, reader: Reader) -> None:
        badge = alder.issue(visibility="private").award[0].public_id

        closed = [reader.read(f"/b/{badge}{form}").status_code for form in ("", ".json", ".json")]

        assert closed == [403] * 3
        assert reader.asked

    @on_sqlite
    def test_what_a_link_opens_is_not_kept(self, alder: World, reader: Reader) -> None:
        address = share_of(alder, alder.issue(visibility="private"))
        opened = [reader.read(address) for _ in range(2)]

        assert [each.headers["cache-control"] for each in opened] == ["no-store"] * 2
        assert reader.asked

    @on_sqlite
    def test_while_the_database_is_away_nothing_is_answered_that_may_have_changed(
        self, alder: World, reader: Reader
    ) -> None:
        address = f"/b/{alder.issue().award[0].public_id}.json"
        reader.read(address)
        reader.ticks.seconds += LOOKED_AT_ANEW
        database = Path(str(alder.context.database.engine.url.database))
        alder.context.database.engine.dispose()
        database.rename(database.with_suffix(".away"))
        database.mkdir()

        away = reader.read(address)
        alder.context.database.engine.dispose()
        database.rmdir()
        database.with_suffix(".away").rename(database)

        assert away.status_code == 503
        assert reader.read(address).status_code == 200


class TestWhatAnotherProcessChanges:
    CHANGES: Final[dict[str, dict[str, object]]] = {
        "withdrawal": {"revoked_at": datetime.fromisoformat("2026-06-12T12:00:00Z"), "reason": "other"},
        "hold": {"suspended_at": datetime.fromisoformat("2026-06-12T12:00:00Z")},
        "erasure": {"erased_at": datetime.fromisoformat("2026-06-12T12:00:00Z")},
        "privacy": {"visibility": "private"},
        "initials": {"name_shown": "initials"},
    }

    @pytest.mark.parametrize("what", list(CHANGES))
    def test_a_page_shows_it_after_a_second(
        self, alder: World, reader: Reader, elsewhere: Context, what: str
    ) -> None:
        badge = alder.issue().award[0].public_id
        reader.read(f"/b/{badge}")  # signs the list, which is a change of its own
        before = reader.read(f"/b/{badge}")
        changed(elsewhere.database, badge, **self.CHANGES[what])

        reader.ticks.seconds += LOOKED_AT_ANEW - 0.001
        soon = reader.read(f"/b/{badge}")
        reader.ticks.seconds += 0.001
        later = reader.read(f"/b/{badge}")

        assert soon.text == before.text
        assert (later.status_code, later.text) != (before.status_code, before.text)

    @pytest.mark.parametrize(("what", "status"), [("erasure", 410), ("privacy", 403)])
    def test_a_file_is_closed_after_a_second(
        self, alder: World, reader: Reader, elsewhere: Context, what: str, status: int
    ) -> None:
        badge = alder.issue().award[0].public_id
        files = [f"/b/{badge}{form}" for form in (".json", ".jwt", ".png", ".svg", "/card.png")]
        before = {reader.read(path).status_code for path in files * 2}
        changed(elsewhere.database, badge, **self.CHANGES[what])

        reader.ticks.seconds += LOOKED_AT_ANEW

        assert before == {200}
        assert {reader.read(path).status_code for path in files} == {status}

    def test_what_did_not_change_costs_one_query_a_second(
        self, alder: World, reader: Reader, elsewhere: Context
    ) -> None:
        badge, other = (alder.issue().award[0].public_id for _ in range(2))
        for _ in range(2):
            reader.read(f"/b/{badge}")
        changed(elsewhere.database, other, **self.CHANGES["withdrawal"])
        found = []
        for _ in range(3):
            reader.ticks.seconds += LOOKED_AT_ANEW / 2
            reader.read(f"/b/{badge}")
            found.append(sum(each.startswith("SELECT") for each in reader.asked))

        assert found == [0, 1, 0]

    def test_the_list_shows_a_withdrawal_after_a_second(
        self, alder: World, reader: Reader, elsewhere: Context
    ) -> None:
        badge = alder.issue().award[0].public_id
        reader.read("/status/1")
        before = reader.read("/status/1")
        withdrawn(elsewhere, alder, badge)

        soon = reader.read("/status/1")
        reader.ticks.seconds += LOOKED_AT_ANEW
        later = reader.read("/status/1")

        assert soon.text == before.text
        assert later.text != before.text

    def test_what_an_issuer_shows_follows_after_a_second(
        self, alder: World, reader: Reader, elsewhere: Context
    ) -> None:
        before = {path: reader.read(path).text for path in ISSUER[:4]}
        tenants.update_profile(elsewhere, alder.tenant.id, {**PROFILE, "name": "Birch County"})
        replace(alder, context=elsewhere).publish(description="Gives feedback that everybody uses.")
        keys.generate(elsewhere, alder.tenant)

        reader.ticks.seconds += LOOKED_AT_ANEW
        after = {path: reader.read(path).text for path in ISSUER[:4]}

        assert all(after[path] != before[path] for path in ISSUER[:4])


class TestTime:
    @on_sqlite
    def test_a_badge_that_ends_at_noon_says_so_at_noon(self, alder: World, reader: Reader) -> None:
        alder.publish(validity={"for": "P1Y"})
        award = alder.issue().award[0]
        badge, noon = award.public_id, award.valid_until or alder.clock.now
        alder.clock.now = noon - timedelta(seconds=5)
        before = reader.read(f"/b/{badge}").text

        alder.clock.now = noon
        at_noon = reader.read(f"/b/{badge}").text
        alder.clock.move(microseconds=1)
        past_noon = reader.read(f"/b/{badge}").text

        assert "Expired on" not in before + at_noon
        assert "Expired on" in past_noon

    @on_sqlite
    def test_a_page_is_made_anew_when_its_check_is_a_minute_old(self, alder: World, reader: Reader) -> None:
        badge = alder.issue().award[0].public_id
        first = reader.read(f"/b/{badge}").text

        alder.clock.move(seconds=59)
        same = reader.read(f"/b/{badge}").text
        alder.clock.move(seconds=1)
        anew = reader.read(f"/b/{badge}").text

        assert first == same != anew


class TestOwnChanges:
    def test_what_this_process_changes_shows_at_once(self, alder: World, reader: Reader) -> None:
        badge = alder.issue().award[0].public_id
        before = reader.read(f"/b/{badge}").text

        withdrawn(alder.context, alder, badge)

        assert reader.read(f"/b/{badge}").text != before


@on_sqlite
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_what_is_given_again_counts_at_its_route(http: httpx.Client, alder: World, coding: str) -> None:
    badge = alder.issue().award[0].public_id
    for _ in range(3):
        http.get(f"/b/{badge}.json", headers={"accept-encoding": coding})

    counted = 'issuer_requests_total{method="GET",route="/b/{badge_id}.json",status="200"} 3.0'
    assert counted in http.get("/metrics").text


@pytest.mark.slow
class TestTwoServers:
    def test_a_withdrawal_at_one_shows_at_the_other(self, alder: World) -> None:
        badge = alder.issue().award[0].public_id
        with process.serving(alder) as here, process.serving(alder) as there:
            before = _page(there, badge)
            httpx.post(
                f"{here.url}/v1/awards/{badge}/revoke",
                headers=alder.headers,
                json={"reason": "other"},
                trust_env=False,
            ).raise_for_status()

            deadline = time.monotonic() + _PATIENCE
            while (after := _page(there, badge)) == before and time.monotonic() < deadline:
                time.sleep(0.05)

        assert "Withdrawn" not in before
        assert "Withdrawn" in after


def _page(server: process.Process, badge: str) -> str:
    page = {"accept": "text/html"}
    return httpx.get(f"{server.url}/b/{badge}", headers=page, trust_env=False, timeout=_PATIENCE).text
