"""The Open Badges API: what hosts read and write with a holder's leave, byte for byte, and refusals."""

import json
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jsonschema_rs
import pytest

from issuer.core.documents import Document
from issuer.core.intake.person_ref import PersonRef
from issuer.db.held_tables import HeldCredential, HolderProfile
from issuer.db.people import UnknownRecipient
from issuer.db.tables import Credential
from issuer.services import held, holder, revoke
from issuer.services.after_award import erase, merge
from issuer.services.oauth import scopes
from tests.support import asking, hosts, reference, strangers
from tests.support.hosts import Host, bearing
from tests.support.world import PUBLIC_URL, World, make_world

API = "/ims/ob/v3p0"
CREDENTIALS = f"{API}/credentials"
PROFILE = f"{API}/profile"
ROSA = {"email": "rosa@alder.example", "name": "Rosa Delgado"}
GUILD = strangers.stranger("guild")
NUMBERS = count(1)
JSON = {"content-type": "application/json"}
JWS = {"content-type": "text/plain"}


@pytest.fixture
def host(http: httpx.Client) -> Host:
    return hosts.host(http)


def award(world: World, **changes: object) -> Credential:
    """Return a badge of an achievement of its own, for one person has no badge twice."""
    code = f"MC-{next(NUMBERS)}"
    world.publish(code)
    changes = {"achievement": code, **changes}
    return world.issue(**{"recipient": ROSA, **changes}).award[0]


@pytest.fixture
def badge(alder: World) -> Credential:
    """A badge of Rosa's."""
    return award(alder)


@pytest.fixture
def rosa(alder: World, host: Host, badge: Credential) -> dict[str, str]:
    """The header of a host that Rosa allowed everything."""
    return bearing(host.allowed(holder.mint(alder.context, alder.tenant, badge.recipient_id).url))


def foreign(number: int = 1, **changes: object) -> str:
    """Return the text of a badge of another issuer, with white space of its own."""
    return json.dumps(GUILD.sign(strangers.badge(GUILD, number, **changes)), indent=3, ensure_ascii=False)


def withdraw(world: World, badge: Credential) -> None:
    revoke.change(
        world.context,
        world.client,
        badge.public_id,
        "revoke",
        reason="other",
        note=None,
        request_id="req_test",
    )


def rows(world: World, table: type[Any]) -> list[Any]:
    with world.context.database.read() as session:
        return list(session.query(table).all())


def links(answer: httpx.Response) -> dict[str, str]:
    return {name: place for place, name in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["link"])}


def status_info(answer: httpx.Response) -> tuple[int, str, str]:
    """Return the status, and both codes that a status info has."""
    found = answer.json()
    assert found["imsx_severity"] == "error"
    assert found["imsx_description"]
    minor = found["imsx_codeMinor"]["imsx_codeMinorField"][0]
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, minor["imsx_codeMinorFieldName"], minor["imsx_codeMinorFieldValue"]


