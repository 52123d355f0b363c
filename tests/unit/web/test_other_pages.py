"""The pages of an issuer, of an achievement and of an error."""

from dataclasses import replace

import pytest

from issuer.web.pages import render, words
from issuer.web.pages.issuer_views import Criterion
from issuer.web.pages.views import ErrorView
from issuer.web.pages.words import Language
from tests.unit.web import samples
from tests.unit.web.reading import Page


def achievement(lang: Language = "en", **members: object) -> Page:
    return Page(render.achievement(replace(samples.ACHIEVEMENT, **members), lang))  # type: ignore[arg-type]


def main(page: Page) -> str:
    return page.one("main").text


def test_an_achievement_shows_its_rubric_and_what_is_needed() -> None:
    page = achievement()

    needed = page.all("li", class_="needed")
    assert [heading.text for heading in page.all("h3")] == ["Quality of feedback", "Student use of feedback"]
    assert needed[0].text.startswith("Proficient ✓ needed")


def test_a_criterion_without_levels_names_the_value_that_is_needed() -> None:
    assert "Needed: 80" in main(achievement(rubric=(Criterion(name="Score", needed="80"),)))


def test_an_achievement_says_how_long_it_lasts() -> None:
    assert "How long it lasts 5 years, then until the next June 30" in main(achievement())
    assert "It does not expire." in main(achievement(valid_for=None, ends_on=None))


def test_an_achievement_says_first_whether_it_is_current() -> None:
    newer = f"{samples.ORIGIN}/i/alder/a/MC-FEEDBACK"

    assert main(achievement()).startswith("This is the current version.")
    assert main(achievement(newer_url=newer)).startswith("This is an older version. See the current version")
    assert main(achievement(retired=True)).startswith("Retired: this is no longer awarded.")
    assert achievement(retired=True).one("title").text.startswith("Retired: Feedback")


def test_an_issuer_page_says_where_its_badges_are() -> None:
    page = Page(render.issuer(samples.ISSUER, "en"))

    assert "Badges from us are always at badges.alder.example." in main(page)
    assert page.one("h1").text == "Alder County School District"
    assert f"{samples.ORIGIN}/i/alder/a/MC-FAMILIES" in page.hrefs


def test_an_issuer_with_nothing_published_says_so() -> None:
    bare = replace(samples.ISSUER, achievements=(), keys=(), identifiers=(), description=None, place=None)

    assert "Nothing has been published yet." in main(Page(render.issuer(bare, "en")))


@pytest.mark.parametrize(
    ("view", "headline"),
    [
        (ErrorView(status=404, code="unknown-badge"), "We cannot find that badge"),
        (ErrorView(status=410, code="badge-removed"), "This badge is no longer available"),
        (ErrorView(status=403, code="private-badge"), "This badge is private"),
        (ErrorView(status=404, code="unknown-issuer"), "We cannot find that page"),
        (ErrorView(status=503, code="key-unavailable"), "We cannot answer right now"),
        (ErrorView(status=406, code="not-acceptable"), "We cannot show this"),
        (ErrorView(status=500, code="internal"), "Something went wrong on our side"),
        (ErrorView(status=409, code="conflict", title="Own title", detail="Own words."), "Own title"),
    ],
)
def test_an_error_has_words_for_people(view: ErrorView, headline: str) -> None:
    page = Page(render.error(view, "en"))

    assert page.one("h1").text == f"! {headline}"
    assert page.one("title").text == f"{headline} ({view.status})"
    assert page.meta("robots") == "noindex"


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_page_has_one_h1_and_its_landmarks(lang: Language) -> None:
    pages = (
        achievement(lang),
        Page(render.issuer(samples.ISSUER, lang)),
        Page(render.error(ErrorView(status=404, code="unknown-badge"), lang)),
    )

    counts = [[len(page.all(tag)) for tag in ("h1", "main", "header", "nav", "footer")] for page in pages]
    assert counts == [[1] * 5] * 3


@pytest.mark.parametrize("listed", [True, False])
def test_pages_are_listed_only_when_asked(listed: bool) -> None:  # noqa: FBT001
    robots = "index,follow" if listed else "noindex"

    assert achievement(listed=listed).meta("robots") == robots
    assert Page(render.issuer(replace(samples.ISSUER, listed=listed), "en")).meta("robots") == robots
