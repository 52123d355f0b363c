"""Badges that were issued elsewhere: brought in by the API, kept as they came, and everything refused."""

import base64
import io
import json
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from issuer.core.baking import container
from issuer.core.documents import Document
from issuer.core.intake.person_ref import PersonRef
from issuer.db.held_tables import HeldCredential
from issuer.db.people import UnknownRecipient
from issuer.db.tables import Credential
from issuer.services import clients, held, holder, revoke
from issuer.services.after_award import erase
from issuer.web import held_answers
from tests.support import asking, pictures, strangers
from tests.support.world import PUBLIC_URL, World, make_world

ROSA = {"email": "rosa@alder.example", "name": "Rosa Delgado"}
PERSON = {"person": "rosa@alder.example"}
GUILD = strangers.stranger("guild")
JSON = {"content-type": "application/json"}
NDJSON = "application/x-ndjson"


@pytest.fixture(autouse=True)
def badge(alder: World) -> Credential:
    """A badge of Rosa's, by which she is known."""
    return alder.issue(recipient=ROSA).award[0]


def foreign(number: int = 1, **changes: object) -> str:
    """Return the text of a badge of another issuer, with white space of its own."""
    return json.dumps(GUILD.sign(strangers.badge(GUILD, number, **changes)), indent=3, ensure_ascii=False)


def unreachable(number: int = 1) -> str:
    """Return a badge whose status list nobody can be asked for."""
    return foreign(
        number,
        credentialStatus={
            "id": "https://guild.example/status/1#7",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "7",
            "statusListCredential": "https://guild.example/status/1",
        },
    )


def post(
    http: httpx.Client, world: World, content: bytes | str, media: str = "application/json", **asked: str
) -> httpx.Response:
    headers = {**world.headers, "content-type": media}
    return http.post("/v1/held", content=content, headers=headers, params=asked or PERSON)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


def rows(world: World) -> list[HeldCredential]:
    with world.context.database.read() as session:
        return list(session.query(HeldCredential).order_by(HeldCredential.id))


class TestOneBadge:
    def test_it_is_kept_byte_for_byte_and_the_same_again_changes_nothing(
        self, http: httpx.Client, alder: World
    ) -> None:
        text = foreign(name="Löten")

        first = post(http, alder, text.encode())
        alder.clock.move(minutes=1)
        second = post(http, alder, text.encode())

        (row,) = rows(alder)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["held"] == [{"outcome": "held", "id": row.id, "at": "", "problem": None}]
        assert second.json()["held"] == [{"outcome": "already_held", "id": row.id, "at": "", "problem": None}]
        assert row.text == text
        answer = http.get(f"/v1/held/{row.id}", headers=alder.headers)
        assert answer.content == text.encode()
        assert answer.headers["content-type"] == "application/vc+ld+json"
        assert answer.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("kind", ["png", "svg", "jwt", "form"])
    def test_each_form_is_taken(self, http: httpx.Client, alder: World, kind: str) -> None:
        text = asking.as_jws() if kind == "jwt" else foreign()
        if kind == "png":
            answer = post(http, alder, container.bake(pictures.png(), text), "image/png")
        elif kind == "svg":
            svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
            answer = post(http, alder, container.bake(svg, text), "image/svg+xml")
        elif kind == "jwt":
            answer = post(http, alder, text, "application/jwt")
        else:
            answer = http.post(
                "/v1/held", files={"file": ("a.json", text)}, data=PERSON, headers=alder.headers
            )

        assert answer.status_code == 201, answer.text
        (row,) = rows(alder)
        assert row.text == text
        assert row.format == ("jws" if kind == "jwt" else "json")

    def test_a_newer_copy_takes_its_place_and_an_older_one_does_not(
        self, http: httpx.Client, alder: World
    ) -> None:
        texts = [foreign(validFrom=f"2026-0{month}-01T00:00:00Z", name=f"No {month}") for month in (2, 3, 1)]

        answers = [post(http, alder, text) for text in texts]

        assert [each.status_code for each in answers] == [201, 200, 409]
        assert answers[1].json()["held"][0]["outcome"] == "replaced"
        assert code_of(answers[2]) == (409, "older-credential")
        assert [row.text for row in rows(alder)] == [texts[1]]

    def test_a_badge_of_the_issuers_own_is_there_already(
        self, http: httpx.Client, alder: World, badge: Credential
    ) -> None:
        answer = post(http, alder, str(badge.secured))

        assert answer.status_code == 200
        assert answer.json()["held"][0]["outcome"] == "ours"
        assert rows(alder) == []

    @pytest.mark.parametrize(
        "named",
        ["rosa@alder.example", '{"email": "ROSA@alder.example"}', None],
        ids=["an address", "an object", "an award"],
    )
    def test_a_person_is_named_as_elsewhere(
        self, http: httpx.Client, alder: World, badge: Credential, named: str | None
    ) -> None:
        assert post(http, alder, foreign(), person=named or badge.public_id).status_code == 201


