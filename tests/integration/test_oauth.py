"""OAuth 2.0 for hosts: what holders allow, how it is shown, and everything that is refused."""

import base64
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey
from sqlalchemy import select

from issuer.core.intake.person_ref import PersonRef
from issuer.db.base import Base
from issuer.db.oauth_tables import OAuthClient, OAuthGrant, OAuthToken
from issuer.errors import Invalid
from issuer.services import holder, tenants
from issuer.services.after_award import erase, merge
from issuer.services.oauth import agencies, forgetting, scopes
from tests.integration.test_cli import run
from tests.support import hosts, server
from tests.support.hosts import CALLBACK, Host, bearing
from tests.support.world import PROFILE, PUBLIC_URL, Clock, World, make_context, make_world
from tests.unit.web.reading import Page

ROSA = {"email": "rosa@alder.example", "name": "Rosa Delgado"}
CREDENTIALS = "/ims/ob/v3p0/credentials"


@pytest.fixture
def host(http: httpx.Client) -> Host:
    return hosts.host(http)


def link_of(world: World, **changes: object) -> str:
    """Return the private link of somebody who was just awarded a badge."""
    issued = world.issue(**{"recipient": ROSA, **changes})
    return holder.mint(world.context, world.tenant, issued.award[0].recipient_id).url


@pytest.fixture
def link(alder: World) -> str:
    return link_of(alder)


def error_of(answer: httpx.Response) -> str:
    assert answer.headers["cache-control"] == "no-store"
    found: str = answer.json()["error"]
    return found


class TestAStockClient:
    @pytest.mark.filterwarnings("ignore:The httpx module is deprecated")
    def test_it_registers_asks_is_allowed_reads_and_refreshes(
        self, http: httpx.Client, link: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the server of a test has no certificate
        url = str(http.base_url).rstrip("/")
        told = http.get("/.well-known/oauth-authorization-server").json()
        made = hosts.registered(http).json()
        verifier = "v" * 64
        library = import_module("authlib.integrations.httpx_client")
        with library.OAuth2Client(
            made["client_id"],
            made["client_secret"],
            scope=hosts.EVERYTHING,
            redirect_uri=CALLBACK,
            code_challenge_method="S256",
            trust_env=False,
            verify=server.TRUST,
        ) as client:
            place, state = client.create_authorization_url(f"{url}/oauth/authorize", code_verifier=verifier)
            page = http.get(place)
            answer = http.post(place, data={"link": link, "decision": "allow"})
            token = client.fetch_token(
                f"{url}/oauth/token",
                authorization_response=answer.headers["location"],
                state=state,
                code_verifier=verifier,
            )
            first = client.get(f"{url}{CREDENTIALS}")
            renewed = client.refresh_token(f"{url}/oauth/token", refresh_token=token["refresh_token"])
            second = client.get(f"{url}{CREDENTIALS}")

        assert told["issuer"] == PUBLIC_URL
        assert told["code_challenge_methods_supported"] == ["S256"]
        assert page.status_code == 200
        assert token["token_type"] == "Bearer"
        assert token["expires_in"] == 3600
        assert set(token["scope"].split()) == set(scopes.FOR_HOLDERS)
        assert renewed["access_token"] != token["access_token"]
        assert first.json() == second.json()
        assert len(first.json()["credential"]) == 1

    def test_an_agency_signs_in_with_a_key_of_its_own(self, http: httpx.Client, alder: World) -> None:
        key = ECKey.generate_key("P-256", {"kid": "one"})
        keys = json.dumps(KeySet([key]).as_dict(private=False))
        made, secret = agencies.add(alder.context, alder.tenant, "State", keys=keys)
        assertion = asserted(key, made.id, alder.clock)
        link_of(alder)

        answer = by_assertion(http, assertion)
        again = by_assertion(http, assertion)

        assert secret is None
        assert answer.status_code == 200
        assert "refresh_token" not in answer.json()
        assert answer.json()["scope"] == scopes.READ
        assert http.get(CREDENTIALS, headers=bearing(answer.json())).headers["x-total-count"] == "1"
        assert (again.status_code, error_of(again)) == (401, "invalid_client")


def asserted(key: ECKey | OctKey, client: str, clock: Clock, **changes: object) -> str:
    claims = {
        "iss": client,
        "sub": client,
        "aud": f"{PUBLIC_URL}/oauth/token",
        "exp": int(clock().timestamp()) + 300,
        "jti": "once",
        **changes,
    }
    algorithm = "HS256" if isinstance(key, OctKey) else "ES256"
    return jwt.encode({"alg": algorithm, "kid": "one"}, claims, key, algorithms=[algorithm])


def by_assertion(http: httpx.Client, assertion: str) -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }
    return http.post("/oauth/token", data=form)


