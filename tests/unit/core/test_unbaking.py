import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.core.baking import container, png, refusals, svg
from issuer.core.baking.refusals import FileTooLarge, NothingBaked, OpenBadgesTwo, UnacceptedFile
from tests.support import pictures, reference
from tests.support.pictures import JSON_TEXT, JWS

FIXTURES = ("openbadges-3.0", "validator-fixtures")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"]), min_size=1, max_size=200)


class TestTheValidatorsSamples:
    """What the standard's own validator is tested with."""

    @pytest.mark.parametrize("kind", ["png", "svg"])
    def test_the_json_in_a_sample_image_is_the_credential(self, kind: str) -> None:
        raw = reference.path(*FIXTURES, f"simple-json.{kind}").read_bytes()

        credential = json.loads(container.unwrap(raw))

        assert credential["id"] == "http://example.com/credentials/3527"
        assert credential["proof"]

    @pytest.mark.parametrize("name", ["simple-jwt.png", "simple-jwt_v1.png", "simple-jwt.svg", "simple.jwt"])
    def test_the_token_in_a_sample_image_holds_the_credential(self, name: str) -> None:
        token = container.unwrap(reference.path(*FIXTURES, name).read_bytes())

        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        credential = claims.get("vc", claims)
        assert "OpenBadgeCredential" in credential["type"]

    def test_a_file_of_json_is_returned_as_it_stands(self) -> None:
        raw = reference.path(*FIXTURES, "simple.json").read_bytes()

        assert container.unwrap(raw) == raw.decode().strip()


class TestWhatOthersBake:
    @pytest.mark.parametrize("text", [JSON_TEXT, JWS])
    def test_pillow_and_openbadgeslib_bake_png_that_is_read(self, text: str) -> None:
        assert container.unwrap(pictures.png_by_pillow(text)) == text
        assert container.unwrap(pictures.png_by_openbadgeslib(text)) == text

    def test_openbadgeslib_bakes_svg_that_is_read(self) -> None:
        assert container.unwrap(pictures.svg_by_openbadgeslib(JWS, as_text=False)) == JWS
        assert container.unwrap(pictures.svg_by_openbadgeslib(JSON_TEXT, as_text=True)) == JSON_TEXT

    @given(TEXT)
    @settings(max_examples=50)
    def test_the_text_comes_out_of_a_png_as_pillow_wrote_it(self, text: str) -> None:
        assert png.unbake(pictures.png_by_pillow(text)) == text

    @given(XML_TEXT.filter(str.strip))
    @settings(max_examples=50)
    def test_the_text_comes_out_of_an_svg_as_openbadgeslib_wrote_it(self, text: str) -> None:
        assert svg.unbake(pictures.svg_by_openbadgeslib(text, as_text=True)) == text.strip()

    @given(XML_TEXT.filter(str.strip))
    @settings(max_examples=50)
    def test_any_text_comes_out_of_cdata_sections(self, text: str) -> None:
        assert svg.unbake(pictures.svg(pictures.in_cdata(text))) == text.strip()

    @pytest.mark.parametrize("keyword", ["openbadgecredential", "clrcredential"])
    def test_a_badge_and_a_transcript_are_baked_alike_in_png(self, keyword: str) -> None:
        assert container.unwrap(pictures.png_by_pillow(JWS, keyword)) == JWS

    @pytest.mark.parametrize("namespace", [pictures.OPEN_BADGES, pictures.CLR])
    def test_a_badge_and_a_transcript_are_baked_alike_in_svg(self, namespace: str) -> None:
        raw = pictures.svg(pictures.in_cdata(JSON_TEXT), namespace=namespace)

        assert container.unwrap(raw) == JSON_TEXT


