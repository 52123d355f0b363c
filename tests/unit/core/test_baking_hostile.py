"""What cannot be baked is refused, and whatever is baked is read again."""

import io
import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from issuer.core.baking import container, png, refusals, svg
from issuer.core.baking.active import ActiveImage
from issuer.core.baking.refusals import FileTooLarge, UnacceptedFile, UnreadableImage
from issuer.core.documents import DocumentTooLarge, MalformedDocument
from issuer.core.securing.jose import MalformedJws
from issuer.errors import Invalid
from tests.support import pictures
from tests.support.pictures import END, HEADER, JSON_TEXT, JWS, PIXEL, SIGNATURE, chunk, itxt

DRAWING = pictures.svg("<rect/>")
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
SCRIPT = "<script>alert(1)</script>"


def ends_in_a_badge_or_invalid(bake: Callable[[bytes, str], bytes], raw: bytes, text: str) -> None:
    try:
        baked = bake(raw, text)
    except Invalid:
        return

    found = container.unwrap(baked)
    assert found == text if text == JWS else json.loads(found) == json.loads(text)


class TestCredentials:
    @pytest.mark.parametrize("picture", [pictures.png(), DRAWING])
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("", MalformedDocument),
            ("badge", MalformedDocument),
            ("[]", MalformedDocument),
            ('"text"', MalformedDocument),
            ('{"a":1,"a":2}', MalformedDocument),
            ('{"a":NaN}', MalformedDocument),
            ('{"a":"\ud800"}', MalformedDocument),
            (r'{"a":"\ud800"}', MalformedDocument),
            ("\ufeff{}", MalformedDocument),
            ("{} {}", MalformedDocument),
            ('{"a":"\n"}', MalformedDocument),
            ("{'a':1}", MalformedDocument),
            ('{"a":' * 50_000, DocumentTooLarge),
            (f"{JWS} {JWS}", MalformedDocument),
            (f"{JWS}~", MalformedJws),
            ("eyJhbGciOiJub25lIiwiYjY0IjpmYWxzZX0.e30.", MalformedJws),
        ],
    )
    def test_what_no_reader_would_open_is_refused(
        self, picture: bytes, text: str, kind: type[Invalid]
    ) -> None:
        with pytest.raises(kind):
            container.bake(picture, text)

    @pytest.mark.parametrize("picture", [pictures.png(), DRAWING])
    def test_a_credential_that_grows_over_the_limit_is_refused(self, picture: bytes) -> None:
        fits = json.dumps({"a": ["{" * 10_000] * 4})
        grows = json.dumps({"a": ["{" * 10_000] * 5})

        assert len(grows) < refusals.MAX_BAKED
        assert json.loads(container.unwrap(container.bake(picture, fits))) == json.loads(fits)
        with pytest.raises(FileTooLarge, match="more than 256,000 bytes"):
            container.bake(picture, grows)


class TestPictures:
    @pytest.mark.parametrize("kind", ["JPEG", "GIF", "WEBP", "TIFF", "BMP", "PDF"])
    def test_only_png_and_svg_are_baked_into(self, kind: str) -> None:
        with pytest.raises(UnacceptedFile, match="PNG or SVG picture"):
            container.bake(pictures.picture(kind), JWS)

    @pytest.mark.parametrize(
        "raw", [b"", b"{}", JWS.encode(), b"\x1f\x8b", DRAWING.decode().encode("utf-16")]
    )
    def test_what_is_no_picture_is_refused(self, raw: bytes) -> None:
        with pytest.raises(UnacceptedFile, match="PNG or SVG picture"):
            container.bake(raw, JWS)

    @pytest.mark.parametrize(
        "raw", [pictures.png(chunk(b"IDAT", b"\0" * 2_000_000)), DRAWING + b" " * 2_000_000]
    )
    def test_a_picture_over_the_limit_is_refused_before_it_is_read(self, raw: bytes) -> None:
        for bake in (png.bake, svg.bake):
            with pytest.raises(FileTooLarge, match="more than 2,000,000 bytes"):
                bake(raw, JWS)

    def test_a_picture_that_only_the_credential_brings_over_the_limit_is_refused(self) -> None:
        space = refusals.MAX_IMAGE - len(png.bake(pictures.png(chunk(b"eXIf")), JWS))
        noise = random.Random(1).randbytes(space + 1)

        assert len(png.bake(pictures.png(chunk(b"eXIf", noise[:-1])), JWS)) == refusals.MAX_IMAGE
        with pytest.raises(FileTooLarge):
            png.bake(pictures.png(chunk(b"eXIf", noise)), JWS)
        drawn = pictures.svg(
            f"<text>{'x' * (refusals.MAX_IMAGE - len(pictures.svg('<text></text>')))}</text>"
        )
        with pytest.raises(FileTooLarge):
            svg.bake(drawn, JWS)


