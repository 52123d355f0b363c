"""SVG pictures of others: refused for all that does more than draw, and written anew."""

import time
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from issuer.core.artwork import clean_svg, svg_allowed, svg_raster
from issuer.core.artwork.uploaded import (
    MAX_STORED,
    MAX_UPLOAD,
    ArtworkTooLarge,
    UnreadableArtwork,
    UnsafeArtwork,
)
from issuer.errors import Invalid
from tests.support import hostile_pictures
from tests.support.hostile_pictures import svg

SVG = "{http://www.w3.org/2000/svg}"
INKSCAPE = b"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape (http://www.inkscape.org/) -->
<svg xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
   xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" xmlns="http://www.w3.org/2000/svg"
   xmlns:svg="http://www.w3.org/2000/svg" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
   width="100mm" height="50mm" viewBox="0 0 100 50" id="svg5" version="1.1" inkscape:version="1.2.2">
  <sodipodi:namedview id="namedview7" inkscape:zoom="1"><inkscape:grid/></sodipodi:namedview>
  <metadata><rdf:RDF><script>alert(1)</script></rdf:RDF></metadata>
  <g inkscape:label="Layer 1" inkscape:groupmode="layer" id="layer1">
    <path style="fill:#14574f;-inkscape-font-specification:'Sans, Bold';solid-color:#000;stop-color:#000000"
      d="m 10,10 c -1,2.5e-3 4,4 9,9 z" sodipodi:nodetypes="cc" id="p" />
    <text xml:space="preserve" x="1"><tspan sodipodi:role="line" x="1">Alder &amp; Co</tspan> &lt;b&gt;</text>
  </g>