class TestRegistering:
    def test_what_was_said_is_answered_with_an_id_and_a_secret(self, http: httpx.Client) -> None:
        answer = hosts.registered(http, contacts=["it@backpack.example"], of_the_future="left out")

        found = answer.json()
        assert answer.status_code == 201
        assert answer.headers["cache-control"] == "no-store"
        assert found.items() >= hosts.METADATA.items()
        assert found["contacts"] == ["it@backpack.example"]
        assert "of_the_future" not in found
        assert found["token_endpoint_auth_method"] == "client_secret_basic"
        assert found["client_secret_expires_at"] == 0
        assert found["client_id_issued_at"] == 1781291030

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize("missing", sorted(set(hosts.METADATA) - {"grant_types"}), ids=str)
    def test_a_missing_member_is_named(self, http: httpx.Client, missing: str) -> None:
        answer = hosts.registered(http, **{missing: None})

        error = "invalid_redirect_uri" if missing == "redirect_uris" else "invalid_client_metadata"
        assert (answer.status_code, error_of(answer)) == (400, error)
        assert missing in answer.json()["error_description"]

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"logo_uri": "http://backpack.example/logo.png"}, "invalid_client_metadata"),
            ({"logo_uri": "https://elsewhere.example/logo.png"}, "invalid_client_metadata"),
            ({"tos_uri": "https://user@backpack.example/"}, "invalid_client_metadata"),
            ({"redirect_uris": ["https://backpack.example/#here"]}, "invalid_redirect_uri"),
            ({"redirect_uris": ["https://elsewhere.example/"]}, "invalid_client_metadata"),
            ({"redirect_uris": ["https://backpack.example/\r\nset-cookie:a=b"]}, "invalid_redirect_uri"),
            ({"redirect_uris": ["https://backpack.example; script-src *"]}, "invalid_redirect_uri"),
            ({"redirect_uris": []}, "invalid_redirect_uri"),
            ({"redirect_uris": CALLBACK}, "invalid_redirect_uri"),
            ({"client_name": ""}, "invalid_client_metadata"),
            ({"client_name": "a\u0000b"}, "invalid_client_metadata"),
            ({"client_name": "x" * 201}, "invalid_client_metadata"),
            ({"client_name": 7}, "invalid_client_metadata"),
            ({"scope": "everything"}, "invalid_client_metadata"),
            ({"scope": " "}, "invalid_client_metadata"),
            ({"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
            ({"grant_types": ["refresh_token"]}, "invalid_client_metadata"),
            ({"response_types": ["token"]}, "invalid_client_metadata"),
            ({"token_endpoint_auth_method": "none"}, "invalid_client_metadata"),
        ],
        ids=str,
    )
    def test_what_breaks_a_rule_is_refused(
        self, http: httpx.Client, changes: dict[str, object], error: str
    ) -> None:
        answer = hosts.registered(http, **changes)

        assert (answer.status_code, error_of(answer)) == (400, error)
        assert re.fullmatch(r"[ -!#-\[\]-~]+", answer.json()["error_description"])

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"a":1,"a":2}', b"null"])
    def test_what_is_no_document_is_refused(self, http: httpx.Client, body: bytes) -> None:
        answer = http.post("/oauth/register", content=body)

        assert (answer.status_code, error_of(answer)) == (400, "invalid_client_metadata")

    def test_an_address_registers_no_more_than_its_share(self, alder: World) -> None:
        settings = alder.context.settings.model_copy(update={"verify_per_minute": 3})
        with server.serving(replace(alder.context, settings=settings)) as http:
            found = [hosts.registered(http).status_code for _ in range(4)]

        assert found == [201, 201, 201, 429]


