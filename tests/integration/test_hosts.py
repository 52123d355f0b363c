"""Holders have their badges sent to a host: the whole way to a real one, and everything that goes wrong."""

import json
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from issuer import worker
from issuer.context import Verifier
from issuer.core import documents
from issuer.core.intake.person_ref import PersonRef
from issuer.core.verifying.materials import Fetched, Obtained, Unfetched, Want
from issuer.db.base import Base
from issuer.db.held_tables import HeldCredential
from issuer.db.host_tables import Host, HostAsk, HostLink, HostPush
from issuer.db.tables import Credential
from issuer.net.client import GuardedClient
from issuer.services import holder, keys, revoke, status_lists
from issuer.services.after_award import erase, merge
from issuer.services.hosts import pushing
from tests.support import lms, server
from tests.support.lms import Answer, Asked, Lms
from tests.support.world import PUBLIC_URL, World, make_context, make_world

ROSA = {"email": "rosa@alder.example", "name": "Rosa Delgado"}
API = "/ims/ob/v3p0"
SCOPE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.upsert"


def rows(world: World, table: type[Base]) -> list[Any]:
    with world.context.database.read() as session:
        return list(session.query(table).all())


def asking(world: World) -> World:
    """Return a world that may ask this machine, through the guarded client."""
    return replace(world, context=replace(world.context, ask=GuardedClient(10.0, allow_loopback=True).ask))


@pytest.fixture
def sender(alder: World) -> World:
    return asking(alder)


@pytest.fixture
def site(sender: World) -> Iterator[httpx.Client]:
    with server.serving(sender.context) as http:
        yield http


@pytest.fixture
def badge(sender: World) -> Credential:
    return sender.issue(recipient=ROSA).award[0]


def link_of(world: World, badge: Credential) -> str:
    return holder.mint(world.context, world.tenant, badge.recipient_id).url


def page_of(world: World, badge: Credential) -> str:
    return link_of(world, badge).removeprefix(PUBLIC_URL)


def begun(site: httpx.Client, page: str, host: str) -> str:
    """Return where the page leads that follows the form."""
    answer = site.post(f"{page}/hosts", data={"host": host})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    (found,) = re.findall(r'<a class="button" href="([^"]+)"', answer.text)
    return str(found).replace("&amp;", "&")


def finished(site: httpx.Client, link: str, state: str, code: str = "the-code") -> httpx.Response:
    return site.post("/oauth/callback", params={"state": state, "code": code}, data={"link": link})


def state_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


@dataclass
class Standin:
    """A host that is played: it answers as it is told, and keeps what came."""

    lms: Lms
    taken: list[Asked] = field(default_factory=list)
    replies: list[Answer] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.lms.url

    def take(self, asked: Asked) -> Answer:
        self.taken.append(asked)
        return self.replies.pop(0) if self.replies else (201, json.loads(asked.body))


@pytest.fixture
def standin() -> Iterator[Standin]:
    with lms.running() as running:
        found = Standin(running)
        running.answers[f"{API}/discovery"] = (200, description(running.url))
        running.answers["/register"] = (
            201,
            {"client_id": "we", "client_secret": "their secret".replace(" ", "-")},
        )
        running.answers["/token"] = (200, tokens())
        running.answers[f"{API}/credentials"] = found.take
        yield found


def tokens(**changes: object) -> dict[str, object]:
    return {
        "access_token": "first",
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": "again",
        "scope": SCOPE,
        **changes,
    }


def description(url: str, **changes: str) -> dict[str, Any]:
    flow = {"authorizationUrl": f"{url}/authorize", "tokenUrl": f"{url}/token", "scopes": {SCOPE: "writes"}}
    scheme: dict[str, Any] = {"type": "oauth2", "x-imssf-registrationUrl": f"{url}/register"}
    for name, value in changes.items():
        (scheme if name in scheme else flow)[name.replace("registrationUrl", "x-imssf-registrationUrl")] = (
            value
        )
    return {
        "openapi": "3.0.1",
        "info": {"title": "Stand-in <b>host</b>", "version": "3.0"},
        "components": {"securitySchemes": {"OAuth2ACG": {**scheme, "flows": {"authorizationCode": flow}}}},
    }


