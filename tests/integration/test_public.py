import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from issuer.context import Context
from issuer.core.documents import Document
from issuer.db.tables import Credential
from issuer.services import tenants
from issuer.web import problems
from tests.support import server
from tests.support.world import PROFILE, Clock, World, make_context, make_world

MEDIA = ["application/vc", "application/vc+ld+json", "application/ld+json", "application/json"]


@pytest.mark.parametrize("media", MEDIA)
def test_programs_get_the_signed_bytes_in_the_type_they_ask_for(
    http: httpx.Client, alder: World, media: str
) -> None:
    award = alder.issue().award[0]

    answer = http.get(f"/b/{award.public_id}", headers={"accept": media})

    assert answer.headers["content-type"] == media
    assert answer.text == award.secured
    assert answer.headers["etag"].startswith(f'"{award.secured_sha256}-')
    assert answer.headers["access-control-allow-origin"] == "*"
    assert 'rel="alternate"' in answer.headers["link"]


@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_people_and_link_previews_get_the_page(http: httpx.Client, alder: World, accept: str | None) -> None:
    public_id = alder.issue().award[0].public_id
    headers = {"accept": accept} if accept else {}

    answer = http.get(f"/b/{public_id}", headers=headers)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_suffix_wins_over_accept(http: httpx.Client, alder: World) -> None:
    public_id = alder.issue().award[0].public_id

    answer = http.get(f"/b/{public_id}.json", headers={"accept": "text/html"})

    assert answer.headers["content-type"] == "application/vc+ld+json"


def test_an_unknown_form_is_406_with_what_there_is(http: httpx.Client, alder: World) -> None:
    public_id = alder.issue().award[0].public_id

    answer = http.get(f"/b/{public_id}", headers={"accept": "application/x-tar"})

    assert answer.status_code == 406
    assert "application/vc" in answer.json()["detail"]


def test_an_etag_saves_the_bytes(http: httpx.Client, alder: World) -> None:
    award = alder.issue().award[0]

    tag = http.get(f"/b/{award.public_id}.json").headers["etag"]
    answer = http.get(f"/b/{award.public_id}.json", headers={"if-none-match": tag})

    assert answer.status_code == 304
    assert answer.content == b""


def test_head_and_options_answer(http: httpx.Client, alder: World) -> None:
    public_id = alder.issue().award[0].public_id

    assert http.head(f"/b/{public_id}.json").status_code == 200
    assert http.options(f"/b/{public_id}.json").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path", ["/b/1111111111111111111111", "/b/short", "/b/0OIl", "/nothing", "/i/nobody"]
)
def test_what_does_not_exist_is_404(http: httpx.Client, path: str) -> None:
    assert http.get(path, headers={"accept": "application/json"}).status_code == 404


def test_an_erased_badge_is_410_and_a_private_one_403_in_every_form(http: httpx.Client, alder: World) -> None:
    erased, private = alder.issue().award[0], alder.issue(visibility="private").award[0]
    with alder.context.database.write.begin() as session:
        row = session.get(Credential, erased.id)
        assert row is not None
        row.erased_at = alder.clock.now

    for suffix, accept in ((".json", "*/*"), ("", "text/html"), ("", "application/vc")):
        headers = {"accept": accept}
        assert http.get(f"/b/{erased.public_id}{suffix}", headers=headers).status_code == 410
        assert http.get(f"/b/{private.public_id}{suffix}", headers=headers).status_code == 403
        assert "Example Teacher" not in http.get(f"/b/{private.public_id}{suffix}", headers=headers).text


def test_a_withdrawn_badge_keeps_its_bytes_and_its_page_says_so_at_once(
    http: httpx.Client, alder: World
) -> None:
    award = alder.issue().award[0]
    before = http.get(f"/b/{award.public_id}").text

    http.post(
        f"/v1/awards/{award.public_id}/revoke", json={"reason": "issued_in_error"}, headers=alder.headers
    )
    after = http.get(f"/b/{award.public_id}").text

    assert "Verified" in before
    assert "Withdrawn" in after
    assert "Verified" not in after
    assert http.get(f"/b/{award.public_id}.json").text == award.secured


def test_the_status_list_is_served_as_json_too_and_shows_the_withdrawal(
    http: httpx.Client, alder: World
) -> None:
    award = alder.issue().award[0]
    path = f"/status/{award.revocation_list_id}"
    before = http.get(path)

    http.post(f"/v1/awards/{award.public_id}/revoke", json={"reason": "other"}, headers=alder.headers)
    asked = {"if-none-match": before.headers["etag"], "accept": "application/vc"}
    after = http.get(path, headers=asked)

    assert before.headers["content-type"] == "application/json"
    assert after.headers["content-type"] == "application/vc"
    assert after.headers["cache-control"] == "public, max-age=60"
    assert before.json()["id"] == f"https://badges.example.org{path}"
    assert after.status_code == 200