class TestWhatIsRefused:
    @pytest.mark.parametrize("change", ["name", "proof", "seal"])
    def test_a_broken_seal(self, http: httpx.Client, alder: World, change: str) -> None:
        document: Document = json.loads(foreign())
        if change == "name":
            document["name"] = "Welding"
        elif change == "proof":
            document.pop("proof")
        else:
            document["proof"]["proofValue"] = "z3FXQ"

        answer = post(http, alder, json.dumps(document))

        assert code_of(answer) == (422, "unproven-credential")
        assert answer.json()["errors"][0]["detail"]
        assert rows(alder) == []

    def test_a_withdrawn_badge(self, http: httpx.Client, alder: World) -> None:
        other = alder.issue().award[0]
        revoke.change(
            alder.context, alder.client, other.public_id, "revoke", reason="other", note=None, request_id="r"
        )

        assert code_of(post(http, alder, str(other.secured))) == (422, "unproven-credential")
        assert rows(alder) == []

    def test_what_cannot_be_checked_now_is_asked_for_again_and_not_kept(
        self, http: httpx.Client, alder: World
    ) -> None:
        answer = post(http, alder, unreachable())

        assert code_of(answer) == (503, "not-proven-yet")
        assert answer.headers["retry-after"]
        assert rows(alder) == []

    @pytest.mark.parametrize(
        ("body", "media", "status"),
        [
            (b"", "application/json", 422),
            (b"{", "application/json", 422),
            (b"[]", "application/json", 422),
            (b"{}", "application/json", 422),
            (b"\xff\xfe", "application/json", 422),
            (b"a.b.c", "application/jwt", 422),
            (b"\x89PNG\r\n\x1a\nnonsense", "image/png", 422),
            (b"\xff\xd8\xff\xe0", "image/png", 422),
            (b"<svg/>", "image/svg+xml", 422),
            (b"PK\x03\x04", "application/octet-stream", 422),
            (b"nonsense", "multipart/form-data; boundary=x", 422),
            (b"<xml/>", "application/xml", 415),
            (b"{}", "", 415),
            (b" " * 2_400_000, "application/json", 413),
        ],
    )
    def test_what_is_no_badge(
        self, http: httpx.Client, alder: World, body: bytes, media: str, status: int
    ) -> None:
        assert post(http, alder, body, media).status_code == status
        assert rows(alder) == []

    @pytest.mark.parametrize(
        ("named", "status"),
        [
            ("nobody@alder.example", 404),
            ("", 422),
            ("not a word of any kind", 422),
            ('{"email": "a@b.example", "did": "did:example:a"}', 422),
            ('{"email": 7}', 422),
            ("{", 422),
            ("x" * 1_001, 422),
        ],
    )
    def test_a_person_who_is_not_known(
        self, http: httpx.Client, alder: World, named: str, status: int
    ) -> None:
        assert post(http, alder, foreign(), person=named).status_code == status
        assert http.get("/v1/held", params={"person": named}, headers=alder.headers).status_code == status

    def test_no_person_at_all(self, http: httpx.Client, alder: World) -> None:
        answer = http.post("/v1/held", content=foreign(), headers={**alder.headers, **JSON})

        assert code_of(answer) == (422, "invalid-fields")
        assert http.get("/v1/held", headers=alder.headers).status_code == 422

    def test_whoever_lacks_the_scope_or_the_key(self, http: httpx.Client, alder: World) -> None:
        others = [each for each in clients.SCOPES if each != clients.HELD]
        _, key = clients.create(alder.context, alder.tenant, "another", others)
        weak = {"authorization": f"Bearer {key}"}
        place = f"/v1/held/{alder.context.new_key()}"

        for headers, status in ((weak, 403), ({}, 401)):
            assert http.post("/v1/held", headers={**headers, **JSON}, params=PERSON).status_code == status
            assert http.get("/v1/held", headers=headers, params=PERSON).status_code == status
            assert http.get(place, headers=headers).status_code == status
            assert http.delete(place, headers=headers).status_code == status

    def test_another_issuers_person_and_badge(self, http: httpx.Client, alder: World) -> None:
        post(http, alder, foreign())
        other = make_world(alder.context, alder.clock, "birch", default=False)
        place = f"/v1/held/{rows(alder)[0].id}"

        assert post(http, other, foreign()).status_code == 404
        assert http.get("/v1/held", params=PERSON, headers=other.headers).status_code == 404
        assert http.get(place, headers=other.headers).status_code == 404
        assert http.delete(place, headers=other.headers).status_code == 404
        assert len(rows(alder)) == 1

    def test_somebody_who_was_erased_while_a_badge_was_checked(self, alder: World) -> None:
        proven = held.prove(alder.context, foreign())
        erase.erase(alder.context, alder.client, PersonRef(email="rosa@alder.example"), request_id="req_test")

        with pytest.raises(UnknownRecipient):
            held.keep(alder.context, alder.tenant.id, alder.context.new_key(), proven)