class TestTheWholeWay:
    @pytest.fixture
    def provider(self, tmp_path: Path, sqlite_template: Path, sender: World) -> Iterator[tuple[World, str]]:
        """Another service of this kind, of another issuer, which knows what the sender publishes."""
        path = tmp_path / "provider.db"
        shutil.copy(sqlite_template, path)

        def obtain(want: Want) -> Fetched:
            if want.kind == "controller":
                return Obtained(keys.did_document(sender.context, sender.tenant), sender.clock())
            if want.kind == "list":
                number = int(want.key.rpartition("/")[2])
                text = status_lists.published(sender.context, number, PUBLIC_URL)
                found = documents.parse(text.encode(), documents.STATUS_LIST_LIMITS)
                return Obtained(found, sender.clock())
            return Unfetched("nobody publishes this")

        context = make_context(tmp_path / "provider", f"sqlite:///{path}", sender.clock)
        context = replace(context, verifier=Verifier(obtain=obtain))
        with server.local(make_world(context, sender.clock, "birch")) as found:
            yield found
        context.database.engine.dispose()

    def test_badges_arrive_at_a_host_of_this_very_kind(
        self, sender: World, site: httpx.Client, badge: Credential, provider: tuple[World, str]
    ) -> None:
        other, url = provider
        theirs = other.issue(recipient={"email": "rosa@home.example"}).award[0]
        their_link = holder.mint(other.context, other.tenant, theirs.recipient_id).url
        sender.publish("MC-2")
        sender.issue(recipient=ROSA, achievement="MC-2", visibility="private")

        place = begun(site, page_of(sender, badge), url)
        with httpx.Client(verify=server.TRUST, trust_env=False) as browser:
            asked = browser.get(place)
            allowed = browser.post(place, data={"link": their_link, "decision": "allow"})
        back = urlsplit(allowed.headers["location"])
        shown = site.get(f"{back.path}?{back.query}")
        done = site.post(f"{back.path}?{back.query}", data={"link": link_of(sender, badge)})
        page = site.get(page_of(sender, badge))

        assert "Alder County School District" in asked.text
        assert f"{back.scheme}://{back.netloc}{back.path}" == f"{PUBLIC_URL}/oauth/callback"
        assert shown.status_code == 200
        assert "private page" in shown.text
        assert done.status_code == 303, done.text
        assert done.headers["location"].startswith("../h/")
        assert [row.text for row in rows(other, HeldCredential)] == [badge.secured]
        (push,) = rows(sender, HostPush)
        assert (push.status, push.error, push.attempts) == (201, None, 1)
        assert "Badges that arrived: 1" in page.text
        assert "localhost" in page.text

    def test_tokens_are_refreshed_when_they_end(
        self, sender: World, site: httpx.Client, badge: Credential, provider: tuple[World, str]
    ) -> None:
        other, url = provider
        theirs = other.issue(recipient={"email": "rosa@home.example"}).award[0]
        their_link = holder.mint(other.context, other.tenant, theirs.recipient_id).url
        place = begun(site, page_of(sender, badge), url)
        with httpx.Client(verify=server.TRUST, trust_env=False) as browser:
            allowed = browser.post(place, data={"link": their_link, "decision": "allow"})
        back = urlsplit(allowed.headers["location"])
        site.post(f"{back.path}?{back.query}", data={"link": link_of(sender, badge)})
        (before,) = rows(sender, HostLink)

        for _ in range(2):
            sender.clock.move(hours=2)
            again = site.post(f"{page_of(sender, badge)}/hosts/{before.id}", data={"act": "again"})
            assert again.status_code == 303
            (push,) = rows(sender, HostPush)
            assert (push.status, push.sent_at) == (200, sender.clock.now)

        (after,) = rows(sender, HostLink)
        assert after.access != before.access
        assert after.refresh != before.refresh
        assert after.ended_at is None