class TestSvgAsItIsFound:
    def test_a_divided_cdata_section_is_one_text(self) -> None:
        text = '{"name":"a]]>b"}'

        raw = pictures.svg(pictures.in_cdata(text))

        assert b"]]]]><![CDATA[>" in raw
        assert svg.unbake(raw) == text

    @pytest.mark.parametrize(
        "before",
        [
            '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
            "<!DOCTYPE svg SYSTEM 'file:///absent/[its].dtd' >",
            "<!DOCTYPE svg>",
            '<?xml version="1.0"?>\n<!-- <!DOCTYPE svg [ ]> -->\n<?made by="a tool"?>\n<!DOCTYPE svg>\n',
            '<?xml version="1.0" encoding="iso-8859-1"?>',
            "\ufeff",
            "\ufeff<?xml version='1.0' encoding='UTF-8' standalone='no'?>",
            "\n  ",
        ],
    )
    def test_what_tools_write_before_the_picture_is_no_hindrance(self, before: str) -> None:
        raw = pictures.svg(f'<openbadges:credential verify="{JWS}"/>', before)

        assert container.unwrap(raw) == JWS

    def test_the_credential_may_stand_after_the_drawing_or_in_a_group(self) -> None:
        raw = pictures.svg(f'<g><rect/><g><openbadges:credential verify=" {JWS} "/></g></g>')

        assert svg.unbake(raw) == JWS

    def test_text_of_a_doctype_inside_the_credential_is_only_text(self) -> None:
        text = '{"narrative":"<!DOCTYPE svg [<!ENTITY a>]> &nbsp;"}'

        assert svg.unbake(pictures.svg(pictures.in_cdata(text))) == text


class TestTextAsItIsSent:
    @pytest.mark.parametrize(
        ("raw", "text"),
        [
            (b" \r\n\t{}\n", "{}"),
            (f"\n{JWS}\r\n".encode(), JWS),
            (f'"{JWS}"\n'.encode(), JWS),
            (JSON_TEXT.encode(), JSON_TEXT),
            (f"{JWS}~{JWS}~".encode(), f"{JWS}~{JWS}~"),
            (b'{"verifiableCredential":{"type":"x"}}', '{"verifiableCredential":{"type":"x"}}'),
        ],
    )
    def test_json_and_what_is_meant_as_a_token_are_read_without_the_white_space_around_them(
        self, raw: bytes, text: str
    ) -> None:
        assert container.unwrap(raw) == text

    def test_a_token_in_a_json_string_in_an_image_is_read_too(self) -> None:
        assert container.unwrap(pictures.png(pictures.itxt(f'"{JWS}"'.encode()))) == JWS

    @pytest.mark.parametrize("raw", [b"\xef\xbb\xbf{}", b"\xef\xbb\xbf" + JWS.encode()])
    def test_a_byte_order_mark_before_text_is_refused_by_its_name(self, raw: bytes) -> None:
        with pytest.raises(UnacceptedFile, match="byte order mark"):
            container.unwrap(raw)

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b" \n",
            b"[]",
            b"null",
            b"12",
            b'"',
            b'"text"',
            b'"{}"',
            b'"\\ud800"',
            b"www.example.org",
            b"eyJhbGciOiJub25lIn0",
            b"eyJh.eyJh.c2Vh.bA.bA",
            f"{JWS} {JWS}".encode(),
            b"\x00\x01\x02",
            b"\xc3\x28",
        ],
    )
    def test_what_is_neither_json_nor_a_token_is_no_badge(self, raw: bytes) -> None:
        with pytest.raises(UnacceptedFile, match="is not a badge"):
            container.unwrap(raw)

    def test_text_in_an_image_is_held_to_the_same_forms(self) -> None:
        with pytest.raises(UnacceptedFile, match="text in the PNG file is not a badge"):
            container.unwrap(pictures.png_by_pillow("https://badges.example/1"))
        with pytest.raises(UnacceptedFile, match="text in the SVG file is not a badge"):
            container.unwrap(pictures.svg(pictures.in_cdata("https://badges.example/1")))


