"""The pages of an issuer, of an achievement and of an error."""

from dataclasses import replace

import pytest

from issuer.web.pages import render, words
from issuer.web.pages.issuer_views import Criterion, Edition, VersionRef
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


def test_an_achievement_that_is_not_current_says_so_first() -> None:
    newer = f"{samples.ORIGIN}/i/alder/a/MC-FEEDBACK"

    assert main(achievement()).startswith("Micro-credential Feedback that Moves Learning")
    assert main(achievement(newer_url=newer)).startswith("This is an older version. See the current version")
    assert main(achievement(retired=True)).startswith("Retired: this is no longer awarded.")
    assert achievement(retired=True).one("title").text.startswith("Retired: Feedback")


def test_an_issuer_page_says_where_its_badges_are() -> None:
    page = Page(render.issuer(samples.ISSUER, "en"))

    assert "Badges from us always start with https://badges.alder.example." in main(page)
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
    assert page.one("title").text
    assert page.meta("robots") == "noindex"


PRIVATE = ErrorView(status=403, code="private-badge", issuer=samples.DISTRICT)
ERASED = ErrorView(status=410, code="badge-removed", home=samples.ORIGIN)
UNKNOWN = ErrorView(status=404, code="unknown-badge", home=samples.ORIGIN)


@pytest.mark.parametrize(
    ("view", "title", "said"),
    [
        (PRIVATE, "Private badge", "! This badge is private"),
        (ERASED, "Badge removed", "! This badge is no longer available"),
        (UNKNOWN, "Badge not found", "! We cannot find that badge Check the link."),
    ],
)
def test_a_badge_that_is_not_shown_has_a_page_that_says_one_thing(
    view: ErrorView, title: str, said: str
) -> None:
    page = Page(render.error(view, "en"))

    assert main(page) == said
    assert page.one("title").text == title
    assert page.meta("robots") == "noindex"
    assert page.meta("og:title") is None


def test_a_private_badge_says_whose_it_is_and_no_more() -> None:
    page = Page(render.error(PRIVATE, "en"))

    assert page.one("header").text == "Alder County School District Español"
    assert page.all("a", href=samples.DISTRICT.page_url)


def test_an_issuer_page_says_who_it_is_and_how_it_works() -> None:
    page = Page(render.issuer(samples.ISSUER, "en"))

    said = main(page)
    assert said.startswith("Public school district Alder County School District")
    assert "Legal name: School District of Alder County" in said
    assert "We keep records of awards for 8 years." in said
    assert "https://nces.ed.gov/ccd/districtsearch/district_detail.asp?ID2=4200030" in page.hrefs
    assert page.all("a", href="https://alder.example/assessment")[0].text == "How we assess"


def test_an_achievement_lists_its_versions_and_editions() -> None:
    newer = VersionRef(name="2", url=f"{samples.PAGE}/v2", published=samples.NOW)
    page = achievement(versions=(newer, *samples.ACHIEVEMENT.versions))

    assert "Version 2 published June 15, 2026 Version 1 published August 18, 2025" in main(page)
    assert [link.text for link in page.all("a", href=samples.ACHIEVEMENT.editions[0].url)] == ["Spanish"]


def test_an_edition_in_a_language_without_a_name_is_named_by_its_tag() -> None:
    page = achievement(editions=(Edition(language="nv", url=f"{samples.ORIGIN}/i/alder/a/NV"),))

    assert [link.text for link in page.all("a", href=f"{samples.ORIGIN}/i/alder/a/NV")] == ["nv"]


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
