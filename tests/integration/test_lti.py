"""LTI 1.3: launches that show a person's badges inside the platform, and all that is no launch."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import func, select

from issuer.core.documents import Document
from issuer.core.lti.registration import Registration
from issuer.db.lti_tables import LtiKey, LtiNonce
from issuer.net.client import GuardedClient
from tests.integration.test_sources import problem
from tests.support import lms, lti, server
from tests.support.lms import Lms
from tests.support.lti import CLAIM, CLIENT_ID, KEY, OTHER_KEY, SUBJECT, LtiPlatform
from tests.support.world import World, make_world

MARIA: Document = {"email": "rivera@alder.example", "name": "Maria Rivera"}
YOURS = "Your badges</h1>"
UNKNOWN = "No badges of yours yet</h1>"
REFUSED = "Your badges cannot be shown here</h1>"


@pytest.fixture
def platform_server() -> Iterator[Lms]:
    with lms.running() as found:
        yield found


@pytest.fixture
def alder(alder: World) -> World:
    settings = alder.context.settings.model_copy(update={"fetch_loopback": True})
    ask = GuardedClient(2, allow_loopback=True).ask
    return replace(alder, context=replace(alder.context, ask=ask, settings=settings))


@pytest.fixture
def http(alder: World) -> Iterator[httpx.Client]:
    with server.serving(alder.context) as client:
        yield client


@pytest.fixture
def platform(http: httpx.Client, alder: World, platform_server: Lms) -> LtiPlatform:
    return LtiPlatform(platform_server, http, alder).set_up()


def reason(answer: httpx.Response) -> str:
    """Return why a launch was refused, as the page says it."""
    assert REFUSED in answer.text, answer.text
    return answer.text.partition('<p class="when" lang="en">')[2].partition("</p>")[0]


class TestLogin:
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_the_browser_is_sent_to_the_platform_with_a_state_and_a_nonce(
        self, platform: LtiPlatform, method: str
    ) -> None:
        answer = platform.log_in(method)

        place = urlsplit(answer.headers["location"])
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        assert answer.status_code == 302
        assert f"{place.scheme}://{place.netloc}{place.path}" == f"{platform.lms.url}/authorize"
        assert asked.pop("state") != asked.pop("nonce")
        assert asked == {
            "from": "here",
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": CLIENT_ID,
            "redirect_uri": platform.tool["redirectUris"][0],
            "login_hint": "hint-1",
            "lti_message_hint": "message-1",
        }
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"iss": "https://other.example"}, "the iss of the login"),
            ({"iss": None}, "the iss of the login"),
            ({"client_id": "tool-2"}, "the client_id of the login"),
            ({"login_hint": None}, "no login_hint"),
            ({"lti_message_hint": "x" * 4_001}, "a hint of the login"),
            ({"target_link_uri": "https://elsewhere.example/"}, "target_link_uri must be"),
            ({"target_link_uri": None}, "target_link_uri must be"),
        ],
    )
    def test_a_login_of_anybody_else_is_refused_with_the_reason(
        self, platform: LtiPlatform, changes: dict[str, str | None], said: str
    ) -> None:
        answer = platform.log_in(**changes)

        assert answer.status_code == 403
        assert said in reason(answer)

    def test_a_login_needs_neither_client_id_nor_message_hint(self, platform: LtiPlatform) -> None:
        answer = platform.log_in(client_id=None, lti_message_hint=None, lti_deployment_id=None)

        assert answer.status_code == 302
        assert "lti_message_hint" not in answer.headers["location"]

    def test_two_launches_have_nothing_in_common(self, platform: LtiPlatform) -> None:
        first, second = platform.begun(), platform.begun()

        assert first["state"] != second["state"]
        assert first["nonce"] != second["nonce"]


class TestWhoIsShownWhat:
    def test_somebody_known_by_e_mail_sees_their_badges_inside_the_platform_alone(
        self, alder: World, platform: LtiPlatform
    ) -> None:
        alder.issue(recipient=MARIA)
        alder.issue(recipient={"email": "other@alder.example", "name": "Olga Other"})

        page = platform.launch()

        policy = page.headers["content-security-policy"]
        assert page.status_code == 200, page.text
        assert YOURS in page.text
        assert "Feedback that Moves Learning" in page.text
        assert "Olga" not in page.text
        assert page.text.count("<section ") == 1
        assert f"frame-ancestors {platform.lms.url}" in policy
        assert "*" not in policy.partition("frame-ancestors")[2]
        assert page.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in page.headers
        assert "set-cookie" not in page.headers
        assert "<form" not in page.text
        assert "<script" not in page.text

    def test_the_link_on_the_page_is_the_persons_own(
        self, http: httpx.Client, alder: World, platform: LtiPlatform
    ) -> None:
        alder.issue(recipient=MARIA)
        page = platform.launch()
        address = page.text.partition('<a class="button" href="')[2].partition('"')[0]

        own = http.get(urlsplit(address).path)

        assert own.status_code == 200
        assert "Maria Rivera" in own.text

    def test_the_directory_of_the_source_says_who_a_subject_is(
        self, alder: World, platform: LtiPlatform
    ) -> None:
        alder.issue(recipient=MARIA)
        platform.knows(f"id,name,email\n{SUBJECT},Maria Rivera,rivera@alder.example\n")

        page = platform.launch(email="somebody.else@alder.example")

        assert YOURS in page.text

    def test_where_the_mapping_believes_the_directory_alone_an_e_mail_address_opens_nothing(
        self, alder: World, platform: LtiPlatform
    ) -> None:
        alder.issue(recipient=MARIA)
        platform.call("put", "mapping", json={"rules": [], "people": "directory"})

        assert UNKNOWN in platform.launch().text

    def test_an_e_mail_address_that_nobody_confirmed_opens_nothing(
        self, alder: World, platform: LtiPlatform
    ) -> None:
        alder.issue(recipient=MARIA)

        assert UNKNOWN in platform.launch(email_verified=False).text
        assert YOURS in platform.launch(email_verified=True).text

    def test_a_subject_whom_nobody_knows_yet_is_looked_up(
        self, http: httpx.Client, alder: World, platform: LtiPlatform
    ) -> None:
        alder.issue(recipient=MARIA)
        body = {"peopleUrl": f"{platform.lms.url}/people/{{id}}"}
        http.patch(f"/v1/sources/{platform.name}", json=body, headers=alder.headers)
        platform.lms.answers[f"/people/{SUBJECT}"] = (200, {"id": SUBJECT, **MARIA})

        assert YOURS in platform.launch(email=None).text

    @pytest.mark.parametrize(
        "changes",
        [{"email": "nobody@alder.example"}, {"email": None}, {"sub": None}, {"email": "no address"}],
    )
    def test_somebody_unknown_gets_a_page_that_says_what_to_do(
        self, alder: World, platform: LtiPlatform, changes: dict[str, str | None]
    ) -> None:
        alder.issue(recipient=MARIA)

        page = platform.launch(**changes)

        assert page.status_code == 200
        assert UNKNOWN in page.text
        assert "badges@alder.example" in page.text
        assert f"frame-ancestors {platform.lms.url}" in page.headers["content-security-policy"]

    def test_a_person_of_another_issuer_is_nobody_here(self, alder: World, platform: LtiPlatform) -> None:
        other = make_world(alder.context, alder.clock, "birch", default=False)
        other.publish()
        other.issue(recipient=MARIA)

        page = platform.launch()

        assert UNKNOWN in page.text
        assert "Feedback that Moves Learning" not in page.text

    @pytest.mark.parametrize(
        ("locale", "said"), [("es-MX", "Sus insignias</h1>"), ("en-GB", YOURS), ("de", YOURS), (7, YOURS)]
    )
    def test_it_is_in_the_language_of_the_platform(
        self, alder: World, platform: LtiPlatform, locale: object, said: str
    ) -> None:
        alder.issue(recipient=MARIA)

        page = platform.launch(**{f"{CLAIM}launch_presentation": {"locale": locale}})

        assert said in page.text

    def test_where_the_platform_shows_itself_elsewhere_its_signed_word_names_the_origin(
        self, platform: LtiPlatform
    ) -> None:
        shown = {"return_url": "https://alder.lms.example/courses/1"}
        odd = {"return_url": "https://x.example;script-src *"}

        good = platform.launch(**{f"{CLAIM}launch_presentation": shown})
        bad = platform.launch(**{f"{CLAIM}launch_presentation": odd})

        assert "https://alder.lms.example" in good.headers["content-security-policy"]
        assert "x.example" not in bad.headers["content-security-policy"]

    def test_a_private_badge_is_shown_to_its_holder(
        self, http: httpx.Client, alder: World, platform: LtiPlatform
    ) -> None:
        issued = alder.issue(recipient=MARIA)
        badge_id = issued.award.credential.public_id
        page = platform.launch()
        address = page.text.partition('<a class="button" href="')[2].partition('"')[0]
        path = urlsplit(address).path
        http.post(f"{path}/{badge_id}/visibility", data={"visibility": "private"})

        again = platform.launch()

        assert "Feedback that Moves Learning" in again.text
        assert f"/b/{badge_id}?share=" in again.text


BAD_CLAIMS: list[tuple[Document, str]] = [
    ({"iss": "https://other.example"}, "the iss of the id_token"),
    ({"iss": None}, "the iss of the id_token"),
    ({"aud": "tool-2"}, "another client"),
    ({"aud": None}, "another client"),
    ({"aud": ["tool-2"]}, "another client"),
    ({"aud": [CLIENT_ID, "tool-2"]}, "azp is not ours"),
    ({"aud": [CLIENT_ID, "tool-2"], "azp": "tool-2"}, "azp is not ours"),
    ({"azp": "tool-2"}, "azp is not ours"),
    ({"exp": 1}, "has expired"),
    ({"exp": None}, "does not say when"),
    ({"exp": "2030"}, "does not say when"),
    ({"exp": True}, "does not say when"),
    ({"iat": None}, "does not say when"),
    ({"iat": 1}, "was not made now"),
    ({"iat": 4_000_000_000}, "was not made now"),
    ({"nonce": "another"}, "the nonce of the id_token"),
    ({"nonce": None}, "the nonce of the id_token"),
    ({f"{CLAIM}deployment_id": "2"}, "the deployment_id"),
    ({f"{CLAIM}deployment_id": None}, "the deployment_id"),
    ({f"{CLAIM}deployment_id": ["1"]}, "the deployment_id"),
    ({f"{CLAIM}message_type": "LtiDeepLinkingRequest"}, "message_type"),
    ({f"{CLAIM}message_type": None}, "message_type"),
    ({f"{CLAIM}version": "1.1.0"}, "version"),
    ({f"{CLAIM}resource_link": None}, "resource_link"),
    ({f"{CLAIM}resource_link": {"title": "x"}}, "resource_link"),
    ({f"{CLAIM}target_link_uri": "https://elsewhere.example/"}, "target_link_uri"),
    ({f"{CLAIM}target_link_uri": None}, "target_link_uri"),
]

BAD_TOKENS: list[tuple[str, Callable[[Document], str], str]] = [
    ("nobody signed it", lti.unsigned, "not signed by RS256"),
    ("a secret everybody knows", lti.by_public_key, "not signed by RS256"),
    ("another key", lambda claims: lti.signed(claims, OTHER_KEY), "no key that the platform publishes"),
    ("another key under the name", lambda claims: lti.signed(claims, OTHER_KEY, kid=KEY.kid), "no key"),
    ("changed", lambda claims: lti.signed(claims)[:-8] + "AAAAAAAA", "no key"),
    ("no token", lambda _: "no.token", "not a signed JWT"),
    ("empty", lambda _: "", "not a signed JWT"),
    ("endless", lambda _: "e" * 70_000, "longer than any launch"),
    ("not ASCII", lambda _: "é.é.é", "not ASCII"),
]


class TestWhatIsNoLaunch:
    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(("changes", "said"), BAD_CLAIMS, ids=lambda value: str(value)[-40:])
    def test_a_token_that_does_not_say_what_it_must_is_refused_with_the_reason(
        self, alder: World, platform: LtiPlatform, changes: Document, said: str
    ) -> None:
        alder.issue(recipient=MARIA)

        page = platform.launch(**changes)

        assert page.status_code == 403
        assert said in reason(page)
        assert "Rivera" not in page.text
        assert page.headers["cache-control"] == "no-store"
        assert f"frame-ancestors {platform.lms.url}" in page.headers["content-security-policy"]

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("sign", "said"), [each[1:] for each in BAD_TOKENS], ids=[e[0] for e in BAD_TOKENS]
    )
    def test_a_token_that_the_platform_did_not_sign_is_refused(
        self, alder: World, platform: LtiPlatform, sign: Callable[[Document], str], said: str
    ) -> None:
        alder.issue(recipient=MARIA)

        page = platform.launch(sign)

        assert page.status_code == 403
        assert said in reason(page)

    def test_a_token_for_several_clients_is_taken_where_it_is_made_for_us(
        self, platform: LtiPlatform
    ) -> None:
        page = platform.launch(aud=[CLIENT_ID, "tool-2"], azp=CLIENT_ID)

        assert page.status_code == 200

    def test_a_launch_counts_once(self, alder: World, platform: LtiPlatform) -> None:
        alder.issue(recipient=MARIA)
        begun = platform.begun()
        token = lti.signed(platform.claims(begun["nonce"]))

        first, second = platform.land(begun["state"], token), platform.land(begun["state"], token)

        assert YOURS in first.text
        assert second.status_code == 403
        assert "was used before" in reason(second)

    def test_a_launch_that_arrives_many_times_at_once_counts_once(
        self, alder: World, platform: LtiPlatform
    ) -> None:
        alder.issue(recipient=MARIA)
        begun = platform.begun()
        token = lti.signed(platform.claims(begun["nonce"]))

        with ThreadPoolExecutor(8) as pool:
            pages = [pool.submit(platform.land, begun["state"], token) for _ in range(8)]
        found = sorted(each.result().status_code for each in pages)

        assert found == [200, *[403] * 7]

    def test_the_nonce_of_one_launch_is_not_good_under_the_state_of_another(
        self, platform: LtiPlatform
    ) -> None:
        one, another = platform.begun(), platform.begun()

        page = platform.land(another["state"], lti.signed(platform.claims(one["nonce"])))

        assert "the nonce" in reason(page)

    def test_a_state_is_good_for_ten_minutes(self, alder: World, platform: LtiPlatform) -> None:
        begun = platform.begun()
        alder.clock.move(minutes=10)

        page = platform.land(begun["state"], lti.signed(platform.claims(begun["nonce"])))

        assert "longer than ten minutes" in reason(page)

    def test_launches_that_were_used_are_forgotten_once_they_cannot_come_back(
        self, alder: World, platform: LtiPlatform
    ) -> None:
        for _ in range(2):
            platform.launch()
            alder.clock.move(minutes=11)
        platform.launch()

        with alder.context.database.read() as session:
            assert session.scalar(select(func.count()).select_from(LtiNonce)) == 1

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize("state", ["", "x", "2" * 55, "é", "0OIl"])
    def test_a_state_that_was_not_made_here_is_refused(self, platform: LtiPlatform, state: str) -> None:
        begun = platform.begun()

        page = platform.land(state, lti.signed(platform.claims(begun["nonce"])))

        assert "was not begun here" in reason(page)

    def test_the_state_of_another_source_is_refused(
        self, http: httpx.Client, alder: World, platform: LtiPlatform
    ) -> None:
        other = LtiPlatform(platform.lms, http, alder, "other").set_up()
        begun = other.begun()

        page = platform.land(begun["state"], lti.signed(platform.claims(begun["nonce"])))

        assert "was not begun here" in reason(page)

    def test_the_platform_may_say_that_nobody_is_logged_in(
        self, http: httpx.Client, platform: LtiPlatform
    ) -> None:
        begun = platform.begun()

        page = http.post(
            f"{platform.path}/launch", data={"error": "login_required<b>", "state": begun["state"]}
        )

        assert "log in there" in reason(page)
        assert "<b>" not in page.text

    def test_a_form_that_is_none_is_refused(self, http: httpx.Client, platform: LtiPlatform) -> None:
        many = "&".join(f"a{number}=1" for number in range(60))

        answers = [http.post(f"{platform.path}/launch", content=each) for each in (b"\xff=1", many.encode())]

        assert [each.status_code for each in answers] == [422, 422]


class TestKeysOfThePlatform:
    def test_a_new_key_is_fetched_when_a_launch_is_signed_by_it(
        self, alder: World, platform: LtiPlatform
    ) -> None:
        platform.launch()
        platform.lms.answers["/jwks"] = (200, lti.public(KEY, OTHER_KEY))
        alder.clock.move(minutes=1)

        page = platform.launch(lambda claims: lti.signed(claims, OTHER_KEY))

        assert page.status_code == 200
        assert platform.lms.paths == ["/jwks", "/jwks"]

    def test_keys_are_fetched_at_most_every_half_minute_and_again_after_an_hour(
        self, alder: World, platform: LtiPlatform
    ) -> None:
        for _ in range(3):
            platform.launch(lambda claims: lti.signed(claims, OTHER_KEY))
        before = len(platform.lms.asked)
        alder.clock.move(hours=1)
        platform.launch()

        assert (before, len(platform.lms.asked)) == (1, 2)

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        "answer", [(500, {}), (200, b"no JSON"), (200, {"keys": 7}), (200, {}), (302, {}, {"location": "/x"})]
    )
    def test_keys_that_cannot_be_had_are_told_of(self, platform: LtiPlatform, answer: lms.Answer) -> None:
        platform.lms.answers["/jwks"] = answer

        page = platform.launch()

        assert page.status_code == 503
        assert "source-keys-unavailable" in reason(page)

    def test_keys_of_other_kinds_and_broken_ones_are_passed_over(self, platform: LtiPlatform) -> None:
        odd: list[object] = [7, {"kty": "oct", "k": "AA", "kid": KEY.kid}, {"kty": "RSA", "kid": KEY.kid}]
        platform.lms.answers["/jwks"] = (200, {"keys": [*odd, *lti.public(KEY)["keys"]]})

        assert platform.launch().status_code == 200


class TestTheTool:
    def test_what_an_administrator_enters_is_there_before_anything_is_agreed(
        self, http: httpx.Client, alder: World
    ) -> None:
        http.post("/v1/sources", json={"name": "new", "dialect": "lti-ags"}, headers=alder.headers)
        found = http.get("/v1/sources/new/lti", headers=alder.headers).json()
        path = urlsplit(found["tool"]["loginUrl"]).path.removesuffix("/login")

        public, keys = http.get(f"{path}/config"), http.get(f"{path}/jwks")
        login = http.get(f"{path}/login", params={"iss": "https://lms.example"})

        assert found["registration"] is None
        assert public.json() == found["tool"]
        assert public.json()["scopes"] == ["https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"]
        assert keys.status_code == 200
        assert login.status_code == 409
        assert "has no registration" in reason(login)

    def test_the_key_of_the_tool_stays_and_shows_no_private_half(
        self, http: httpx.Client, alder: World, platform: LtiPlatform
    ) -> None:
        first, second = (http.get(f"{platform.path}/jwks").json() for _ in range(2))

        [key] = first["keys"]
        assert first == second
        assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
        with alder.context.database.read() as session:
            assert session.scalar(select(func.count()).select_from(LtiKey)) == 1

    def test_of_many_who_want_the_key_first_all_get_the_same(
        self, http: httpx.Client, platform: LtiPlatform
    ) -> None:
        with ThreadPoolExecutor(4) as pool:
            found = [pool.submit(http.get, f"{platform.path}/jwks") for _ in range(4)]
        kids = {each.result().json()["keys"][0]["kid"] for each in found}

        assert len(kids) == 1

    @pytest.mark.parametrize("path", ["config", "jwks", "login"])
    def test_a_source_of_another_kind_off_or_unknown_has_none_of_it(
        self, http: httpx.Client, alder: World, platform: LtiPlatform, path: str
    ) -> None:
        canvas = http.post("/v1/sources", json={"name": "c", "dialect": "canvas"}, headers=alder.headers)
        other = canvas.json()["source"]["inboxUrl"].rpartition("/")[2]
        http.patch(f"/v1/sources/{platform.name}", json={"disabled": True}, headers=alder.headers)

        places = [platform.path, f"/lti/{other}", "/lti/3NbQw8sYzKxLr5vTgHc2Jd"]

        assert [http.get(f"{place}/{path}").status_code for place in places] == [404] * 3

    def test_a_registration_can_be_read_changed_and_forgotten_with_the_key(
        self, http: httpx.Client, platform: LtiPlatform
    ) -> None:
        changed = platform.register(deploymentIds=["1", "2"]).json()["registration"]
        read = platform.call("get", "lti").json()["registration"]
        before = http.get(f"{platform.path}/jwks").json()
        gone = platform.call("delete", "lti")

        assert changed == read == platform.registration(deploymentIds=["1", "2"])
        assert gone.status_code == 204
        assert platform.call("get", "lti").json()["registration"] is None
        assert platform.log_in().status_code == 409
        assert http.get(f"{platform.path}/jwks").json() != before

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"issuer": "http://lms.example"}, "/issuer"),
            ({"issuer": "https://lms.example;x"}, "/issuer"),
            ({"authorizationUrl": "javascript:alert(1)"}, "/authorizationUrl"),
            ({"authorizationUrl": "https://lms.example/#x"}, "/authorizationUrl"),
            ({"authorizationUrl": "https://user:secret@lms.example/"}, "/authorizationUrl"),
            ({"clientId": ""}, "/clientId"),
            ({"deploymentIds": []}, "/deploymentIds"),
            ({"deploymentIds": ["1", "1"]}, "/deploymentIds"),
            ({"deploymentIds": ["x" * 256]}, "/deploymentIds/0"),
            ({"secret": "x"}, "/secret"),
        ],
    )
    def test_a_registration_with_a_fault_is_pointed_at(
        self, platform: LtiPlatform, changes: Document, pointer: str
    ) -> None:
        refused = platform.register(**changes)

        assert refused.status_code == 422
        assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]

    @pytest.mark.parametrize("member", ["tokenUrl", "keysUrl"])
    def test_an_address_that_would_not_be_asked_is_refused(self, platform: LtiPlatform, member: str) -> None:
        refused = platform.register(**{member: "https://lms.example:8443/x"})

        assert (refused.status_code, problem(refused)) == (422, "refused-address")

    def test_a_source_of_another_dialect_has_no_registration(
        self, http: httpx.Client, alder: World, platform: LtiPlatform
    ) -> None:
        http.post("/v1/sources", json={"name": "c", "dialect": "canvas"}, headers=alder.headers)

        refused = http.put("/v1/sources/c/lti", json=platform.registration(), headers=alder.headers)

        assert (refused.status_code, problem(refused)) == (409, "not-for-lti")

    def test_another_issuer_can_neither_read_nor_change_it(self, alder: World, platform: LtiPlatform) -> None:
        birch = make_world(alder.context, alder.clock, "birch", default=False)
        theirs = replace(platform, world=birch)

        answers = [theirs.call("get", "lti"), theirs.register(), theirs.call("delete", "lti")]

        assert [each.status_code for each in answers] == [404] * 3
        assert platform.log_in().status_code == 302

    def test_a_token_of_the_platform_is_no_message_for_the_inbox(
        self, http: httpx.Client, platform: LtiPlatform
    ) -> None:
        source = platform.path.rpartition("/")[2]
        token = lti.signed(platform.claims("any"))

        assert http.post(f"/v1/inbox/{source}", content=token).status_code == 401


def test_the_origins_of_a_registration_are_those_of_its_addresses() -> None:
    found = Registration.model_validate(
        {
            "issuer": "https://LMS.example",
            "clientId": "a",
            "deploymentIds": ["1"],
            "authorizationUrl": "https://sso.example:8443/authorize",
            "tokenUrl": "https://lms.example/token",
            "keysUrl": "https://lms.example/keys",
        }
    )

    assert found.origins == {"https://lms.example", "https://sso.example:8443"}