class TestPng:
    @pytest.mark.parametrize(
        ("raw", "why"),
        [
            (SIGNATURE, "cut short"),
            (SIGNATURE + HEADER, "cut short"),
            (SIGNATURE + HEADER + PIXEL, "cut short"),
            ((SIGNATURE + HEADER + PIXEL + END)[:-1], "cut short"),
            (SIGNATURE + HEADER + b"\xff\xff\xff\xff" + PIXEL[4:] + END, "cut short"),
            (SIGNATURE + HEADER[:-1] + b"\0" + PIXEL + END, "checksum"),
            (SIGNATURE + HEADER + PIXEL[:-1] + b"\0" + END, "checksum"),
            (SIGNATURE + HEADER + PIXEL + END[:-1] + b"\0", "checksum"),
            (pictures.png(itxt(b"{}")[:-1] + b"\0"), "checksum"),
            (pictures.png().replace(b"\r\n", b"\n", 1), "damaged at its beginning"),
            (SIGNATURE + PIXEL + HEADER + END, "does not begin with its header"),
            (SIGNATURE + END, "does not begin with its header"),
            (pictures.png(HEADER), "not one header"),
            (SIGNATURE + HEADER + PIXEL + HEADER + END, "not one header"),
            (SIGNATURE + chunk(b"IHDR") + PIXEL + END, "not one header"),
            (SIGNATURE + chunk(b"IHDR", b"\0" * 14) + PIXEL + END, "not one header"),
            (SIGNATURE + HEADER + END, "holds no picture"),
            (SIGNATURE + HEADER + itxt(b"{}") + END + PIXEL, "holds no picture"),
        ],
    )
    def test_a_broken_structure_is_refused(self, raw: bytes, why: str) -> None:
        with pytest.raises(UnreadableImage, match=why):
            container.bake(raw, JWS)

    def test_as_many_chunks_are_baked_into_as_are_read(self) -> None:
        filling = chunk(b"IDAT") * (png.MAX_CHUNKS - 4)

        assert png.unbake(png.bake(pictures.png(filling), JWS)) == JWS
        assert png.unbake(png.bake(pictures.png(filling, itxt(b"{}")), JWS)) == JWS
        with pytest.raises(UnreadableImage, match="more than 5,000 parts"):
            png.bake(pictures.png(filling, chunk(b"IDAT")), JWS)
        with pytest.raises(UnreadableImage, match="more than 5,000 parts"):
            png.bake(pictures.png(chunk(b"IDAT") * 100_000), JWS)

    def test_an_image_that_moves_still_moves(self) -> None:
        written = io.BytesIO()
        frames = [Image.new("RGB", (8, 8), color) for color in ("teal", "red", "blue")]
        frames[0].save(written, "PNG", save_all=True, append_images=frames[1:])

        with Image.open(io.BytesIO(png.bake(written.getvalue(), JWS))) as image:
            assert getattr(image, "n_frames", 1) == 3
            image.seek(2)
            assert image.convert("RGB").getpixel((0, 0)) == (0, 0, 255)


