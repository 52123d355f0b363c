"""The page of a check over HTTP: what is given, what is answered, and what is left alone."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from issuer import telemetry
from issuer.context import Context, Verifier
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.report import Report
from issuer.errors import Unavailable
from issuer.services import tenants
from issuer.web import verify_view
from issuer.web.pages import render
from issuer.web.verify_view import Asked
from tests.support import badges, server
from tests.support.world import NOW, Clock, World
from tests.unit.web.reading import Page

ROSA = {"recipient": {"email": "rosa@alder.example", "name": "Rosa Delgado"}}


def check(http: httpx.Client, lang: str = "en", file: bytes = b"", **fields: str) -> httpx.Response:
    """Send the form as a browser does: every field, also the empty ones."""
    given = {"url": "", "text": "", "person": "", **fields}
    parts: dict[str, tuple[str | None, bytes]] = {
        name: (None, value.encode()) for name, value in given.items()
    }
    parts["file"] = ("badge.png" if file else "", file)
    return http.post("/verify", params={"lang": lang}, files=parts, headers={"accept": "text/html"})


def headline(answer: httpx.Response) -> str:
    return Page(answer.text).one("h1").text


def body(answer: httpx.Response) -> str:
    return Page(answer.text).all("p")[0].text


def text_of(world: World, **changes: object) -> str:
    return str(world.issue(**{**ROSA, **changes}).award[0].secured)


def by_own_key(**changes: object) -> str:
    """Return a badge under the key that its issuer's id is: whole, and nobody knows by whom."""
    did = f"did:key:{badges.MULTIKEY}"
    document = {
        name: value for name, value in badges.badge().items() if name not in {"proof", "credentialStatus"}
    }
    document |= {"issuer": {**document["issuer"], "id": did}, **changes}
    return json.dumps(badges.sign(document, method=f"{did}#{badges.MULTIKEY}"))


def test_a_badge_of_ours_is_verified_in_every_form_in_which_it_is_given(
    http: httpx.Client, alder: World
) -> None:
    award = alder.issue(**ROSA).award[0]
    text = str(award.secured)
    page = f"{alder.context.settings.public_url}/b/{award.public_id}"

    given = [
        check(http, file=text.encode()),
        check(http, text=text),
        check(http, text=page),
        check(http, url=page),
        check(http, url=award.public_id),
    ]

    assert {headline(answer) for answer in given} == {"✓ Verified: this badge is genuine and current"}
    assert {answer.status_code for answer in given} == {200}
    assert all("Rosa Delgado" in answer.text for answer in given)
    assert all(f"{page}?lang=en" in Page(answer.text).hrefs for answer in given)


def test_an_answer_is_kept_nowhere_and_listed_nowhere(http: httpx.Client, alder: World) -> None:
    answer = check(http, text=text_of(alder))

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_file_is_checked_before_the_text_before_the_link(http: httpx.Client, alder: World) -> None:
    good, bad = text_of(alder), "nothing of a badge"

    assert headline(check(http, file=bad.encode(), text=good)).endswith("in this file")
    assert headline(check(http, text=bad, url=f"{alder.context.settings.public_url}/b/x")).endswith(
        "in this text"
    )


def test_of_an_altered_badge_nothing_is_shown(http: httpx.Client, alder: World) -> None:
    altered = {**json.loads(text_of(alder)), "name": "Call 555-0100"}

    answer = check(http, text=json.dumps(altered), person="rosa@alder.example")

    assert headline(answer) == "✕ Do not rely on this badge: it does not match its digital seal"
    assert not [said for said in ("555-", "Rosa", "Alder County", "Quality") if said in answer.text]
    assert "We did not compare it" in answer.text
    assert not Page(answer.text).all("li", class_="passed")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_withdrawn_badge_has_the_words_of_its_own_page(http: httpx.Client, alder: World, lang: str) -> None:
    award = alder.issue(**ROSA).award[0]
    http.post(f"/v1/awards/{award.public_id}/revoke", json={"reason": "replaced"}, headers=alder.headers)

    answer = check(http, lang, text=str(award.secured))
    own = http.get(f"/b/{award.public_id}", params={"lang": lang}, headers={"accept": "text/html"})

    said = body(answer)
    assert said in Page(own.text).one("main").text
    assert "badges@alder.example" in said


def test_a_badge_that_has_run_out_says_from_when_to_when_it_was_valid(
    http: httpx.Client, alder: World, clock: Clock
) -> None:
    alder.publish("MC-SHORT", validity={"for": "P1D"})
    text = text_of(alder, achievement="MC-SHORT")
    clock.move(days=60)

    answer = check(http, text=text)

    assert headline(answer) == "! Expired on June 13, 2026"
    assert "It was valid from June 12, 2026 to June 13, 2026." in body(answer)


