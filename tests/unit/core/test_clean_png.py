"""PNG pictures of others: measured before they are decoded, and written anew from their pixels."""

import io
import os
import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from issuer.core.artwork import clean_png
from issuer.core.artwork.uploaded import (
    LONGEST_SIDE,
    MAX_STORED,
    MAX_UPLOAD,
    ArtworkTooLarge,
    UnreadableArtwork,
)
from issuer.errors import Invalid
from tests.support import hostile_pictures, pictures
from tests.support.pictures import chunk, chunks


def written(image: Image.Image, **options: object) -> bytes:
    found = io.BytesIO()
    image.save(found, "PNG", **options)
    return found.getvalue()


def opened(raw: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(raw))
    found.load()
    return found


@pytest.mark.parametrize("name", hostile_pictures.DAMAGED)
def test_what_is_no_picture_to_be_kept_is_refused_at_once(name: str) -> None:
    started = time.process_time()

    with pytest.raises(UnreadableArtwork, match=r"save|send|export|least|most"):
        clean_png.clean(hostile_pictures.DAMAGED[name])

    assert time.process_time() - started < 1


def test_only_pixels_are_left() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("openbadgecredential", '{"id": "urn:badge"}')
    notes.add_text("Author", "Somebody of the district")
    exif = Image.Exif()
    exif[0x010E] = "Where it was taken"
    raw = written(
        Image.new("RGB", (100, 100), "teal"), pnginfo=notes, exif=exif, dpi=(72, 72), icc_profile=b"profile"
    )

    found = clean_png.clean(raw)

    assert {kind for kind, _ in chunks(raw)} > {b"iTXt", b"tEXt", b"eXIf", b"iCCP", b"pHYs"}
    assert {kind for kind, _ in chunks(found.content)} == {b"IHDR", b"IDAT", b"IEND"}
    assert (found.media_type, found.width, found.height) == ("image/png", 100, 100)
    assert opened(found.content).getpixel((50, 50)) == (0, 128, 128)


def test_what_follows_the_end_of_the_picture_is_left_out() -> None:
    assert b"<script>" not in clean_png.clean(hostile_pictures.PNG + b"<script>alert(1)</script>").content


def test_a_bomb_in_a_text_is_not_unpacked() -> None:
    bomb = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(50_000_000)))
    profile = chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(50_000_000)))
    started = time.process_time()

    clean_png.clean(hostile_pictures.PNG[:33] + bomb + profile + hostile_pictures.PNG[33:])

    assert time.process_time() - started < 1


def test_pixels_beyond_the_picture_are_not_unpacked() -> None:
    flood = chunk(b"IDAT", zlib.compress(bytes(100_000_000), 9))
    raw = pictures.SIGNATURE + hostile_pictures.header() + flood + pictures.END
    started = time.process_time()

    found = clean_png.clean(raw)

    assert (found.width, found.height) == (100, 100)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 100, (100, 100, 100)),
        ("LA", (100, 50), (100, 100, 100, 50)),
        ("I;16", 0x8000, (128, 128, 128)),
        ("RGB", (1, 2, 3), (1, 2, 3)),
        ("RGBA", (1, 2, 3, 4), (1, 2, 3, 4)),
    ],
)
def test_colors_of_every_kind_stay_in_eight_bits(
    mode: str, color: int | tuple[int, ...], expected: tuple[int, ...]
) -> None:
    found = clean_png.clean(written(Image.new(mode, (100, 90), color)))

    assert opened(found.content).getpixel((50, 50)) == expected


def test_a_color_of_a_palette_that_is_see_through_stays_so() -> None:
    image = Image.new("P", (100, 100), 0)
    image.putpalette([200, 100, 50])

    found = clean_png.clean(written(image, transparency=0))

    assert opened(found.content).getpixel((50, 50)) == (200, 100, 50, 0)


def test_sixteen_bits_of_color_are_read() -> None:
    row = b"\0" + struct.pack(">HHH", 0xFFFF, 0x8000, 0) * 100
    raw = pictures.SIGNATURE + hostile_pictures.header(depth=16, color=2)
    raw += chunk(b"IDAT", zlib.compress(row * 100)) + pictures.END

    assert opened(clean_png.clean(raw).content).getpixel((9, 9)) == (255, 128, 0)


def test_of_an_animation_the_first_picture_is_kept() -> None:
    frames = [Image.new("RGB", (100, 100), color) for color in ("teal", "red")]
    raw = written(frames[0], save_all=True, append_images=frames[1:], duration=100)

    found = opened(clean_png.clean(raw).content)

    assert b"acTL" in raw
    assert getattr(found, "n_frames", 1) == 1
    assert found.getpixel((50, 50)) == (0, 128, 128)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((90, 90), (90, 90)),
        ((1024, 300), (1024, 300)),
        ((4000, 2000), (1024, 512)),
        ((2800, 2800), (1024, 1024)),
    ],
)
def test_a_large_picture_is_made_smaller_in_its_shape(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    found = clean_png.clean(written(Image.new("RGB", size, "teal")))

    assert (found.width, found.height) == expected == opened(found.content).size


def test_a_picture_with_much_in_it_is_made_smaller_until_every_badge_can_hold_it() -> None:
    found = clean_png.clean(written(Image.effect_noise((1000, 1000), 9).quantize(16)))

    assert len(found.content) < MAX_STORED
    assert found.width < LONGEST_SIDE


def test_noise_is_refused() -> None:
    with pytest.raises(ArtworkTooLarge, match="fewer colors"):
        clean_png.clean(written(Image.frombytes("RGB", (400, 400), os.urandom(480_000))))


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(ArtworkTooLarge, match="512,000"):
        clean_png.clean(hostile_pictures.PNG + bytes(MAX_UPLOAD))


@settings(deadline=None)
@given(
    st.builds(Image.effect_noise, st.tuples(st.integers(90, 130), st.integers(90, 130)), st.floats(0, 200)),
    st.sampled_from(["L", "RGB", "RGBA", "LA"]),
)
def test_a_picture_made_anew_has_the_same_pixels_and_stays_as_it_is(image: Image.Image, mode: str) -> None:
    image = image.convert(mode)

    found = clean_png.clean(written(image))

    whole = image.convert("RGBA")
    assert opened(found.content).convert("RGBA").tobytes() == whole.tobytes()
    assert clean_png.clean(found.content) == found


@settings(deadline=None)
@given(st.data())
def test_a_changed_file_ends_in_a_picture_or_an_invalid(data: st.DataObject) -> None:
    kind, content = (
        data.draw(st.sampled_from([b"IDAT", b"PLTE", b"tRNS"])),
        data.draw(st.binary(max_size=300)),
    )
    color, depth = data.draw(st.integers(0, 6)), data.draw(st.sampled_from([1, 2, 4, 8, 16]))
    raw = pictures.SIGNATURE + hostile_pictures.header(depth=depth, color=color) + chunk(kind, content)
    raw += data.draw(st.sampled_from([hostile_pictures.PIXELS, b""])) + pictures.END

    try:
        found = clean_png.clean(raw)
    except Invalid:
        return
    assert opened(found.content).size == (100, 100)


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_bytes_end_in_a_picture_or_an_invalid(raw: bytes) -> None:
    for each in (raw, clean_png.SIGNATURE + raw, hostile_pictures.PNG[:40] + raw):
        with pytest.raises(Invalid):
            clean_png.clean(each)
