"""One address, many forms: which one is answered, as what, to whom, and for how long it is good."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import Message
from email.utils import decode_rfc2231
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from issuer.core.baking import png, svg
from issuer.db.tables import Credential
from issuer.services import artwork, holder, revoke, verify
from issuer.services.issue import Issued
from issuer.storage.folder import FolderStore
from issuer.web.pages import pdf
from tests.support import server
from tests.support.world import World

HTML: Final = "text/html; charset=utf-8"
BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
PICTURE: Final = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"

BY_ACCEPT: Final[list[tuple[str | None, str | None]]] = [
    (None, HTML),
    ("*/*", HTML),
    ("text/html", HTML),
    ("text/*", HTML),
    (BROWSER, HTML),
    ("application/json, text/plain, */*", HTML),
    ("application/vc", "application/vc"),
    ("application/vc+ld+json", "application/vc+ld+json"),
    ("application/ld+json", "application/ld+json"),
    ("application/json", "application/json"),
    ("application/*", "application/vc"),
    ("application/json;q=0.5, application/vc;q=0.4", "application/json"),
    ("application/vc+jwt", "application/vc+jwt"),
    ("application/jwt", "application/jwt"),
    ("text/plain", "text/plain; charset=utf-8"),
    ("image/png", "image/png"),
    ("image/svg+xml", "image/svg+xml"),
    (PICTURE, "image/png"),
    ("image/webp", None),
    ("application/x-tar", None),
    ("text/html;q=0", None),
    ("nonsense", None),
]
"""What `Accept` asks for, and the type of the answer; None where there is no such form."""

BY_SUFFIX: Final = {
    ".json": ("application/vc+ld+json", "application/vc", "application/ld+json", "application/json"),
    ".jwt": ("application/vc+jwt", "application/jwt", "text/plain; charset=utf-8"),
    ".png": ("image/png",),
    ".svg": ("image/svg+xml",),
    "/card.png": ("image/png",),
    "/verification": ("application/json",),
}
"""The types of what a suffix asks for: `Accept` only chooses among them."""

ENDED: Final = {"private": 403, "erased": 410, "unknown": 404}
LIVE: Final = ("current", "expired", "suspended", "revoked", "superseded", "not_yet_valid")


def changed(world: World, issued: Issued, **values: object) -> None:
    with world.context.database.write.begin() as session:
        row = session.get(Credential, issued.award[0].id)
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)


def in_state(world: World, state: str) -> str:
    """Return the public id of a badge in a state."""
    world.publish(validity={"for": "P1Y"})
    issued = world.issue()
    public_id = issued.award[0].public_id
    now = world.clock.now
    if state == "expired":
        world.clock.now += timedelta(days=800)
    if state == "not_yet_valid":
        world.clock.now -= timedelta(minutes=1)
    changes: dict[str, dict[str, object]] = {
        "suspended": {"suspended_at": now, "reason": "other"},
        "revoked": {"revoked_at": now, "reason": "other"},
        "superseded": {
            "revoked_at": now,
            "reason": "replaced",
            "replaced_by": world.issue().award[0].public_id,
        },
        "private": {"visibility": "private"},
        "erased": {"erased_at": now},
    }
    changed(world, issued, **changes.get(state, {}))
    return "7HqyV2cWmX4tKfRz9aBnPd" if state == "unknown" else public_id


def asked(http: httpx.Client, path: str, accept: str | None, method: str = "GET") -> httpx.Response:
    request = http.build_request(method, path)
    request.headers.pop("accept", None)
    if accept is not None:
        request.headers["accept"] = accept
    return http.send(request)


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("state", LIVE)
class TestEveryState:
    def test_accept_chooses_the_form_at_the_one_address(
        self, http: httpx.Client, alder: World, state: str
    ) -> None:
        public_id = in_state(alder, state)

        answers = [(accept, asked(http, f"/b/{public_id}", accept)) for accept, _ in BY_ACCEPT]

        found = [
            (accept, answer.headers["content-type"] if answer.status_code == 200 else None)
            for accept, answer in answers
        ]
        assert found == BY_ACCEPT
        assert {answer.status_code for _, answer in answers} == {200, 406}

    def test_a_suffix_wins_over_accept(self, http: httpx.Client, alder: World, state: str) -> None:
        public_id = in_state(alder, state)

        for suffix, types in BY_SUFFIX.items():
            for accept, _ in BY_ACCEPT:
                answer = asked(http, f"/b/{public_id}{suffix}", accept)
                assert answer.status_code == 200
                assert answer.headers["content-type"] in types
            assert asked(http, f"/b/{public_id}{suffix}", None).headers["content-type"] == types[0]

    def test_what_was_signed_stays_what_it_was(self, http: httpx.Client, alder: World, state: str) -> None:
        public_id = in_state(alder, state)

        signed = http.get(f"/b/{public_id}.json").text
        token = http.get(f"/b/{public_id}.jwt").text
        inside = json.loads(png.unbake(http.get(f"/b/{public_id}.png").content))

        assert inside == json.loads(svg.unbake(http.get(f"/b/{public_id}.svg").content)) == json.loads(signed)
        expected = "valid" if state == "current" else state
        assert {alder.verify(signed).result, alder.verify(token).result} == {expected}


@pytest.mark.parametrize("state", ENDED)
def test_private_erased_and_unknown_say_so_in_every_form(
    http: httpx.Client, alder: World, state: str
) -> None:
    public_id = in_state(alder, state)

    for suffix in ("", ".pdf", *BY_SUFFIX):
        for accept, _ in BY_ACCEPT:
            answer = asked(http, f"/b/{public_id}{suffix}", accept)
            assert answer.status_code == ENDED[state], (suffix, accept)
            assert "Example Teacher" not in answer.text
            assert "Feedback that Moves" not in answer.text
            assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("accept", ["image/webp", "text/html;q=0, application/x-tar"])
def test_what_there_is_not_is_answered_with_all_that_there_is(
    http: httpx.Client, alder: World, accept: str
) -> None:
    public_id = in_state(alder, "current")

    answer = asked(http, f"/b/{public_id}", accept)

    assert answer.headers["content-type"] == "application/problem+json"
    for part in (
        "text/html at",
        "application/vc+jwt",
        *(f"{public_id}{suffix}" for suffix in list(BY_SUFFIX)[:4]),
    ):
        assert part in answer.json()["detail"]


@pytest.mark.skipif(not pdf.available(), reason="needs the extra pdf")
def test_a_certificate_is_a_form_too(http: httpx.Client, alder: World) -> None:
    public_id = in_state(alder, "current")

    by_accept = asked(http, f"/b/{public_id}", "application/pdf")

    assert by_accept.headers["content-type"] == "application/pdf"
    assert asked(http, f"/b/{public_id}.pdf", "text/html").content == by_accept.content


RED_SVG: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120">'
    b'<defs><path id="all" d="M0 0H120V120H0Z"/></defs><use href="#all" fill="#f00"/></svg>'
)


def red_png() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (120, 120), "#f00").save(made, "PNG")
    return made.getvalue()


FRESHNESS: Final = {
    "": "public, max-age=60",
    ".json": "no-cache",
    ".jwt": "no-cache",
    ".png": "public, max-age=300",
    ".svg": "public, max-age=300",
    "/card.png": "public, max-age=300",
}


@pytest.mark.parametrize(("suffix", "freshness"), FRESHNESS.items())
class TestHeaders:
    def test_each_form_says_how_long_it_is_good_and_what_it_varies_with(
        self, http: httpx.Client, alder: World, suffix: str, freshness: str
    ) -> None:
        public_id = in_state(alder, "current")

        headers = http.get(f"/b/{public_id}{suffix}").headers

        assert headers["cache-control"] == freshness
        assert headers["vary"] == "Accept, Accept-Encoding, Accept-Language"
        assert headers["access-control-allow-origin"] == "*"
        assert headers["x-content-type-options"] == "nosniff"
        signed = f"https://badges.example.org/b/{public_id}.json"
        assert headers["link"] == f'<{signed}>; rel="alternate"; type="application/vc"'

    @pytest.mark.parametrize(
        "known",
        [
            lambda tag: tag,
            lambda tag: f"W/{tag}",
            lambda tag: f'"another", W/"a third" , {tag}',
            lambda _: "*",
        ],
    )
    def test_whoever_has_it_gets_no_bytes(
        self,
        http: httpx.Client,
        alder: World,
        suffix: str,
        freshness: str,
        known: Callable[[str], str],
    ) -> None:
        path = f"/b/{in_state(alder, 'current')}{suffix}"
        tag = http.get(path).headers["etag"]

        answer = http.get(path, headers={"if-none-match": known(tag)})

        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"].replace("-gzip", "") == tag.replace("-gzip", "")
        assert answer.headers["cache-control"] == freshness
        assert answer.headers["vary"] == "Accept, Accept-Encoding, Accept-Language"

    def test_head_answers_the_headers_of_get(
        self, http: httpx.Client, alder: World, suffix: str, freshness: str
    ) -> None:
        path = f"/b/{in_state(alder, 'current')}{suffix}"

        got, headed = http.get(path), http.head(path)

        volatile = {"date", "x-request-id"}
        kept = [{k: v for k, v in each.headers.items() if k not in volatile} for each in (got, headed)]
        assert kept[0] == kept[1]
        assert headed.content == b""
        assert kept[0]["cache-control"] == freshness

    def test_any_site_may_ask_for_it(
        self, http: httpx.Client, alder: World, suffix: str, freshness: str
    ) -> None:
        asking = {"origin": "https://wallet.example", "access-control-request-method": "GET"}

        answer = http.options(f"/b/{in_state(alder, 'current')}{suffix}", headers=asking)

        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "GET" in answer.headers["access-control-allow-methods"]
        assert freshness

    def test_the_tag_is_strong_and_changes_with_what_is_sent(
        self, http: httpx.Client, alder: World, suffix: str, freshness: str
    ) -> None:
        public_id = in_state(alder, "current")
        path = f"/b/{public_id}{suffix}"
        before = http.get(path)

        revoke.change(
            alder.context, alder.client, public_id, "revoke", reason="other", note=None, request_id="req"
        )
        after = http.get(path, headers={"if-none-match": before.headers["etag"]})

        stays = freshness == "no-cache"
        assert after.status_code == (304 if stays else 200)
        assert (after.headers["etag"] == before.headers["etag"]) is stays
        assert not before.headers["etag"].startswith("W/")


def test_no_two_forms_or_languages_have_the_same_tag(http: httpx.Client, alder: World) -> None:
    path = f"/b/{in_state(alder, 'current')}"
    wanted = [accept for accept, media in BY_ACCEPT[6:17] if media]

    tags = [asked(http, path, accept).headers["etag"] for accept in wanted]
    tags += [http.get(path, headers={"accept-language": lang}).headers["etag"] for lang in ("en", "es")]

    repeated = {"application/*": "application/vc", "application/json;q=0.5, application/vc;q=0.4": ""}
    assert len(set(tags)) == len(tags) - len(repeated)


def test_who_was_given_a_link_to_a_private_badge_sees_its_page_and_nothing_is_kept(
    http: httpx.Client, alder: World
) -> None:
    issued = alder.issue(visibility="private")
    mine = holder.mint(alder.context, alder.tenant, issued.award[0].recipient_id)
    person = holder.opened(alder.context, mine.url.rpartition("/")[2], "https://badges.example.org", "req")
    path = holder.share(alder.context, person, issued.award[0]).url.removeprefix("https://badges.example.org")

    page = http.get(path)
    others = [asked(http, path, accept) for accept in ("application/vc", "image/png", "application/jwt")]

    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert not {"etag", "link"} & page.headers.keys()
    assert {answer.status_code for answer in others} == {403}


class TestPictures:
    def test_they_hold_the_badge_as_a_file_or_as_a_token(self, http: httpx.Client, alder: World) -> None:
        public_id = in_state(alder, "current")
        token = http.get(f"/b/{public_id}.jwt").text

        for suffix, unbake in ((".png", png.unbake), (".svg", svg.unbake)):
            plain = http.get(f"/b/{public_id}{suffix}").content
            wrapped = http.get(f"/b/{public_id}{suffix}?as=jwt").content
            assert json.loads(unbake(plain))["id"].endswith(public_id)
            assert unbake(wrapped) == token
            assert {verify.verify(alder.context, each).result for each in (plain, wrapped)} == {"valid"}

    def test_another_kind_of_content_is_refused(self, http: httpx.Client, alder: World) -> None:
        assert http.get(f"/b/{in_state(alder, 'current')}.png?as=xml").status_code == 422

    def test_an_svg_that_is_opened_by_itself_runs_and_fetches_nothing(
        self, http: httpx.Client, alder: World
    ) -> None:
        policy = http.get(f"/b/{in_state(alder, 'current')}.svg").headers["content-security-policy"]

        assert "default-src 'none'" in policy
        assert "sandbox" in policy.split("; ")

    def test_each_is_named_after_its_badge(self, http: httpx.Client, alder: World) -> None:
        alder.publish("MC-NANDU", name='¿Qué "saben"? ../Ñandú\n7%')
        public_id = alder.issue(achievement="MC-NANDU").award[0].public_id

        header = Message()
        header["content-disposition"] = http.get(f"/b/{public_id}.png").headers["content-disposition"]

        assert header.get_content_disposition() == "inline"
        assert header.get_filename() == "Que saben .. Nandu 7.png"
        extended = str(header["content-disposition"]).partition("filename*=")[2]
        assert decode_rfc2231(extended)[0] == "UTF-8"
        assert unquote(decode_rfc2231(extended)[2]) == "¿Qué saben .. Ñandú 7.png"

    @pytest.mark.parametrize("state", LIVE)
    def test_a_card_is_what_link_previews_take(self, http: httpx.Client, alder: World, state: str) -> None:
        answer = http.get(f"/b/{in_state(alder, state)}/card.png")

        assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
        assert len(answer.content) < 300_000

    def test_a_card_is_the_same_whoever_holds_the_badge_and_names_nobody(
        self, http: httpx.Client, alder: World
    ) -> None:
        first, second, nameless = (
            alder.issue(),
            alder.issue(),
            alder.issue(recipient={"email": "a@b.example"}),
        )
        changed(alder, second, name_shown="initials")

        cards = [
            http.get(f"/b/{each.award[0].public_id}/card.png").content for each in (first, second, nameless)
        ]

        assert len(set(cards)) == 1

    @pytest.mark.parametrize("upload", [RED_SVG, red_png()], ids=["svg", "png"])
    def test_an_uploaded_picture_holds_the_badge_until_it_needs_a_stamp(
        self, alder: World, tmp_path: Path, upload: bytes
    ) -> None:
        context = replace(alder.context, artwork=FolderStore(tmp_path / "artwork"))
        here = replace(alder, context=context)
        kept = artwork.add(context, alder.tenant, upload, "A red square")
        here.publish("MC-ART", image={"id": artwork.address(context, alder.tenant, kept.row)})
        public_id = here.issue(achievement="MC-ART").award[0].public_id
        paths = [f"/b/{public_id}{suffix}" for suffix in (".png", ".svg", "/card.png")]

        with server.serving(context) as http:
            before = [http.get(path).content for path in paths]
            revoke.change(
                context, alder.client, public_id, "revoke", reason="other", note=None, request_id="req"
            )
            after = [http.get(path).content for path in paths]

        assert Image.open(io.BytesIO(before[0])).convert("RGBA").getpixel((60, 60)) == (255, 0, 0, 255)
        assert Image.open(io.BytesIO(before[2])).convert("RGBA").getpixel((275, 315)) == (255, 0, 0, 255)
        assert verify.verify(alder.context, before[1]).result == "revoked"
        assert Image.open(io.BytesIO(after[0])).convert("RGBA").getpixel((60, 60)) != (255, 0, 0, 255)
        assert b"<title>" in after[1]
        assert not set(before) & set(after)

    def test_an_achievement_has_the_picture_that_badges_name(self, http: httpx.Client, alder: World) -> None:
        signed = json.loads(str(alder.issue().award[0].secured))
        image = signed["credentialSubject"]["achievement"]["image"]["id"]

        answer = http.get(image.removeprefix("https://badges.example.org"))

        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert Image.open(io.BytesIO(answer.content)).size == (600, 600)
        assert http.get("/i/alder/a/MC-FEEDBACK/v9.png").status_code == 404


@pytest.fixture
def path(http: httpx.Client, alder: World) -> str:
    found = f"/b/{in_state(alder, 'current')}"
    assert asked(http, found, "image/png").status_code == 200  # drawn once, before times count
    return found


RANGES: Final = st.lists(
    st.builds(
        lambda media, weight: f"{media}{weight}",
        st.sampled_from(
            [accept for accept, _ in BY_ACCEPT if accept] + ["image/*", "*", "/", "application/pdf"]
        ),
        st.sampled_from(["", ";q=0", ";q=1.0", ";q=-1", ";q=nan", ";q=inf", ";q=1e400", ";q", ";;q=.3"]),
    ),
    max_size=6,
).map(",".join)
VISIBLE: Final = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=300).map(str.strip)


@given(accept=st.one_of(VISIBLE, RANGES.map(lambda text: text[:300].strip())))
@example(accept="," * 300)
@example(accept="*/*;q=" + "9" * 290)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_accept_header_leads_to_anything_but_a_form_or_406(
    http: httpx.Client, path: str, accept: str
) -> None:
    answer = asked(http, path, accept)

    assert answer.status_code in {200, 406}