class TestWhatIsSent:
    def test_the_bytes_that_were_signed_with_the_token_and_what_we_say_of_ourselves(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        url = begun(site, page_of(sender, badge), standin.url)
        finished(site, link_of(sender, badge), state_of(url))

        (sent,) = standin.taken
        asked = {each.path: each for each in standin.lms.asked}
        said = json.loads(asked["/register"].body)
        query = parse_qs(urlsplit(url).query)
        form = parse_qs(asked["/token"].body.decode())
        assert sent.body == str(badge.secured).encode()
        assert sent.headers["authorization"] == "Bearer first"
        assert sent.headers["content-type"] == "application/json"
        assert said["redirect_uris"] == [f"{PUBLIC_URL}/oauth/callback"]
        assert said["client_name"] == "Alder County School District"
        assert query["code_challenge_method"] == ["S256"]
        assert query["scope"] == [SCOPE]
        assert form["grant_type"] == ["authorization_code"]
        assert form["redirect_uri"] == said["redirect_uris"]
        assert 43 <= len(form["code_verifier"][0]) <= 128
        assert asked["/token"].headers["authorization"].startswith("Basic ")

    def test_secrets_and_tokens_are_sealed(
        self, sender: World, badge: Credential, standin: Standin, tmp_path: Path
    ) -> None:
        secret = tmp_path / "passphrase"
        secret.write_text("correct horse")
        settings = sender.context.settings.model_copy(update={"key_passphrase_file": secret})
        closed = replace(sender, context=replace(sender.context, settings=settings))
        with server.serving(closed.context) as http:
            url = begun(http, page_of(closed, badge), standin.url)
            assert finished(http, link_of(closed, badge), state_of(url)).status_code == 303

        (host,), (link,) = rows(closed, Host), rows(closed, HostLink)
        kept = host.secret + link.access + link.refresh
        for each in (b"their-secret", b"first", b"again"):
            assert each not in kept
        assert standin.taken

    def test_a_host_is_registered_with_once(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        other = sender.issue(recipient={"email": "other@alder.example"}).award[0]
        for each in (badge, badge, other):
            begun(site, page_of(sender, each), f"{standin.url}/")

        assert standin.lms.paths.count("/register") == 1
        assert len(rows(sender, Host)) == 1
        assert len(rows(sender, HostAsk)) == 3

    def test_a_host_that_moved_is_registered_with_anew(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        begun(site, page_of(sender, badge), standin.url)
        moved = description(standin.url, tokenUrl=f"{standin.url}/v2/token")
        standin.lms.answers[f"{API}/discovery"] = (200, moved)
        begun(site, page_of(sender, badge), standin.url)

        assert standin.lms.paths.count("/register") == 2
        assert len(rows(sender, Host)) == 1

    def test_a_host_that_forgot_us_is_registered_with_anew(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        standin.lms.answers["/token"] = (401, {"error": "invalid_client"})
        finished(site, link_of(sender, badge), state_of(begun(site, page_of(sender, badge), standin.url)))
        standin.lms.answers["/token"] = (200, tokens())
        again = state_of(begun(site, page_of(sender, badge), standin.url))

        assert finished(site, link_of(sender, badge), again).status_code == 303
        assert standin.lms.paths.count("/register") == 2
        assert len(standin.taken) == 1

    def test_a_badge_that_was_withdrawn_meanwhile_is_not(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        standin.replies = [(503, {})]
        finished(site, link_of(sender, badge), state_of(begun(site, page_of(sender, badge), standin.url)))
        revoke.change(
            sender.context,
            sender.client,
            badge.public_id,
            "revoke",
            reason="other",
            note=None,
            request_id="r",
        )
        sender.clock.move(hours=1)

        worker.run_once(sender.context)

        (push,) = rows(sender, HostPush)
        assert push.dead_at is not None
        assert len(standin.taken) == 1


class TestAgainLater:
    @pytest.mark.parametrize(
        ("reply", "minutes"),
        [
            ((500, {}), 1),
            ((429, {}, {"retry-after": "1800"}), 31),
            ((503, {}, {"retry-after": "Fri, 12 Jun 2026 20:03:50 GMT"}), 61),
        ],
    )
    def test_what_the_host_cannot_take_now_is_sent_by_the_worker(  # noqa: PLR0917 - fixtures
        self,
        sender: World,
        site: httpx.Client,
        badge: Credential,
        standin: Standin,
        reply: Answer,
        minutes: int,
    ) -> None:
        standin.replies = [reply]
        finished(site, link_of(sender, badge), state_of(begun(site, page_of(sender, badge), standin.url)))
        shown = site.get(page_of(sender, badge)).text
        pushing.send_some(sender.context, threading.Event())
        early = len(standin.taken)
        sender.clock.move(minutes=minutes)
        worker.run_once(sender.context)

        assert "waiting to be sent: 1" in shown
        assert early == 1
        assert len(standin.taken) == 2
        (push,) = rows(sender, HostPush)
        assert (push.status, push.attempts, push.next_at) == (201, 2, None)
        assert "Badges that arrived: 1" in site.get(page_of(sender, badge)).text

    def test_what_it_refuses_is_told_and_not_sent_again(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        standin.replies = [(400, {"imsx_description": "no <b>such</b> badge"})]
        finished(site, link_of(sender, badge), state_of(begun(site, page_of(sender, badge), standin.url)))
        sender.clock.move(days=9)
        worker.run_once(sender.context)

        assert len(standin.taken) == 1
        assert "no &lt;b&gt;such&lt;/b&gt; badge" in site.get(page_of(sender, badge)).text

    def test_it_is_given_up_after_days(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        standin.replies = [(500, {})] * 30
        finished(site, link_of(sender, badge), state_of(begun(site, page_of(sender, badge), standin.url)))
        for _ in range(12):
            sender.clock.move(days=1)
            pushing.send_some(sender.context, threading.Event())

        (push,) = rows(sender, HostPush)
        assert push.dead_at is not None
        assert len(standin.taken) == 10

    def test_a_token_that_it_takes_no_more_is_refreshed_once(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        given = iter([tokens(), tokens(access_token="second", refresh_token=None)])
        standin.lms.answers["/token"] = lambda _: (200, {k: v for k, v in next(given).items() if v})
        standin.replies = [(401, {})]
        finished(site, link_of(sender, badge), state_of(begun(site, page_of(sender, badge), standin.url)))

        assert [each.headers["authorization"] for each in standin.taken] == ["Bearer first", "Bearer second"]
        assert rows(sender, HostPush)[0].status == 201
        assert rows(sender, HostLink)[0].refresh is not None

    @pytest.mark.parametrize("kind", ["with", "without"])
    def test_one_that_cannot_be_refreshed_ends_it(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin, kind: str
    ) -> None:
        first = tokens() if kind == "with" else {k: v for k, v in tokens().items() if k != "refresh_token"}
        given = iter([(200, first), (400, {"error": "invalid_grant"})])
        standin.lms.answers["/token"] = lambda _: next(given)
        standin.replies = [(401, {})]
        finished(site, link_of(sender, badge), state_of(begun(site, page_of(sender, badge), standin.url)))
        sender.clock.move(days=1)
        worker.run_once(sender.context)

        assert rows(sender, HostLink)[0].ended_at is not None
        assert len(standin.taken) == 1
        assert "takes nothing more" in site.get(page_of(sender, badge)).text

    def test_two_at_once_do_not_spoil_each_others_tokens(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        standin.replies = [(500, {})]
        finished(site, link_of(sender, badge), state_of(begun(site, page_of(sender, badge), standin.url)))
        sender.clock.move(hours=1)
        (link,) = rows(sender, HostLink)
        with sender.context.database.write.begin() as session:
            session.get_one(HostLink, link.id).busy_until = sender.clock.now + timedelta(minutes=1)

        assert pushing.send_some(sender.context, threading.Event()) == 0
        assert pushing.serve(sender.context, sender.tenant.id, link.id) == 0
        assert len(standin.taken) == 1


class TestWhatIsRefused:
    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("http://backpack.example", "bad-host"),
            ("ftp://backpack.example", "bad-host"),
            ("", "bad-host"),
            ("https://", "bad-host"),
            ("https://backpack.example/?a=b", "bad-host"),
            ("https://user@backpack.example", "bad-host"),
            ("https://10.0.0.1", "refused-address"),
            ("https://169.254.169.254/latest", "refused-address"),
            ("https://[::ffff:10.0.0.1]", "refused-address"),
            ("https://backpack.example:8443", "refused-address"),
            ("https://backpack.example/\r\nx", "refused-address"),
        ],
    )
    def test_an_address_that_is_not_asked(
        self, sender: World, site: httpx.Client, badge: Credential, typed: str, code: str
    ) -> None:
        answer = site.post(f"{page_of(sender, badge)}/hosts", data={"host": typed})

        assert answer.status_code == 422
        assert SENTENCES[code] in answer.text
        assert rows(sender, Host) == []

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            ((404, {}), "bad-host"),
            ((200, b"<html>"), "bad-host"),
            ((200, {}), "bad-host"),
            ((200, {"components": {"securitySchemes": {"OAuth2ACG": []}}}), "bad-host"),
            ((302, {}, {"location": "https://elsewhere.example"}), "bad-host"),
            ((500, {}), "host-unavailable"),
            ((429, {}), "host-unavailable"),
        ],
    )
    def test_a_host_that_does_not_say_what_it_is(  # noqa: PLR0917 - fixtures
        self,
        sender: World,
        site: httpx.Client,
        badge: Credential,
        standin: Standin,
        answer: Answer,
        code: str,
    ) -> None:
        standin.lms.answers[f"{API}/discovery"] = answer

        found = site.post(f"{page_of(sender, badge)}/hosts", data={"host": standin.url})

        assert (found.status_code, SENTENCES[code] in found.text) == (422, True)
        assert standin.lms.paths == [f"{API}/discovery"]

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize("name", ["authorizationUrl", "tokenUrl", "registrationUrl"])
    @pytest.mark.parametrize(
        "url", ["https://elsewhere.example/x", "http://localhost.elsewhere.example/x", "x"]
    )
    def test_a_host_that_sends_people_to_another(  # noqa: PLR0917 - fixtures
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin, name: str, url: str
    ) -> None:
        told = description(standin.url)
        scheme = told["components"]["securitySchemes"]["OAuth2ACG"]
        if name == "registrationUrl":
            scheme["x-imssf-registrationUrl"] = url
        else:
            scheme["flows"]["authorizationCode"][name] = url
        standin.lms.answers[f"{API}/discovery"] = (200, told)

        found = site.post(f"{page_of(sender, badge)}/hosts", data={"host": standin.url})

        assert (found.status_code, SENTENCES["bad-host"] in found.text) == (422, True)
        assert standin.lms.paths == [f"{API}/discovery"]

    def test_a_host_that_takes_no_badges(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        told = description(standin.url)
        told["components"]["securitySchemes"]["OAuth2ACG"]["flows"]["authorizationCode"]["scopes"] = {}
        standin.lms.answers[f"{API}/discovery"] = (200, told)

        found = site.post(f"{page_of(sender, badge)}/hosts", data={"host": standin.url})

        assert (found.status_code, SENTENCES["bad-host"] in found.text) == (422, True)

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (
                (400, {"error": "invalid_client_metadata", "error_description": "we do not <like> you"}),
                "host-refused",
            ),
            ((403, b""), "host-refused"),
            ((201, {"client_id": "we"}), "bad-host"),
            ((201, {"client_id": "we", "client_secret": "a\nb"}), "bad-host"),
            ((201, b"nonsense"), "bad-host"),
            ((503, {}), "host-unavailable"),
        ],
    )
    def test_a_host_that_does_not_let_us_register(  # noqa: PLR0917 - fixtures
        self,
        sender: World,
        site: httpx.Client,
        badge: Credential,
        standin: Standin,
        answer: Answer,
        code: str,
    ) -> None:
        standin.lms.answers["/register"] = answer

        found = site.post(f"{page_of(sender, badge)}/hosts", data={"host": standin.url})

        assert (found.status_code, SENTENCES[code] in found.text) == (422, True)
        assert "<like>" not in found.text
        assert rows(sender, Host) == []

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            ((400, {"error": "invalid_grant"}), "host-refused"),
            ((401, {"error": "invalid_client"}), "host-client-forgotten"),
            ((200, {"access_token": "a"}), "bad-host"),
            ((200, tokens(token_type="mac")), "bad-host"),
            ((200, tokens(access_token="a\r\nb")), "bad-host"),
            ((200, tokens(expires_in="soon")), "bad-host"),
            ((500, {}), "host-unavailable"),
        ],
    )
    def test_a_host_that_gives_no_tokens(  # noqa: PLR0917 - fixtures
        self,
        sender: World,
        site: httpx.Client,
        badge: Credential,
        standin: Standin,
        answer: Answer,
        code: str,
    ) -> None:
        standin.lms.answers["/token"] = answer
        url = begun(site, page_of(sender, badge), standin.url)

        found = finished(site, link_of(sender, badge), state_of(url))

        assert (found.status_code, SENTENCES[code] in found.text) == (422, True)
        assert rows(sender, HostLink) == []

    def test_a_state_that_was_answered_before(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        state = state_of(begun(site, page_of(sender, badge), standin.url))

        answers = [finished(site, link_of(sender, badge), state) for _ in range(2)]

        assert [each.status_code for each in answers] == [303, 422]
        assert SENTENCES["foreign-answer"] in answers[1].text
        assert standin.lms.paths.count("/token") == 1

    @pytest.mark.parametrize("spoil", ["another", "nobody", "late", "empty", "other tenant"])
    def test_a_state_that_is_not_the_holders(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin, spoil: str
    ) -> None:
        state = state_of(begun(site, page_of(sender, badge), standin.url))
        link = link_of(sender, badge)
        if spoil == "another":
            link = link_of(sender, sender.issue(recipient={"email": "mallory@alder.example"}).award[0])
        elif spoil == "nobody":
            state = "x" * 43
        elif spoil == "late":
            sender.clock.move(minutes=16)
        elif spoil == "empty":
            state = ""
        else:
            other = make_world(sender.context, sender.clock, "birch", default=False)
            other.publish()
            link = link_of(other, other.issue(recipient=ROSA).award[0])

        answer = finished(site, link, state)

        assert (answer.status_code, SENTENCES["foreign-answer"] in answer.text) == (422, True)
        assert "/token" not in standin.lms.paths
        assert rows(sender, HostLink) == []

    @pytest.mark.parametrize("link", ["", "nonsense", "https://badges.example.org/h/" + "1" * 67])
    def test_whoever_does_not_show_a_private_link(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin, link: str
    ) -> None:
        state = state_of(begun(site, page_of(sender, badge), standin.url))

        answer = finished(site, link, state)

        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert finished(site, link_of(sender, badge), state).status_code == 303

    @pytest.mark.parametrize("lang", ["en", "es"])
    def test_a_holder_who_said_no_is_told_and_no_page_leads_to_the_private_one(
        self, site: httpx.Client, lang: str
    ) -> None:
        denied = site.get("/oauth/callback", params={"error": "access_denied", "state": "x", "lang": lang})
        back = site.get(
            "/oauth/callback", params={"code": '"><script>', "state": "x", "lang": lang, "more": "y"}
        )

        assert (denied.status_code, back.status_code) == (200, 200)
        for each in (denied, back):
            assert each.headers["cache-control"] == "no-store"
            assert "/h/" not in each.text.replace("https://badges.example.org/h/", "")
            assert "<script>" not in each.text
            assert "set-cookie" not in each.headers

    def test_somebody_elses_host_and_one_that_is_not_there(
        self, sender: World, site: httpx.Client, badge: Credential, standin: Standin
    ) -> None:
        finished(site, link_of(sender, badge), state_of(begun(site, page_of(sender, badge), standin.url)))
        (link,) = rows(sender, HostLink)
        mallory = sender.issue(recipient={"email": "mallory@alder.example"}).award[0]

        for act in ("again", "stop"):
            answer = site.post(f"{page_of(sender, mallory)}/hosts/{link.id}", data={"act": act})
            assert answer.status_code == 404
        assert site.post(f"{page_of(sender, badge)}/hosts/{link.id}", data={"act": "x"}).status_code == 422
        assert site.post("/h/nonsense/hosts", data={"host": standin.url}).status_code == 404
        assert len(rows(sender, HostLink)) == 1

    def test_a_service_that_asks_nobody_says_so(self, alder: World, http: httpx.Client) -> None:
        badge = alder.issue(recipient=ROSA).award[0]

        answer = http.post(f"{page_of(alder, badge)}/hosts", data={"host": "https://backpack.example"})

        assert answer.status_code == 422
        assert SENTENCES["host-unavailable"] in answer.text


class TestTheEnd:
    @pytest.fixture
    def linked(self, sender: World, site: httpx.Client, badge: Credential, standin: Standin) -> HostLink:
        standin.replies = [(500, {})]
        finished(site, link_of(sender, badge), state_of(begun(site, page_of(sender, badge), standin.url)))
        begun(site, page_of(sender, badge), standin.url)
        found: HostLink = rows(sender, HostLink)[0]
        return found

    def ended(self, sender: World) -> bool:
        return not rows(sender, HostLink) and not rows(sender, HostPush)

    def test_the_holder_ends_it(
        self, sender: World, site: httpx.Client, badge: Credential, linked: HostLink, standin: Standin
    ) -> None:
        answer = site.post(f"{page_of(sender, badge)}/hosts/{linked.id}", data={"act": "stop"})
        sender.clock.move(days=1)
        worker.run_once(sender.context)

        assert answer.status_code == 303
        assert self.ended(sender)
        assert len(standin.taken) == 1

    @pytest.mark.parametrize("how", ["erase", "merge", "stop links"])
    def test_erasing_merging_and_stopping_links_end_it(
        self, sender: World, badge: Credential, linked: HostLink, how: str
    ) -> None:
        rosa, other = PersonRef(email="rosa@alder.example"), PersonRef(email="other@alder.example")
        if how == "erase":
            erase.erase(sender.context, sender.client, rosa, request_id="r")
        elif how == "merge":
            sender.issue(recipient={"email": "other@alder.example"})
            merge.merge(sender.context, sender.client, rosa, other, request_id="r")
        else:
            holder.renew(sender.context, sender.client, badge.public_id, stop_others=True, request_id="r")

        assert linked.id
        assert self.ended(sender)
        assert rows(sender, HostAsk) == []

    def test_consenting_again_takes_the_place_of_what_was(
        self, sender: World, site: httpx.Client, badge: Credential, linked: HostLink, standin: Standin
    ) -> None:
        finished(site, link_of(sender, badge), state_of(begun(site, page_of(sender, badge), standin.url)))

        (link,) = rows(sender, HostLink)
        (push,) = rows(sender, HostPush)
        assert link.id != linked.id
        assert push.status == 201


SENTENCES = {
    "bad-host": "At this address there is no host",
    "refused-address": "This address may not be asked",
    "host-unavailable": "The host does not answer",
    "host-refused": "The host refuses it",
    "host-client-forgotten": "The host does not know this service any more",
    "foreign-answer": "This was not asked of you",
}