class TestOtherFiles:
    @pytest.mark.parametrize(
        ("kind", "name"),
        [
            ("JPEG", "JPEG"),
            ("GIF", "GIF"),
            ("WEBP", "WebP"),
            ("TIFF", "TIFF"),
            ("BMP", "BMP"),
            ("AVIF", "AVIF"),
        ],
    )
    def test_a_converted_picture_is_told_by_its_content(self, kind: str, name: str) -> None:
        with pytest.raises(UnacceptedFile, match=rf"This is a .*{name} picture\. .*screenshot"):
            container.unwrap(pictures.picture(kind))

    def test_a_pdf_as_pillow_writes_it_is_called_one(self) -> None:
        with pytest.raises(UnacceptedFile, match="This is a PDF document"):
            container.unwrap(pictures.picture("PDF"))

    @pytest.mark.parametrize(
        ("raw", "word"),
        [
            (b"PK\x03\x04rest", "ZIP archive"),
            (b"\x1f\x8b\x08rest", "SVGZ"),
            (b"<!DOCTYPE html><title>Badge</title>", "web page"),
            (b"\n<html lang=en>", "web page"),
            (b"\xef\xbb\xbf<!doctype HTML>", "web page"),
            (b"https://badges.example/1", "web address"),
            ("{}".encode("utf-16"), "UTF-16"),
            ("<svg/>".encode("utf-16-le"), "UTF-16"),
            ("<svg/>".encode("utf-16-be"), "UTF-16"),
            (b"\0\0\0\x18ftypheic", "HEIC"),
        ],
    )
    def test_a_file_of_another_kind_is_named(self, raw: bytes, word: str) -> None:
        with pytest.raises(UnacceptedFile, match=word):
            container.unwrap(raw)

    def test_a_jpeg_of_any_size_is_still_called_a_jpeg(self) -> None:
        with pytest.raises(UnacceptedFile, match="JPEG"):
            container.unwrap(b"\xff\xd8\xff" + bytes(5_000_000))

    def test_a_screenshot_is_told_from_a_badge(self) -> None:
        with pytest.raises(NothingBaked, match=r"no badge in this PNG picture: .*screenshot"):
            container.unwrap(pictures.png_by_pillow())
        with pytest.raises(NothingBaked, match="no badge in this SVG picture"):
            container.unwrap(pictures.svg("<rect/>"))

    def test_an_open_badges_2_image_is_called_one(self) -> None:
        earlier = pictures.svg('<openbadges:assertion verify="x"/>', namespace="http://openbadges.org")

        with pytest.raises(OpenBadgesTwo, match="Open Badges 2 image"):
            container.unwrap(pictures.png_by_pillow("https://badges.example/1", "openbadges"))
        with pytest.raises(OpenBadgesTwo, match="Open Badges 2 image"):
            container.unwrap(earlier)

    def test_an_image_of_both_versions_holds_the_badge_of_the_later_one(self) -> None:
        raw = pictures.png(pictures.itxt(b"https://badges.example/1", b"openbadges"), pictures.itxt(b"{}"))

        assert container.unwrap(raw) == "{}"


class TestSizes:
    def test_files_at_the_limit_are_read_and_over_it_refused(self) -> None:
        image = pictures.svg(pictures.in_cdata("{}"))
        largest = image + b" " * (refusals.MAX_IMAGE - len(image))

        assert svg.unbake(largest) == "{}"
        for unbake in (svg.unbake, png.unbake):
            with pytest.raises(FileTooLarge):
                unbake(largest + b" ")

    def test_text_at_the_limit_is_read_and_over_it_refused(self) -> None:
        largest = b"{}" + b" " * (container.MAX_TEXT - 2)

        assert container.unwrap(largest) == "{}"
        with pytest.raises(FileTooLarge):
            container.unwrap(largest + b" ")

    def test_a_credential_in_an_image_may_be_as_large_as_a_document(self) -> None:
        largest = "x" * refusals.MAX_BAKED

        assert png.unbake(pictures.png(pictures.itxt(largest.encode()))) == largest
        assert svg.unbake(pictures.svg(pictures.in_cdata(largest))) == largest
        with pytest.raises(FileTooLarge):
            png.unbake(pictures.png(pictures.itxt(largest.encode() + b"x")))
        with pytest.raises(FileTooLarge):
            svg.unbake(pictures.svg(pictures.in_cdata(largest + "x")))