class TestAsking:
    @pytest.mark.parametrize("lang", ["en", "es"])
    def test_the_page_says_who_asks_for_what_and_holds_no_script(
        self, http: httpx.Client, link: str, lang: str
    ) -> None:
        host = hosts.host(http, client_name="Back <b>pack</b>")

        first = http.get(f"/oauth/authorize?{host.query()}&lang={lang}")
        second = http.post(f"/oauth/authorize?{host.query()}&lang={lang}", data={"link": link})

        for answer in (first, second):
            page = Page(answer.text)
            policy = answer.headers["content-security-policy"]
            assert answer.status_code == 200
            assert f'lang="{lang}"' in answer.text
            assert "Back &lt;b&gt;pack&lt;/b&gt;" in answer.text
            assert "<b>pack" not in answer.text
            assert "backpack.example" in " ".join(each.text for each in page.elements)
            assert "<script" not in answer.text
            assert "frame-ancestors 'none'" in policy
            assert "form-action 'self' https://backpack.example;" in policy
            assert answer.headers["cache-control"] == "no-store"
        assert "Rosa Delgado" not in first.text
        assert "Rosa Delgado" in second.text

    @pytest.mark.parametrize("typed", ["", "nonsense", "https://badges.example.org/h/abc", "a" * 67])
    def test_what_is_no_link_is_asked_for_again_and_allows_nothing(
        self, http: httpx.Client, host: Host, typed: str
    ) -> None:
        form = {"link": typed, "decision": "allow"}
        answer = http.post(f"/oauth/authorize?{host.query()}", data=form)

        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert "location" not in answer.headers

    def test_a_link_that_ended_or_was_stopped_allows_nothing(
        self, http: httpx.Client, alder: World, host: Host, link: str
    ) -> None:
        alder.clock.move(days=31)

        answer = http.post(f"/oauth/authorize?{host.query()}", data={"link": link, "decision": "allow"})

        assert answer.status_code == 422

    def test_the_last_part_of_a_link_is_enough(self, host: Host, link: str) -> None:
        assert host.decided(link.rpartition("/")[2])["code"]
        assert host.decided(f" {link}?lang=es ")["code"]

    def test_the_answer_names_the_state_and_who_gives_it(self, host: Host, link: str) -> None:
        found = host.decided(link)

        assert found["state"] == "of-the-host"
        assert found["iss"] == PUBLIC_URL
        assert found["code"].startswith("obac_")

    def test_a_refusal_is_told_without_a_link_too(self, host: Host, link: str) -> None:
        for given in (link, ""):
            found = host.decided(given, "deny")

            assert found["error"] == "access_denied"
            assert found["state"] == "of-the-host"
            assert "code" not in found

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge_method": None}, "invalid_request"),
            ({"code_challenge": "short"}, "invalid_request"),
            ({"code_challenge": "é" * 43}, "invalid_request"),
            ({"state": None}, "invalid_request"),
            ({"scope": "everything"}, "invalid_scope"),
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"response_type": 'code"\\\n'}, "unsupported_response_type"),
        ],
        ids=str,
    )
    def test_what_cannot_be_allowed_is_told_to_the_program(
        self, http: httpx.Client, host: Host, link: str, changes: dict[str, str | None], error: str
    ) -> None:
        asked = f"/oauth/authorize?{host.query(**changes)}"
        answers = [http.get(asked), http.post(asked, data={"link": link, "decision": "allow"})]

        for answer in answers:
            assert answer.status_code == 303
            assert hosts.told(answer)["error"] == error
            assert hosts.told(answer).get("state", "") == ("" if "state" in changes else "of-the-host")

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        "changes",
        [
            {"client_id": None},
            {"client_id": "7HqyV2cWmX4tKfRz9aBnPd"},
            {"client_id": "a\u0000b"},
            {"redirect_uri": None},
            {"redirect_uri": "https://backpack.example/callback/"},
            {"redirect_uri": 'https://evil.example/"\\'},
            {"redirect_uri": f"{CALLBACK}?next=https://evil.example"},
            {"response_type": "token", "redirect_uri": "https://evil.example/"},
        ],
        ids=str,
    )
    def test_nobody_is_sent_where_the_program_did_not_register(
        self, http: httpx.Client, host: Host, link: str, changes: dict[str, str | None]
    ) -> None:
        asked = f"/oauth/authorize?{host.query(**changes)}"
        form = {"link": link, "decision": "allow"}

        for answer in (
            http.get(asked),
            http.post(asked, data=form),
            http.post(asked, data={"decision": "deny"}),
        ):
            assert answer.status_code == 422
            assert answer.json()["type"].endswith("/unusable-authorization")
            assert "location" not in answer.headers

    def test_a_person_is_told_in_words(self, http: httpx.Client) -> None:
        answer = http.get("/oauth/authorize?client_id=unknown&lang=es", headers={"accept": "text/html"})

        assert answer.status_code == 422
        assert "pidió algo mal hecho" in answer.text

    def test_a_parameter_that_comes_twice_is_refused(self, http: httpx.Client, host: Host) -> None:
        answer = http.get(f"/oauth/authorize?{host.query()}&scope=x")

        assert answer.status_code == 422

    def test_a_program_of_fewer_scopes_gets_no_more(self, http: httpx.Client, link: str) -> None:
        small = hosts.host(http, scope=scopes.READ)

        assert small.decided(link, scope=f"{scopes.READ} {scopes.UPSERT}")["error"] == "invalid_scope"
        assert small.allowed(link, scope=None)["scope"] == scopes.READ

    def test_a_program_that_is_for_an_issuer_asks_no_holder(self, http: httpx.Client, alder: World) -> None:
        made, secret = agencies.add(alder.context, alder.tenant, "State")
        agency = Host(http, made.id, str(secret))

        answer = http.get(f"/oauth/authorize?{agency.query()}")

        assert answer.status_code == 422


