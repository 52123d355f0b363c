"""Colors that can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.artwork import colors

color = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)],
)
def test_contrast_is_what_wcag_says(one: str, other: str, ratio: float) -> None:
    assert colors.contrast(one, other) == pytest.approx(ratio, abs=0.01)


@given(color)
def test_any_color_becomes_readable_on_a_light_and_on_a_dark_ground(any_color: str) -> None:
    for ground in ("#ffffff", "#f6f5f1", "#1c2227"):
        assert colors.contrast(colors.readable(any_color, ground), ground) >= colors.LEAST


def test_a_color_that_is_readable_stays_as_it_is() -> None:
    assert colors.readable("#114488") == "#114488"
