"""The words of a check: those that were written for each answer, and others where something is not known."""

import re
from dataclasses import replace
from typing import get_args

import pytest

from issuer.core.verifying import findings
from issuer.web.pages import render, words
from issuer.web.pages.verify_views import Claims, Given, PartView, Person, Who
from issuer.web.pages.views import Checks
from issuer.web.pages.words import Language
from tests.unit.web.checks import ALDER, CLAIMS, PASSED, answer, page, panel
from tests.unit.web.test_badge_page import FORBIDDEN

ALTERED = (
    "It may have been changed after it was issued, or copied with errors. We are not showing what it says. "
    "Ask the person for the original link."
)
MISSING = (
    "The issuer's site does not list the seal used on this badge. "
    "Do not rely on it until the issuer confirms."
)
UNREADABLE = (
    "Upload the badge image (PNG or SVG) or badge file (.json or .jwt), or paste the badge link. "
    "A screenshot will not work."
)
SILENT = (
    "The issuer's site did not answer. This does not mean the badge is false. Try again in a few minutes."
)
WORDS: dict[str, tuple[str, str]] = {
    "unreadable": ("! We could not find a badge in this file", UNREADABLE),
    "unsigned": (
        "! We cannot confirm who issued this badge",
        "The file has no digital seal. Anyone could have made it.",
    ),
    "altered": ("✕ Do not rely on this badge: it does not match its digital seal", ALTERED),
    "issuer_key_missing": ("✕ We could not match this badge to its issuer", MISSING),
    "could_not_check": (
        "! We could not finish the check",
        SILENT,
    ),
    "test": ("! Test badge: not a real award", "It was made to try out the system."),
    "revoked": (
        "✕ Withdrawn: do not rely on this badge",
        (
            f"{ALDER} withdrew this badge on June 14, 2026. Reason: issued in error. "
            "Questions: badges@alder.example."
        ),
    ),
    "superseded": (
        "! Replaced by a newer badge",
        f"{ALDER} replaced this badge on June 14, 2026. Ask the person for the current badge.",
    ),
    "suspended": (
        "! On hold: do not rely on this badge for now",
        f"{ALDER} put it on hold on June 14, 2026 while it looks into a question. It may become valid again.",
    ),
    "not_yet_valid": ("! Not valid yet", "This badge is genuine. It starts on June 12, 2026."),
    "expired": (
        "! Expired on June 14, 2026",
        (
            "This badge is genuine. It was valid from June 12, 2026 to June 14, 2026. It is not current. "
            "Ask the holder if they have renewed it."
        ),
    ),
    "status_unknown": (
        "! Genuine, but we could not confirm it is still valid",
        "The issuer's list of withdrawn badges did not answer. Try again in a few minutes.",
    ),
    "issuer_unrecognized": (
        "! Genuine file, but we do not recognize the issuer",
        (
            f'It has not been changed or withdrawn. It says it was issued by "{ALDER}". We have not '
            "confirmed who that is. Check that badges.alder.example belongs to the organization you expect."
        ),
    ),
    "valid": (
        "✓ Verified: this badge is genuine and current",
        (
            f"Issued by {ALDER}. It has not been changed since it was issued, and it has not been withdrawn. "
            "Checked June 15, 2026, 2:05 PM UTC."
        ),
    ),
}
SPANISH: dict[str, tuple[str, str]] = {
    "valid": (
        "✓ Verificada: esta insignia es auténtica y está vigente",
        (
            f"Emitida por {ALDER}. No ha cambiado desde su emisión y no ha sido retirada. "
            "Comprobada el 15 de junio de 2026, 14:05 UTC."
        ),
    ),
    "issuer_unrecognized": (
        "! Archivo auténtico, pero no reconocemos al emisor",
        (
            f"No ha sido modificada ni retirada. Dice que la emitió «{ALDER}». No hemos confirmado quién es. "
            "Compruebe que badges.alder.example pertenece a la organización que espera."
        ),
    ),
    "revoked": (
        "✕ Retirada: no confíe en esta insignia",
        (
            f"{ALDER} retiró esta insignia el 14 de junio de 2026. Motivo: emitida por error. "
            "Preguntas: badges@alder.example."
        ),
    ),
    "expired": (
        "! Venció el 14 de junio de 2026",
        (
            "Esta insignia es auténtica. Fue válida del 12 de junio de 2026 al 14 de junio de 2026. "
            "Ya no está vigente. Pregunte a la persona si la renovó."
        ),
    ),
    "unsigned": (
        "! No podemos confirmar quién emitió esta insignia",
        "El archivo no tiene sello digital. Cualquiera pudo haberlo creado.",
    ),
}


@pytest.mark.parametrize("code", WORDS)
def test_the_answer_has_the_words_that_were_written_for_it(code: str) -> None:
    assert panel(page(answer(code))) == WORDS[code]


