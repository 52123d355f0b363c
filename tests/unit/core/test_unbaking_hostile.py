"""What a stranger can send ends in a text or in an `Invalid`, whatever it is."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.core.baking import container, png, svg
from issuer.core.baking.refusals import NothingBaked, SeveralBaked, UnacceptedFile, UnreadableImage
from issuer.errors import Invalid
from tests.support import pictures
from tests.support.pictures import END, HEADER, JWS, PIXEL, SIGNATURE, chunk, itxt

BAKED = itxt(JWS.encode())
CREDENTIAL = f'<openbadges:credential verify="{JWS}"/>'
EXTERNAL = '<!DOCTYPE svg SYSTEM "svg.dtd">'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def ends_in_text_or_invalid(unbake: Callable[[bytes], str], raw: bytes) -> None:
    try:
        text = unbake(raw)
    except Invalid as error:
        text = error.detail

    assert isinstance(text, str)


class TestPng:
    @pytest.mark.parametrize(
        ("raw", "why"),
        [
            (SIGNATURE, "cut short"),
            (SIGNATURE + HEADER[:-1], "cut short"),
            (SIGNATURE + HEADER + BAKED + PIXEL, "cut short"),
            (SIGNATURE + HEADER + b"\xff\xff\xff\xff" + BAKED[4:] + END, "cut short"),
            (SIGNATURE + HEADER + b"\0\1\0\0" + BAKED[4:] + END, "cut short"),
            (SIGNATURE + HEADER + b"\0\0\0\0" + BAKED[4:] + END, "checksum"),
            (pictures.png(BAKED[:-1] + b"\0"), "checksum"),
            (pictures.png(BAKED.replace(b"openbadge", b"OPENBADGE")), "checksum"),
            (pictures.png(BAKED)[:-1] + b"\0", "checksum"),
            (pictures.png(BAKED).replace(b"\r\n", b"\n", 1), "damaged at its beginning"),
            (SIGNATURE + BAKED + HEADER + PIXEL + END, "does not begin with its header"),
            (SIGNATURE + END, "does not begin with its header"),
        ],
    )
    def test_a_broken_structure_is_refused_though_a_credential_is_in_it(self, raw: bytes, why: str) -> None:
        with pytest.raises(UnreadableImage, match=why):
            container.unwrap(raw)

    @pytest.mark.parametrize(
        "other", [BAKED, itxt(b"{}", b"clrcredential"), chunk(b"tEXt", b"openbadgecredential\0{}")]
    )
    def test_two_credentials_are_refused_wherever_they_stand(self, other: bytes) -> None:
        with pytest.raises(SeveralBaked, match="more than one credential"):
            png.unbake(pictures.png(BAKED, other))
        with pytest.raises(SeveralBaked, match="more than one credential"):
            png.unbake(SIGNATURE + HEADER + other + PIXEL + BAKED + END)

    @pytest.mark.parametrize("kind", [b"tEXt", b"zTXt"])
    def test_a_credential_in_another_kind_of_text_is_refused_by_its_name(self, kind: bytes) -> None:
        with pytest.raises(UnreadableImage, match=f"in a {kind.decode()} part"):
            png.unbake(pictures.png(chunk(kind, b"openbadgecredential\0\0" + JWS.encode())))

    @pytest.mark.parametrize("flags", [b"\1\0", b"\1\1", b"\2\0", b"\xff\xff"])
    def test_compressed_text_is_refused_without_a_look_into_it(self, flags: bytes) -> None:
        with pytest.raises(UnreadableImage, match="compressed"):
            png.unbake(pictures.png(itxt(b"anything", flags=flags)))

    def test_text_that_pillow_compressed_is_refused(self) -> None:
        with pytest.raises(UnreadableImage, match="compressed"):
            png.unbake(pictures.png_by_pillow("x" * 60_000_000, zipped=True))

    @pytest.mark.parametrize("after", [b"", b"\0", b"\0\0", b"\0\0\0", b"\0\0\0en", b"\0\0\0en\0x"])
    def test_text_that_stops_within_its_names_is_refused(self, after: bytes) -> None:
        with pytest.raises(UnreadableImage, match="not built as PNG wants it"):
            png.unbake(pictures.png(chunk(b"iTXt", b"openbadgecredential" + after)))

    @pytest.mark.parametrize("text", [b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"eyJ\xe9"])
    def test_text_that_is_not_utf_8_is_refused(self, text: bytes) -> None:
        with pytest.raises(UnreadableImage, match="not UTF-8"):
            png.unbake(pictures.png(itxt(text)))

    def test_a_credential_after_the_end_of_the_image_does_not_count(self) -> None:
        with pytest.raises(NothingBaked):
            png.unbake(pictures.png() + BAKED + END)
        assert png.unbake(pictures.png(BAKED) + itxt(b"{}") + b"\xff" * 99) == JWS

    @pytest.mark.parametrize("kind", [b"tIME", b"iTXt", b"\0\0\0\0"])
    def test_three_hundred_thousand_chunks_are_refused(self, kind: bytes) -> None:
        raw = (SIGNATURE + HEADER + chunk(kind) * 300_000)[:2_000_000]

        with pytest.raises(UnreadableImage, match="more than 5,000 parts"):
            png.unbake(raw)

    def test_as_many_chunks_as_are_allowed_are_read(self) -> None:
        filling = chunk(b"IDAT") * (png.MAX_CHUNKS - 4)

        assert png.unbake(pictures.png(BAKED, filling)) == JWS
        with pytest.raises(UnreadableImage):
            png.unbake(pictures.png(BAKED, filling, chunk(b"IDAT")))

    def test_a_file_that_is_png_and_svg_is_a_png(self) -> None:
        other = pictures.svg(pictures.in_cdata("{}"))
        inside = pictures.png(BAKED, chunk(b"tEXt", b"Comment\0" + other)) + other

        assert container.unwrap(inside) == JWS

    def test_keywords_that_only_resemble_ours_are_none(self) -> None:
        for keyword in (b"OpenBadgeCredential", b"openbadgecredential ", b" openbadgecredential", b"open"):
            with pytest.raises(NothingBaked):
                png.unbake(pictures.png(itxt(b"{}", keyword)))


class TestSvgDocumentTypes:
    @pytest.mark.parametrize(
        "before",
        [
            f'<!DOCTYPE svg [<!ENTITY l0 "lol">{LAUGHS}]>',
            '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://evil.example/x.dtd"> %x;]>',
            f'<!DOCTYPE svg SYSTEM "svg.dtd" [<!ATTLIST openbadges:credential verify CDATA "{JWS}">]>',
            "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' \"svg11.dtd\" [ ]>",
            "<!DOCTYPE svg []>",
            "<?xml version='1.0'?><!-- ' --><!DOCTYPE svg [<!ELEMENT svg ANY>]>",
            EXTERNAL + '<!DOCTYPE svg [<!ENTITY x "y">]>',
            EXTERNAL + "\n<!-- --><?a b?>" + EXTERNAL,
            "<!DOCTYPE svg SYSTEM \"a]>' [<!ENTITY x 'y'>",
            "<!DOCTYPE svg",
        ],
    )
    def test_a_document_type_in_the_file_is_refused_before_it_is_parsed(self, before: str) -> None:
        with pytest.raises(UnreadableImage, match="document type of its own"):
            container.unwrap(pictures.svg(CREDENTIAL, before))

    @pytest.mark.parametrize("before", ["", EXTERNAL])
    @pytest.mark.parametrize(
        "inside",
        [
            '<openbadges:credential verify="eyJ&x;"/>',
            "<openbadges:credential>{&x;}</openbadges:credential>",
            f"{CREDENTIAL}<text>&nbsp;</text>",
        ],
    )
    def test_an_entity_is_refused_and_never_left_out(self, before: str, inside: str) -> None:
        with pytest.raises(UnreadableImage, match="not well-formed"):
            container.unwrap(pictures.svg(inside, before))

    def test_a_document_type_elsewhere_is_not_opened(self, tmp_path: Path) -> None:
        elsewhere = tmp_path / "svg.dtd"
        elsewhere.write_text(f'<!ATTLIST openbadges:credential verify CDATA "{JWS}"><!ENTITY x "{{}}">')
        before = f'<!DOCTYPE svg SYSTEM "{elsewhere.as_uri()}">'

        with pytest.raises(NothingBaked):
            svg.unbake(pictures.svg("<openbadges:credential/>", before))
        with pytest.raises(UnreadableImage):
            svg.unbake(pictures.svg("<openbadges:credential>&x;</openbadges:credential>", before))

    @pytest.mark.parametrize(
        "before", [f"{EXTERNAL}<?xml version='1.0'?>", "<!doctype svg>", "x", "<!--", "<?"]
    )
    def test_what_is_malformed_stays_malformed_without_its_document_type(self, before: str) -> None:
        with pytest.raises(UnreadableImage, match="not well-formed"):
            svg.unbake(pictures.svg(CREDENTIAL, before))

    def test_an_inclusion_is_not_followed(self) -> None:
        include = (
            '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
        )

        with pytest.raises(UnreadableImage, match="mixed with other parts"):
            svg.unbake(pictures.svg(f"<openbadges:credential>{include}</openbadges:credential>"))


class TestSvg:
    @pytest.mark.parametrize(
        "inside",
        [
            CREDENTIAL * 2,
            CREDENTIAL + pictures.in_cdata("{}"),
            f"{CREDENTIAL}<g><clr:credential xmlns:clr='{pictures.CLR}'>{{}}</clr:credential></g>",
            f"<openbadges:credential>{CREDENTIAL}</openbadges:credential>",
            CREDENTIAL.replace("/>", ">{}</openbadges:credential>"),
            pictures.in_cdata("{}").replace("credential>", "credential verify=''>", 1),
        ],
    )
    def test_two_credentials_are_refused_wherever_they_stand(self, inside: str) -> None:
        with pytest.raises(SeveralBaked, match=r"more than one credential|nothing says which is meant"):
            svg.unbake(pictures.svg(inside))

    @pytest.mark.parametrize("other", ["<!-- -->", "<?a b?>", "<b/>", "<openbadges:proof/>"])
    def test_a_credential_mixed_with_other_parts_is_refused(self, other: str) -> None:
        with pytest.raises(UnreadableImage, match="mixed with other parts"):
            svg.unbake(pictures.svg(f"<openbadges:credential>{{{other}}}</openbadges:credential>"))

    @pytest.mark.parametrize(
        "inside",
        [
            "<openbadges:credential/>",
            "<openbadges:credential verify=' '> </openbadges:credential>",
            f"<openbadges:credential openbadges:verify='{JWS}'/>",
            f"<credential verify='{JWS}'/>",
            f"<openbadges:assertion verify='{JWS}'/>",
            f"<!-- {CREDENTIAL} --><text><![CDATA[{CREDENTIAL}]]></text>",
            f"<b:credential xmlns:b='https://purl.imsglobal.org/ob/v3p0/' verify='{JWS}'/>",
        ],
    )
    def test_what_only_resembles_a_credential_is_none(self, inside: str) -> None:
        with pytest.raises(NothingBaked):
            svg.unbake(pictures.svg(inside))

    @pytest.mark.parametrize("depth", [svg.MAX_DEPTH, 300, 150_000])
    def test_deep_nesting_is_refused(self, depth: int) -> None:
        with pytest.raises(UnreadableImage):
            svg.unbake(pictures.svg("<g>" * depth + CREDENTIAL + "</g>" * depth))

    def test_nesting_up_to_the_limit_is_read(self) -> None:
        depth = svg.MAX_DEPTH - 2

        assert svg.unbake(pictures.svg("<g>" * depth + CREDENTIAL + "</g>" * depth)) == JWS

    def test_elements_are_counted_before_the_whole_is_parsed(self) -> None:
        raw = pictures.svg(CREDENTIAL + "<a/>" * 450_000 + "<not-closed>")

        with pytest.raises(UnreadableImage, match="more parts than any badge image"):
            svg.unbake(raw)

    @pytest.mark.parametrize(
        "raw",
        [
            b"<svg",
            b"<svg>",
            b"<svg/><svg/>",
            b"<svg/>text",
            b"<svg a='1' a='2'/>",
            b"<svg><b:g/></svg>",
            b"<svg>\x00</svg>",
            b"<svg>&#0;</svg>",
            b"<svg>&#xd800;</svg>",
            b"<",
            b"<>",
            b"<svg><![CDATA[</svg>",
        ],
    )
    def test_xml_that_is_not_well_formed_is_refused(self, raw: bytes) -> None:
        with pytest.raises(UnreadableImage, match="not well-formed"):
            container.unwrap(raw)

    @pytest.mark.parametrize("raw", [b"<badge/>", b"<svg xmlns='http://example.org/'/>", b"<!-- --><html/>"])
    def test_xml_that_is_no_picture_is_refused(self, raw: bytes) -> None:
        with pytest.raises(UnreadableImage, match="not an SVG picture"):
            container.unwrap(raw)

    @pytest.mark.parametrize(
        ("encoding", "name"), [("latin-1", "iso-8859-1"), ("utf-8", "iso-8859-1"), ("utf-8", "UTF-16")]
    )
    def test_text_that_two_readers_decode_differently_is_refused(self, encoding: str, name: str) -> None:
        declared = f"<?xml version='1.0' encoding='{name}'?>{pictures.svg('<text>é</text>').decode()}"

        with pytest.raises(UnreadableImage, match="UTF-8"):
            container.unwrap(declared.encode(encoding))

    @pytest.mark.parametrize("name", ["utf-7", "utf-16le", "ebcdic-cp-us", "x-unknown", "ucs-4"])
    def test_an_encoding_that_hides_markup_is_refused(self, name: str) -> None:
        with pytest.raises(UnreadableImage, match="says that it is not UTF-8"):
            container.unwrap(pictures.svg(CREDENTIAL, f'<?xml version="1.0" encoding="{name}"?>'))

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
    def test_utf_16_is_refused_by_its_name(self, encoding: str) -> None:
        with pytest.raises(UnacceptedFile, match="UTF-16"):
            container.unwrap(pictures.svg(CREDENTIAL).decode().encode(encoding))

    def test_svgz_is_refused_without_unpacking_it(self) -> None:
        with pytest.raises(UnacceptedFile, match="SVGZ"):
            container.unwrap(gzip.compress(pictures.svg(CREDENTIAL)))


CHUNKS = st.lists(
    st.builds(
        chunk,
        st.sampled_from([b"iTXt", b"tEXt", b"zTXt", b"IHDR", b"IDAT", b"IEND", b"\0\xff ;"]),
        st.builds(
            bytes.__add__,
            st.sampled_from([b"", b"openbadgecredential", b"openbadges", b"clrcredential"]),
            st.binary(max_size=20) | st.sampled_from([b"\0\0\0\0\0{}", b"\0\1\0\0\0{}"]),
        ),
    ),
    max_size=5,
)
MARKUP = st.lists(
    st.sampled_from(
        [
            *(
                "<svg>",
                "</svg>",
                "<svg/>",
                "<!--",
                "-->",
                "<?",
                "?>",
                "<![CDATA[",
                "]]>",
                "&lt;",
                "&x;",
                "'",
                '"',
            ),
            *(
                "<!DOCTYPE svg",
                "<!DOCTYPE svg>",
                EXTERNAL,
                "[",
                "]>",
                '<!ENTITY x "{}">',
                " ",
                ">",
                "{}",
                "\ufeff",
            ),
            *(CREDENTIAL, pictures.in_cdata("{}"), "<openbadges:credential>", "</openbadges:credential>"),
            *('<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-7"?>', "\0", "é", "</"),
        ]
    ),
    max_size=12,
).map("".join)
WHOLE = [
    pictures.png(BAKED),
    pictures.svg(CREDENTIAL, EXTERNAL),
    pictures.svg(pictures.in_cdata('{"a":"]]>"}'), '<?xml version="1.0" encoding="UTF-8"?>'),
    f'"{JWS}"'.encode(),
]


class TestAnything:
    @given(st.binary(max_size=300))
    @settings(max_examples=300)
    def test_bytes_end_in_text_or_an_invalid(self, raw: bytes) -> None:
        for unbake in (container.unwrap, png.unbake, svg.unbake):
            ends_in_text_or_invalid(unbake, raw)

    @given(st.sampled_from(WHOLE), st.data())
    @settings(max_examples=500)
    def test_a_changed_file_ends_in_text_or_an_invalid(self, whole: bytes, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(start, min(len(whole), start + 40)))
        raw = whole[:start] + data.draw(st.binary(max_size=8)) + whole[end:]

        ends_in_text_or_invalid(container.unwrap, raw)

    @given(CHUNKS)
    @settings(max_examples=300)
    def test_chunks_of_every_kind_end_in_text_or_an_invalid(self, chunks: list[bytes]) -> None:
        ends_in_text_or_invalid(png.unbake, pictures.png(*chunks))

    @given(MARKUP, MARKUP)
    @settings(max_examples=500)
    def test_markup_of_every_kind_ends_in_text_or_an_invalid(self, before: str, inside: str) -> None:
        ends_in_text_or_invalid(svg.unbake, pictures.svg(inside, before))
        ends_in_text_or_invalid(container.unwrap, (before + inside).encode())