class TestATranscript:
    def test_each_badge_in_it_is_kept_by_its_own_seal(self, http: httpx.Client, alder: World) -> None:
        good, broken = (GUILD.sign(strangers.badge(GUILD, number)) for number in (1, 2))
        broken["name"] = "Welding"
        whole = strangers.transcript(
            GUILD, good, asking.as_jws(), broken, 7, json.loads(unreachable(4)), {"type": "Nonsense"}
        )

        answer = post(http, alder, json.dumps(whole))

        found = answer.json()["held"]
        assert answer.status_code == 201, answer.text
        assert [each["outcome"] for each in found] == ["held", "held", *["refused"] * 4]
        assert found[0]["at"] == "/credentialSubject/verifiableCredential/0"
        assert [each["problem"]["status"] for each in found[2:]] == [422, 422, 503, 422]
        assert found[2]["problem"]["type"].endswith("/unproven-credential")
        kept = {row.format: row.text for row in rows(alder)}
        assert set(kept) == {"json", "jws"}
        assert json.loads(kept["json"]) == good
        assert kept["jws"] == asking.as_jws()

    def test_one_of_which_nothing_holds_is_refused_for_what_is_wrong_with_the_first(
        self, http: httpx.Client, alder: World
    ) -> None:
        whole = strangers.transcript(GUILD, strangers.badge(GUILD, 1), strangers.badge(GUILD, 2))

        assert code_of(post(http, alder, json.dumps(whole))) == (422, "unproven-credential")

    def test_one_that_holds_nothing_is_refused(self, http: httpx.Client, alder: World) -> None:
        answer = post(http, alder, json.dumps(strangers.transcript(GUILD)))

        assert code_of(answer) == (422, "nothing-held")

    def test_more_than_a_page_of_them_is_taken(self, http: httpx.Client, alder: World) -> None:
        inside = [GUILD.sign(strangers.badge(GUILD, number)) for number in range(1, 61)]

        answer = post(http, alder, json.dumps(strangers.transcript(GUILD, *inside)))

        assert {each["outcome"] for each in answer.json()["held"]} == {"held"}
        assert len(rows(alder)) == 60


