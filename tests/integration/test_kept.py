"""For how long pages are kept, and that whoever has one gets no bytes."""

import httpx
import pytest

from tests.support.addresses import PAGES, offer_pathway, taken
from tests.support.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_page_may_be_kept_for_a_minute_and_whoever_has_it_gets_no_bytes(
    http: httpx.Client, alder: World
) -> None:
    badge = alder.issue().award[0].public_id
    offer_pathway(alder)

    for path in (each.format(badge=badge) for each in PAGES):
        first, text = taken(http, path, "identity")
        tag = first.headers["etag"]
        again, nothing = taken(http, path, "identity", f'"another", W/{tag}')

        assert (first.status_code, first.headers["cache-control"]) == (200, "public, max-age=60"), path
        assert not tag.startswith("W/")
        assert (again.status_code, nothing) == (304, b""), path
        kept = ("etag", "cache-control", "vary")
        assert [again.headers[name] for name in kept] == [first.headers[name] for name in kept]
        assert text


def test_an_answer_and_a_page_that_says_no_are_kept_by_nobody(http: httpx.Client, alder: World) -> None:
    badge = alder.issue().award[0].public_id

    answers = [
        http.post("/verify", data={"link": "no badge"}),
        http.post(f"/b/{badge}/person", data={"email": "a@b.example"}),
        *(http.get(f"{path}/{'1' * 22}", headers={"accept": "text/html"}) for path in ("/b", "/embed/b")),
    ]

    assert {(each.headers["cache-control"], each.headers.get("etag")) for each in answers} == {
        ("no-store", None)
    }