def test_an_issuer_that_nobody_knows_gets_no_link_and_no_belief(http: httpx.Client) -> None:
    answer = check(http, text=by_own_key())

    assert headline(answer) == "! Genuine file, but we do not recognize the issuer"
    assert 'It says it was issued by "Alder County School District".' in body(answer)
    assert not [href for href in Page(answer.text).hrefs if href.startswith("http")]
    assert "badges.example.org/b/" not in answer.text


def test_a_script_under_a_whole_seal_stays_text(http: httpx.Client) -> None:
    answer = check(http, text=by_own_key(name="<script>alert(1)</script>"))

    assert "Genuine file" in headline(answer)
    assert not Page(answer.text).all("script")


def test_an_endorsement_has_its_own_words_and_changes_none_of_the_badges(http: httpx.Client) -> None:
    plain = json.loads(by_own_key())
    subject = {"id": plain["id"], "type": "EndorsementSubject", "endorsementComment": "Well made."}
    endorsement = {
        **{name: plain[name] for name in ("@context", "issuer", "validFrom")},
        "id": "urn:uuid:0c1f7a52-2a3c-4a6e-9f0a-5d0f5a3c9e11",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "A good word",
        "credentialSubject": subject,
    }
    method = plain["proof"]["verificationMethod"]
    whole = badges.sign(endorsement, method=method)
    forged = {**whole, "name": "A forged word"}

    answer = check(http, text=by_own_key(endorsement=[whole, forged]))

    said = Page(answer.text).one("main").text
    assert headline(answer) == "! Genuine file, but we do not recognize the issuer"
    assert "A good word by Alder County School District: ! Genuine, issuer not recognized" in said
    assert "Without a name: ✕ Does not match its seal" in said
    assert "forged" not in said


def test_a_transcript_with_an_altered_badge_in_it_says_which(alder: World) -> None:
    seal = Finding("integrity", Outcome.PASSED, "unchanged", "It is whole.")
    issuer = Finding("issuer", Outcome.UNKNOWN, "issuer_unrecognized", "It is not known.")
    held = Finding("contained", Outcome.FAILED, "altered", "Of what it holds: 1 altered.")
    inside = Report("altered", (replace(seal, outcome=Outcome.FAILED, code="altered"),), None, NOW)
    found = Report("altered", (seal, issuer, held), {"name": "A transcript"}, NOW, contained=(inside,))

    view = verify_view.answer_view(alder.context, found, Asked("file", "alder.example"))

    shown = Page(render.verify_answer(view, "en"))
    assert shown.one("h1").text.startswith("✕ Do not rely on this badge")
    assert shown.all("p")[0].text.startswith("It holds other badges, and at least one of them did not pass.")
    assert "A transcript" in shown.one("main").text
    assert "Without a name: ✕ Does not match its seal" in shown.one("main").text


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("Rosa@alder.example ", "Yes, this badge was issued to that e-mail address."),
        ("rosa delgado", "Yes, this badge was issued to somebody of that name."),
        ("ana@alder.example", "No match. People can have more than one address; ask which one they used."),
        ("Ana", "No match. A name can be written in more than one way"),
    ],
)
def test_it_is_said_whether_the_badge_is_a_certain_persons(
    http: httpx.Client, alder: World, person: str, said: str
) -> None:
    assert said in check(http, text=text_of(alder), person=person).text


def test_who_was_asked_about_stands_in_no_log_and_no_page(
    http: httpx.Client, alder: World, capsys: pytest.CaptureFixture[str]
) -> None:
    text = text_of(alder)
    telemetry.configure("debug")

    answer = check(http, text=text, person="somebody.private@elsewhere.example")
    check(http, person="somebody.private@elsewhere.example")

    logged = capsys.readouterr().err
    telemetry.configure("error")
    assert '"route": "/verify"' in logged
    assert "somebody.private" not in logged + answer.text + str(answer.url)


