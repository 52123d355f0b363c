"""The code that leads a telephone to a page."""

from io import BytesIO

import pytest
import resvg_py
import zxingcpp
from PIL import Image

from issuer.web.pages import qr

ADDRESS = "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd"


def test_the_drawing_is_small_and_holds_no_address_and_no_style() -> None:
    drawn = qr.svg(ADDRESS)

    assert len(drawn) < 2500
    assert "alder" not in drawn
    assert "style=" not in drawn
    assert 'aria-hidden="true"' in drawn


def test_the_same_address_is_always_drawn_alike() -> None:
    assert qr.svg(ADDRESS) == qr.svg(ADDRESS)
    assert qr.svg(ADDRESS) != qr.svg(ADDRESS + "x")


@pytest.mark.parametrize("address", [ADDRESS, "http://localhost:8000/b/1", f"{ADDRESS}?x={'y' * 300}"])
def test_a_reader_of_others_finds_the_address(address: str) -> None:
    drawn = resvg_py.svg_to_bytes(svg_string=qr.svg(address), width=400, skip_system_fonts=True)

    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(bytes(drawn))))

    assert found.text == address
