"""The code that a telephone's camera reads as an address."""

from functools import lru_cache
from io import BytesIO
from typing import Final

import segno
from markupsafe import Markup

_QUIET: Final = 4
"""How many modules stay free around it (ISO/IEC 18004, section 6.3.8)."""

_KEPT: Final = 1_000
"""How many drawings are remembered, of some 4 KB: one takes longer than all the rest of its page."""


@lru_cache(maxsize=_KEPT)
def svg(address: str) -> Markup:
    """Return a drawing for screens and print, dark on a white ground of its own.

    It is hidden from screen readers: the page has the address as text beside it (WCAG 2.2, 1.1.1).
    """
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn,
        kind="svg",
        border=_QUIET,
        light="#fff",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        nl=False,
    )
    hidden = '<svg aria-hidden="true" focusable="false" shape-rendering="crispEdges" '
    text = drawn.getvalue().decode().replace("<svg ", hidden, 1)
    return Markup(text)  # noqa: S704 - drawn from the address, which is not in the text
