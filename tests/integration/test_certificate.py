"""The certificate over HTTP: the page to print, the PDF file, and when there is neither."""

from io import BytesIO

import httpx
import pytest
from pypdf import PdfReader

from tests.support.world import World
from tests.unit.web.reading import Page

FULL = {
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
