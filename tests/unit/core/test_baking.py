"""What is baked is read again, and the picture stays what it was."""

import io
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from issuer.core.baking import container, png, svg
from tests.support import badges, pictures, reference
from tests.support.pictures import JSON_TEXT, JWS, chunk, itxt

FIXTURES = ("openbadges-3.0", "validator-fixtures")
SAMPLES = ["simple-json.png", "simple-jwt.png", "simple-jwt_v1.png", "simple-json.svg", "simple-jwt.svg"]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">'
DRAWING = f"{SVG}<rect/></svg>".encode()
BADGE = json.dumps(badges.badge(), ensure_ascii=False, indent=1)
PICTURES = [pictures.png(), pictures.png_by_pillow(), DRAWING]

SENTENCES = st.text(st.characters(codec="utf-8") | st.sampled_from("{}<>]&\"\\'"), max_size=40)
CREDENTIALS = st.dictionaries(
    SENTENCES, SENTENCES | st.lists(SENTENCES, max_size=3) | st.integers(-9, 9) | st.none(), max_size=5
)
PLAIN_CHUNKS = st.lists(
    st.builds(
        chunk,
        st.sampled_from([b"gAMA", b"pHYs", b"tEXt", b"iTXt", b"zTXt", b"IDAT", b"eXIf", b"zzZz"]),
        st.binary(max_size=30).map(b"Comment\0".__add__),
    ),
    max_size=6,
)
DRAWN = st.lists(
    st.sampled_from(
        [
            *("<rect/>", "<g><path d='M0 0'/></g>", "<text>a &amp; b &lt;é&#10;學</text>", "\n  ", "text"),
            *("<style><![CDATA[a > b {c: d}]]></style>", "<!-- a note -->", "<?a tool?>", "<title>T</title>"),
            *("<a xlink:href='#x' xmlns:xlink='http://www.w3.org/1999/xlink'/>", "<b xmlns='urn:b'><c/></b>"),
            *(
                f"<openbadges:credential verify='{JWS}'/>",
                "<openbadges:assertion xmlns:openbadges='http://openbadges.org'/>",
            ),
        ]
    ),
    max_size=6,
).map("".join)


def without_badges(raw: bytes) -> bytes:
    """Return an SVG image in canonical form (Exclusive XML Canonicalization) without any badge."""
    root = etree.fromstring(raw)
    for each in root.iter("{*}credential", "{*}assertion"):
        each.tag = "out"
        for name in each.attrib:
            del each.attrib[name]
        each.text = None
    canonical = etree.tostring(root, method="c14n", exclusive=True, with_comments=True)
    return re.sub(rb"<out[^>]*></out>", b"", canonical)


class TestThereAndBack:
    @given(st.builds(json.dumps, CREDENTIALS, ensure_ascii=st.booleans()), st.sampled_from(PICTURES))
    def test_json_comes_out_of_a_picture_as_the_same_value(self, text: str, picture: bytes) -> None:
        found = container.unwrap(container.bake(picture, text))

        assert json.loads(found) == json.loads(text)

    @given(
        st.from_regex(r"[A-Za-z0-9_-]{4,80}", fullmatch=True).filter(lambda each: len(each) % 4 == 0),
        st.sampled_from(PICTURES),
    )
    def test_a_token_comes_out_of_a_picture_letter_by_letter(self, signature: str, picture: bytes) -> None:
        token = f"{JWS.rpartition('.')[0]}.{signature}"

        assert container.unwrap(container.bake(picture, token)) == token

    @pytest.mark.parametrize("picture", PICTURES)
    def test_a_seal_holds_after_baking(self, picture: bytes) -> None:
        found = container.unwrap(container.bake(picture, BADGE))

        assert badges.result(json.loads(found)) == "valid"

    @pytest.mark.parametrize("picture", PICTURES)
    @pytest.mark.parametrize("text", [JSON_TEXT, JWS])
    def test_white_space_around_the_text_is_left_out(self, picture: bytes, text: str) -> None:
        assert container.bake(picture, f" \r\n{text}\n") == container.bake(picture, text)

    @pytest.mark.parametrize("picture", PICTURES)
    @pytest.mark.parametrize("text", [JSON_TEXT, JWS])
    def test_baking_twice_is_baking_once(self, picture: bytes, text: str) -> None:
        once = container.bake(picture, text)

        assert container.bake(once, text) == once
        assert container.bake(container.bake(picture, "{}"), text) == once


class TestPng:
    @given(PLAIN_CHUNKS)
    def test_one_part_is_added_behind_the_header_and_the_rest_stays_byte_for_byte(
        self, plain: list[bytes]
    ) -> None:
        raw = pictures.png(*plain)

        baked = png.bake(raw, JSON_TEXT)

        header = len(pictures.SIGNATURE + pictures.HEADER)
        added = len(baked) - len(raw)
        assert baked[:header] + baked[header + added :] == raw
        kind, content = pictures.chunks(baked)[1]
        assert kind == b"iTXt"
        assert content.startswith(b'openbadgecredential\0\0\0\0\0{"type"')

    def test_not_a_pixel_changes(self) -> None:
        raw = reference.path(*FIXTURES, "simple-json.png").read_bytes()

        with Image.open(io.BytesIO(raw)) as before, Image.open(io.BytesIO(png.bake(raw, JWS))) as after:
            assert (after.mode, after.size) == (before.mode, before.size)
            assert after.tobytes() == before.tobytes()

    @pytest.mark.parametrize(
        "old",
        [
            itxt(b"{}"),
            itxt(b"anything", flags=b"\1\0"),
            itxt(b"{}", b"clrcredential"),
            itxt(b"{}", b"openbadges"),
            itxt(b"{}") + itxt(JWS.encode()),
            chunk(b"tEXt", b"openbadgecredential\0{}"),
            chunk(b"zTXt", b"openbadgecredential\0\0x"),
            chunk(b"tEXt", b"openbadges\0https://badges.example/1"),
            chunk(b"iTXt", b"openbadgecredential"),
        ],
    )
    def test_every_badge_that_was_in_it_is_replaced_wherever_it_stood(self, old: bytes) -> None:
        baked = png.bake(pictures.png(), JWS)

        assert png.bake(pictures.png(old), JWS) == baked
        before_the_end = pictures.SIGNATURE + pictures.HEADER + pictures.PIXEL + old + pictures.END
        assert png.bake(before_the_end, JWS) == baked

    def test_other_texts_stay_though_they_speak_of_badges(self) -> None:
        comment = chunk(b"tEXt", b"Comment\0openbadgecredential {") + itxt(b"{}", b"openbadgecredentials")

        baked = png.bake(pictures.png(comment), JSON_TEXT)

        assert comment in baked
        assert pictures.by_counting_braces(baked) == json.loads(JSON_TEXT)

    def test_what_follows_the_end_of_the_image_is_left_out(self) -> None:
        assert png.bake(pictures.png() + b"PK\3\4" + itxt(b"{}"), JWS) == png.bake(pictures.png(), JWS)