class TestReading:
    def test_it_gives_every_badge_of_the_holder_as_it_was_signed_and_no_others(
        self, http: httpx.Client, alder: World, rosa: dict[str, str], badge: Credential
    ) -> None:
        alder.clock.move(minutes=1)
        private = award(alder, visibility="private")
        alder.issue(recipient={"email": "other@alder.example"})

        answer = http.get(CREDENTIALS, headers=rosa)

        texts = [str(each.secured) for each in (badge, private)]
        assert answer.text == f'{{"credential":[{texts[0]},{texts[1]}],"compactJwsString":[]}}'
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-total-count"] == "2"
        assert answer.headers["cache-control"] == "no-store"
        for each in answer.json()["credential"]:
            assert alder.verify(json.dumps(each)).result in {"valid", "issuer_unrecognized"}

    def test_it_pages(self, http: httpx.Client, alder: World, rosa: dict[str, str]) -> None:
        for _ in range(4):
            alder.clock.move(minutes=1)
            award(alder)
        first = http.get(f"{CREDENTIALS}?limit=2", headers=rosa)
        second = follow(http, links(first)["next"], rosa)
        third = follow(http, links(second)["next"], rosa)
        beyond = http.get(f"{CREDENTIALS}?limit=2&offset=9", headers=rosa)

        found = [each["id"] for page in (first, second, third) for each in page.json()["credential"]]
        whole = [each["id"] for each in http.get(CREDENTIALS, headers=rosa).json()["credential"]]
        assert found == whole
        assert len(set(found)) == 5
        assert [set(links(page)) for page in (first, second, third)] == [
            {"next", "last", "first"},
            {"next", "last", "first", "prev"},
            {"last", "first", "prev"},
        ]
        assert {page.headers["x-total-count"] for page in (first, second, third, beyond)} == {"5"}
        assert follow(http, links(first)["last"], rosa).json() == third.json()
        assert follow(http, links(third)["prev"], rosa).json() == second.json()
        assert links(first)["first"].startswith(f"{PUBLIC_URL}{CREDENTIALS}?")
        assert beyond.json()["credential"] == []

    def test_since_leaves_out_what_was_issued_before(
        self, http: httpx.Client, alder: World, rosa: dict[str, str]
    ) -> None:
        first = alder.clock.now
        alder.clock.move(minutes=5)
        award(alder)

        def after(since: str) -> str:
            found = http.get(CREDENTIALS, params={"since": since, "limit": 1}, headers=rosa)
            assert found.status_code == 200, found.text
            assert "since=" in found.headers["link"]
            total: str = found.headers["x-total-count"]
            return total

        assert after("2026-06-12T19:03:49Z") == "2"
        assert after("2026-06-12T19:03:49") == "2"
        assert after(first.isoformat()) == "1"
        assert after("2026-06-12T21:03:50+02:00") == "1"
        assert after("2026-06-12T19:08:50Z") == "0"

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        "query",
        [
            "limit=0",
            "limit=-1",
            "limit=x",
            "limit=99999999999999999999",
            "offset=-1",
            "offset=99999999999999999999",
            "since=yesterday",
            "since=",
            "since=2026-02-30T00:00:00Z",
            "since=2026-06-12T19:03:49%00Z",
            f"since={'9' * 99}",
        ],
    )
    def test_a_query_that_says_nothing_is_refused(
        self, http: httpx.Client, rosa: dict[str, str], query: str
    ) -> None:
        answer = http.get(f"{CREDENTIALS}?{query}", headers=rosa)

        assert status_info(answer)[0] == 400
        assert status_info(answer)[2] in {"invalid_query_parameter", "invalid_data"}

    def test_what_was_withdrawn_is_not_given_and_what_was_replaced_neither(
        self, http: httpx.Client, alder: World, rosa: dict[str, str], badge: Credential
    ) -> None:
        withdraw(alder, badge)

        assert http.get(CREDENTIALS, headers=rosa).headers["x-total-count"] == "0"

    def test_damaged_text_is_given_to_nobody(
        self, http: httpx.Client, alder: World, rosa: dict[str, str], badge: Credential
    ) -> None:
        with alder.context.database.write.begin() as session:
            row = session.get(Credential, badge.id)
            assert row is not None
            row.secured = str(badge.secured).replace("Feedback", "Applause")

        assert http.get(CREDENTIALS, headers=rosa).json()["credential"] == []

    def test_another_tenants_badge_is_not_among_them(
        self, http: httpx.Client, alder: World, rosa: dict[str, str]
    ) -> None:
        other = make_world(alder.context, alder.clock, "birch", default=False)
        other.publish()
        award(other)

        assert http.get(CREDENTIALS, headers=rosa).headers["x-total-count"] == "1"


def follow(http: httpx.Client, url: str, headers: dict[str, str]) -> httpx.Response:
    place = urlsplit(url)
    return http.get(f"{place.path}?{place.query}", headers=headers)