class TestTokens:
    def test_a_wrong_verifier_gets_none_and_the_right_one_does(self, host: Host, link: str) -> None:
        code = host.decided(link)["code"]

        wrong = host.tokens(code, code_verifier="w" * 64)
        short = host.tokens(code, code_verifier="w")
        none = host.tokens(code, code_verifier="")
        right = host.tokens(code)

        assert [error_of(each) for each in (wrong, short, none)] == [
            "invalid_grant",
            "invalid_request",
            "invalid_request",
        ]
        assert right.status_code == 200

    def test_a_code_that_is_used_again_ends_all_that_came_of_it(
        self, http: httpx.Client, host: Host, link: str
    ) -> None:
        code = host.decided(link)["code"]
        tokens = host.tokens(code).json()
        assert http.get(CREDENTIALS, headers=bearing(tokens)).status_code == 200

        again = host.tokens(code)

        assert (again.status_code, error_of(again)) == (400, "invalid_grant")
        assert http.get(CREDENTIALS, headers=bearing(tokens)).status_code == 401
        assert error_of(host.refreshed(tokens["refresh_token"])) == "invalid_grant"

    def test_of_two_who_show_a_code_or_a_refresh_token_at_once_one_gets_tokens(
        self, host: Host, link: str
    ) -> None:
        with ThreadPoolExecutor(4) as pool:
            code = host.decided(link)["code"]
            codes = [each.status_code for each in pool.map(host.tokens, [code] * 4)]
            refresh = host.allowed(link)["refresh_token"]
            tokens = [each.status_code for each in pool.map(host.refreshed, [refresh] * 4)]

        assert sorted(codes) == sorted(tokens) == [200, 400, 400, 400]

    def test_a_code_ends_after_ten_minutes(self, alder: World, host: Host, link: str) -> None:
        code = host.decided(link)["code"]
        alder.clock.move(seconds=600)

        assert error_of(host.tokens(code)) == "invalid_grant"

    def test_a_code_of_another_program_is_none(self, http: httpx.Client, host: Host, link: str) -> None:
        code = host.decided(link)["code"]
        thief = replace(hosts.host(http), verifier=host.verifier)

        assert error_of(thief.tokens(code)) == "invalid_grant"
        assert host.tokens(code).status_code == 200

    def test_another_address_than_was_asked_with_gets_none(self, host: Host, link: str) -> None:
        code = host.decided(link)["code"]

        assert error_of(host.tokens(code, redirect_uri="https://backpack.example/")) == "invalid_grant"
        assert error_of(host.tokens(code, redirect_uri="")) == "invalid_grant"

    def test_a_refresh_token_that_is_used_again_ends_its_family(
        self, http: httpx.Client, host: Host, link: str
    ) -> None:
        first = host.allowed(link)
        second = host.refreshed(first["refresh_token"]).json()
        assert http.get(CREDENTIALS, headers=bearing(second)).status_code == 200

        again = host.refreshed(first["refresh_token"])

        assert error_of(again) == "invalid_grant"
        assert error_of(host.refreshed(second["refresh_token"])) == "invalid_grant"
        assert http.get(CREDENTIALS, headers=bearing(second)).status_code == 401

    def test_refreshing_can_narrow_what_is_allowed_and_never_widen_it(
        self, http: httpx.Client, host: Host, link: str
    ) -> None:
        first = host.allowed(link, scope=f"{scopes.READ} {scopes.PROFILE_READ}")

        wider = host.refreshed(first["refresh_token"], scope=f"{scopes.READ} {scopes.UPSERT}")
        narrow = host.refreshed(first["refresh_token"], scope=scopes.READ).json()
        whole = host.refreshed(narrow["refresh_token"]).json()

        assert error_of(wider) == "invalid_scope"
        assert narrow["scope"] == scopes.READ
        assert http.get("/ims/ob/v3p0/profile", headers=bearing(narrow)).status_code == 403
        assert set(whole["scope"].split()) == {scopes.READ, scopes.PROFILE_READ}

    def test_tokens_end_and_refresh_tokens_last_while_they_are_used(
        self, http: httpx.Client, alder: World, host: Host, link: str
    ) -> None:
        first = host.allowed(link)
        alder.clock.move(seconds=3599)
        assert http.get(CREDENTIALS, headers=bearing(first)).status_code == 200
        alder.clock.move(seconds=1)
        assert http.get(CREDENTIALS, headers=bearing(first)).status_code == 401
        alder.clock.move(days=80)
        second = host.refreshed(first["refresh_token"]).json()
        alder.clock.move(days=80)
        third = host.refreshed(second["refresh_token"]).json()
        alder.clock.move(days=90)

        assert error_of(host.refreshed(third["refresh_token"])) == "invalid_grant"

    def test_a_program_that_did_not_register_for_it_gets_no_refresh_token(
        self, http: httpx.Client, link: str
    ) -> None:
        once = hosts.host(http, grant_types=["authorization_code"])

        tokens = once.allowed(link)

        assert "refresh_token" not in tokens
        assert error_of(once.refreshed("obrt_zunknown")) == "unauthorized_client"

    @pytest.mark.parametrize(
        "authorization",
        [
            None,
            "Basic",
            "Basic !!!",
            "Basic /////w==",  # not UTF-8
            "Basic OjpAOg==",
            "Bearer abc",
        ],
    )
    def test_whoever_is_not_known_gets_none(self, http: httpx.Client, authorization: str | None) -> None:
        headers = {"authorization": authorization} if authorization else {}
        form = {"grant_type": "authorization_code", "code": "x"}

        answer = http.post("/oauth/token", data=form, headers=headers)

        assert (answer.status_code, error_of(answer)) == (401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic ")

    def test_a_wrong_secret_gets_none_and_one_in_the_form_is_not_read(
        self, http: httpx.Client, host: Host, link: str
    ) -> None:
        code = host.decided(link)["code"]
        form = {"grant_type": "authorization_code", "code": code, "client_id": host.id}

        wrong = host.with_secret("obcs_zwrong").tokens(code)
        in_form = http.post("/oauth/token", data={**form, "client_secret": host.secret})

        assert [wrong.status_code, in_form.status_code] == [401, 401]
        assert error_of(wrong) == error_of(in_form) == "invalid_client"

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("body", "error"),
        [
            (b"grant_type=password&username=a&password=b", "unsupported_grant_type"),
            (b"grant_type=implicit%22%5C%0A", "unsupported_grant_type"),
            (b"", "unsupported_grant_type"),
            (b"grant_type=refresh_token&grant_type=refresh_token", "invalid_request"),
            (b"grant_type=authorization_code", "invalid_request"),
            (b"grant_type=refresh_token", "invalid_request"),
            (b"grant_type=client_credentials", "unauthorized_client"),
            (b"grant_type=authorization_code&code=%00", "invalid_grant"),
            (b"grant_type=authorization_code&code=%ED%A0%80", "invalid_request"),
            (b"grant_type=\xff", "invalid_request"),
            (b"&".join([b"a=b"] * 41), "invalid_request"),
        ],
    )
    def test_what_cannot_be_understood_is_refused(
        self, http: httpx.Client, host: Host, body: bytes, error: str
    ) -> None:
        form = {"content-type": "application/x-www-form-urlencoded"}

        answer = http.post("/oauth/token", content=body, headers=form, auth=host.basic)

        assert (answer.status_code, error_of(answer)) == (400, error)

    def test_nothing_that_opens_anything_is_stored_or_said(
        self, alder: World, host: Host, link: str, capfd: pytest.CaptureFixture[str]
    ) -> None:
        code = host.decided(link)["code"]
        tokens = host.tokens(code).json()
        host.refreshed(tokens["refresh_token"])

        secrets = [
            code,
            tokens["access_token"],
            tokens["refresh_token"],
            host.secret,
            link.rpartition("/")[2],
        ]
        with alder.context.database.read() as session:
            stored = " ".join(
                str(row)
                for table in Base.metadata.sorted_tables
                if table.name.startswith("oauth")
                for row in session.execute(select(table))
            )
        said = capfd.readouterr()
        assert "oauth" in str(Base.metadata.sorted_tables)
        assert not [secret for secret in secrets if secret in stored + said.out + said.err]


