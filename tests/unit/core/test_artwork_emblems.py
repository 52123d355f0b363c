"""The small drawing of a badge for pages."""

import re

import pytest
from lxml import etree

from issuer.core.artwork import colors, emblems

MANY = [emblems.emblem(f"Badge {number}", "Alder", level="Level 1") for number in range(600)]


def test_it_is_always_the_same_and_never_that_of_another() -> None:
    assert emblems.emblem("Plan", "Alder") == emblems.emblem("Plan", "Alder")
    assert emblems.emblem("Plan", "Alder") != emblems.emblem("Plans", "Alder")
    assert emblems.emblem("Plan", "Alder") != emblems.emblem("Plan", "Birch")


def test_it_stays_small_and_says_nothing() -> None:
    assert max(len(drawing.encode()) for drawing in MANY) <= 2500
    assert all('aria-hidden="true"' in drawing for drawing in MANY)


def test_it_is_well_formed_and_refers_to_nothing() -> None:
    tags = {element.tag for drawing in MANY for element in etree.fromstring(drawing).iter()}

    assert tags == {"svg", "g", "path", "circle", "ellipse", "text"}
    assert not [drawing for drawing in MANY if "href" in drawing or "url(" in drawing]


def test_its_letters_can_be_read() -> None:
    for drawing in MANY:
        ink = re.findall(r'font-size="\d+" fill="(#[0-9a-f]{6})"', drawing)[0]
        assert colors.contrast(ink, "#fffdf8") >= 7


def test_the_issuers_color_is_taken_and_made_dark_enough() -> None:
    assert 'fill="#0a5c36"' in emblems.emblem("Plan", "Alder", ink="#0a5c36")
    assert "#ffee00" not in emblems.emblem("Plan", "Alder", ink="#ffee00")


def test_a_level_shows() -> None:
    assert emblems.emblem("Plan", "Alder", level="Level 2") != emblems.emblem("Plan", "Alder")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Feedback that Moves Learning", "FM"),
        ("questions", "Q"),
        ("“Écoute” (2)", "É2"),
        ("<b>", "B"),
        ("教育", "教"),
        ("…", "★"),
        ("", "★"),
    ],
)
def test_it_shows_the_first_letters_that_matter(name: str, letters: str) -> None:
    assert emblems.monogram(name) == letters