class TestWriting:
    @pytest.mark.parametrize("media", ["application/json", "application/vc+ld+json", "application/ld+json"])
    def test_a_badge_of_another_issuer_is_kept_byte_for_byte(
        self, http: httpx.Client, alder: World, rosa: dict[str, str], media: str
    ) -> None:
        text = foreign(name="Löten")

        answer = http.post(
            CREDENTIALS, content=text.encode(), headers={**rosa, "content-type": f"{media}; charset=utf-8"}
        )
        found = http.get(CREDENTIALS, headers=rosa)

        assert answer.status_code == 201
        assert answer.content == text.encode()
        assert answer.headers["content-type"] == media
        assert text in found.text
        assert found.headers["x-total-count"] == "2"
        (row,) = rows(alder, HeldCredential)
        assert row.text == text
        assert row.format == "json"
        assert row.verified_at == alder.clock.now

    def test_a_compact_jws_is_kept_as_one(self, http: httpx.Client, rosa: dict[str, str]) -> None:
        text = asking.as_jws()

        answer = http.post(CREDENTIALS, content=text, headers={**rosa, **JWS})
        again = http.post(CREDENTIALS, content=f"{text}\n", headers={**rosa, **JWS})
        found = http.get(CREDENTIALS, headers=rosa).json()

        assert (answer.status_code, answer.text) == (201, text)
        assert answer.headers["content-type"].startswith("text/plain")
        assert again.status_code == 200
        assert found["compactJwsString"] == [text]
        assert len(found["credential"]) == 1

    def test_an_equal_one_takes_its_place_and_an_older_one_does_not(
        self, http: httpx.Client, alder: World, rosa: dict[str, str]
    ) -> None:
        texts = [
            foreign(validFrom=f"2026-0{month}-01T00:00:00Z", name=f"Soldering {month}") for month in (2, 3, 1)
        ]

        answers = [http.post(CREDENTIALS, content=text, headers={**rosa, **JSON}) for text in texts]

        assert [answer.status_code for answer in answers] == [201, 200, 409]
        assert status_info(answers[2]) == (409, "older-credential", "invalid_data")
        (row,) = rows(alder, HeldCredential)
        assert row.text == texts[1]

    def test_ids_are_compared_without_percent_encoding_and_spaces(
        self, http: httpx.Client, alder: World, rosa: dict[str, str]
    ) -> None:
        ids = ["https://guild.example/a%20b", "https://guild.example/%61%20b", "https://guild.example/c"]
        texts = [foreign(id=each) for each in ids]

        answers = [http.post(CREDENTIALS, content=text, headers={**rosa, **JSON}) for text in texts]

        assert [answer.status_code for answer in answers] == [201, 200, 201]
        assert len(rows(alder, HeldCredential)) == 2

    def test_a_badge_of_the_issuers_own_is_there_already(
        self, http: httpx.Client, alder: World, rosa: dict[str, str], badge: Credential
    ) -> None:
        answer = http.post(CREDENTIALS, content=str(badge.secured), headers={**rosa, **JSON})

        assert (answer.status_code, answer.text) == (200, badge.secured)
        assert rows(alder, HeldCredential) == []

    def test_a_badge_of_somebody_else_is_kept_for_the_one_who_brings_it(
        self, http: httpx.Client, alder: World, rosa: dict[str, str]
    ) -> None:
        other = alder.issue(recipient={"email": "other@alder.example"}).award[0]

        answer = http.post(CREDENTIALS, content=str(other.secured), headers={**rosa, **JSON})

        assert answer.status_code == 201
        assert [row.text for row in rows(alder, HeldCredential)] == [other.secured]

    @pytest.mark.parametrize(
        ("spoil", "code"),
        [
            (lambda it: it.update(name="Welding"), "unproven-credential"),
            (lambda it: it.pop("proof"), "unproven-credential"),
            (lambda it: it["proof"].update(proofValue="z3FXQ"), "unproven-credential"),
            (lambda it: it.pop("id"), "incomparable-credential"),
            (lambda it: it.update(id=7), "incomparable-credential"),
            (lambda it: it.pop("issuer"), "incomparable-credential"),
            (lambda it: it.pop("validFrom"), "incomparable-credential"),
            (lambda it: it.update(validFrom="yesterday"), "incomparable-credential"),
            (lambda it: it.update(type=["VerifiableCredential"]), "unproven-credential"),
        ],
    )
    def test_what_is_not_proven_is_refused_and_not_kept(
        self,
        http: httpx.Client,
        alder: World,
        rosa: dict[str, str],
        spoil: Callable[[Document], object],
        code: str,
    ) -> None:
        document: Document = json.loads(foreign())
        spoil(document)

        answer = http.post(CREDENTIALS, json=document, headers=rosa)

        assert status_info(answer) == (400, code, "invalid_data")
        assert rows(alder, HeldCredential) == []

    def test_a_withdrawn_badge_is_not_kept(
        self, http: httpx.Client, alder: World, rosa: dict[str, str]
    ) -> None:
        other = alder.issue(recipient={"email": "other@alder.example"}).award[0]
        withdraw(alder, other)

        answer = http.post(CREDENTIALS, content=str(other.secured), headers={**rosa, **JSON})

        assert status_info(answer) == (400, "unproven-credential", "invalid_data")

    def test_what_cannot_be_judged_now_is_asked_for_again(
        self, http: httpx.Client, rosa: dict[str, str]
    ) -> None:
        text = foreign(
            credentialStatus={
                "id": "https://guild.example/status/1#7",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": "7",
                "statusListCredential": "https://guild.example/status/1",
            }
        )

        answer = http.post(CREDENTIALS, content=text, headers={**rosa, **JSON})

        assert status_info(answer) == (503, "not-proven-yet", "server_busy")
        assert answer.headers["retry-after"]

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("body", "media", "status"),
        [
            (b"", "application/json", 400),
            (b"[]", "application/json", 400),
            (b"{", "application/json", 400),
            (b"{}", "application/json", 400),
            (b"\xff\xfe", "application/json", 400),
            (b'{"id": NaN}', "application/json", 400),
            (b'{"id": "a", "id": "b"}', "application/json", 400),
            (b"a.b.c", "text/plain", 400),
            (b"", "text/plain", 400),
            (b"{}", "text/plain", 400),
            (b"<xml/>", "application/xml", 415),
            (b"{}", "", 415),
        ],
    )
    def test_what_is_no_credential_is_refused(
        self, http: httpx.Client, rosa: dict[str, str], body: bytes, media: str, status: int
    ) -> None:
        answer = http.post(CREDENTIALS, content=body, headers={**rosa, "content-type": media})

        assert status_info(answer)[0] == status

    def test_the_type_says_which_form_it_is(self, http: httpx.Client, rosa: dict[str, str]) -> None:
        as_text = http.post(CREDENTIALS, content=foreign(), headers={**rosa, **JWS})
        as_json = http.post(CREDENTIALS, content=asking.as_jws(), headers={**rosa, **JSON})

        assert [status_info(each)[0] for each in (as_text, as_json)] == [400, 400]

    def test_a_presentation_is_no_credential(self, http: httpx.Client, rosa: dict[str, str]) -> None:
        inside: Document = json.loads(foreign())
        whole = {
            "@context": inside["@context"],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": [inside],
        }

        assert status_info(http.post(CREDENTIALS, json=whole, headers=rosa))[0] == 400

    def test_too_large_a_body_is_refused(self, http: httpx.Client, rosa: dict[str, str]) -> None:
        answer = http.post(CREDENTIALS, content=b" " * 2_000_000, headers={**rosa, **JSON})

        assert status_info(answer)[0] == 413

    def test_there_is_an_end_to_what_one_person_keeps(
        self, http: httpx.Client, alder: World, rosa: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(held, "MOST", 1)
        answers = [
            http.post(CREDENTIALS, content=foreign(number), headers={**rosa, **JSON}) for number in (1, 2, 1)
        ]

        assert [answer.status_code for answer in answers] == [201, 409, 200]
        assert len(rows(alder, HeldCredential)) == 1

    def test_another_part_keeps_badges_by_the_same_function(self, alder: World, badge: Credential) -> None:
        text = foreign()

        first = held.hold(alder.context, alder.tenant.id, badge.recipient_id, text)
        second = held.hold(alder.context, alder.tenant.id, badge.recipient_id, text)

        assert (first.created, second.created) == (True, False)
        assert first.format == "json"

    def test_of_somebody_who_is_erased_while_it_is_proven_nothing_is_kept(
        self, alder: World, badge: Credential
    ) -> None:
        proven = held.prove(alder.context, foreign())
        erase.erase(alder.context, alder.client, PersonRef(award=badge.public_id), request_id="req_test")

        with pytest.raises(UnknownRecipient):
            held.keep(alder.context, alder.tenant.id, badge.recipient_id, proven)

        assert rows(alder, HeldCredential) == []

    def test_what_is_proven_while_two_are_joined_is_kept_for_who_they_are(
        self, alder: World, badge: Credential
    ) -> None:
        into = alder.issue(recipient={"email": "other@alder.example", "name": "Rosa"}).award.credential
        proven = held.prove(alder.context, foreign())
        former = PersonRef(award=badge.public_id)
        merge.merge(
            alder.context, alder.client, former, PersonRef(award=into.public_id), request_id="req_test"
        )

        held.keep(alder.context, alder.tenant.id, badge.recipient_id, proven)

        [kept] = rows(alder, HeldCredential)
        assert kept.recipient_id == into.recipient_id


class TestTheProfile:
    def test_it_is_what_the_issuer_knows_until_one_is_written(
        self, http: httpx.Client, rosa: dict[str, str]
    ) -> None:
        text = b'{ "id": "https://1edtech.org/issuers/cert", "type": "Profile", "url": "https://r.example" }'

        before = http.get(PROFILE, headers=rosa).json()
        written = http.put(PROFILE, content=text, headers=rosa)
        after = http.get(PROFILE, headers=rosa)
        again = http.put(PROFILE, json={"id": "urn:x:y", "type": ["Profile"]}, headers=rosa)

        assert before["type"] == ["Profile"]
        assert before["id"].startswith("urn:uuid:")
        assert (before["name"], before["email"]) == ("Rosa Delgado", "rosa@alder.example")
        assert written.status_code == 200
        assert written.content == after.content == text
        assert again.status_code == 200
        assert http.get(PROFILE, headers=rosa).json()["id"] == "urn:x:y"

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"{}",
            b'{"id": "urn:x:y"}',
            b'{"id": "urn:x:y", "type": ["Person"]}',
            b'{"id": "no address", "type": ["Profile"]}',
            b'{"id": 7, "type": ["Profile"]}',
            b'{"type": ["Profile"]}',
            b'{"id": "urn:x:y", "type": [7]}',
            b"\xff",
        ],
    )
    def test_what_is_no_profile_is_refused(
        self, http: httpx.Client, alder: World, rosa: dict[str, str], body: bytes
    ) -> None:
        answer = http.put(PROFILE, content=body, headers=rosa)

        assert status_info(answer)[0] == 400
        assert rows(alder, HolderProfile) == []


