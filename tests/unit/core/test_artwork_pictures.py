"""The picture of a badge and its card: what they say, what they leave out and what they look like."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from issuer.core.artwork import cards, colors, patterns, pictures
from issuer.core.artwork.cards import Band, Card
from issuer.core.artwork.pictures import Art

ART = Art("Feedback that Moves Learning", "Alder Institute", "Micro-credential")
CARD = Card(ART, "badges.alder.example")
NAMESPACE = "{http://www.w3.org/2000/svg}"
BAND = Band("✕ Withdrawn", "#9b1c1c")


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in etree.fromstring(svg).iter(f"{NAMESPACE}text")]


def title(svg: str) -> str | None:
    return etree.fromstring(svg).findtext(f"{NAMESPACE}title")


class TestPatterns:
    def test_a_badge_always_has_the_same(self) -> None:
        assert patterns.pattern("Plan", "Alder") == patterns.pattern("Plan", "Alder")

    def test_ten_thousand_badges_of_an_issuer_have_as_many(self) -> None:
        drawn = {patterns.pattern(f"Badge {number}", "Alder") for number in range(10_000)}

        assert len(drawn) >= 9_998

    def test_they_differ_in_kind_and_not_only_in_degree(self) -> None:
        drawn = [patterns.pattern(f"Badge {number}", "Alder") for number in range(1000)]

        assert {each.shape for each in drawn} == set(patterns.LOBES)
        assert {each.ink for each in drawn} == set(patterns.INKS)
        assert {each.first.weave for each in drawn} == set(patterns.WEAVES)

    def test_white_can_be_read_on_every_ink(self) -> None:
        assert min(colors.contrast(ink, "#ffffff") for ink in patterns.INKS) >= 7


class TestPictures:
    def test_it_names_the_badge_the_issuer_and_the_kind(self) -> None:
        svg = pictures.picture(replace(ART, level="Level 2"))

        assert texts(svg) == [
            "MICRO-CREDENTIAL",
            "ALDER INSTITUTE",
            "Feedback",
            "that Moves",
            "Learning",
            "LEVEL 2",
        ]
        assert title(svg) == "Feedback that Moves Learning · Level 2 · Alder Institute"

    def test_it_is_a_square_of_six_hundred(self) -> None:
        root = etree.fromstring(pictures.picture(ART))

        assert [root.get(name) for name in ("viewBox", "width", "height")] == ["0 0 600 600", "600", "600"]

    @given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=40) | st.none())
    def test_any_words_give_a_drawing_that_is_well_formed_and_refers_to_nothing(
        self, name: str, issuer: str, level: str | None
    ) -> None:
        svg = pictures.picture(Art(name, issuer, "Micro-credential", level))

        etree.fromstring(svg)
        assert "href" not in re.sub(">[^<]*<", "><", svg)

    def test_what_looks_like_markup_is_text(self) -> None:
        svg = pictures.picture(replace(ART, name='<script>"A" & B</script>'))

        assert not list(etree.fromstring(svg).iter(f"{NAMESPACE}script"))
        assert title(svg) == '<script>"A" & B</script> · Alder Institute'

    def test_words_of_a_script_without_a_font_are_left_out(self) -> None:
        svg = pictures.picture(Art("教育評価", "教育大学", "Micro-credential"))

        assert texts(svg) == ["MICRO-CREDENTIAL"]
        assert title(svg) == "教育評価 · 教育大学"

    def test_the_issuers_color_is_the_ink_if_it_can_be_read(self) -> None:
        assert pictures.ink_of(replace(ART, color="#114488")) == "#114488"
        assert colors.contrast(pictures.ink_of(replace(ART, color="#ffee00")), "#ffffff") >= colors.LEAST

    def test_a_stamp_says_so_in_large_letters_and_takes_the_color(self) -> None:
        svg = pictures.picture(replace(ART, color="#114488", stamp="Withdrawn"))

        inks = set(re.findall("#([0-9a-f]{6})", svg)) - {"fffdf8"}
        assert "WITHDRAWN" in texts(svg)
        assert all(ink[:2] == ink[2:4] == ink[4:] for ink in inks)
        assert title(svg) == "Feedback that Moves Learning · Alder Institute · Withdrawn"

    @pytest.mark.parametrize("number", range(40))
    def test_a_stamp_does_not_hide_the_name(self, number: int) -> None:
        name = f"Badge {number} " + "word " * (number // 2)
        svg = pictures.picture(Art(name, "Alder", "Micro-credential", stamp="Expired"))

        lowest = max(float(y) for y in re.findall(r'Noto Serif[^>]* y="([-.\d]+)"', svg))
        assert lowest <= 20


class TestCards:
    def test_it_says_what_by_whom_and_where_and_never_to_whom(self) -> None:
        svg = cards.card(CARD)

        column = texts(svg)[5:]
        assert column == [
            "MICRO-CREDENTIAL",
            "Feedback that",
            "Moves Learning",
            "Alder Institute",
            "badges.alder.example",
        ]
        assert title(svg) == "Feedback that Moves Learning · Alder Institute · badges.alder.example"

    def test_a_badge_that_is_not_current_says_so_in_a_band(self) -> None:
        assert texts(cards.card(replace(CARD, band=BAND)))[-1] == "✕ Withdrawn"

    def test_the_words_of_a_band_can_be_read_on_any_color(self) -> None:
        svg = cards.card(replace(CARD, band=Band("Expired", "#ffee00")))

        assert "#ffee00" not in svg

    @given(st.text(max_size=300), st.text(max_size=300), st.booleans())
    def test_any_words_stay_above_the_rule(self, name: str, issuer: str, banded: bool) -> None:  # noqa: FBT001
        about = Card(Art(name, issuer, "Micro-credential"), "a.example", BAND if banded else None)

        svg = cards.card(about)

        etree.fromstring(svg)
        rule = 630 - 88 - (92 if banded else 0)
        bases = [float(y) for y in re.findall(r' x="610" y="([-.\d]+)"', svg)]
        assert bases[0] > 30
        assert all(base < rule for base in bases[:-1])
