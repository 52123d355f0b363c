"""The pages of a check: a form that leads to its mistakes, and an answer within the budgets of every page."""

from dataclasses import replace
from typing import get_args

import pytest

from issuer.core.verifying import findings
from issuer.core.verifying.holder import Claimed
from issuer.web import verify_content, verify_form
from issuer.web.pages import render, styles, verify_views, words
from issuer.web.pages.verify_views import CheckLine, FormView, Mistake, PartView, Prose
from issuer.web.pages.words import Language
from issuer.web.verify_form import UnusableForm
from tests.unit.web import samples
from tests.unit.web.checks import CLAIMS, answer, stranger
from tests.unit.web.reading import Page
from tests.unit.web.test_escaping import SCRIPT


@pytest.mark.parametrize("lang", words.LANGUAGES)
class TestEveryPage:
    def test_it_is_light_even_when_a_stranger_says_a_lot(self, lang: Language) -> None:
        long = "word " * 20_000
        document = stranger(long, rows=400)
        parts = (PartView(code="valid", name=long[:200], issuer=long[:200]),) * 50
        claims = verify_content.claims(document, linked=True)
        lines = (CheckLine(id="schema", outcome="failed", code="x", citation="y", message=long[:300]),) * 7

        typical = render.verify_answer(answer("valid"), lang)
        worst = render.verify_answer(answer("valid", claims=claims, contained=parts, lines=lines), lang)

        assert len(typical.encode()) <= 30_000
        assert len(worst.encode()) <= 60_000
        assert words.phrase(lang, "answer.more").format(count=388) in Page(worst).one("main").text

    def test_its_policy_lets_all_of_it_in(self, lang: Language) -> None:
        pages = [render.verify_answer(answer(code), lang) for code in findings.HEADLINES]
        found = [Page(html) for html in (*pages, render.verify_form(FormView(), lang))]

        elements = [element for each in found for element in each.elements]
        names = {name for element in elements for name in element.attributes}
        assert not {"script", "iframe", "object", "base", "img"} & {element.tag for element in elements}
        assert not [name for name in names if name in {"style", "src"} or name.startswith("on")]
        sheets = {styles.sheet("answer"), styles.sheet("verify")}
        assert {each.one("style").words[0] for each in found} == sheets
        assert {each.meta("robots") for each in found} == {"noindex"}


class TestForm:
    @pytest.mark.parametrize("lang", words.LANGUAGES)
    def test_every_field_has_its_label_and_its_hint(self, lang: Language) -> None:
        found = Page(render.verify_form(FormView(), lang))

        fields = [*found.all("input"), *found.all("textarea")]
        labels = {label.attributes["for"] for label in found.all("label")}
        hints = {small.attributes["id"] for small in found.all("small") if "id" in small.attributes}
        assert labels == {each.attributes["id"] for each in fields}
        assert hints == {each.attributes["aria-describedby"] for each in fields}
        assert len(found.all("legend")) == len(found.all("fieldset")) == 2
        assert found.one("form").attributes["method"] == "post"

    @pytest.mark.parametrize("mistake", get_args(Mistake))
    def test_a_mistake_leads_to_its_field_and_stands_beside_it(self, mistake: Mistake) -> None:
        found = Page(render.verify_form(FormView(link="somewhere", mistake=mistake), "en"))

        field = verify_views.FIELDS[mistake]
        (wrong,) = [each for each in found.elements if each.attributes.get("aria-invalid") == "true"]
        alert = found.one("section", role="alert")
        assert wrong.attributes["id"] == field
        assert wrong.attributes["aria-describedby"].split() == [f"{field}-hint", "mistake"]
        assert f"#{field}" in found.hrefs
        assert alert.text.endswith(found.one("b", id="mistake").text.removeprefix("✕ "))
        assert found.one("title").text.startswith("Error: ")
        assert found.one("input", id="link").attributes["value"] == "somewhere"

    def test_the_switch_of_languages_keeps_the_link(self) -> None:
        found = Page(render.verify_form(FormView(link="https://a.example/b?c=d&e"), "en"))

        assert "?lang=es&url=https%3A//a.example/b%3Fc%3Dd%26e" in found.hrefs

    def test_what_was_filled_in_stays_text(self) -> None:
        found = Page(render.verify_form(FormView(link=SCRIPT, text=SCRIPT, person=SCRIPT), "en"))

        assert not found.all("script")
        assert found.one("input", id="person").attributes["value"] == SCRIPT


class TestWhichBadgeIsMeant:
    def test_the_file_comes_before_the_text_before_the_link(self) -> None:
        fields = {"url": "https://a.example/1", "text": "{}"}

        assert verify_form.named(fields, b"PNG").raw == b"PNG"
        assert verify_form.named(fields, b"").raw == b"{}"
        assert verify_form.named({**fields, "text": ""}, b"").url == "https://a.example/1"

    @pytest.mark.parametrize("field", ["url", "text"])
    def test_an_id_of_ours_may_stand_alone(self, field: str) -> None:
        found = verify_form.named({field: samples.NUMBER}, b"")

        assert (found.given, found.badge_id) == ("link", samples.NUMBER)

    def test_a_pasted_link_is_a_link(self) -> None:
        found = verify_form.named({"text": "https://a.example/1"}, b"")

        assert (found.given, found.url) == ("link", "https://a.example/1")

    def test_a_link_may_lack_its_scheme(self) -> None:
        assert verify_form.named({"url": "a.example/b/1"}, b"").url == "https://a.example/b/1"

    @pytest.mark.parametrize(
        "link", ["hello", "javascript:alert(1)", "ftp://a.example/1", "https://a b", "a.example"]
    )
    def test_what_is_no_link_is_said_so(self, link: str) -> None:
        with pytest.raises(UnusableForm) as refused:
            verify_form.named({"url": link}, b"")

        assert refused.value.view == FormView(link=link, mistake="not_a_link")

    def test_nothing_is_said_so(self) -> None:
        with pytest.raises(UnusableForm) as refused:
            verify_form.named({"person": "Rosa"}, b"")

        assert refused.value.view == FormView(person="Rosa", mistake="nothing")

    def test_a_file_over_the_limit_is_said_so(self) -> None:
        with pytest.raises(UnusableForm) as refused:
            verify_form.named({}, b"x" * (verify_form.MAX_FILE + 1))

        assert refused.value.mistake == "too_large"

    def test_a_person_is_an_address_or_a_name(self) -> None:
        assert verify_form.claimed_of("rosa@alder.example") == Claimed("emailAddress", "rosa@alder.example")
        assert verify_form.claimed_of("Rosa Delgado") == Claimed("name", "Rosa Delgado")
        assert verify_form.claimed_of("") is None


@pytest.mark.parametrize("recognized", [True, False])
def test_what_it_takes_is_set_as_it_was_written_and_leads_nowhere_for_an_issuer_that_nobody_knows(
    recognized: bool,  # noqa: FBT001
) -> None:
    text = Prose(text="Submit:\n\n- a [plan](https://elsewhere.example/plan)\n- a reflection")
    view = answer("valid", claims=replace(CLAIMS, criteria=text), recognized=recognized)

    found = Page(render.verify_answer(view, "en"))

    assert ("a reflection" in [each.text for each in found.all("li")]) is recognized
    assert ("https://elsewhere.example/plan" in found.hrefs) is recognized