class TestEndingAndAsking:
    def test_an_access_token_ends_alone_and_a_refresh_token_with_all(
        self, http: httpx.Client, host: Host, link: str
    ) -> None:
        tokens = host.allowed(link)

        ended = revoke(http, host, tokens["access_token"])
        assert http.get(CREDENTIALS, headers=bearing(tokens)).status_code == 401
        renewed = host.refreshed(tokens["refresh_token"]).json()
        assert http.get(CREDENTIALS, headers=bearing(renewed)).status_code == 200
        revoke(http, host, renewed["refresh_token"])

        assert (ended.status_code, ended.json()) == (200, {})
        assert http.get(CREDENTIALS, headers=bearing(renewed)).status_code == 401

    def test_nobody_ends_or_learns_of_a_token_of_others(
        self, http: httpx.Client, host: Host, link: str
    ) -> None:
        tokens, other = host.allowed(link), hosts.host(http)

        answers = [revoke(http, other, each) for each in (tokens["access_token"], "unknown", "\udfff")]
        asked = ask(http, other, tokens["access_token"])

        assert [each.status_code for each in answers] == [200, 200, 200]
        assert asked.json() == {"active": False}
        assert http.get(CREDENTIALS, headers=bearing(tokens)).status_code == 200

    def test_a_program_learns_of_its_own_tokens(
        self, http: httpx.Client, alder: World, host: Host, link: str
    ) -> None:
        tokens = host.allowed(link)

        access = ask(http, host, tokens["access_token"]).json()
        refresh = ask(http, host, tokens["refresh_token"]).json()
        alder.clock.move(hours=1)
        later = ask(http, host, tokens["access_token"]).json()

        assert access["active"] is True
        assert access["client_id"] == host.id
        assert access["scope"] == tokens["scope"]
        assert access["exp"] - access["iat"] == 3600
        assert access["sub"].startswith("urn:uuid:")
        assert refresh["active"] is True
        assert later == {"active": False}

    @pytest.mark.parametrize("path", ["/oauth/revoke", "/oauth/introspect"])
    def test_both_want_to_know_who_asks_about_what(self, http: httpx.Client, host: Host, path: str) -> None:
        nobody = http.post(path, data={"token": "x"})
        nothing = http.post(path, data={}, auth=host.basic)
        twice = http.post(path, content=b"token=a&token=b", auth=host.basic)

        assert [each.status_code for each in (nobody, nothing, twice)] == [401, 400, 400]
        assert error_of(nothing) == error_of(twice) == "invalid_request"