class TestWhatMayBeDone:
    @pytest.mark.parametrize(
        ("scope", "asked"),
        [
            (scopes.READ, ("GET", CREDENTIALS)),
            (scopes.UPSERT, ("POST", CREDENTIALS)),
            (scopes.PROFILE_READ, ("GET", PROFILE)),
            (scopes.PROFILE_UPDATE, ("PUT", PROFILE)),
        ],
    )
    def test_each_operation_wants_its_own_scope(
        self, alder: World, host: Host, badge: Credential, scope: str, asked: tuple[str, str]
    ) -> None:
        link = holder.mint(alder.context, alder.tenant, badge.recipient_id).url
        others = " ".join(each for each in scopes.API if each != scope)
        small = bearing(host.allowed(link, scope=others))
        right = bearing(host.allowed(link, scope=scope))

        refused = host.http.request(*asked, headers=small)
        allowed = host.http.request(*asked, headers=right)

        assert status_info(refused) == (403, "insufficient-scope", "forbidden")
        assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]
        assert f'scope="{scope}"' in refused.headers["www-authenticate"]
        assert allowed.status_code in {200, 400, 415}

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("method", "path"), [("GET", CREDENTIALS), ("POST", CREDENTIALS), ("GET", PROFILE), ("PUT", PROFILE)]
    )
    @pytest.mark.parametrize("given", [None, "Bearer", "Bearer nonsense", "Basic OjpAOg=="])
    def test_nobody_without_a_token_does_anything(
        self, http: httpx.Client, alder: World, method: str, path: str, given: str | None
    ) -> None:
        headers = {"authorization": given} if given else {}

        answer = http.request(method, path, headers=headers)
        by_key = http.request(method, path, headers=alder.headers)

        assert status_info(answer) == (401, "invalid-token", "unauthorizedrequest")
        assert status_info(by_key)[0] == 401
        challenge = answer.headers["www-authenticate"]
        assert challenge.startswith("Bearer ")
        assert ("error=" in challenge) == (given is not None)

    def test_a_refresh_token_and_a_code_open_nothing(
        self, http: httpx.Client, alder: World, host: Host, badge: Credential
    ) -> None:
        link = holder.mint(alder.context, alder.tenant, badge.recipient_id).url
        refresh = host.allowed(link)["refresh_token"]
        code = host.decided(link)["code"]

        found = [
            http.get(CREDENTIALS, headers={"authorization": f"Bearer {each}"}) for each in (refresh, code)
        ]

        assert [each.status_code for each in found] == [401, 401]

    def test_the_token_is_of_no_use_at_the_issuers_own_api(
        self, http: httpx.Client, rosa: dict[str, str]
    ) -> None:
        assert http.get("/v1/awards", headers=rosa).status_code == 401

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("DELETE", CREDENTIALS, 405),
            ("PUT", CREDENTIALS, 405),
            ("POST", PROFILE, 405),
            ("GET", f"{API}/x", 404),
        ],
    )
    def test_what_is_not_there_is_told_in_the_same_words(
        self, http: httpx.Client, rosa: dict[str, str], method: str, path: str, status: int
    ) -> None:
        answer = http.request(method, path, headers={**rosa, "accept": "text/html"})

        assert status_info(answer)[0] == status
        assert "allow" in answer.headers or status == 404

    def test_no_script_of_another_site_reads_it(self, http: httpx.Client, rosa: dict[str, str]) -> None:
        for path in (CREDENTIALS, PROFILE):
            assert "access-control-allow-origin" not in http.get(path, headers=rosa).headers


