"""From an uploaded SVG picture, once it was made safe, to a PNG."""

from typing import Final

import resvg_py

from issuer.core.artwork import faces

WIDTH: Final = 600
"""The pixels of a picture's width at which it is tried out when it is uploaded."""


def png(content: bytes, width: int = WIDTH) -> bytes:
    """Return a picture that `clean_svg.clean` returned as a PNG of that width.

    Nothing else may be given: the renderer reads local files that a picture names, and takes its time. The
    fonts are those shipped here, and no other.
    """
    return resvg_py.svg_to_bytes(
        svg_string=content.decode(), width=width, skip_system_fonts=True, font_dirs=[str(faces.FOLDER)]
    )