class TestLinks:
    @pytest.fixture
    def asked(self) -> list[str]:
        return []

    @pytest.fixture
    def outside(self, context: Context, asked: list[str]) -> Context:
        """The same service, which writes down whom it would ask outside."""

        def source(url: str) -> bytes:
            asked.append(url)
            if "silent" in url:
                raise Unavailable("the site did not answer")
            return by_own_key().encode()

        return replace(context, verifier=replace(Verifier(), source=source))

    @pytest.fixture
    def http(self, outside: Context, alder: World) -> Iterator[httpx.Client]:
        assert alder.context.database is outside.database
        with server.serving(outside) as client:
            yield client

    def test_looking_at_the_form_with_a_link_fetches_nothing(
        self, http: httpx.Client, asked: list[str]
    ) -> None:
        answer = http.get("/verify", params={"url": "https://a.example/b/1"})

        assert Page(answer.text).one("input", id="link").attributes["value"] == "https://a.example/b/1"
        assert asked == []

    def test_sending_it_does(self, http: httpx.Client, asked: list[str]) -> None:
        answer = check(http, url="a.example/b/1")

        assert "Genuine file" in headline(answer)
        assert asked == ["https://a.example/b/1"]

    def test_a_link_that_does_not_answer_is_not_called_false(self, http: httpx.Client) -> None:
        answer = check(http, url="https://silent.example/b/1")

        assert headline(answer) == "! We could not finish the check"
        assert body(answer).startswith(
            "Nothing answered at this link. This does not mean the badge is false."
        )


class TestMistakes:
    def test_nothing_given_leads_back_to_the_form(self, http: httpx.Client) -> None:
        answer = check(http, person="Rosa")

        found = Page(answer.text)
        assert answer.status_code == 422
        assert (
            "Give a link, choose a file, or paste the text of a badge."
            in found.one("section", role="alert").text
        )
        assert found.one("input", id="person").attributes["value"] == "Rosa"
        assert answer.headers["cache-control"] == "no-store"

    def test_an_id_that_is_not_ours_is_said_so(self, http: httpx.Client) -> None:
        answer = check(http, url="7HqyV2cWmX4tKfRz9aBnPd")

        assert answer.status_code == 422
        assert "We have no badge with this id." in answer.text

    @pytest.mark.parametrize("size", [2_000_001, 5_000_000])
    def test_what_is_too_large_is_said_so(self, http: httpx.Client, size: int) -> None:
        answer = check(http, "es", file=b"x" * size)

        assert answer.status_code == 413
        assert "Esto ocupa más de 2 MB." in answer.text

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("multipart/form-data; boundary=x", b"--y\r\nrubbish"),
            (
                "multipart/form-data; boundary=x",
                b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n",
            ),
            ("multipart/form-data; boundary=x", b"--x\r\nno colon\r\n\r\n1\r\n--x--\r\n"),
            ("multipart/form-data", b"--x--"),
            ("text/plain", b"hello"),
            ("application/x-www-form-urlencoded", b"url=https://a.example"),
        ],
    )
    def test_a_form_that_cannot_be_read_is_said_so(
        self, http: httpx.Client, kind: str, content: bytes
    ) -> None:
        answer = http.post("/verify", content=content, headers={"content-type": kind})

        assert answer.status_code == 422
        assert Page(answer.text).one("h1").text == "Check a badge"

    def test_who_asks_too_often_is_told_in_words_to_wait(self, context: Context, alder: World) -> None:
        slow = replace(context, settings=context.settings.model_copy(update={"verify_per_minute": 1}))
        with server.serving(slow) as http:
            check(http, text=text_of(alder))
            answer = check(http, "es", text=text_of(alder))

        assert answer.status_code == 429
        assert headline(answer) == "! Ha comprobado muchas insignias en poco tiempo"
        assert "Espere un minuto" in answer.text

    def test_a_form_with_a_mistake_costs_nothing_of_the_share(self, context: Context, alder: World) -> None:
        slow = replace(context, settings=context.settings.model_copy(update={"verify_per_minute": 1}))
        with server.serving(slow) as http:
            check(http)

            assert check(http, text=text_of(alder)).status_code == 200


def test_what_is_given_is_never_written_to_disk(
    http: httpx.Client, alder: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")

    answer = check(http, file=b" " * 1_900_000 + text_of(alder).encode())

    assert answer.status_code == 200


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_check_of_our_own_badge_gives_the_days_of_its_page(
    http: httpx.Client,
    alder: World,
    withdrawn: bool,  # noqa: FBT001
) -> None:
    tenants.present(alder.context, alder.tenant.id, {"timeZone": "Pacific/Auckland"})
    award = alder.issue(**ROSA).award[0]
    if withdrawn:
        path = f"/v1/awards/{award.public_id}/revoke"
        http.post(path, json={"reason": "other"}, headers=alder.headers)

    seen = Page(http.get(f"/b/{award.public_id}", headers={"accept": "text/html"}).text)
    checked = Page(check(http, text=str(award.secured)).text)

    days = [{each.text for each in page.all("time")} for page in (seen, checked)]
    assert "June 13, 2026, 7:03 AM NZST" in days[0] & days[1]
    assert {day for day in days[0] | days[1] if "June 12" in day} == set()
