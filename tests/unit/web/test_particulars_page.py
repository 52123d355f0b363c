"""What a badge page says of credit and of the assessment beyond what is signed."""

from dataclasses import replace

import pytest
from markupsafe import Markup

from issuer.core.awarding import credit_types
from issuer.core.awarding.particulars import Credit
from issuer.web.pages import assessing, credit_words, render, words
from issuer.web.pages.views import BadgeContent, Result
from issuer.web.pages.words import Language
from tests.unit.web import samples
from tests.unit.web.reading import Page

PART = "Alder County"
TWO = samples.CONTENT.results
SCRIPT = "</table><script>alert(1)</script>{{ 7*7 }}{0}"


def content(**changes: object) -> BadgeContent:
    return replace(samples.CONTENT, **changes)  # type: ignore[arg-type]


def said(found: BadgeContent, lang: Language = "en") -> str:
    return (assessing.sentence(lang, found) or Markup()).striptags()


def page(found: BadgeContent, lang: Language = "en") -> Page:
    return Page(render.badge(samples.badge(content=found), lang))


def main(found: BadgeContent, lang: Language = "en") -> str:
    return page(found, lang).one("main").text


@pytest.mark.parametrize(
    ("changes", "english", "spanish"),
    [
        ({"method": "portfolio_review", "assessor_role": "trained assessor", "assessed_by": PART,
          "results": TWO},
         f"Reviewed as a portfolio by a trained assessor of {PART} against 2 criteria.",
         ("Revisión de un portafolio a cargo de una persona evaluadora capacitada de Alder County "
         "según 2 criterios.")),
        ({"method": "Portfolio Review", "assessor_role": "Trained Assessor"},
         "Reviewed as a portfolio by a trained assessor.",
         "Revisión de un portafolio a cargo de una persona evaluadora capacitada."),
        ({"assessed_by": PART, "results": TWO[:1]},
         f"Assessed by {PART} against 1 criterion.",
         f"Evaluación a cargo de {PART} según 1 criterio."),
        ({"method": "interview"}, "Assessed in an interview.", "Evaluación en una entrevista."),
        ({"results": TWO}, "Assessed against 2 criteria.", "Evaluación según 2 criterios."),
        ({"method": "Two blind readings", "assessor_role": "Lead of grade 4", "assessed_by": PART},
         f"Assessed (“Two blind readings”) by someone of {PART} in the role “Lead of grade 4”.",
         f"Evaluación («Two blind readings») a cargo de alguien de {PART} con la función «Lead of grade 4»."),
        ({"assessor_role": "Lead"},
         "Assessed by someone in the role “Lead”.", "Evaluación a cargo de alguien con la función «Lead»."),
        ({}, "", ""),
    ],
)  # fmt: skip
def test_one_sentence_says_how_it_was_assessed(
    changes: dict[str, object], english: str, spanish: str
) -> None:
    found = content(**{"assessed_by": None, "results": (), **changes})

    assert said(found, "en") == english
    assert said(found, "es") == spanish


def test_the_sentence_stands_in_the_page() -> None:
    found = content(method="portfolio_review", assessor_role="trained assessor")

    assert said(found) in main(found)


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("kind", credit_types.CREDIT_TYPES)
def test_every_unit_has_words_for_one_and_for_many(kind: str, lang: Language) -> None:
    one, many = (credit_words.amount(lang, Credit(kind, amount)) for amount in (1, 2.5))

    assert one.startswith("1 ")
    assert many.startswith("2.5 ")
    assert "_" not in one + many


def test_a_unit_of_a_programmes_own_is_called_as_it_is_there() -> None:
    assert credit_words.amount("en", Credit("ext:Alder-Point", 3)).striptags() == "3 Alder-Point"


@pytest.mark.parametrize(
    ("jurisdiction", "english", "spanish"),
    [
        ("US-PA", "Pennsylvania", "Pensilvania"),
        ("us-nm", "New Mexico", "Nuevo México"),
        ("US-DC", "District of Columbia", "Distrito de Columbia"),
        ("CA-ON", "CA-ON", "CA-ON"),
        ("Ohio", "Ohio", "Ohio"),
    ],
)
def test_a_state_is_called_by_its_name(jurisdiction: str, english: str, spanish: str) -> None:
    assert credit_words.place("en", jurisdiction).striptags() == english
    assert credit_words.place("es", jurisdiction).striptags() == spanish


def test_fifty_states_and_the_capital_have_names() -> None:
    codes = [key for key in words.phrases("en") if key.startswith("region.US-")]

    assert len(codes) == 50 + 1 + 5


def test_credit_stands_in_a_table_by_state() -> None:
    credit = (
        Credit("pdp", 6, "US-TN", "pedagogy"),
        Credit("clock_hour", 15),
        Credit("act_48_hour", 15, "US-PA"),
    )

    found = page(content(credits=credit, results=(), alignments=()))

    rows = [row.text for row in found.all("tr")]
    assert rows == [
        "StateCreditCategory",
        "Not for one state alone15 clock hours",
        "Pennsylvania15 Act 48 hours",
        "Tennessee6 professional development points (PDP)pedagogy",
    ]
    assert (
        "These amounts are what Alder County School District states. States decide what counts."
        in found.one("main").text
    )


def test_a_long_table_tells_how_much_more_there_is() -> None:
    credit = tuple(Credit("clock_hour", hours) for hours in range(1, 31))

    found = page(content(credits=credit, results=()))

    assert len(found.all("tr")) == 1 + 24
    assert "6 more" in found.one("main").text


def test_two_units_that_agree_are_joined_by_their_formula() -> None:
    agreeing = (Credit("clock_hour", 15), Credit("ceu", 1.5))
    contrary = (Credit("clock_hour", 15), Credit("ceu", 2))

    assert "1 CEU = 10 clock hours." in main(content(credits=agreeing))
    assert "1 CEU =" not in main(content(credits=contrary))


def test_a_badge_of_which_only_the_signed_hours_are_known_says_them_in_a_line() -> None:
    found = page(content(results=()))

    assert not found.all("table")
    assert "15 clock hours. States decide what counts." in found.one("main").text


def test_without_credit_there_is_no_word_of_it() -> None:
    assert "States decide" not in main(content(credit_hours=None))


@pytest.mark.parametrize(
    ("modality", "english"), [("in-person", "In person"), ("Hybrid", "Partly online"), ("By post", "By post")]
)
def test_the_form_of_the_work_is_a_fact(modality: str, english: str) -> None:
    assert f"How it was done {english}" in main(content(modality=modality))


def test_a_script_in_any_of_it_stays_text() -> None:
    credit = (Credit(f"ext:{SCRIPT}", 1, SCRIPT, SCRIPT),)
    found = content(
        credits=credit,
        method=SCRIPT,
        assessor_role=SCRIPT,
        modality=SCRIPT,
        results=(Result(criterion="x", level="y"),),
    )

    for lang in words.LANGUAGES:
        assert not [each for each in page(found, lang).all("script") if "alert" in each.text]
        assert "{{ 7*7 }}" in main(found, lang)
