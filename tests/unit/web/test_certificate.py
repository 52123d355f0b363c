"""The certificate: what it says, in which states there is one, and that it stays text."""

import re
from dataclasses import replace

import pytest

from issuer.core.artwork import colors
from issuer.web.pages import certificate, styles, words
from issuer.web.pages.certificate_sheet import sheet
from issuer.web.pages.certificate_views import OFFERED, CertificateView, Provider
from issuer.web.pages.views import Alignment, Result, State
from issuer.web.pages.words import Language
from tests.unit.web import certificates, samples
from tests.unit.web.reading import Page

DASH = "\N{EN DASH}"
SCRIPT = "\"'></title></style><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{0}"
JARGON = re.compile(
    r"cryptographic|signature|\bDID\b|JSON|\bproof|\bhash|issuer key|blockchain|revoked", re.IGNORECASE
)


def text(view: CertificateView, lang: Language = "en") -> str:
    return Page(certificate.page(view, lang)).one("main").text


def test_it_says_all_that_a_state_asks_for() -> None:
    said = text(certificates.view())

    for part in (
        f"Certificate of completion {DASH} micro-credential",
        "Rosa Delgado",
        "Feedback that Moves Learning",
        "Gives timely, specific feedback that students use to revise their work.",
        "Activity started February 3, 2026",
        "Activity ended June 5, 2026",
        "15 clock hours",
        "Awarded June 12, 2026",
        "Valid until June 30, 2031",
        samples.NUMBER,
        "Assessed by Alder County School District",
        "Quality of feedback: Distinguished",
        "InTASC Model Core Teaching Standards: 6 Assessment",
        "Alder County Public School District No. 12",
        "12 Main Street, Alder, PA 16001",
        "Provider number PA: 4471",
        "Marisol Ortega, Superintendent Authorized official",
        "Educator ID (filled in by the holder)",
        "Status when printed: current (June 15, 2026, 10:05 AM EDT).",
        f"Check the live status at {samples.PAGE}",
    ):
        assert part in said, part


def test_a_spanish_reader_gets_it_in_spanish_and_the_signed_text_as_it_was_signed() -> None:
    page = Page(certificate.page(certificates.view(), "es"))

    assert page.one("html").attributes["lang"] == "es"
    assert page.one("h1").text == f"Certificado de finalización {DASH} microcredencial"
    assert page.one("h2").attributes["lang"] == "en"
    assert "Estado al imprimir: vigente (15 de junio de 2026, 10:05 EDT)." in page.one("main").text


def test_a_certificate_that_expired_says_so_first_and_goes_grey() -> None:
    html = certificate.page(certificates.view("expired"), "en")

    page = Page(html)
    assert page.one("title").text.startswith(f"Expired {DASH} Certificate of completion")
    assert page.one("p", class_="stamp").attributes["data-stamp"] == "Expired"
    assert "Status when printed: expired on June 14, 2026" in page.one("main").text
    assert "--brand:#555555" in html


@pytest.mark.parametrize("state", [state for state in samples.STATES if state not in OFFERED])
def test_in_any_other_state_the_page_says_only_how_the_badge_stands(state: State) -> None:
    page = Page(certificate.page(certificates.view(state), "en"))

    assert "There is no certificate to print" in page.one("main").text
    assert "Rosa Delgado" not in page.one("main").text
    assert not page.all("p", class_="holder")
    assert len(page.all("h1")) == 1
    assert page.one("title").text.endswith(". There is no certificate to print")


def test_initials_are_shown_as_such_and_how_to_change_that_is_said() -> None:
    content = replace(samples.CONTENT, holder="R. D.")

    page = Page(certificate.page(certificates.view(content=content, initials=True), "en"))

    assert page.one("p", class_="holder").text == "R. D. Shown as initials, as the holder chose."
    assert "private link" in page.one("header").text


def test_a_badge_without_a_name_leaves_a_line_for_it() -> None:
    page = Page(certificate.page(certificates.view(content=replace(samples.CONTENT, holder=None)), "en"))

    assert not page.all("p", class_="holder")
    assert "Name (filled in by the holder)" in page.one("main").text