class TestSvg:
    def test_json_stands_in_cdata_directly_behind_the_tag(self) -> None:
        assert svg.bake(DRAWING, '{"a":"]]>{é"}') == (
            b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" '
            b'viewBox="0 0 1 1"><openbadges:credential><![CDATA[{"a":"]]\\u003e\\u007b\\u00e9"}]]>'
            b"</openbadges:credential><rect/></svg>"
        )

    def test_a_token_stands_in_verify(self) -> None:
        baked = svg.bake(DRAWING, JWS)

        assert f'viewBox="0 0 1 1"><openbadges:credential verify="{JWS}"/><rect/></svg>'.encode() in baked

    @given(DRAWN, st.sampled_from([JSON_TEXT, JWS]))
    @settings(max_examples=200)
    def test_everything_else_stays(self, drawn: str, text: str) -> None:
        raw = pictures.svg(drawn)

        baked = svg.bake(raw, text)

        assert without_badges(baked) == without_badges(raw)
        assert baked.count(b"<openbadges:credential") == 1
        assert baked.count(b"<![CDATA[a > b") == raw.count(b"<![CDATA[a > b")

    def test_what_stands_around_the_picture_stays_but_the_document_type(self) -> None:
        before = (
            '<?xml version="1.0" encoding="ISO-8859-1"?><!--1--><!DOCTYPE svg SYSTEM "a.dtd"><?b 2?><!--3-->'
        )

        baked = svg.bake(f"\ufeff{before}{SVG}</svg><!--4--><?c 5?>".encode(), JWS)

        assert baked.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<!--1--><?b 2?><!--3--><svg ")
        assert baked.endswith(b"</svg><!--4--><?c 5?>")

    @pytest.mark.parametrize(
        "declared",
        [
            'xmlns:openbadges="http://openbadges.org"',
            'xmlns:ob="https://purl.imsglobal.org/ob/v3p0"',
            'xmlns:ob="https://purl.imsglobal.org/ob/v3p0" xmlns:openbadges="urn:o" ob:a="1"',
        ],
    )
    def test_the_element_has_the_standards_prefix_whatever_was_declared(self, declared: str) -> None:
        raw = f'<s:svg xmlns:s="http://www.w3.org/2000/svg" {declared}><s:g/></s:svg>'.encode()

        baked = svg.bake(raw, JWS)

        assert b'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"' in baked.partition(b">")[0]
        assert b"<openbadges:credential verify=" in baked
        assert etree.fromstring(baked).attrib == etree.fromstring(raw).attrib

    @pytest.mark.parametrize(
        "old",
        [
            pictures.in_cdata("{}"),
            f'<openbadges:credential verify="{JWS}"><!-- --></openbadges:credential>',
            f'<openbadges:credential verify="{JWS}"/>' * 2,
            f"<openbadges:credential>{pictures.in_cdata('{}')}</openbadges:credential>",
            f'<clr:credential xmlns:clr="{pictures.CLR}">{{}}</clr:credential>',
            '<b:assertion xmlns:b="http://openbadges.org" verify="x"/>',
        ],
    )
    def test_every_badge_that_was_in_it_is_replaced_and_the_text_around_it_stays(self, old: str) -> None:
        baked = svg.bake(pictures.svg(f"<text>before {old}after</text>{old}"), JWS)

        assert baked == svg.bake(pictures.svg("<text>before after</text>"), JWS)


class TestTheValidatorsSamples:
    """What the standard's own validator is tested with, baked anew."""

    @pytest.mark.parametrize("name", SAMPLES)
    @pytest.mark.parametrize("text", [BADGE, JWS])
    def test_the_old_badge_is_replaced_and_one_remains(self, name: str, text: str) -> None:
        raw = reference.path(*FIXTURES, name).read_bytes()

        baked = container.bake(raw, text)

        found = container.unwrap(baked)
        assert found == text if text == JWS else json.loads(found) == json.loads(text)
        assert b"example.com/credentials/3527" not in baked
        assert baked.count(b"openbadgecredential\0") + baked.count(b"<openbadges:credential") == 1

    @pytest.mark.parametrize("name", SAMPLES)
    def test_its_own_badge_is_the_same_when_it_is_baked_again(self, name: str) -> None:
        raw = reference.path(*FIXTURES, name).read_bytes()
        text = container.unwrap(raw)

        found = container.unwrap(container.bake(raw, text))

        assert found == text if text.startswith("ey") else json.loads(found) == json.loads(text)