def revoke(http: httpx.Client, host: Host, token: str) -> httpx.Response:
    form = {"token": token.encode(errors="replace").decode(), "token_type_hint": "nonsense"}
    return http.post("/oauth/revoke", data=form, auth=host.basic)


def ask(http: httpx.Client, host: Host, token: str) -> httpx.Response:
    return http.post("/oauth/introspect", data={"token": token}, auth=host.basic)


class TestAgencies:
    def test_a_secret_gets_a_token_that_reads_what_the_issuer_shows(
        self, http: httpx.Client, alder: World
    ) -> None:
        made, secret = agencies.add(alder.context, alder.tenant, "State")
        alder.issue()
        alder.issue(visibility="private")
        agency = Host(http, made.id, str(secret))

        tokens = of_agency(http, agency).json()
        found = http.get(CREDENTIALS, headers=bearing(tokens))

        assert "refresh_token" not in tokens
        assert found.headers["x-total-count"] == "1"
        for path in ("/ims/ob/v3p0/profile", CREDENTIALS):
            method = "GET" if path.endswith("profile") else "POST"
            assert http.request(method, path, headers=bearing(tokens)).status_code == 403

    def test_it_gets_no_more_than_it_may_and_nothing_once_it_is_shut_out(
        self, http: httpx.Client, alder: World
    ) -> None:
        made, secret = agencies.add(alder.context, alder.tenant, "State")
        agency = Host(http, made.id, str(secret))
        tokens = of_agency(http, agency).json()

        wider = of_agency(http, agency, scope=scopes.UPSERT)
        agencies.revoke(alder.context, alder.tenant, made.id)
        late = of_agency(http, agency)

        assert error_of(wider) == "invalid_scope"
        assert (late.status_code, error_of(late)) == (401, "invalid_client")
        assert http.get(CREDENTIALS, headers=bearing(tokens)).status_code == 401

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        "changes",
        [
            {"aud": "https://elsewhere.example/token"},
            {"aud": None},
            {"iss": "somebody"},
            {"exp": 1},
            {"exp": 4102444800},
            {"exp": "soon"},
            {"jti": None},
            {"sub": ["a"]},
            {"nbf": 4102444800},
        ],
        ids=str,
    )
    def test_an_assertion_that_does_not_hold_gets_none(
        self, http: httpx.Client, alder: World, changes: dict[str, object]
    ) -> None:
        key = ECKey.generate_key("P-256", {"kid": "one"})
        keys = json.dumps(KeySet([key]).as_dict(private=False))
        made, _ = agencies.add(alder.context, alder.tenant, "State", keys=keys)
        claims = {name: value for name, value in changes.items() if value is not None}
        assertion = asserted(key, made.id, alder.clock, **claims)
        if None in changes.values():
            assertion = without(key, made.id, alder.clock, next(iter(changes)))

        answer = by_assertion(http, assertion)

        assert answer.status_code in {400, 401}
        assert error_of(answer) == "invalid_client"

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        "make",
        [
            lambda _key, client, clock: asserted(ECKey.generate_key("P-256"), client, clock),
            lambda key, client, clock: asserted(
                OctKey.import_key(json.dumps(key.as_dict(private=False))), client, clock
            ),
            lambda key, client, clock: asserted(key, client, clock)[:-8] + "AAAAAAAA",
            lambda _key, _client, _clock: "a.b.c",
            lambda _key, _client, _clock: "nonsense",
            lambda _key, _client, _clock: f"{deep('{}')}.{deep('[' * 20_000)}.AAAA",
            lambda _key, _client, _clock: f"{deep('[' * 20_000)}.{deep('{}')}.AAAA",
            lambda _key, _client, _clock: f"{deep('{}')}.{deep('[]')}.AAAA",
            lambda key, _client, clock: asserted(key, "7HqyV2cWmX4tKfRz9aBnPd", clock),
        ],
    )
    def test_a_forged_assertion_gets_none(
        self, http: httpx.Client, alder: World, make: Callable[[ECKey, str, Clock], str]
    ) -> None:
        key = ECKey.generate_key("P-256", {"kid": "one"})
        keys = json.dumps(KeySet([key]).as_dict(private=False))
        made, _ = agencies.add(alder.context, alder.tenant, "State", keys=keys)

        answer = by_assertion(http, make(key, made.id, alder.clock))

        assert answer.status_code in {400, 401}
        assert error_of(answer) == "invalid_client"

    @pytest.mark.parametrize(
        "keys",
        [
            "[]",
            '{"keys": []}',
            '{"keys": [{}]}',
            '{"keys": [{"kty": "oct", "k": "AAAA"}]}',
            '{"keys": ["x"]}',
            json.dumps(KeySet([ECKey.generate_key("P-256")]).as_dict(private=True)),
        ],
        ids=lambda keys: keys[:20],
    )
    def test_keys_that_are_not_public_ones_are_refused(self, alder: World, keys: str) -> None:
        with pytest.raises(Invalid):
            agencies.add(alder.context, alder.tenant, "State", keys=keys)


