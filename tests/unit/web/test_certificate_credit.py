"""Credit on the certificate: every unit, for which state, and a formula only where it is true."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from issuer.core.awarding.credit_types import CREDIT_TYPES
from issuer.core.awarding.particulars import Credit
from issuer.web.pages import certificate, pdf, words
from issuer.web.pages.views import BadgeContent
from issuer.web.pages.words import Language
from tests.unit.web import certificates, samples
from tests.unit.web.reading import Page

HOURS = Credit("clock_hour", 15)
LABEL = "Professional learning"


def page(*credit: Credit, content: BadgeContent = samples.CONTENT, lang: Language = "en") -> str:
    view = certificates.view(content=replace(content, credits=credit))
    return Page(certificate.page(view, lang)).one("main").text


def file(*credit: Credit, content: BadgeContent = samples.CONTENT, lang: Language = "en") -> str:
    view = certificates.view(content=replace(content, credits=credit))
    (sheet,) = PdfReader(BytesIO(pdf.certificate(view, lang))).pages
    return " ".join(sheet.extract_text().split())


def test_each_unit_is_there_with_its_state() -> None:
    credit = (HOURS, Credit("pdp", 6, "US-TN", "pedagogy"))

    for said in (page(*credit), file(*credit)):
        assert f"{LABEL} 15 clock hours" in said
        assert "6 professional development points (PDP), Tennessee, pedagogy" in said
        assert "=" not in said


def test_hours_and_ceus_that_agree_are_joined_by_their_formula() -> None:
    credit = (HOURS, Credit("ceu", 1.5))

    for said in (page(*credit), file(*credit)):
        assert "15 clock hours" in said
        assert "1.5 continuing education units (CEU)" in said
        assert "1 CEU = 10 clock hours" in said


@pytest.mark.parametrize("ceu", [Credit("ceu", 2), Credit("ceu", 1.5, "US-AK")])
def test_hours_and_ceus_that_do_not_agree_have_none(ceu: Credit) -> None:
    assert "1 CEU =" not in page(HOURS, ceu)


def test_what_is_signed_is_said_where_no_more_is_known() -> None:
    assert f"{LABEL} 15 clock hours" in page()


def test_without_credit_there_is_no_word_of_it() -> None:
    assert LABEL not in page(content=replace(samples.CONTENT, credit_hours=None))


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_much_credit_stays_on_one_full_sheet(lang: Language) -> None:
    long = "pedagogy for multilingual learners in the early grades of primary school " * 3
    credit = [Credit(kind, 22.5, "US-MS", long) for kind in CREDIT_TYPES]

    said = file(*credit, content=certificates.FULL, lang=lang)

    assert said.count("pedagogy for multilingual") == 7
    assert ("and 6 more" if lang == "en" else "y 6 más") in said
