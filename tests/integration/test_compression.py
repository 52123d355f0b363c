"""What comes coded over the wire, what never does, and under which tags."""

import gzip
from typing import Final

import httpx
import pytest

from issuer.web.pages import pdf
from tests.support import addresses
from tests.support.addresses import FILES, OTHERS, PAGES, PICTURES, SHORT, taken
from tests.support.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ON_THE_WIRE: Final = 14_000
LEAST: Final = 500


@pytest.fixture
def badge(alder: World) -> str:
    addresses.offer_pathway(alder)
    return alder.issue().award[0].public_id


class TestCoding:
    def test_text_comes_as_gzip_and_is_the_same_when_it_is_read(self, http: httpx.Client, badge: str) -> None:
        for path in (each.format(badge=badge) for each in PAGES + FILES + OTHERS):
            plain, text = taken(http, path, "identity")
            coded, raw = taken(http, path)

            assert gzip.decompress(raw) == text, path
            assert len(raw) < len(text)
            assert coded.headers["content-encoding"] == "gzip"
            assert "content-encoding" not in plain.headers
            lengths = [int(each.headers["content-length"]) for each in (plain, coded)]
            assert lengths == [len(text), len(raw)]
            assert all("Accept-Encoding" in each.headers["vary"] for each in (plain, coded))

    def test_a_badge_page_is_light_on_the_wire(self, http: httpx.Client, badge: str) -> None:
        answer = http.get(f"/b/{badge}", headers={"accept": "text/html"})

        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) <= ON_THE_WIRE

    def test_pictures_and_what_is_short_stay_as_they_are(self, http: httpx.Client, badge: str) -> None:
        for path in PICTURES + SHORT:
            answer, _ = taken(http, path.format(badge=badge))

            assert (answer.status_code, answer.headers.get("content-encoding")) == (200, None), path

    @pytest.mark.skipif(not pdf.available(), reason="needs the extra pdf")
    def test_a_certificate_stays_as_it_is(self, http: httpx.Client, badge: str) -> None:
        assert "content-encoding" not in taken(http, f"/b/{badge}.pdf")[0].headers

    def test_only_who_names_gzip_gets_it(self, http: httpx.Client, badge: str) -> None:
        asked = {
            "gzip": True,
            "br;q=1.0, gzip;q=0.8, *;q=0.1": True,
            "GZIP": True,
            "gzip;q=0": False,
            "gzip;q=0, *": False,
            "br": False,
            "identity": False,
            "": False,
        }

        found = {each: taken(http, f"/b/{badge}.json", each)[0].headers for each in asked}

        assert {each: "content-encoding" in headers for each, headers in found.items()} == asked

    def test_what_holds_a_persons_link_is_never_coded(self, http: httpx.Client, alder: World) -> None:
        issued = alder.issue(visibility="private")

        for path in (addresses.link_of(alder, issued), addresses.share_of(alder, issued)):
            page, text = taken(http, path)

            assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
            assert len(text) > LEAST
            assert "content-encoding" not in page.headers

    @pytest.mark.parametrize(
        ("path", "form"), [("/verify", {"link": "x" * 40}), ("/b/{badge}/person", {"email": "a@b.example"})]
    )
    def test_an_answer_to_what_somebody_sent_is_never_coded(
        self, http: httpx.Client, badge: str, path: str, form: dict[str, str]
    ) -> None:
        answer = http.post(path.format(badge=badge), data=form, headers={"accept-encoding": "gzip"})

        assert len(answer.content) > LEAST
        assert "content-encoding" not in answer.headers

    def test_a_page_that_says_no_is_not_coded(self, http: httpx.Client) -> None:
        answer, text = taken(http, f"/b/{'1' * 22}")

        assert answer.status_code == 404
        assert len(text) > LEAST
        assert "content-encoding" not in answer.headers


class TestTags:
    def test_whoever_has_the_coded_form_gets_no_bytes(self, http: httpx.Client, badge: str) -> None:
        for path in (each.format(badge=badge) for each in PAGES + FILES):
            first, _ = taken(http, path)
            tag = first.headers["etag"]

            again, nothing = taken(http, path, known=f'"another", W/{tag}')

            assert tag.endswith('-gzip"')
            assert (again.status_code, nothing) == (304, b""), path
            kept = ("etag", "cache-control", "vary")
            assert [again.headers[name] for name in kept] == [first.headers[name] for name in kept]
            assert not {"content-length", "content-encoding"} & again.headers.keys()

    @pytest.mark.parametrize("path", ["/b/{badge}", "/b/{badge}.json"])
    def test_other_bytes_have_another_tag_and_each_is_known_again(
        self, http: httpx.Client, badge: str, path: str
    ) -> None:
        path = path.format(badge=badge)
        plain, coded = (taken(http, path, each)[0].headers["etag"] for each in ("identity", "gzip"))

        cannot_read_it, _ = taken(http, path, "identity", known=coded)
        has_the_plain_one, _ = taken(http, path, known=plain)
        has_both, _ = taken(http, path, known=f"{plain}, {coded}")

        assert coded == plain[:-1] + '-gzip"'
        assert (cannot_read_it.status_code, cannot_read_it.headers["etag"]) == (200, plain)
        assert (has_the_plain_one.status_code, has_the_plain_one.headers["etag"]) == (304, plain)
        assert (has_both.status_code, has_both.headers["etag"]) == (304, coded)