class TestSvg:
    @pytest.mark.parametrize(
        "before",
        [
            f'<!DOCTYPE svg [<!ENTITY l0 "lol">{LAUGHS}]>',
            '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            "<!DOCTYPE svg []>",
            '<!DOCTYPE svg SYSTEM "svg.dtd" [<!ATTLIST rect onclick CDATA "alert(1)">]>',
        ],
    )
    def test_a_document_type_in_the_file_is_refused(self, before: str) -> None:
        with pytest.raises(UnreadableImage, match="document type of its own"):
            svg.bake(pictures.svg("<rect/>", before), JWS)

    @pytest.mark.parametrize("before", ["", '<!DOCTYPE svg SYSTEM "svg.dtd">'])
    def test_an_entity_is_refused(self, before: str) -> None:
        with pytest.raises(UnreadableImage, match="not well-formed"):
            svg.bake(pictures.svg("<text>&x;</text>", before), JWS)

    @pytest.mark.parametrize(
        ("raw", "why"),
        [
            (b"<svg>", "not well-formed"),
            (b"<badge/>", "not an SVG picture"),
            (b"<!doctype html><svg/>", "not well-formed"),
            (
                b"<html xmlns='http://www.w3.org/1999/xhtml'><svg xmlns='http://www.w3.org/2000/svg'/></html>",
                "not an SVG",
            ),
            (pictures.svg("<g>" * 200 + "</g>" * 200), "more deeply nested"),
            (pictures.svg("<a/>" * svg.MAX_ELEMENTS), "more parts"),
            (pictures.svg("<a/>" * (svg.MAX_ELEMENTS - 1)), "more parts"),
            (b"<?xml version='1.0' encoding='utf-7'?>" + DRAWING, "says that it is not UTF-8"),
            (DRAWING.replace(b"<rect/>", b"<text>\xe9</text>"), "not UTF-8"),
        ],
    )
    def test_what_is_not_a_sound_picture_is_refused(self, raw: bytes, why: str) -> None:
        with pytest.raises(UnreadableImage, match=why):
            container.bake(raw, JWS)

    @pytest.mark.parametrize(
        "inside",
        [
            SCRIPT,
            f"<g><SCRIPT/>{SCRIPT}</g>",
            "<x:script xmlns:x='urn:x'/>",
            "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
            "<img xmlns='http://www.w3.org/1999/xhtml' src='x'/>",
            "<iframe src='https://evil.example'/>",
            "<rect onload='alert(1)'/>",
            "<rect onClick='alert(1)'/>",
            "<rect ONMOUSEOVER=''/>",
            "<a href='javascript:alert(1)'><rect/></a>",
            "<a href=' &#10;java&#9;Script&#10;:alert(1)'><rect/></a>",
            "<a xlink:href='javascript:alert(1)' xmlns:xlink='http://www.w3.org/1999/xlink'/>",
            "<a href='data:text/html,x'/>",
            "<use href='data:image/svg+xml;base64,eA=='/>",
            "<image href='data:,x'/>",
            "<a><animate attributeName='href' values='#;javascript:alert(1)'/></a>",
            "<a><set attributeName='href' to='javascript:alert(1)'/></a>",
            f"<openbadges:credential>{SCRIPT}</openbadges:credential>",
        ],
    )
    def test_what_would_run_in_a_browser_is_refused_by_its_name(self, inside: str) -> None:
        with pytest.raises(ActiveImage, match=r"The SVG picture holds .* must only be a drawing"):
            svg.bake(pictures.svg(inside), JWS)

    def test_an_event_on_the_root_and_a_style_sheet_elsewhere_are_refused(self) -> None:
        sheet = '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="https://evil.example/x.xsl"?>'
        for raw in (DRAWING.replace(b"viewBox", b"onload='x' viewBox"), pictures.svg("", sheet)):
            with pytest.raises(ActiveImage):
                svg.bake(raw, JWS)

    @pytest.mark.parametrize(
        "inside",
        [
            "<text>javascript: onload=alert() &lt;script></text>",
            "<title>JavaScript: the script</title><g id='javascript:a' aria-label='JavaScript: a start'/>",
            "<a href='https://issuer.example/'><rect/></a>",
            "<use href='#script'/>",
            "<image href='data:image/png;base64,eA=='/><image href='DATA:image/jpeg,x'/>",
            "<animate attributeName='opacity' values='0;1' to='1' from='0'/>",
            "<style>@media print { rect { fill: red } }</style>",
            "<metadata><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></metadata>",
        ],
    )
    def test_what_drawings_hold_is_baked_into(self, inside: str) -> None:
        assert svg.unbake(svg.bake(pictures.svg(inside), JWS)) == JWS


