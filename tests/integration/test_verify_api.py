"""`POST /v1/verify` over the real server: every form of the question, and what no question may do."""

import json
from dataclasses import replace

import httpx
import pytest

from issuer import telemetry
from issuer.context import Verifier
from issuer.core.securing import contexts
from issuer.core.verifying.recognition import Registry
from tests.support import pictures, strangers
from tests.support.asking import (
    EMAIL,
    GUILD,
    NDJSON,
    STRANGE,
    answered,
    as_jws,
    asked,
    by_form,
    changed,
    check,
    ours,
)
from tests.support.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CHECKS = ["schema", "integrity", "issuer", "status", "validity"]


class TestForms:
    def test_the_credential_itself_is_enough(self, http: httpx.Client, alder: World) -> None:
        text = ours(alder)

        for kind in ("application/json", "application/vc", "application/ld+json", "text/plain", None):
            headers = {"content-type": kind} if kind else {}
            found = answered(http.post("/v1/verify", content=text.encode(), headers=headers))
            assert (found["result"], found["credential"]) == ("valid", json.loads(text)), kind
            assert [each["id"] for each in found["checks"]] == CHECKS

    def test_a_credential_in_an_object_is_the_same(self, http: httpx.Client, alder: World) -> None:
        text = ours(alder)

        as_object = asked(http, credential=json.loads(text))
        as_text = asked(http, credential=text)

        assert as_object["result"] == as_text["result"] == "valid"

    def test_a_jws_is_read_in_each_of_its_places(self, http: httpx.Client) -> None:
        token = as_jws()
        line = http.post("/v1/verify", content=f"{token}\n", headers=NDJSON)

        found = [
            asked(http, credential=token),
            answered(http.post("/v1/verify", content=token, headers={"content-type": "application/jwt"})),
            answered(by_form(http, text=token)),
            asked(
                http,
                **{"@context": [contexts.CREDENTIALS_V2]},
                type="EnvelopedVerifiableCredential",
                id=f"data:application/vc+jwt,{token}",
            ),
            line.json(),
        ]

        assert [each["result"] for each in found] == ["issuer_unrecognized"] * 5

    @pytest.mark.parametrize("ending", ["", ".json", ".png", "?lang=es", "#top", "/verification"])
    def test_our_own_address_needs_nothing_from_outside(
        self, http: httpx.Client, alder: World, ending: str
    ) -> None:
        public_id = json.loads(ours(alder))["id"].rpartition("/")[2]
        address = f"{alder.context.settings.public_url}/b/{public_id}{ending}"

        assert asked(http, url=address)["result"] == "valid"
        assert answered(by_form(http, url=address))["result"] == "valid"
        assert answered(by_form(http, text=address))["result"] == "valid"

    def test_our_own_address_without_a_badge_holds_none(self, http: httpx.Client, alder: World) -> None:
        found = asked(http, url=f"{alder.context.settings.public_url}/b/7HqyV2cWmX4tKfRz9aBnPd")

        assert found["result"] == "unreadable"
        assert "credential" not in found

    @pytest.mark.parametrize("url", ["https://guild.example/b/1", "http://127.0.0.1/", "file:///etc/passwd"])
    def test_where_nobody_else_is_asked_nothing_is_known(self, http: httpx.Client, url: str) -> None:
        found = asked(http, url=url)

        assert found["result"] == "could_not_check"
        assert "credential" not in found

    def test_a_picture_is_read_as_an_upload_and_as_a_body(self, http: httpx.Client, alder: World) -> None:
        text = ours(alder)
        png = pictures.png_by_openbadgeslib(text)
        svg = pictures.svg_by_openbadgeslib(text, as_text=True)

        found = [
            answered(by_form(http, png)),
            answered(by_form(http, svg)),
            answered(http.post("/v1/verify", content=png, headers={"content-type": "image/png"})),
            answered(http.post("/v1/verify", content=svg, headers={"content-type": "image/svg+xml"})),
        ]

        assert [each["result"] for each in found] == ["valid"] * 4

    def test_a_picture_without_a_badge_says_so(self, http: httpx.Client) -> None:
        for picture in (pictures.png_by_pillow(), pictures.picture("JPEG")):
            found = answered(by_form(http, picture))
            assert found["result"] == "unreadable"
            assert check(found, "schema")["message"].endswith(".")


