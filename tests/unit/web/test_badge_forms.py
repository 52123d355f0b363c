import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from issuer.core import documents
from issuer.db.tables import Credential, Tenant
from issuer.services.standing import PublicBadge
from issuer.web import badge_forms, negotiation
from issuer.web.pages import pdf


def badge(name: str) -> PublicBadge:
    return PublicBadge(Credential(secured=documents.text({"name": name})), Tenant())


def request(accept: str) -> Request:
    return Request({"type": "http", "headers": [(b"accept", accept.encode("latin-1"))]})


@given(st.text(max_size=200).filter(lambda text: not re.search("[\ud800-\udfff]", text)))
def test_a_file_name_is_one_whatever_the_badge_is_called(name: str) -> None:
    found = badge_forms.disposition(badge(name), ".png")

    parts = re.fullmatch(r"inline; filename=\"([ !#-\[\]-~]+)\.png\"; filename\*=UTF-8''([!-~]+)\.png", found)
    assert parts is not None
    for named in (parts[1], unquote(parts[2], errors="strict")):
        assert not re.search(r'[\x00-\x1f"*/:<>?\\|]|^\.|\.$', named)
        assert 0 < len(named) <= 400


@pytest.mark.parametrize(
    ("name", "plain", "extended"),
    [
        (
            "Feedback that Moves Learning",
            "Feedback that Moves Learning",
            "Feedback%20that%20Moves%20Learning",
        ),
        ("Retroalimentación", "Retroalimentacion", "Retroalimentaci%C3%B3n"),
        ("../../etc/passwd", "etc passwd", "etc%20passwd"),
        ('a"; filename="evil.exe', "a ; filename= evil.exe", "a%20%3B%20filename%3D%20evil.exe"),
        ("学习反馈", "badge", "%E5%AD%A6%E4%B9%A0%E5%8F%8D%E9%A6%88"),
        ("a\r\nset-cookie: b", "a set-cookie b", "a%20set-cookie%20b"),
        ("...", "badge", "badge"),
        ("a\u202egnp.exe", "a gnp.exe", "a%20gnp.exe"),
    ],
)
def test_a_file_is_named_in_plain_letters_and_in_its_own(name: str, plain: str, extended: str) -> None:
    expected = f"inline; filename=\"{plain}.svg\"; filename*=UTF-8''{extended}.svg"

    assert badge_forms.disposition(badge(name), ".svg") == expected


def test_each_media_type_asks_for_its_own_form() -> None:
    offered = [form for form in badge_forms.FORMS if form.name != "pdf" or pdf.available()]

    for form in offered:
        for media in form.types:
            assert badge_forms.asked(request(media)) == badge_forms.Asked(form.name, media)


def test_without_the_means_to_make_them_no_pdf_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "typst", None)

    asked = badge_forms.asked(request("application/pdf, text/html;q=0.5"))

    assert asked == badge_forms.Asked("page", "text/html")
    assert badge_forms.asked(request("application/pdf")) is None
    assert "to print at https://b.example/b/1?print=1" in badge_forms.refusal("https://b.example/b/1").detail


@given(st.text(max_size=300), st.sampled_from(["a/b", "text/html"]))
def test_any_accept_header_chooses_an_offer_or_none(accept: str, offer: str) -> None:
    assert negotiation.choose(accept, (offer, "image/png")) in {offer, "image/png", None}