TEXTS = st.sampled_from([JSON_TEXT, JWS, '{"a":"]]>{"}'])
PARTS = st.lists(
    st.sampled_from(
        [
            *(
                "<svg>",
                "</svg>",
                "<svg/>",
                "<!--",
                "-->",
                "<![CDATA[",
                "]]>",
                "&lt;",
                "&x;",
                "'",
                '"',
                "<?a ?>",
            ),
            *(
                "<!DOCTYPE svg>",
                "<!DOCTYPE svg [",
                "]>",
                "\ufeff",
                "{}",
                "é",
                "</",
                "<openbadges:credential>",
            ),
            *(
                "</openbadges:credential>",
                pictures.in_cdata("{}"),
                SCRIPT,
                "<text>",
                "</text>",
                "\r",
                "&#13;",
            ),
            *(
                "<b:assertion xmlns:b='http://openbadges.org'>",
                "</b:assertion>",
                "<g xmlns:openbadges='urn:o'>",
                "</g>",
            ),
        ]
    ),
    max_size=10,
).map("".join)
CHUNKS = st.lists(
    st.builds(
        chunk,
        st.sampled_from([b"iTXt", b"tEXt", b"zTXt", b"IHDR", b"IDAT", b"IEND", b"\0\xff ;"]),
        st.sampled_from([b"", b"openbadgecredential", b"openbadges\0", b"openbadgecredential\0\0\0\0\0{}"]),
    ),
    max_size=5,
)


class TestAnything:
    @given(st.binary(max_size=300), TEXTS)
    def test_bytes_end_in_a_badge_or_an_invalid(self, raw: bytes, text: str) -> None:
        for bake in (container.bake, png.bake, svg.bake):
            ends_in_a_badge_or_invalid(bake, raw, text)

    @given(
        st.sampled_from([pictures.png(itxt(b"{}")), pictures.svg(pictures.in_cdata("{}"))]), TEXTS, st.data()
    )
    @settings(max_examples=300)
    def test_a_changed_file_ends_in_a_badge_or_an_invalid(
        self, whole: bytes, text: str, data: st.DataObject
    ) -> None:
        start = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(start, min(len(whole), start + 40)))
        raw = whole[:start] + data.draw(st.binary(max_size=8)) + whole[end:]

        ends_in_a_badge_or_invalid(container.bake, raw, text)

    @given(CHUNKS, TEXTS)
    def test_chunks_of_every_kind_end_in_a_badge_or_an_invalid(self, chunks: list[bytes], text: str) -> None:
        ends_in_a_badge_or_invalid(png.bake, pictures.png(*chunks), text)

    @given(PARTS, PARTS, TEXTS)
    @settings(max_examples=300)
    def test_markup_of_every_kind_ends_in_a_badge_or_an_invalid(
        self, before: str, inside: str, text: str
    ) -> None:
        ends_in_a_badge_or_invalid(svg.bake, pictures.svg(inside, before), text)