</svg>"""
ILLUSTRATOR = b"""<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Adobe Illustrator 27.0.0, SVG Export Plug-In . SVG Version: 6.00 Build 0)  -->
<svg version="1.1" id="Layer_1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
\t x="0px" y="0px" viewBox="0 0 512 512" style="enable-background:new 0 0 512 512;" xml:space="preserve">
<style type="text/css">
\t.st0{fill:#FFFFFF;}
\t.st1{clip-path:url(#SVGID_00000_);fill:url(#SVGID_1_);}
</style>
<linearGradient id="SVGID_1_" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="512" y2="512">
\t<stop  offset="0" style="stop-color:#FFFFFF"/><stop  offset="1" style="stop-color:#000000"/>
</linearGradient>
<defs><rect id="SVGID_2_" width="512" height="512"/></defs>
<clipPath id="SVGID_00000_"><use xlink:href="#SVGID_2_"  style="overflow:visible;"/></clipPath>
<rect class="st1" width="512" height="512" data-name="back"/>
</svg>"""


@pytest.mark.parametrize("name", hostile_pictures.UNSAFE)
def test_what_does_more_than_draw_is_refused_with_its_place_and_the_next_step(name: str) -> None:
    with pytest.raises(UnsafeArtwork) as refused:
        clean_svg.clean(hostile_pictures.UNSAFE[name])

    assert ":" in refused.value.detail
    assert all(fault.detail for fault in refused.value.faults)


@pytest.mark.parametrize("name", hostile_pictures.UNREADABLE)
def test_what_is_no_picture_of_a_size_is_refused(name: str) -> None:
    with pytest.raises(UnreadableArtwork):
        clean_svg.clean(hostile_pictures.UNREADABLE[name])


def test_every_fault_is_named_by_its_line() -> None:
    raw = svg('\n<script/>\n<rect onclick="x"/>\n<use href="http://a/"/><g fill="url(http://a/)"/>')

    with pytest.raises(UnsafeArtwork) as refused:
        clean_svg.clean(raw)

    assert [fault.pointer for fault in refused.value.faults] == ["/line/2", "/line/3", "/line/4", "/line/4"]
    assert "line 2, 3, 4" in refused.value.detail
    assert "and 3 more" in refused.value.detail


def test_faults_without_end_are_told_in_part() -> None:
    with pytest.raises(UnsafeArtwork, match="and 4998 more") as refused:
        clean_svg.clean(svg("<script/>" * 4_999))

    assert len(refused.value.faults) == clean_svg.MAX_FAULTS


@pytest.mark.parametrize("name", hostile_pictures.UNSAFE | hostile_pictures.UNREADABLE)
def test_a_refusal_takes_no_time(name: str) -> None:
    raw = (hostile_pictures.UNSAFE | hostile_pictures.UNREADABLE)[name]
    started = time.process_time()

    with pytest.raises(Invalid):
        clean_svg.clean(raw)

    assert time.process_time() - started < 2


@pytest.mark.parametrize(("raw", "size"), [(INKSCAPE, (378, 189)), (ILLUSTRATOR, (512, 512))])
def test_what_drawing_programs_write_is_accepted(raw: bytes, size: tuple[int, int]) -> None:
    found = clean_svg.clean(raw)

    assert (found.width, found.height) == size
    assert found.media_type == "image/svg+xml"
    for note in (b"inkscape", b"sodipodi", b"metadata", b"script", b"<!--", b"rdf", b"data-name", b"enable-"):
        assert note not in found.content


def test_the_drawing_stays_as_it_was() -> None:
    found = clean_svg.clean(ILLUSTRATOR)
    text = etree.fromstring(clean_svg.clean(INKSCAPE).content).find(f".//{SVG}text")

    assert svg_raster.png(found.content) == svg_raster.png(ILLUSTRATOR)
    assert text is not None
    assert "".join(str(each) for each in text.itertext()) == "Alder & Co <b>"


def test_a_badge_that_was_baked_in_is_left_out() -> None:
    baked = '<b:credential xmlns:b="https://purl.imsglobal.org/ob/v3p0">eyJ</b:credential><rect/>'

    assert b"eyJ" not in clean_svg.clean(svg(baked)).content


def test_text_around_what_is_left_out_stays() -> None:
    inside = '<text>a<!-- x -->b<tspan>c</tspan>d<i:x xmlns:i="http://www.inkscape.org/x">y</i:x>e</text>'

    assert b"<text>ab<tspan>c</tspan>de</text>" in clean_svg.clean(svg(inside)).content


@pytest.mark.parametrize(
    ("attributes", "size", "box"),
    [
        ('viewBox="0 0 24 24"', (24, 24), "0 0 24 24"),
        ('viewBox="0,0,24,48" width="100%"', (24, 48), "0,0,24,48"),
        ('width="300" height="150px"', (300, 150), "0 0 300 150"),
        ('width="1in" height="25.4mm"', (96, 96), "0 0 96 96"),
        ('width="60" viewBox="0 0 1 2"', (60, 120), "0 0 1 2"),
        ('height="60" viewBox="0 0 1 2"', (30, 60), "0 0 1 2"),
        ('viewBox="0 0 60000 30000"', (1024, 512), "0 0 60000 30000"),
    ],
)
def test_the_size_is_settled_in_pixels(attributes: str, size: tuple[int, int], box: str) -> None:
    found = clean_svg.clean(svg("<rect/>", attributes))
    root = etree.fromstring(found.content)

    assert (found.width, found.height) == size
    assert (root.get("width"), root.get("height")) == tuple(map(str, size))
    assert root.get("viewBox") == box


def test_a_file_over_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(ArtworkTooLarge, match="512,000"):
        clean_svg.clean(b"<" + b" " * MAX_UPLOAD)


def test_a_picture_too_large_for_every_badge_is_refused() -> None:
    points = "1 2 " * (MAX_STORED // 4)

    with pytest.raises(ArtworkTooLarge, match="simpler shapes"):
        clean_svg.clean(svg(f'<polygon points="{points}"/>'))


NAMES = st.sampled_from(
    sorted(svg_allowed.ELEMENTS | {"script", "image", "a", "animate", "foreignObject", "metadata", "svg"})
)
ATTRIBUTES = st.sampled_from(
    [
        "id",
        "class",
        "style",
        "fill",
        "href",
        "xlink:href",
        "mask",
        "onload",
        "d",
        "transform",
        "x",
        "xml:base",
    ]
)
VALUES = st.sampled_from(
    [
        "a",
        "b",
        "#a",
        "#b",
        "url(#a)",
        "url(#b)",
        "fill:url(#a)",
        "url(http://a/)",
        "javascript:x",
        "red",
        "1 2",
        "",
    ]
) | st.text(alphabet="aurl(#):;/\\'\" .{}@*&<\u00e9", max_size=20)
TEXT = st.sampled_from([".a{fill:url(#b)}", "x", "<", "&", "@import 'x'", "]]>", ""])


def markup(name: str, attributes: dict[str, str], content: list[str]) -> str:
    given_attributes = "".join(f" {each}={quoteattr(value)}" for each, value in attributes.items())
    return f"<{name}{given_attributes}>{''.join(content)}</{name}>"


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


TREES = st.recursive(
    st.builds(
        markup,
        NAMES,
        st.dictionaries(ATTRIBUTES, VALUES, max_size=3),
        st.lists(TEXT.map(escaped), max_size=1),
    ),
    lambda inner: st.builds(
        markup, NAMES, st.dictionaries(ATTRIBUTES, VALUES, max_size=3), st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(TREES)
def test_what_is_kept_only_draws_and_is_kept_as_it_is_a_second_time(inside: str) -> None:
    try:
        found = clean_svg.clean(svg(inside))
    except Invalid:
        return

    assert clean_svg.clean(found.content) == found
    for element in etree.fromstring(found.content).iter():
        name = etree.QName(element)
        assert name.namespace == svg_allowed.SVG
        assert name.localname in svg_allowed.ELEMENTS | {"svg"}
        for attribute, value in element.attrib.items():
            assert not etree.QName(attribute).localname.startswith("on")
            assert "//" not in value
            assert "javascript" not in value or attribute in {"class", "id"}


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_bytes_end_in_a_picture_or_an_invalid(raw: bytes) -> None:
    for each in (raw, b"<svg " + raw, svg("").replace(b"</svg>", raw + b"</svg>")):
        try:
            clean_svg.clean(each)
        except Invalid:
            continue


@settings(deadline=None)
@given(st.data())
def test_a_changed_file_ends_in_a_picture_or_an_invalid(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([INKSCAPE, ILLUSTRATOR]))
    place = data.draw(st.integers(0, len(whole)))
    changed = whole[:place] + data.draw(st.binary(max_size=8)) + whole[place + data.draw(st.integers(0, 8)) :]

    try:
        found = clean_svg.clean(changed)
    except Invalid:
        return
    assert clean_svg.clean(found.content) == found