class TestManyLines:
    def send(
        self, http: httpx.Client, world: World, lines: list[object], **asked: str
    ) -> list[dict[str, Any]]:
        content = b"".join(
            (each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n" for each in lines
        )
        answer = http.post(
            "/v1/held", content=content, headers={**world.headers, "content-type": NDJSON}, params=asked
        )
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == NDJSON
        return [json.loads(line) for line in answer.text.splitlines()]

    def test_each_line_is_answered_in_order_and_one_that_is_refused_stops_no_other(
        self, http: httpx.Client, alder: World, badge: Credential
    ) -> None:
        baked = container.bake(pictures.png(), foreign(3))
        person = {"email": "rosa@alder.example"}

        found = self.send(
            http,
            alder,
            [
                {"person": {"award": badge.public_id}, "credential": json.loads(foreign(1))},
                {"person": person, "credential": foreign(2)},
                {"person": person, "file": base64.b64encode(baked).decode()},
                {"person": person, "credential": asking.as_jws()},
                {"person": person, "credential": json.loads(foreign(1))},
                {"person": {"email": "nobody@alder.example"}, "credential": foreign(1)},
                {"person": person, "credential": unreachable()},
                {"person": person, "file": "no base64!"},
                {"person": person},
                {"person": person, "credential": "", "file": ""},
                {"credential": foreign(5)},
                b"{nonsense",
                b'{"credential": "' + b"x" * 300_000 + b'"}',
                {"person": person, "credential": foreign(6)},
            ],
        )

        assert [each["line"] for each in found] == list(range(1, 15))
        assert [each["status"] for each in found] == [
            *[201] * 4, 200, 404, 503, 422, 422, 422, 422, 422, 413, 201,
        ]  # fmt: skip
        assert len(rows(alder)) == 5
        assert foreign(2) in {row.text for row in rows(alder)}

    def test_a_person_for_all_lines_stands_in_the_address(self, http: httpx.Client, alder: World) -> None:
        found = self.send(http, alder, [{"credential": foreign(n)} for n in range(250)], **PERSON)

        assert {each["status"] for each in found} == {201}
        assert len(rows(alder)) == 250

    def test_a_key_that_is_revoked_meanwhile_adds_nothing(self, http: httpx.Client, alder: World) -> None:
        lines = [json.dumps({"credential": foreign(n)}).encode() + b"\n" for n in range(102)]

        def body() -> Iterator[bytes]:
            yield b"".join(lines[:100])
            while len(rows(alder)) < 100:
                time.sleep(0.01)
            clients.revoke(alder.context, alder.tenant, alder.client.id)
            yield b"".join(lines[100:])

        answer = http.post(
            "/v1/held", content=body(), headers={**alder.headers, "content-type": NDJSON}, params=PERSON
        )

        found = [json.loads(line)["status"] for line in answer.text.splitlines()]
        assert len(found) == 102
        assert found[-1] == 401
        assert len(rows(alder)) == found.count(201)

    def test_a_coding_of_the_content_is_refused(self, http: httpx.Client, alder: World) -> None:
        headers = {**alder.headers, "content-type": NDJSON, "content-encoding": "gzip"}

        assert http.post("/v1/held", content=b"x", headers=headers).status_code == 415


class TestListing:
    def test_it_pages_and_tells_what_each_says_of_itself(self, http: httpx.Client, alder: World) -> None:
        for number in range(3):
            post(http, alder, foreign(number))

        first = http.get("/v1/held", params={**PERSON, "limit": "2"}, headers=alder.headers).json()
        second = http.get(
            "/v1/held", params={**PERSON, "limit": "2", "after": first["next"]}, headers=alder.headers
        ).json()

        assert [each["id"] for each in (*first["held"], *second["held"])] == [row.id for row in rows(alder)]
        assert second["next"] is None
        assert (
            first["held"][0].items()
            >= {
                "name": "Soldering",
                "issuer": "A Makers' Guild",
                "issuerDomain": None,
                "format": "json",
                "issuedAt": "2026-01-01T00:00:00Z",
            }.items()
        )
        assert set(first["held"][0]) == set(held_answers.ANSWERS["HeldListOut"]["held"][0])

    def test_what_is_removed_is_gone(self, http: httpx.Client, alder: World) -> None:
        place = f"/v1/held/{post(http, alder, foreign()).json()['held'][0]['id']}"

        answers = [http.delete(place, headers=alder.headers) for _ in range(2)]

        assert [each.status_code for each in answers] == [204, 404]
        assert code_of(http.get(place, headers=alder.headers)) == (404, "unknown-held")
        assert http.get("/v1/held/nonsense", headers=alder.headers).status_code == 404
        assert rows(alder) == []


class TestTheHoldersPage:
    @pytest.fixture
    def page(self, alder: World, badge: Credential) -> str:
        url = holder.mint(alder.context, alder.tenant, badge.recipient_id).url
        return url.removeprefix(PUBLIC_URL)

    @pytest.mark.parametrize(
        ("lang", "title"), [("en", "Badges of other issuers"), ("es", "Insignias de otros emisores")]
    )
    def test_it_shows_what_each_is_and_hands_it_out(
        self, http: httpx.Client, alder: World, page: str, lang: str, title: str
    ) -> None:
        before = http.get(page, params={"lang": lang}).text
        text = foreign(1, name="<i>Löten</i>")
        post(http, alder, text.encode())
        post(http, alder, asking.as_jws(), "application/jwt")
        (first, second) = sorted(rows(alder), key=lambda row: row.format)

        shown = http.get(page, params={"lang": lang}).text
        answers = [http.get(f"{page}/others/{first.id}.json"), http.get(f"{page}/others/{second.id}.jwt")]

        assert title not in before
        assert title in shown
        assert "A Makers" in shown
        assert "<i>L" not in shown
        assert f"/others/{first.id}.json" in shown
        assert [each.text for each in answers] == [text, asking.as_jws()]
        assert answers[0].headers["cache-control"] == "no-store"
        assert "attachment" in answers[0].headers["content-disposition"]
        assert [each.headers["content-type"] for each in answers] == [
            "application/vc+ld+json", "application/jwt",
        ]  # fmt: skip

    def test_they_are_among_the_copies(self, http: httpx.Client, alder: World, page: str) -> None:
        post(http, alder, foreign())

        with zipfile.ZipFile(io.BytesIO(http.get(f"{page}/badges.zip").content)) as found:
            (name,) = [each for each in found.namelist() if each.startswith("soldering-")]
            assert found.read(name).decode() == foreign()
            assert name in found.read("index.html").decode()

    def test_somebody_elses_is_not_handed_out(self, http: httpx.Client, alder: World, page: str) -> None:
        other = alder.issue(recipient={"email": "other@alder.example"}).award[0]
        post(http, alder, foreign(), person="other@alder.example")
        (row,) = rows(alder)

        assert other.public_id
        assert http.get(f"{page}/others/{row.id}.json").status_code == 404
        assert http.get(f"{page}/others/{row.id}.exe").status_code == 404
        assert http.get(f"{page}/others/nonsense.json").status_code == 404
        assert "Soldering" not in http.get(page).text