class TestDiscovery:
    def test_it_needs_no_token_and_says_where_everything_is(self, http: httpx.Client) -> None:
        answer = http.get(f"{API}/discovery")
        same = http.get(f"{API}/discovery", headers={"if-none-match": answer.headers["etag"]})

        found = answer.json()
        scheme = found["components"]["securitySchemes"]["OAuth2ACG"]
        flow = scheme["flows"]["authorizationCode"]
        assert found["openapi"].startswith("3.0.")
        assert found["info"].keys() >= {"title", "version", "termsOfService", "x-imssf-privacyPolicyUrl"}
        assert scheme["type"] == "oauth2"
        assert scheme["x-imssf-registrationUrl"] == f"{PUBLIC_URL}/oauth/register"
        assert flow["authorizationUrl"] == f"{PUBLIC_URL}/oauth/authorize"
        assert flow["tokenUrl"] == flow["refreshUrl"] == f"{PUBLIC_URL}/oauth/token"
        assert set(flow["scopes"]) == set(scopes.API)
        assert "max-age" in answer.headers["cache-control"]
        assert (same.status_code, same.content) == (304, b"")

    def test_every_reference_in_it_leads_somewhere(self, http: httpx.Client) -> None:
        found = http.get(f"{API}/discovery")

        names = set(re.findall(r"#/components/schemas/(\w+)", found.text))
        assert names <= set(found.json()["components"]["schemas"])