class TestAnswers:
    def test_each_check_cites_the_section_that_it_rests_on(self, http: httpx.Client, alder: World) -> None:
        found = answered(http.post("/v1/verify", content=ours(alder)))

        assert all("section" in each["citation"] for each in found["checks"])
        assert all(each["message"].endswith(".") for each in found["checks"])
        assert "this service's own records" in check(found, "issuer")["message"]

    def test_what_was_looked_up_is_named_with_its_moment(self, http: httpx.Client, alder: World) -> None:
        found = answered(http.post("/v1/verify", content=ours(alder)))

        assert "did:web:badges.example.org" in {each["url"] for each in found["sources"]}
        assert {each["fetchedAt"] for each in found["sources"]} == {"2026-06-12T19:03:50Z"}
        assert found["checkedAt"] == "2026-06-12T19:03:50Z"

    def test_nothing_of_an_altered_badge_is_repeated(self, http: httpx.Client, alder: World) -> None:
        altered = {**json.loads(ours(alder)), "name": "Call 555-0100", "id": "urn:evil:555-0100"}

        response = http.post("/v1/verify", json=altered)

        found = answered(response)
        assert found["result"] == "altered"
        assert "credential" not in found
        assert "555" not in response.text
        assert "Rosa" not in response.text

    def test_a_stranger_is_whole_but_unknown_until_a_list_knows_it(
        self, http: httpx.Client, alder: World
    ) -> None:
        lists = (Registry("known.json", "2026-05-01", frozenset({GUILD.did})),)
        unknown = answered(http.post("/v1/verify", json=STRANGE))
        with changed(alder, replace(Verifier(), registries=lambda: lists)) as knowing:
            known = answered(knowing.post("/v1/verify", json=STRANGE))

        assert unknown["result"] == "issuer_unrecognized"
        assert known["result"] == "valid"
        assert "known.json (2026-05-01)" in check(known, "issuer")["message"]

    def test_a_badge_under_our_name_that_we_never_made_does_not_stand(
        self, http: httpx.Client, alder: World
    ) -> None:
        stolen = json.loads(ours(alder))
        forged = GUILD.sign({name: each for name, each in stolen.items() if name != "proof"})

        assert answered(http.post("/v1/verify", json=forged))["result"] in {"issuer_key_missing", "altered"}

    def test_a_withdrawn_badge_is_withdrawn_in_every_answer(self, http: httpx.Client, alder: World) -> None:
        text = ours(alder)
        address = json.loads(text)["id"]
        public_id = address.rpartition("/")[2]
        before = answered(http.get(f"/b/{public_id}/verification"))
        http.post(f"/v1/awards/{public_id}/revoke", json={"reason": "other"}, headers=alder.headers)

        after = http.get(f"/b/{public_id}/verification")

        assert (before["result"], answered(after)["result"]) == ("valid", "revoked")
        assert [each["id"] for each in before["checks"]] == CHECKS
        assert after.headers["cache-control"] == "no-cache"
        assert asked(http, url=address)["result"] == "revoked"
        assert answered(http.post("/v1/verify", content=text))["result"] == "revoked"

    def test_a_badge_of_ours_inside_a_strangers_transcript_is_looked_up(
        self, http: httpx.Client, alder: World
    ) -> None:
        own = json.loads(ours(alder))
        transcript = GUILD.sign(strangers.transcript(GUILD, own, STRANGE))
        public_id = own["id"].rpartition("/")[2]

        before = answered(http.post("/v1/verify", json=transcript))
        http.post(f"/v1/awards/{public_id}/revoke", json={"reason": "other"}, headers=alder.headers)
        after = answered(http.post("/v1/verify", json=transcript))

        assert [each["result"] for each in before["contained"]] == ["valid", "issuer_unrecognized"]
        assert (after["result"], after["contained"][0]["result"]) == ("revoked", "revoked")

    def test_the_verification_of_no_badge_is_not_found(self, http: httpx.Client) -> None:
        assert http.get("/b/7HqyV2cWmX4tKfRz9aBnPd/verification").status_code == 404


class TestHolder:
    @pytest.mark.parametrize(
        ("kind", "value", "answer"),
        [
            ("emailAddress", EMAIL, ("passed", "match")),
            ("emailAddress", f" {EMAIL.upper()} ", ("passed", "match")),
            ("name", "rosa delgado", ("passed", "match")),
            ("emailAddress", "somebody@else.example", ("failed", "no_match")),
            ("studentId", "12345", ("skipped", "no_identifier")),
        ],
    )
    def test_it_is_said_whose_it_is_and_the_badge_is_as_good_as_before(
        self, http: httpx.Client, alder: World, kind: str, value: str, answer: tuple[str, str]
    ) -> None:
        found = asked(http, credential=ours(alder), holder={"type": kind, "value": value})

        assert found["result"] == "valid"
        assert (check(found, "holder")["outcome"], check(found, "holder")["code"]) == answer

    def test_a_form_asks_by_email_or_by_name(self, http: httpx.Client, alder: World) -> None:
        text = ours(alder)

        found = [
            answered(by_form(http, text.encode(), email=EMAIL)),
            answered(by_form(http, text=text, email="somebody@else.example")),
            answered(by_form(http, text=text, name="Rosa Delgado")),
            answered(by_form(http, json.dumps(STRANGE).encode(), email=EMAIL)),
        ]

        assert [check(each, "holder")["code"] for each in found] == [
            "match",
            "no_match",
            "match",
            "no_identifier",
        ]

    @pytest.mark.parametrize(
        "holder", ["rosa", [], {}, {"type": "name"}, {"type": "name", "value": ""}, {"type": 1, "value": 2}]
    )
    def test_a_holder_that_is_none_is_refused(self, http: httpx.Client, holder: object) -> None:
        response = http.post("/v1/verify", json={"credential": STRANGE, "holder": holder})

        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"

    def test_who_was_asked_about_stands_in_no_log_and_in_no_answer(
        self, http: httpx.Client, alder: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text, who = ours(alder), "quietly.asked@elsewhere.example"
        holder = {"type": "emailAddress", "value": who}
        line = json.dumps({"credential": json.loads(text), "holder": holder})
        telemetry.configure("debug")

        answers = [
            http.post("/v1/verify", json={"credential": text, "holder": holder}),
            http.post("/v1/verify", json={"credential": {"name": "x"}, "holder": holder}),
            http.post("/v1/verify", json={"url": "https://a.example/b", "holder": holder}),
            http.post("/v1/verify", json={"holder": holder}),
            by_form(http, text=text, email=who),
            by_form(http, email=who),
            http.post("/v1/verify", content=f"{line}\n{line[:-1]}\n", headers=NDJSON),
        ]

        logged = capsys.readouterr()
        telemetry.configure("error")
        assert '"route": "/v1/verify"' in logged.err
        assert "quietly" not in logged.err + logged.out
        assert "quietly" not in "".join(each.text for each in answers)
        assert EMAIL not in logged.err + logged.out