def test_what_is_unknown_is_left_out() -> None:
    bare = replace(
        samples.CONTENT,
        activity_start=None,
        activity_end=None,
        credit_hours=None,
        assessed_by=None,
        results=(),
        alignments=(),
        valid_until=None,
    )

    said = text(certificates.view(content=bare, provider=Provider()))

    for label in ("Activity", "Professional learning", "Assessed", "Standards", "number", "official"):
        assert label not in said
    assert "No end date" in said


def test_standards_are_listed_under_their_framework_once() -> None:
    mixed = tuple(
        Alignment(name=name, framework=framework, code=code)
        for name, framework, code in (("A", "F", "1"), ("B", "G", None), ("C", "F", "2"), ("D", None, None))
    )

    (fact,) = [
        fact
        for fact in sheet(certificates.view(content=replace(samples.CONTENT, alignments=mixed)), "en").long
        if fact.label == "Standards"
    ]

    assert [value.striptags() for value in fact.values] == ["F: 1 A; 2 C", "G: B", "D"]


def test_what_a_sheet_has_no_room_for_is_counted() -> None:
    many = tuple(Result(criterion=f"Criterion {number}", level="Met") for number in range(40))

    said = text(certificates.view(content=replace(samples.CONTENT, results=many)))

    assert "Criterion 6: Met; and 33 more" in said
    assert "Criterion 7" not in said


@pytest.mark.parametrize("word", ["word " * 400, "w" * 2000])
def test_a_long_statement_is_cut(word: str) -> None:
    said = sheet(certificates.view(content=replace(samples.CONTENT, description=word)), "en").statement

    assert len(said.striptags()) <= 421
    assert said.striptags().endswith("…")


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("state", sorted(OFFERED & set(samples.STATES)))
def test_its_words_are_plain(lang: Language, state: State) -> None:
    assert not JARGON.search(text(certificates.view(state), lang))


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("state", samples.STATES)
def test_it_is_light_and_its_policy_lets_it_be(lang: Language, state: State) -> None:
    html = certificate.page(certificates.view(state, certificates.FULL, certificates.FULL_PROVIDER), lang)

    page = Page(html)
    assert len(html.encode()) < 30_000
    assert len(page.one("style").words[0].encode()) < 4096
    assert not [element for element in page.elements if "style" in element.attributes]
    assert not page.all("script")
    assert "style-src 'sha256-" in styles.content_security_policy(html)


@pytest.mark.parametrize("color", ["#ffee00", "#ffffff", "#000000", None])
def test_its_color_can_be_read_on_paper(color: str | None) -> None:
    issuer = replace(samples.DISTRICT, color=color)

    ink = sheet(certificates.view(content=replace(samples.CONTENT, issuer=issuer)), "en").ink

    assert colors.contrast(ink, "#ffffff") >= 4.5


def test_a_script_in_any_text_stays_text() -> None:
    content = replace(
        samples.CONTENT,
        name=SCRIPT,
        holder=SCRIPT,
        description=SCRIPT,
        assessed_by=SCRIPT,
        language=SCRIPT,
        issuer=replace(samples.DISTRICT, name=SCRIPT),
        results=(Result(criterion=SCRIPT, level=SCRIPT),),
        alignments=(Alignment(name=SCRIPT, framework=SCRIPT, code=SCRIPT),),
    )
    provider = Provider(legal_name=SCRIPT, address=SCRIPT, numbers=((SCRIPT, SCRIPT),), official=SCRIPT)

    page = Page(certificate.page(certificates.view(content=content, provider=provider), "en", SCRIPT))

    assert not page.all("script")
    assert not [element for element in page.elements if "onerror" in element.attributes]
    assert "49" not in page.one("title").text


def test_a_share_link_is_passed_on_and_offers_no_file() -> None:
    page = Page(certificate.page(certificates.view(), "en", "a&b"))

    assert page.hrefs == [f"{samples.PAGE}?share=a%26b&lang=en", "?share=a%26b&print=1&lang=es"]
