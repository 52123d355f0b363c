"""The certificate as a PDF file: read aloud in order, the same every time, and never led astray by a text."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import NullObject

from issuer.web.pages import pdf
from issuer.web.pages.certificate_views import CertificateView, Provider
from issuer.web.pages.views import Alignment, Result
from issuer.web.pages.words import Language
from tests.unit.web import certificates, samples

MARKUP = (
    '#import "/etc/passwd": * $ x^2 $ \\ _ ` [ ] { } <a> @b // /* = - + #read("/etc/passwd") #{1+1} \\u{41}'
)
LATIN = st.characters(
    min_codepoint=0x20, max_codepoint=0x17F, exclude_characters="\x7f", exclude_categories=["Cc"]
)


def reader(view: CertificateView, lang: Language = "en") -> PdfReader:
    return PdfReader(BytesIO(pdf.certificate(view, lang)))


def words(view: CertificateView, lang: Language = "en") -> str:
    (page,) = reader(view, lang).pages
    return " ".join(page.extract_text().split())


def saying(text: str) -> CertificateView:
    """Return a certificate that says one thing everywhere."""
    content = replace(
        samples.CONTENT,
        name=text,
        holder=text,
        description=text,
        assessed_by=text,
        issuer=replace(samples.DISTRICT, name=text),
        results=(Result(criterion=text, level=text),),
        alignments=(Alignment(name=text, framework=text, code=text),),
    )
    provider = Provider(legal_name=text, address=text, numbers=(("PA", text),), official=text)
    return certificates.view(content=content, provider=provider)


def root(file: PdfReader) -> Any:  # noqa: ANN401 - what a file is made of has no types
    """Return the catalogue of a file."""
    return file.trailer["/Root"]


def elements(node: Any) -> Iterator[dict[str, object]]:  # noqa: ANN401
    """Yield the structure elements in reading order."""
    found = node.get_object()
    if isinstance(found, dict):
        if "/S" in found:
            yield {str(name): value.get_object() for name, value in found.items()}
        yield from elements(found.get("/K", NullObject()))
    elif isinstance(found, list):
        for each in found:
            yield from elements(each)


def test_it_says_what_the_page_says_in_its_order() -> None:
    said = words(certificates.view())

    parts = (
        "Certificate of completion",
        "This certifies that Rosa Delgado has earned Feedback that Moves Learning",
        "Activity started February 3, 2026 Activity ended June 5, 2026 Professional learning 15 clock hours",
        "Awarded June 12, 2026 Valid until June 30, 2031",
        "Assessed by Alder County School District",
        "Standards InTASC Model Core Teaching Standards: 6 Assessment",
        "Provider Alder County Public School District No. 12",
        "Authorized official",
        "Educator ID (filled in by the holder)",
        "Status when printed: current (June 15, 2026, 10:05 AM EDT).",
        f"Check the live status at {samples.PAGE}",
    )
    places = [said.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_it_is_tagged_for_readers_that_speak(lang: Language) -> None:
    file = reader(certificates.view("current", certificates.FULL, certificates.FULL_PROVIDER), lang)

    tags = list(elements(root(file)["/StructTreeRoot"]))
    assert root(file)["/MarkInfo"]["/Marked"]
    assert root(file)["/Lang"] == lang
    assert root(file)["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root(file)["/Metadata"].get_data()
    assert [tag["/S"] for tag in tags if tag["/S"] in {"/H1", "/H2"}] == ["/H1", "/H2"]
    (figure,) = [tag for tag in tags if tag["/S"] == "/Figure"]
    assert samples.PAGE in str(figure["/Alt"])
    assert file.metadata is not None
    assert certificates.FULL.name in str(file.metadata.title)


def test_signed_text_keeps_its_language() -> None:
    file = reader(certificates.view(content=replace(certificates.FULL, language="es")), "en")

    tags = elements(root(file)["/StructTreeRoot"])
    assert "es" in {str(tag.get("/Lang")) for tag in tags}


def test_every_font_is_inside_it() -> None:
    found: Any = reader(certificates.view()).pages[0]["/Resources"]

    fonts = [font.get_object() for font in found["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in inner)


def test_the_same_certificate_is_always_the_same_bytes() -> None:
    first = pdf.certificate(certificates.view(), "en")

    assert pdf.certificate(certificates.view(), "en") == first


@pytest.mark.parametrize("paper", ["us-letter", "a4"])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_as_much_as_can_be_asked_for_fits_on_one_sheet(paper: str, lang: Language) -> None:
    provider = replace(certificates.FULL_PROVIDER, paper=paper)
    view = certificates.view("expired", certificates.FULL, provider, initials=True)

    (page,) = reader(view, lang).pages

    assert round(page.mediabox.width) == {"us-letter": 612, "a4": 595}[paper]


def test_what_expired_says_so_first() -> None:
    file = reader(certificates.view("expired"))

    assert file.metadata is not None
    assert str(file.metadata.title).startswith("Expired")
    assert "Status when printed: expired on June 14, 2026" in file.pages[0].extract_text()


def test_markup_in_a_text_stays_text() -> None:
    said = words(saying(MARKUP))

    assert said.replace(" ", "").count(MARKUP.replace(" ", "")) >= 5
    assert "root:" not in said


@pytest.mark.parametrize("text", ["W" * 200, "word " * 80, "x" * 500])
def test_a_text_without_end_is_set_all_the_same(text: str) -> None:
    assert len(reader(saying(text.strip())).pages) >= 1


@pytest.mark.parametrize(
    "name", ["רוזה דלגדו", "Ρόζα Ντελγκάδο", "Роза Дельгадо", "Nguyễn Thị Ánh", "Şebnem Łukasiewicz"]
)
def test_names_in_other_scripts_can_be_set(name: str) -> None:
    content = replace(samples.CONTENT, holder=name)

    assert reader(certificates.view(content=content)).metadata is not None


def test_a_character_cannot_turn_the_text_around_it() -> None:
    said = words(certificates.view(content=replace(samples.CONTENT, holder="\u202eRosa\u202c Delgado")))

    assert "Rosa Delgado" in said


def test_a_letter_that_no_font_has_is_refused_and_no_box_is_set() -> None:
    with pytest.raises(pdf.Unset):
        pdf.certificate(certificates.view(content=replace(samples.CONTENT, holder="罗莎")), "en")


def test_a_picture_that_was_uploaded_takes_the_place_of_the_drawn_one() -> None:
    drawn = BytesIO()
    Image.new("RGB", (90, 90), "#14574f").save(drawn, "png")

    (page,) = reader(replace(certificates.view(), picture=drawn.getvalue())).pages

    assert [image.image.size for image in page.images if image.image] == [(90, 90)]


def test_there_is_no_file_of_a_badge_that_was_withdrawn() -> None:
    with pytest.raises(ValueError, match="revoked"):
        pdf.certificate(certificates.view("revoked"), "en")


def test_without_the_extra_it_is_not_available(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pdf.available()

    monkeypatch.setattr(pdf, "typst", None)

    assert not pdf.available()


@settings(max_examples=40, deadline=None)
@given(st.text(LATIN, min_size=1, max_size=300).filter(str.strip))
def test_any_latin_text_can_be_set(text: str) -> None:
    assert pdf.certificate(saying(text), "es").startswith(b"%PDF-1.7")
