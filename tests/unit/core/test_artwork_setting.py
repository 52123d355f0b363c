"""Words in a space: what another setter of type measures, and what must hold of any words."""

import re
from math import degrees, hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from issuer.core.artwork import faces, setting
from issuer.core.artwork.faces import Face

FACES: tuple[Face, ...] = ("serif", "serif-bold", "sans", "sans-bold")
SIZES = tuple(range(60, 19, -4))
ROOM = 300.0
words = st.text(st.sampled_from("aeiounrstlmdABCÉñжяΩ -/"), min_size=1, max_size=220).filter(
    lambda text: bool(text.strip(" -/"))
)


def narrow(_top: float, _bottom: float) -> float:
    return ROOM


class TestFonts:
    @pytest.mark.parametrize("face", FACES)
    @pytest.mark.parametrize(
        "text", ["Feedback", "Evaluación ñ", "Ψηφιακή", "Оценивание", "Đánh giá vì", "AVATAR"]
    )
    def test_a_text_is_as_wide_as_pillow_says(self, face: Face, text: str) -> None:
        font = ImageFont.truetype(
            faces.FOLDER / faces.FILES[face], 1000, layout_engine=ImageFont.Layout.BASIC
        )

        assert faces.font(face).width(text) * 1000 == pytest.approx(font.getlength(text), abs=1)

    @pytest.mark.parametrize("face", FACES)
    @pytest.mark.parametrize(
        "text", ["★ ✓ ✕ → ←", "“Ünï” — … €", "Łódź, Ångström, Ğ, Ő, Ș", "Tiếng Việt", "№"]
    )
    def test_marks_and_letters_of_europe_are_there(self, face: Face, text: str) -> None:
        assert faces.font(face).covers(text)

    @pytest.mark.parametrize("text", ["教育", "تعليم", "חינוך", "शिक्षा", "a\x00", "🎓"])
    def test_what_no_font_has_is_known(self, text: str) -> None:
        assert not faces.font("serif").covers(text)
        assert setting.clean(text, "serif") == ("a" if text == "a\x00" else None)

    def test_they_are_small_and_their_licence_is_beside_them(self) -> None:
        files = sorted(faces.FOLDER.glob("*.ttf"))

        assert len(files) == 6
        assert max(file.stat().st_size for file in files) < 250_000
        assert "SIL OPEN FONT LICENSE" in (faces.FOLDER / "OFL.txt").read_text()


class TestLines:
    @given(words)
    def test_every_line_fits_and_there_are_not_too_many(self, text: str) -> None:
        block = setting.fitted(text, "serif-bold", SIZES, 4, narrow)

        assert 1 <= len(block.lines) <= 4
        for line in block.lines:
            assert faces.font("serif-bold").width(line) * block.size <= ROOM + 0.001

    @given(words)
    def test_nothing_is_lost_but_at_the_end(self, text: str) -> None:
        block = setting.fitted(text, "serif-bold", SIZES, 4, narrow)

        def letters(part: str) -> str:
            return re.sub(r"[ \xa0-]", "", part)

        kept = letters("".join(block.lines))
        assert letters(text) == kept or letters(text).startswith(kept.removesuffix("…"))

    def test_short_names_are_large_and_long_ones_small(self) -> None:
        sizes = [
            setting.fitted("word " * count, "serif-bold", SIZES, 4, narrow).size for count in (1, 4, 8, 16)
        ]

        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] == SIZES[0]

    def test_a_word_that_is_too_long_is_broken_before_a_syllable(self) -> None:
        block = setting.fitted("Donaudampfschifffahrtsgesellschaftskapit", "serif-bold", SIZES, 4, narrow)

        assert "".join(line.removesuffix("-") for line in block.lines) == (
            "Donaudampfschifffahrtsgesellschaftskapit"
        )
        assert all(line.endswith("-") for line in block.lines[:-1])

    def test_what_does_not_fit_ends_in_an_ellipsis(self) -> None:
        text = setting.clean("Unbelievably " * 60, "serif-bold")

        assert text is not None
        assert len(text) <= setting.MOST
        assert setting.fitted(text, "serif-bold", (40,), 3, narrow).lines[-1].endswith("…")

    def test_a_short_word_stays_with_the_next_one(self) -> None:
        lines = setting.fitted("Evaluación en el aula de básica", "serif-bold", (44,), 4, narrow).lines

        assert not [line for line in lines if line.endswith(" de")]


@pytest.mark.parametrize("below", [False, True])
def test_letters_around_a_circle_stand_on_it_from_left_to_right(below: bool) -> None:  # noqa: FBT001
    svg = setting.arc("ALDER", "sans-bold", 20, 200, below=below, tracking=0.1)

    xs, ys, turns = (
        [float(part) for part in re.findall(rf' {name}="([^"]+)"', svg)[0].split()]
        for name in ("x", "y", "rotate")
    )
    assert xs == sorted(xs)
    assert turns == sorted(turns, reverse=below)
    assert all(hypot(x, y) == pytest.approx(200, abs=1) for x, y in zip(xs, ys, strict=True))
    assert all((y > 0) == below for y in ys)
    angle = setting.arc_angle("ALDER", "sans-bold", 20, 200, tracking=0.1)
    assert abs(turns[-1] - turns[0]) < degrees(angle)


def test_a_title_holds_nothing_that_xml_may_not() -> None:
    assert setting.title("A & <B>\x00\ud800", None, "C\n D") == "<title>A &amp; &lt;B&gt; · C D</title>"
