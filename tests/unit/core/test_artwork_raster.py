"""From drawings to PNG: against what Pillow makes of the same bytes."""

import io
import struct
import zlib

import pytest
import resvg_py
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from issuer.core.artwork import cards, faces, pictures, raster, scanlines
from issuer.core.artwork.cards import Band, Card
from issuer.core.artwork.pictures import Art

ARTS = (
    Art("Feedback that Moves Learning", "Alder Institute", "Micro-credential"),
    Art("Evaluación formativa en el aula", "Universidad de México", "Microcredencial", level="Nivel 2"),
    Art("Wait Time", "Birch", "Micro-credential", stamp="Expired"),
    Art("教育", "教育大学", "Micro-credential", color="#ffcc00"),
)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def png_of(rows: bytes, width: int, height: int) -> bytes:
    header = struct.pack(">LLBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@st.composite
def filtered_rows(draw: st.DrawFn) -> tuple[bytes, int, int]:
    """Rows of mostly nothing, as drawings have them: runs of equal pixels, and some that change."""
    width, height = draw(st.integers(1, 80)), draw(st.integers(1, 5))
    pixel = st.sampled_from([b"\0\0\0\0", b"\0\0\0\0", b"\0\0\0\0", b"\1\0\0\0", b"\xff\x80\x7f\1"])
    rows = [
        bytes([draw(st.integers(0, 4))]) + b"".join(draw(st.lists(pixel, min_size=width, max_size=width)))
        for _ in range(height)
    ]
    return b"".join(rows), width, height


@given(filtered_rows())
@settings(max_examples=150)
def test_pixels_come_out_of_filtered_rows_as_pillow_has_them(drawn: tuple[bytes, int, int]) -> None:
    rows, width, height = drawn

    assert scanlines.unfiltered(rows, width, height) == Image.open(io.BytesIO(png_of(*drawn))).tobytes()


@pytest.mark.parametrize("art", ARTS, ids=lambda art: art.name)
def test_a_palette_changes_nothing_that_is_seen(art: Art) -> None:
    svg = pictures.picture(art)
    plain = resvg_py.svg_to_bytes(
        svg_string=svg, width=600, skip_system_fonts=True, font_dirs=[str(faces.FOLDER)]
    )

    ours = Image.open(io.BytesIO(raster.png(svg, 600)))
    assert (ours.mode, ours.size) == ("P", (600, 600))
    difference = ImageChops.difference(ours.convert("RGBA"), Image.open(io.BytesIO(plain)))
    assert max(difference.tobytes()) < 32


@pytest.mark.parametrize("art", ARTS, ids=lambda art: art.name)
def test_a_picture_and_a_card_are_light(art: Art) -> None:
    about = Card(art, "badges.alder.example", Band("✕ Withdrawn", "#9b1c1c"))

    assert len(raster.png(pictures.picture(art), 600)) < 66_000
    assert len(raster.png(cards.card(about), 1200)) < 80_000


def test_a_card_shows_the_picture_that_was_given_whole_and_in_its_middle() -> None:
    wide = io.BytesIO()
    Image.new("RGB", (400, 200), (255, 0, 0)).save(wide, "PNG")
    about = Card(ARTS[0], "badges.alder.example", own=wide.getvalue())

    drawn = Image.open(io.BytesIO(raster.png(cards.card(about), 1200))).convert("RGBA")

    assert drawn.getpixel((275, 315)) == drawn.getpixel((45, 205)) == (255, 0, 0, 255)
    assert drawn.getpixel((275, 180)) != (255, 0, 0, 255)


def test_a_picture_in_a_card_keeps_its_colors() -> None:
    shades = io.BytesIO()
    Image.linear_gradient("L").resize((470, 470)).save(shades, "PNG")
    about = Card(ARTS[0], "badges.alder.example", own=shades.getvalue())

    drawn = Image.open(io.BytesIO(raster.png(cards.card(about), 1200))).convert("RGBA")

    column = {drawn.getpixel((275, row)) for row in range(80, 550)}
    assert len(column) > 200


def test_the_same_drawing_always_gives_the_same_bytes() -> None:
    svg = pictures.picture(ARTS[0])

    assert raster.png(svg, 300) == raster.png(svg, 300)


def test_the_fonts_of_the_machine_are_not_used() -> None:
    missing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><text y="15">教育</text></svg>'

    assert len(Image.open(io.BytesIO(raster.png(missing, 60))).convert("RGBA").getcolors() or []) == 1


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="/etc/hostname"/>',
        '<image xlink:href="file:///etc/hostname"/>',
        '<use HREF = "#a"/>',
        '<path fill="url(http://elsewhere.example/#a)"/>',
        "<style>@import 'a.css';</style>",
        "<!-- a -->",
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<image href="data:image/png;base64,AAAA"/><image href="/etc/hostname"/>',
        '<image href="data:image/png;base64,AAAA&#47;../etc/hostname"/>',
        "<image href='data:image/png;base64,AAAA'/>",
    ],
)
def test_a_drawing_that_refers_to_anything_is_refused(inside: str) -> None:
    with pytest.raises(raster.UnsafeDrawing):
        raster.png(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>', 9)