def deep(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def without(key: ECKey, client: str, clock: Clock, name: str) -> str:
    claims = {
        "iss": client,
        "sub": client,
        "aud": PUBLIC_URL,
        "exp": int(clock().timestamp()) + 60,
        "jti": "once",
    }
    claims.pop(name)
    return jwt.encode({"alg": "ES256", "kid": "one"}, claims, key)


def of_agency(http: httpx.Client, agency: Host, **changes: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", **changes}
    return http.post("/oauth/token", data=form, auth=agency.basic)


class TestWhatHappensToPeople:
    def test_to_stop_somebodys_links_ends_what_was_allowed_by_one(
        self, http: httpx.Client, alder: World, host: Host
    ) -> None:
        issued = alder.issue(recipient=ROSA)
        link = holder.mint(alder.context, alder.tenant, issued.award[0].recipient_id).url
        tokens = host.allowed(link)

        holder.renew(
            alder.context, alder.client, issued.award[0].public_id, stop_others=True, request_id="req_test"
        )

        assert http.get(CREDENTIALS, headers=bearing(tokens)).status_code == 401
        assert error_of(host.refreshed(tokens["refresh_token"])) == "invalid_grant"

    def test_of_an_erased_person_nothing_stays_allowed(
        self, http: httpx.Client, alder: World, host: Host, link: str
    ) -> None:
        tokens = host.allowed(link)

        erase.erase(alder.context, alder.client, PersonRef(email=ROSA["email"]), request_id="req_test")

        assert http.get(CREDENTIALS, headers=bearing(tokens)).status_code == 401
        with alder.context.database.read() as session:
            assert session.scalars(select(OAuthGrant)).all() == []
            assert session.scalars(select(OAuthToken)).all() == []

    def test_what_one_person_allowed_holds_for_the_same_person_under_another_name(
        self, http: httpx.Client, alder: World, host: Host, link: str
    ) -> None:
        alder.issue(recipient={"email": "rosa@home.example", "name": "Rosa"})
        tokens = host.allowed(link)

        merge.merge(
            alder.context,
            alder.client,
            PersonRef(email=ROSA["email"]),
            PersonRef(email="rosa@home.example"),
            request_id="req_test",
        )

        assert http.get(CREDENTIALS, headers=bearing(tokens)).headers["x-total-count"] == "2"

    def test_what_is_over_is_forgotten_and_nothing_else(self, alder: World, host: Host, link: str) -> None:
        host.decided(link)
        host.allowed(link)
        alder.clock.move(days=2)

        forgetting.forget(alder.context)

        with alder.context.database.read() as session:
            assert len(session.scalars(select(OAuthGrant)).all()) == 1
            assert len(session.scalars(select(OAuthClient)).all()) == 1
        alder.clock.move(days=90)
        forgetting.forget(alder.context)
        with alder.context.database.read() as session:
            assert session.scalars(select(OAuthToken)).all() == []


class TestTheHoldersOwnPage:
    @pytest.mark.parametrize("lang", ["en", "es"])
    def test_it_names_the_programs_and_ends_their_access(
        self, http: httpx.Client, link: str, lang: str
    ) -> None:
        host = hosts.host(http, client_name="Back <b>pack</b>")
        assert "programs-title" not in http.get(f"/h/{link.rpartition('/')[2]}").text
        tokens = host.allowed(link)
        token = link.rpartition("/")[2]

        page = http.get(f"/h/{token}?lang={lang}").text
        action = re.findall(r'action="([^"]+/stop[^"]*)"', page)
        answer = http.post(f"/h/{action[0]}")
        back = http.get(f"/h/{token}?lang={lang}").text

        assert "Back &lt;b&gt;pack&lt;/b&gt;" in page
        assert Page(page).elements
        assert answer.status_code == 303
        assert answer.headers["location"].endswith(f"{token}?lang={lang}#programs")
        assert "programs-title" not in back
        assert http.get(CREDENTIALS, headers=bearing(tokens)).status_code == 401

    def test_nobody_ends_what_somebody_else_allowed(
        self, http: httpx.Client, alder: World, host: Host, link: str
    ) -> None:
        tokens = host.allowed(link)
        token = link.rpartition("/")[2]
        (action,) = re.findall(r'action="[^"/]+/(programs/[^"]+)"', http.get(f"/h/{token}").text)
        other = link_of(alder, recipient={"email": "other@alder.example"}).rpartition("/")[2]

        answer = http.post(f"/h/{other}/{action}")
        odd = http.post(f"/h/{token}/programs/x/stop")

        assert (answer.status_code, odd.status_code) == (303, 404)
        assert http.get(CREDENTIALS, headers=bearing(tokens)).status_code == 200


class TestTenantsApart:
    def test_a_link_of_another_origin_allows_nothing_here(
        self, tmp_path: Path, database_url: str, clock: Clock
    ) -> None:
        other_url = "https://badges.district.example"
        context = make_context(tmp_path, database_url, clock, origins=(other_url,))
        alder = make_world(context, clock)
        alder.publish()
        district = tenants.create(context, "district", PROFILE, origin=other_url)
        with server.serving(context) as http:
            here = hosts.host(http)
            link = link_of(alder)
            tokens = here.allowed(link)
            there = {"host": "badges.district.example"}

            asked = http.post(
                f"/oauth/authorize?{here.query()}", data={"link": link, "decision": "allow"}, headers=there
            )
            read = http.get(CREDENTIALS, headers={**bearing(tokens), **there})
            told = http.get("/.well-known/oauth-authorization-server", headers=there).json()

        assert district.owned_origin == other_url
        assert asked.status_code == 422
        assert read.status_code == 401
        assert told["issuer"] == other_url
        context.database.engine.dispose()


def test_an_operator_makes_lists_and_revokes_a_client_of_an_agency(tmp_path: Path) -> None:
    settings = {"ISSUER_DATABASE_URL": f"sqlite:///{tmp_path}/cli.db", "ISSUER_MODE": "development"}
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(KeySet([ECKey.generate_key("P-256")]).as_dict(private=False)))
    bad = tmp_path / "bad.json"
    bad.write_text('{"keys": []}')
    issuer = partial(run, folder=tmp_path, settings=settings)
    issuer("migrate")
    issuer("tenant", "create", "alder", "--name", "Alder", "--default")

    client_id, secret = issuer("agency", "create", "State").split()
    signing = issuer("agency", "create", "Other", "--keys", str(keys)).split()
    refused = issuer("agency", "create", "Third", "--keys", str(bad), code=1)
    issuer("agency", "revoke", client_id)
    unknown = issuer("agency", "revoke", "nobody", code=1)
    found = json.loads(issuer("agency", "list", "--json"))

    assert secret.startswith("obcs_")
    assert len(signing) == 1
    assert "there are no keys in it" in refused
    assert "no OAuth client 'nobody'" in unknown
    assert [(each["name"], each["revoked_at"] is not None) for each in found] == [
        ("State", True),
        ("Other", False),
    ]
    assert "State" in issuer("agency", "list")