def test_an_issuer_and_its_achievements_are_readable_at_their_ids(http: httpx.Client) -> None:
    json_only = {"accept": "application/json"}

    profile = http.get("/i/alder", headers=json_only).json()
    newest = http.get("/i/alder/a/MC-FEEDBACK", headers=json_only).json()
    first = http.get("/i/alder/a/MC-FEEDBACK/v1", headers=json_only)

    assert profile["id"] == "did:web:badges.example.org"
    assert newest["id"] == "https://badges.example.org/i/alder/a/MC-FEEDBACK"
    assert first.json() == newest
    assert http.get("/i/alder/a/MC-FEEDBACK/v2", headers=json_only).status_code == 404


def test_the_default_issuers_did_is_the_origins_own_and_only_that(http: httpx.Client, alder: World) -> None:
    make_world(alder.context, alder.clock, "birch", default=False)

    assert http.get("/.well-known/did.json").json()["id"] == "did:web:badges.example.org"
    assert http.get("/i/alder/did.json").status_code == 404
    assert http.get("/i/birch/did.json").json()["id"] == "did:web:badges.example.org:i:birch"


DISTRICT = "https://badges.district.example"


def two_origins(tmp_path: Path, database_url: str, clock: Clock) -> tuple[Context, World, World]:
    context = make_context(tmp_path, database_url, clock, origins=DISTRICT)
    alder = make_world(context, clock)
    tenant = tenants.create(context, "district", PROFILE, origin=DISTRICT)
    district = replace(alder, tenant=tenant, client=replace(alder.client, tenant_id=tenant.id))
    alder.publish()
    district.publish()
    return context, alder, district


def test_a_tenant_with_its_own_origin_has_its_did_and_addresses_there(
    tmp_path: Path, database_url: str, clock: Clock
) -> None:
    context, alder, district = two_origins(tmp_path, database_url, clock)
    issued = district.issue().award[0]
    own = {"host": "badges.district.example", "accept": "application/json"}

    with server.serving(context) as http:
        signed = http.get(f"/b/{issued.public_id}", headers=own)
        elsewhere = http.get(f"/b/{issued.public_id}", headers={"accept": "application/json"})
        document = http.get("/.well-known/did.json", headers=own).json()
        listed = http.get(f"/status/{issued.revocation_list_id}", headers=own)
        not_listed = http.get(f"/status/{issued.revocation_list_id}")
        stranger = http.get("/.well-known/did.json", headers={"host": "evil.example"}).json()

    assert signed.json()["issuer"]["id"] == document["id"] == "did:web:badges.district.example"
    assert signed.json()["id"].startswith(DISTRICT)
    assert (elsewhere.status_code, listed.status_code, not_listed.status_code) == (404, 200, 404)
    assert stranger["id"] == "did:web:badges.example.org"
    assert alder.verify(signed.text).result == "valid"
    context.database.engine.dispose()


@pytest.mark.parametrize("stripped", [True, False])
def test_a_path_prefix_works_whether_a_proxy_strips_it_or_not(
    tmp_path: Path, database_url: str, clock: Clock, *, stripped: bool
) -> None:
    context = make_context(tmp_path, database_url, clock, public_url="https://example.org:8443/badges")
    alder = make_world(context, clock)
    alder.publish()
    document: Document = json.loads(str(alder.issue().award[0].secured))
    path = document["id"].removeprefix(
        "https://example.org:8443/badges" if stripped else "https://example.org:8443"
    )

    with server.serving(context) as http:
        answer = http.get(path, headers={"accept": "application/json"})
        keys = http.get("/did.json" if stripped else "/badges/did.json").json()

    assert document["issuer"]["id"] == keys["id"] == "did:web:example.org%3A8443:badges"
    assert answer.json() == document
    context.database.engine.dispose()


def test_every_error_code_has_a_page(http: httpx.Client) -> None:
    for code in problems.catalogue():
        answer = http.get(f"/problems/{code}")
        assert answer.status_code == 200
        assert problems.title(code) in answer.text


def test_a_code_that_no_error_has_is_not_found(http: httpx.Client) -> None:
    answer = http.get("/problems/no-such-code", headers={"accept": "text/html"})

    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("alder")
@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/json", "image/png"])
def test_an_address_that_ends_in_json_is_a_document_whatever_is_accepted(
    http: httpx.Client, accept: str
) -> None:
    profile = http.get("/i/alder.json", headers={"accept": accept})
    version = http.get("/i/alder/a/MC-FEEDBACK/v1.json", headers={"accept": accept})

    assert profile.json() == http.get("/i/alder", headers={"accept": "application/json"}).json()
    assert version.json()["name"] == "Feedback that Moves Learning"
    assert http.get("/i/alder/a/MC-FEEDBACK/v9.json").status_code == 404