class TestWhatHappensToPeople:
    def test_what_an_erased_person_kept_is_deleted(
        self, http: httpx.Client, alder: World, rosa: dict[str, str]
    ) -> None:
        http.post(CREDENTIALS, content=foreign(), headers={**rosa, **JSON})
        http.put(PROFILE, json={"id": "urn:x:y", "type": ["Profile"]}, headers=rosa)

        erase.erase(alder.context, alder.client, PersonRef(email=ROSA["email"]), request_id="req_test")

        assert rows(alder, HeldCredential) == rows(alder, HolderProfile) == []

    def test_two_people_who_are_one_keep_of_equal_badges_the_newer(
        self, http: httpx.Client, alder: World, host: Host, rosa: dict[str, str]
    ) -> None:
        home = award(alder, recipient={"email": "rosa@home.example", "name": "Rosa"})
        theirs = bearing(host.allowed(holder.mint(alder.context, alder.tenant, home.recipient_id).url))
        newer, older = (foreign(validFrom=f"2026-0{month}-01T00:00:00Z") for month in (3, 2))
        for headers, texts in ((rosa, [newer, foreign(2)]), (theirs, [older, foreign(3)])):
            for text in texts:
                http.post(CREDENTIALS, content=text, headers={**headers, **JSON})
        http.put(PROFILE, json={"id": "urn:x:rosa", "type": ["Profile"]}, headers=rosa)

        refs = PersonRef(email=ROSA["email"]), PersonRef(email="rosa@home.example")
        merge.merge(alder.context, alder.client, *refs, request_id="req_test")

        kept = rows(alder, HeldCredential)
        assert {row.recipient_id for row in kept} == {home.recipient_id}
        assert {row.text for row in kept} == {newer, foreign(2), foreign(3)}
        assert http.get(PROFILE, headers=theirs).json()["id"] == "urn:x:rosa"


