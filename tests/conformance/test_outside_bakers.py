"""Pictures that this service baked, before readers that we did not write; theirs, before ours."""

import io
import json
from collections.abc import Callable
from xml.etree import ElementTree as ET

import png as pypng  # type: ignore[import-untyped] # openbadgeslib brings it
import pytest
from openbadgeslib import baking
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3Verifier
from PIL import Image, PngImagePlugin

from issuer.core.baking import container
from tests.support import pictures, reference, strangers
from tests.support.asking import GUILD, as_jws

pytestmark = pytest.mark.conformance

FIXTURES = ("openbadges-3.0", "validator-fixtures")
ELEMENT = f"{{{pictures.OPEN_BADGES}}}credential"
BADGE = GUILD.sign(
    strangers.badge(
        GUILD,
        name="Wrote {Ünï} — 學 😀",
        description="]]> & <b> \\ \"}\" '{'",
        validFrom="2024-01-01T00:00:00Z",
    )
)
TEXTS = {"JSON": json.dumps(BADGE, ensure_ascii=False), "JWT": as_jws()}
PNG, SVG = pictures.png_by_pillow(), pictures.svg("<g><rect width='1' height='1'/></g>")


def with_pillow(raw: bytes) -> str:
    with Image.open(io.BytesIO(raw)) as image:
        assert isinstance(image, PngImagePlugin.PngImageFile)
        text = image.text["openbadgecredential"]
    assert isinstance(text, PngImagePlugin.iTXt)
    assert (text.lang, text.tkey) == ("", "")
    return str(text)


def with_pypng(raw: bytes) -> str:
    pypng.Reader(bytes=raw).asRGBA8()
    (content,) = [content for kind, content in pypng.Reader(bytes=raw).chunks() if kind == b"iTXt"]
    return bytes(content).rpartition(b"\0")[2].decode("ascii")


def with_elementtree(raw: bytes) -> str:
    """Return what a reader by the letter of the standard finds: the first element of the picture."""
    first = ET.fromstring(raw)[0]
    assert first.tag == ELEMENT
    return str(first.text or first.attrib["verify"])


READERS: list[tuple[bytes, Callable[[bytes], str]]] = [
    (PNG, OB3Verifier.extract_token_from_png),
    (PNG, with_pillow),
    (PNG, with_pypng),
    (SVG, OB3Verifier.extract_token_from_svg),
    (SVG, with_elementtree),
]


def same(found: str, text: str) -> bool:
    return found == text if text == TEXTS["JWT"] else json.loads(found) == json.loads(text)


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize(("picture", "read"), READERS)
def test_others_read_what_we_bake(picture: bytes, read: Callable[[bytes], str], form: str) -> None:
    assert same(read(container.bake(picture, TEXTS[form])), TEXTS[form])


@pytest.mark.parametrize(
    ("picture", "extract"),
    [(PNG, OB3Verifier.extract_token_from_png), (SVG, OB3Verifier.extract_token_from_svg)],
)
class TestOpenbadgeslibVerifies:
    def test_json_that_we_baked(self, picture: bytes, extract: Callable[[bytes], str]) -> None:
        baked = container.bake(picture, TEXTS["JSON"])

        found = OB3LdpVerifier.for_issuer_did(GUILD.did).verify(extract(baked))

        assert found.name == BADGE["name"]

    def test_a_token_that_we_baked(self, picture: bytes, extract: Callable[[bytes], str]) -> None:
        baked = container.bake(picture, TEXTS["JWT"])

        found = OB3Verifier.for_issuer_did(GUILD.did).verify(extract(baked))

        assert found.name == "Soldering"


class TestVerifierPlus:
    """It finds the keyword in the file read as text, and counts braces from there."""

    def test_it_reads_what_we_bake(self) -> None:
        assert pictures.by_counting_braces(container.bake(PNG, TEXTS["JSON"])) == BADGE

    def test_it_does_not_read_the_same_text_without_our_escapes(self) -> None:
        with pytest.raises(json.JSONDecodeError):
            pictures.by_counting_braces(pictures.png_by_openbadgeslib(TEXTS["JSON"]))

    def test_it_reads_ours_in_place_of_the_one_that_was_there(self) -> None:
        raw = reference.path(*FIXTURES, "simple-json.png").read_bytes()

        assert pictures.by_counting_braces(container.bake(raw, TEXTS["JSON"])) == BADGE


@pytest.mark.parametrize("form", TEXTS)
class TestBakedByOthersBefore:
    def test_openbadgeslib_finds_one_badge_where_it_had_baked_another(self, form: str) -> None:
        png = container.bake(pictures.png_by_openbadgeslib(pictures.JWS), TEXTS[form])
        svg = container.bake(pictures.svg_by_openbadgeslib(pictures.JWS, as_text=False), TEXTS[form])

        assert same(OB3Verifier.extract_token_from_png(png), TEXTS[form])
        assert same(OB3Verifier.extract_token_from_svg(svg), TEXTS[form])
        assert pictures.JWS.encode() not in png + svg

    def test_a_badge_of_open_badges_2_is_gone(self, form: str) -> None:
        png = container.bake(baking.bake_png(PNG, pictures.JWS), TEXTS[form])
        svg = container.bake(baking.bake_svg(SVG, pictures.JWS), TEXTS[form])

        assert not baking.has_png(png)
        assert not baking.has_svg(svg)
        assert same(OB3Verifier.extract_token_from_png(png), TEXTS[form])
        assert same(OB3Verifier.extract_token_from_svg(svg), TEXTS[form])

    @pytest.mark.parametrize(
        "name", ["simple-json.png", "simple-jwt.png", "simple-json.svg", "simple-jwt.svg"]
    )
    def test_others_read_ours_in_the_validators_samples(self, name: str, form: str) -> None:
        raw = reference.path(*FIXTURES, name).read_bytes()
        kind = PNG if name.endswith("png") else SVG

        baked = container.bake(raw, TEXTS[form])

        for picture, read in READERS:
            if picture is kind and read is not with_pypng:  # it decodes every pixel, in Python
                assert same(read(baked), TEXTS[form])
