"""The certificate over HTTP: the page to print, the PDF file, and when there is neither."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from pypdf import PdfReader

from issuer.core.documents import Document
from issuer.services import artwork, tenants
from issuer.storage.folder import FolderStore
from issuer.web.pages import pdf
from tests.support import server
from tests.support.world import PROFILE, World
from tests.unit.web.reading import Page

FULL: Document = {
    "recipient": {"email": "rosa@alder.example", "name": "Rosa Delgado"},
    "activity": {"startDate": "2026-02-03", "endDate": "2026-06-05"},
    "assessment": {
        "assessor": {"organization": "Alder County School District"},
        "results": [{"criterion": "quality", "level": "distinguished"}],
    },
    "credit": [{"type": "clock_hour", "amount": 15}],
}


def words(answer: httpx.Response) -> str:
    return PdfReader(BytesIO(answer.content)).pages[0].extract_text()


def test_the_page_to_print_says_what_states_ask_for(http: httpx.Client, alder: World) -> None:
    public_id = alder.issue(**FULL).award[0].public_id

    answer = http.get(f"/b/{public_id}?print=1")

    page = Page(answer.text)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert page.one("h1").text == "Certificate of completion \N{EN DASH} micro-credential"
    for said in ("Rosa Delgado", "February 3, 2026", "June 5, 2026", "15 clock hours", public_id):
        assert said in page.one("main").text
    assert page.meta("robots") == "noindex"


@pytest.mark.parametrize("path", ["/b/{}.pdf", "/b/{}"])
def test_the_file_says_the_same_by_suffix_and_by_accept(http: httpx.Client, alder: World, path: str) -> None:
    public_id = alder.issue(**FULL).award[0].public_id

    answer = http.get(path.format(public_id), headers={"accept": "application/pdf"})

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["content-disposition"].startswith(f'inline; filename="certificate-{public_id}.pdf"')
    for said in ("Rosa Delgado", "February 3, 2026", "June 5, 2026", "15 clock hours", public_id):
        assert said in words(answer)


def test_the_file_is_named_and_need_not_be_sent_twice(http: httpx.Client, alder: World) -> None:
    public_id = alder.issue(**FULL).award[0].public_id
    first = http.get(f"/b/{public_id}.pdf")

    second = http.get(f"/b/{public_id}.pdf", headers={"if-none-match": first.headers["etag"]})

    assert "Rosa%20Delgado.pdf" in first.headers["content-disposition"]
    assert second.status_code == 304
    assert second.content == b""


def test_the_file_is_in_the_language_that_is_asked_for(http: httpx.Client, alder: World) -> None:
    public_id = alder.issue(**FULL).award[0].public_id

    assert "Certificado" in words(http.get(f"/b/{public_id}.pdf?lang=es"))
    assert "Certificado" in words(http.get(f"/b/{public_id}.pdf", headers={"accept-language": "es-MX"}))


def test_it_names_the_provider_as_states_know_it(http: httpx.Client, alder: World) -> None:
    profile = {
        **PROFILE,
        "address": {"streetAddress": "12 Main Street", "addressRegion": "PA", "postalCode": "16001"},
        "official": "Marisol Ortega",
    }
    tenants.update_profile(alder.context, alder.tenant.id, profile)
    presentation = {
        "legalName": "Alder No. 12",
        "providerNumbers": [{"jurisdiction": "US-PA", "number": "4471"}],
    }
    tenants.present(alder.context, alder.tenant.id, presentation)
    public_id = alder.issue(**FULL).award[0].public_id

    said = Page(http.get(f"/b/{public_id}?print=1").text).one("main").text

    for part in ("Alder No. 12", "12 Main Street, PA 16001", "PA: 4471", "Marisol Ortega"):
        assert part in said


def test_a_badge_that_expired_is_stamped(http: httpx.Client, alder: World) -> None:
    alder.publish(validity={"for": "P1Y"})
    public_id = alder.issue(**FULL).award[0].public_id
    alder.clock.move(days=400)

    page = Page(http.get(f"/b/{public_id}?print=1").text)

    assert page.one("p", class_="stamp").attributes["data-stamp"] == "Expired"
    assert "expired on June 12, 2027" in words(http.get(f"/b/{public_id}.pdf"))


def test_a_badge_that_was_withdrawn_has_no_certificate(http: httpx.Client, alder: World) -> None:
    public_id = alder.issue(**FULL).award[0].public_id
    before = http.get(f"/b/{public_id}.pdf")
    change = {"reason": "issued_in_error"}
    http.post(f"/v1/awards/{public_id}/revoke", json=change, headers=alder.headers)

    page = Page(http.get(f"/b/{public_id}?print=1").text)
    file = http.get(f"/b/{public_id}.pdf")

    assert before.status_code == 200
    assert "Withdrawn" in page.one("main").text
    assert "Rosa Delgado" not in page.one("main").text
    assert file.status_code == 406
    assert file.json()["type"].endswith("/problems/no-pdf")
    assert f"/b/{public_id}?print=1" in file.json()["detail"]
    assert "revoked" not in file.json()["detail"]
    assert {"Accept", "Accept-Language"} <= set(file.headers["vary"].split(", "))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"accept-language": "es"}, "Retirada: no confíe en esta insignia"),
        ({}, "Withdrawn: do not rely on this badge"),
    ],
)
def test_a_browser_that_opens_the_file_of_a_withdrawn_badge_reads_why_there_is_none(
    http: httpx.Client, alder: World, wanted: dict[str, str], said: str
) -> None:
    public_id = alder.issue(**FULL).award[0].public_id
    change = {"reason": "issued_in_error"}
    http.post(f"/v1/awards/{public_id}/revoke", json=change, headers=alder.headers)

    answer = http.get(f"/b/{public_id}.pdf", headers={"accept": "text/html,*/*;q=0.8", **wanted})

    assert answer.status_code == 406
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert {"Accept", "Accept-Language"} <= set(answer.headers["vary"].split(", "))
    assert said in Page(answer.text).one("main").text


def test_without_the_extra_or_a_font_the_answer_names_the_page_to_print(
    http: httpx.Client, alder: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {**FULL, "recipient": {"email": "luo@alder.example", "name": "罗莎"}}
    unset = http.get(f"/b/{alder.issue(**named).award[0].public_id}.pdf")
    public_id = alder.issue(**FULL).award[0].public_id
    monkeypatch.setattr(pdf, "typst", None)

    absent = http.get(f"/b/{public_id}.pdf")
    page = Page(http.get(f"/b/{public_id}?print=1").text)

    assert unset.status_code == absent.status_code == 406
    assert "?print=1" in unset.json()["detail"]
    assert "?print=1" in absent.json()["detail"]
    assert not [href for href in page.hrefs if ".pdf" in href]


@pytest.mark.parametrize("path", ["/b/{}.pdf", "/b/{}?print=1"])
def test_a_private_badge_shows_neither(http: httpx.Client, alder: World, path: str) -> None:
    public_id = alder.issue(**FULL, visibility="private").award[0].public_id

    answer = http.get(path.format(public_id))

    assert answer.status_code == 403
    assert "Rosa" not in answer.text


@pytest.mark.parametrize("path", ["/b/1111111111111111111111.pdf", "/b/short.pdf"])
def test_an_unknown_badge_has_none(http: httpx.Client, path: str) -> None:
    assert http.get(path).status_code == 404


def test_it_shows_the_picture_that_was_uploaded(alder: World, tmp_path: Path) -> None:
    drawn = BytesIO()
    Image.new("RGB", (120, 120), "#14574f").save(drawn, "png")
    context = replace(alder.context, artwork=FolderStore(tmp_path / "artwork"))
    row = artwork.add(context, alder.tenant, drawn.getvalue(), "A seal").row
    address = artwork.address(context, alder.tenant, row)
    alder.publish(image={"id": address})
    public_id = alder.issue(**FULL).award[0].public_id

    with server.serving(context) as http:
        page = Page(http.get(f"/b/{public_id}?print=1").text)
        (sheet,) = PdfReader(BytesIO(http.get(f"/b/{public_id}.pdf").content)).pages

    assert page.one("img", class_="art").attributes["src"] == address
    assert [found.image.size for found in sheet.images if found.image] == [(120, 120)]


def test_page_and_certificate_say_what_the_signed_file_cannot(http: httpx.Client, alder: World) -> None:
    event = {
        **FULL,
        "assessment": {
            **FULL["assessment"],
            "method": "portfolio_review",
            "assessor": {"id": "asr-204", "role": "trained assessor", "organization": PROFILE["name"]},
        },
        "credit": [
            {"type": "Clock_Hour", "amount": 15},
            {"type": "pdp", "amount": 6, "jurisdiction": "US-TN", "category": "pedagogy"},
        ],
    }
    public_id = alder.issue(**event).award[0].public_id

    page = Page(http.get(f"/b/{public_id}").text).one("main").text
    certificate = Page(http.get(f"/b/{public_id}?print=1").text).one("main").text
    signed = http.get(f"/b/{public_id}.json")

    sentence = f"Reviewed as a portfolio by a trained assessor of {PROFILE['name']} against 1 criterion."
    assert sentence in page
    assert "Tennessee6 professional development points (PDP)pedagogy" in page
    for line in ("15 clock hours", "6 professional development points (PDP), Tennessee, pedagogy"):
        assert line in certificate
    assert signed.json()["credentialSubject"]["creditsEarned"] == 15
    for kept in ("portfolio_review", "trained assessor", "US-TN", "asr-204"):
        assert kept not in signed.text
    assert "asr-204" not in page + certificate
