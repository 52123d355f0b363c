"""The page of a holder's link: every action a form of its own, in plain words, light, and safe."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from issuer.core.status.standing import Standing
from issuer.web.pages import holder_views, render, styles, words
from issuer.web.pages.holder_views import CopiedBadge, Copies, Done, Held, HolderView, Shared
from issuer.web.pages.words import Language
from tests.unit.web import samples
from tests.unit.web.reading import Page
from tests.unit.web.test_badge_page import FORBIDDEN
from tests.unit.web.test_escaping import SCRIPT

STATES: tuple[Standing, ...] = get_args(Standing)
TOKEN = "HwGyCc91KrpdbqG7JE1AgqQpU91txAhyt66AB93aQqcYTGQLcJw83sUb1r263qekxmJ"
UNTIL = datetime(2026, 7, 12, 19, 3, 50, tzinfo=UTC)
BADGE = Held(
    id=samples.NUMBER,
    name=samples.CONTENT.name,
    kind="MicroCredential",
    state="current",
    awarded=samples.CONTENT.awarded,
    valid_until=samples.CONTENT.valid_until,
    page_url=samples.PAGE,
    certificate_url=f"{samples.PAGE}?print=1",
    file_url=f"{samples.PAGE}.json",
    image_url=f"{samples.PAGE}.png",
    visibility="unlisted",
    name_shown="full",
    names={"full": "Rosa Delgado", "initials": "R. D."},
    linkedin_url="https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME",
)
PRIVATE = replace(
    BADGE,
    visibility="private",
    file_url=f"{TOKEN}/{samples.NUMBER}.json",
    linkedin_url=None,
    shared=Shared(url=f"{samples.PAGE}?share=abc", until=UNTIL),
)
VIEW = HolderView(issuer=samples.DISTRICT, token=TOKEN, until=UNTIL, person="Rosa Delgado", badges=(BADGE,))


def html(lang: Language = "en", **changes: object) -> str:
    view = replace(VIEW, **changes)  # type: ignore[arg-type]
    return render.page("holder", lang, holder_views.head(view, lang), view)


@pytest.mark.parametrize("lang", words.LANGUAGES)
class TestInEveryLanguage:
    def test_it_speaks_plainly(self, lang: Language) -> None:
        said = Page(html(lang, badges=(BADGE, PRIVATE))).one("main").text

        assert not FORBIDDEN.search(said)

    def test_every_outcome_and_state_has_words(self, lang: Language) -> None:
        for done in get_args(Done):
            assert words.phrase(lang, f"done.{done}")
            assert 'role="status"' in html(lang, badges=(replace(BADGE, done=done),))
        for state in STATES:
            shown = Page(html(lang, badges=(replace(BADGE, state=state),))).one("main").text
            assert words.phrase(lang, f"held.{state}") in shown

    def test_it_has_one_h1_and_each_badge_is_a_named_part(self, lang: Language) -> None:
        page = Page(html(lang))

        names = {heading.attributes["id"] for heading in page.all("h2")}
        assert len(page.all("h1")) == 1
        assert names == {part.attributes["aria-labelledby"].split()[0] for part in page.all("section")}

    def test_each_action_is_a_form_of_its_own_that_keeps_the_language(self, lang: Language) -> None:
        forms = Page(html(lang)).all("form")

        assert [form.attributes["action"] for form in forms] == [
            *(f"{TOKEN}/{samples.NUMBER}/{what}?lang={lang}" for what in ("visibility", "name", "mistake")),
            f"{TOKEN}/hosts?lang={lang}",
        ]
        assert {form.attributes["method"] for form in forms} == {"post"}

    def test_its_style_is_small_and_its_policy_lets_it_in(self, lang: Language) -> None:
        sheet = styles.sheet("holder", "#14574f")

        assert len(sheet.encode()) < 4096
        assert "url(" not in sheet
        assert not re.search(r"<[^>]+ style=|<script| on\w+=", html(lang))

    def test_ten_badges_are_no_heavy_page(self, lang: Language) -> None:
        many = tuple(replace(PRIVATE, id=f"{samples.NUMBER[:-1]}{number}") for number in range(10))

        assert len(html(lang, badges=many).encode()) < 80_000


def test_what_is_chosen_is_checked_and_said_before_it_is_opened() -> None:
    page = Page(html(badges=(replace(PRIVATE, name_shown="initials"),)))

    checked = {each.attributes["value"] for each in page.all("input") if "checked" in each.attributes}
    summaries = [each.text for each in page.all("summary")]
    assert checked == {"private", "initials"}
    assert summaries[:3] == ["Who can see it: Only me", "Share it with someone", "Name on the page: R. D."]


def test_every_field_has_a_label() -> None:
    page = Page(html())

    labels = {label.attributes.get("for") for label in page.all("label")}
    assert {field.attributes["id"] for field in page.all("textarea")} <= labels
    assert page.one("textarea").attributes["maxlength"] == "2000"


def test_a_private_badge_shows_the_address_to_share_and_until_when() -> None:
    said = Page(html(badges=(PRIVATE,))).one("main").text

    assert "Whoever has this address can see the badge until July 12, 2026" in said
    assert f"{samples.PAGE}?share=abc" in said
    assert "share=" not in html()


def test_only_what_came_to_nothing_is_marked_and_opened_again() -> None:
    page = Page(html(badges=(replace(BADGE, done="unsent"),)))

    assert page.one("div", role="status").attributes["class"] == "status warn"
    assert [("open" in each.attributes) for each in page.all("details")] == [False, False, True, False]


def test_nothing_in_its_head_is_for_sharing() -> None:
    page = Page(html())

    assert page.one("title").text == "Your badges – Alder County School District"  # noqa: RUF001
    assert page.meta("robots") == "noindex"
    assert page.meta("referrer") == "no-referrer"
    assert page.meta("og:title") is None
    assert not page.all("link", rel="canonical")


def test_without_a_name_and_without_badges_it_says_so() -> None:
    said = Page(html(person=None, badges=())).one("main").text

    assert "This is what Alder County School District has awarded to you." in said
    assert "There is nothing here yet." in said
    assert "Download everything" not in said


def test_a_script_in_any_text_stays_text() -> None:
    badge = replace(
        PRIVATE, name=SCRIPT, kind=SCRIPT, names={"full": SCRIPT, "initials": SCRIPT}, linkedin_url=SCRIPT
    )

    page = Page(html(person=SCRIPT, badges=(badge,)))

    assert not page.all("script")
    assert not [each for each in page.elements if "onerror" in each.attributes]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_list_of_copies_leads_to_the_files_beside_it(lang: Language) -> None:
    badge = CopiedBadge(
        name=SCRIPT, awarded=samples.NOW, page_url=samples.PAGE, files=("feedback.json", "feedback.png")
    )
    view = Copies(issuer=samples.DISTRICT.name, made=samples.NOW, badges=(badge,))

    page = Page(render.page("holder_copies", lang, holder_views.head_of_copies(view, lang), view))

    assert page.hrefs == [samples.PAGE, "feedback.json", "feedback.png"]
    assert samples.DISTRICT.name in page.one("h1").text
    assert not page.all("script")
    assert page.one("html").attributes["lang"] == lang