@pytest.mark.parametrize("code", SPANISH)
def test_the_answer_has_its_words_in_spanish_too(code: str) -> None:
    assert panel(page(answer(code), "es")) == SPANISH[code]


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("code", findings.HEADLINES)
class TestEveryHeadline:
    def test_it_reads_well_whatever_is_not_known(self, code: str, lang: Language) -> None:
        nobody = Claims(issuer=Who())
        for given_as in get_args(Given):
            for claims in (CLAIMS, replace(CLAIMS, issuer=Who(domain="alder.example")), nobody, None):
                for more in (
                    {},
                    {"change": None},
                    {"recognized": False},
                    {"refreshed": True},
                    {"own": "valid"},
                ):
                    view = answer(code, given=given_as, claims=claims, **more)

                    said = " ".join(panel(page(view, lang)))

                    assert not re.search(r"[{}]|None|\s[.,:](?!j)|\(\)|\"\"|«»|  |\.\.", said), said
                    assert said.endswith(".")

    def test_its_title_starts_with_it(self, code: str, lang: Language) -> None:
        found = page(answer(code), lang)

        assert found.one("title").text == re.sub("^[✓✕!] ", "", found.one("h1").text)

    def test_it_speaks_plainly(self, code: str, lang: Language) -> None:
        assert not FORBIDDEN.search(page(answer(code), lang).one("section", role="status").text)

    def test_it_lists_the_same_four_checks_in_words(self, code: str, lang: Language) -> None:
        checks = Checks(integrity="passed", status="failed", validity="unknown", issuer="skipped")

        lines = [
            item.text for item in page(answer(code, checks=checks, recognized=False), lang).all("li")[:4]
        ]

        outcomes = [
            words.phrase(lang, f"outcome.{name}") for name in ("passed", "failed", "unknown", "skipped")
        ]
        assert [line.partition(": ")[2] for line in lines] == outcomes

    def test_it_has_one_h1_and_says_when_it_was_checked(self, code: str, lang: Language) -> None:
        found = page(answer(code), lang)

        assert [len(found.all(tag)) for tag in ("h1", "main", "header", "nav", "footer")] == [1] * 5
        assert found.all("time")[0].attributes["datetime"]
        assert "2026" in found.one("section", role="status").text

    def test_it_is_short_for_what_is_inside_another_badge(self, code: str, lang: Language) -> None:
        part = PartView(code=code, name="A part", issuer="Somebody")

        said = page(answer("valid", contained=(part,)), lang).one("main").text

        assert words.phrase(lang, f"part.{code}") in said

    def test_without_what_it_says_nothing_of_the_file_is_shown(self, code: str, lang: Language) -> None:
        html = render.verify_answer(answer(code, claims=None, change=None), lang)

        assert not [said for said in ("Feedback that", "Rosa", ALDER, "MicroCredential") if said in html]


def test_a_badge_that_cannot_be_withdrawn_is_not_said_to_stand_in_no_list() -> None:
    unlisted = replace(PASSED, status="skipped")

    assert "keeps no list of withdrawn badges" in panel(page(answer("valid", checks=unlisted)))[1]
    assert "keeps no list" in panel(page(answer("issuer_unrecognized", checks=unlisted)))[1]


def test_what_an_unknown_issuer_did_is_not_told_under_its_name() -> None:
    said = panel(page(answer("revoked", recognized=False, change=None)))[1]

    assert said.startswith('The issuer withdrew this badge. It says it was issued by "Alder')
    assert "Questions" not in said


def test_a_badge_that_our_records_lack_is_not_blamed_on_a_list() -> None:
    said = panel(page(answer("status_unknown", cause="status_record_missing")))[1]

    assert said == "Our own records do not hold this badge. Do not rely on it until the issuer confirms."


def test_a_list_that_is_no_good_is_not_said_to_be_silent() -> None:
    assert "We could not use" in panel(page(answer("status_unknown", cause="status_list_altered")))[1]


def test_a_kind_of_status_unknown_here_leaves_the_badge_genuine() -> None:
    view = answer("unsupported", cause="status_unsupported")

    assert panel(page(view))[0] == "! Genuine, but we cannot tell if it is still valid"


def test_the_headline_speaks_of_what_was_given() -> None:
    heads = [panel(page(answer("unreadable", given=given_as)))[0] for given_as in get_args(Given)]

    assert [head.rpartition(" ")[2] for head in heads] == ["file", "text", "link"]


def test_a_link_that_does_not_answer_is_told_from_an_issuer_that_does_not() -> None:
    unchecked = Checks(integrity="skipped", status="skipped", validity="skipped", issuer="skipped")

    said = panel(page(answer("could_not_check", given="link", checks=unchecked, claims=None)))[1]

    assert said.startswith("Nothing answered at this link.")


def test_the_line_of_the_issuer_names_the_list_that_knows_it() -> None:
    listed = page(answer("valid")).all("li")[3].text
    own = page(answer("valid", recognized_by=None)).all("li")[3].text

    assert listed == "✓ Issuer recognized (by known.json (2026-06-01)): passed"
    assert own == "✓ Issuer recognized (by our own records): passed"


@pytest.mark.parametrize("code", ["revoked", "suspended", "superseded"])
def test_what_a_withdrawn_badge_stood_for_is_not_shown(code: str) -> None:
    said = page(answer(code)).one("main").text

    assert "Rosa Delgado" in said
    assert not [
        each for each in ("Gives feedback", "Submit a plan", "Quality", "Lesson plan") if each in said
    ]


@pytest.mark.parametrize(
    ("code", "by", "start"),
    [
        ("match", "email", "Yes, this badge was issued to that e-mail address."),
        ("match", "name", "Yes, this badge was issued to somebody of that name."),
        ("no_match", "email", "No match. People can have more than one address; ask which one they used."),
        ("no_match", "name", "No match. A name can be written"),
        ("no_identifier", "email", "This badge does not carry an e-mail to compare."),
        ("no_identifier", "name", "This badge does not carry a name to compare."),
        ("not_compared", "email", "We did not compare it"),
    ],
)
def test_the_question_about_a_person_has_an_answer_of_its_own(code: str, by: str, start: str) -> None:
    view = answer("valid", person=Person(code=code, by=by))  # type: ignore[arg-type]

    said = page(view).one("section", **{"aria-labelledby": "person"}).text
    assert said.removeprefix("Is it this person's? ").startswith(start)