DOCUMENT: Document = json.loads((Path(__file__).parents[2] / "openapi" / "openapi.json").read_bytes())


def theirs() -> list[tuple[str, str, Document]]:
    """Return each operation of 1EdTech's own OpenAPI document."""
    found = reference.load("openbadges-3.0", "openapi", "openapi.json")
    return [
        (path, method, operation)
        for path, operations in found["paths"].items()
        for method, operation in operations.items()
    ]


class TestAgainstTheStandardsOwnDocument:
    def test_every_operation_with_its_scopes_is_here(self) -> None:
        for path, method, operation in theirs():
            ours = DOCUMENT["paths"][f"{API}{path}"][method]
            assert ours.get("security", []) == operation.get("security", [])
            assert ours["operationId"] == operation["operationId"]

    def test_every_parameter_is_here_with_its_bounds(self) -> None:
        for path, method, operation in theirs():
            ours = {
                each["name"]: each for each in DOCUMENT["paths"][f"{API}{path}"][method].get("parameters", [])
            }
            assert set(ours) == {each["name"] for each in operation.get("parameters", [])}
            for each in operation.get("parameters", []):
                mine = ours[each["name"]]
                assert (mine["in"], mine["required"]) == (each["in"], each["required"])
                wanted = {name: value for name, value in each["schema"].items() if name != "description"}
                assert mine["schema"] == wanted

    def test_every_kind_of_body_and_every_header_is_here(self) -> None:
        for path, method, operation in theirs():
            ours = DOCUMENT["paths"][f"{API}{path}"][method]
            if "requestBody" in operation:
                assert set(operation["requestBody"]["content"]) <= set(ours["requestBody"]["content"])
            for status, answer in operation["responses"].items():
                assert set(answer.get("headers", {})) <= set(
                    ours["responses"].get(status, {}).get("headers", {})
                )

    def test_every_status_that_can_come_is_told_in_its_own_form(self) -> None:
        never = {"304", "202", "default"}  # nothing here is conditional or done later
        for path, method, operation in theirs():
            ours = DOCUMENT["paths"][f"{API}{path}"][method]["responses"]
            assert set(operation["responses"]) - never <= set(ours)
            for status, answer in operation["responses"].items():
                if int(status if status not in never else 500) >= 400 and status not in never:
                    schema = {"$ref": "#/components/schemas/Imsx_StatusInfo"}
                    assert answer["content"]["application/json"]["schema"] == schema
                    assert ours[status]["content"]["application/json"]["schema"] == schema

    def test_every_scope_is_known_in_both_documents(self, http: httpx.Client) -> None:
        found = reference.load("openbadges-3.0", "openapi", "openapi.json")
        wanted = set(scopes_of(found))

        assert set(scopes_of(DOCUMENT)) == wanted
        assert set(scopes_of(http.get(f"{API}/discovery").json())) == wanted

    def test_answers_are_as_its_schemas_want_them(self, http: httpx.Client, rosa: dict[str, str]) -> None:
        http.post(CREDENTIALS, content=asking.as_jws(), headers={**rosa, **JWS})
        listed = http.get(CREDENTIALS, headers=rosa).json()
        for each in listed["credential"]:  # this schema alone wants a list where JSON-LD has one proof
            each["proof"] = [each["proof"]]
        refused = http.get(CREDENTIALS).json()
        profile = http.get(PROFILE, headers=rosa).json()

        for name, answer in (
            ("getopenbadgecredentialsresponse", listed),
            ("imsx_statusinfo", refused),
            ("profile", profile),
        ):
            schema = reference.load("openbadges-3.0", "schema", f"{name}.json")
            jsonschema_rs.validate(schema, answer)


def scopes_of(document: Document) -> Document:
    found: Document = document["components"]["securitySchemes"]["OAuth2ACG"]["flows"]["authorizationCode"][
        "scopes"
    ]
    return found
