"""A badge's picture as a part of its page: its name in its seal."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.artwork import medals, patterns

_SVG = "{http://www.w3.org/2000/svg}"


def medal(name: str, issuer: str = "Alder") -> ET.Element:
    return ET.fromstring(medals.medal(name, issuer, f"Badge image: {name}"))


def lines(name: str) -> list[str]:
    return [str(each.text) for each in medal(name).iter("tspan")]


def test_it_is_small_enough_to_be_part_of_a_page() -> None:
    long = "Classroom Talk for Multilingual Learners in Grades 3 to 5"

    sizes = [len(medals.medal(f"{long} {number}", "Alder", long).encode()) for number in range(400)]

    assert max(sizes) <= 3_500


def test_it_says_the_name_in_lines_below_each_other() -> None:
    places = [float(each.attrib["y"]) for each in medal("Feedback that Moves Learning").iter("tspan")]

    assert " ".join(lines("Feedback that Moves Learning")) == "Feedback that Moves Learning"
    assert len(places) == 3
    assert all(above < below for above, below in pairwise(places))


def test_readers_who_do_not_see_it_hear_what_it_is() -> None:
    found = medal("Families & Partners")

    assert found.attrib["role"] == "img"
    assert found.attrib["aria-label"] == "Badge image: Families & Partners"


@pytest.mark.parametrize("name", ["سلام", "評価", ""])
def test_a_star_stands_for_a_name_that_our_fonts_lack(name: str) -> None:
    assert lines(name) == []
    assert medals._STAR in medals.medal(name, "Alder", "x")  # noqa: SLF001


def test_it_has_the_color_of_the_issuer_or_that_of_the_whole_picture() -> None:
    assert 'fill="#14574f"' in medals.medal("Plan", "Alder", "x", "#14574f")
    assert f'fill="{patterns.pattern("Plan", "Alder").ink}"' in medals.medal("Plan", "Alder", "x")


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_name_gives_a_well_formed_drawing(name: str, issuer: str) -> None:
    drawn = medals.medal(name, issuer, "x")

    ET.fromstring(drawn)
    assert len(drawn.encode()) <= 4_096
