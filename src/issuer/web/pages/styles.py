"""The style sheet of a page: the common one, what this page needs beside it, and the issuer's color."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Final

from issuer.core.artwork import colors

LIGHT: Final = "#f6f5f1"
DARK: Final = "#1c2227"
"""The grounds on which an issuer's color has to be read: the darkest light one, the lightest dark one."""

ALONE: Final = frozenset({"certificate", "embed"})
"""Pages with a sheet of their own alone: one of paper, which stays white in the dark, and a small frame."""

_NO_BRAND: Final = "--brand:var(--link)"
"""What stands in a sheet for the issuer's color: once for light screens, then once for dark ones."""

_OPENING: Final = "<style>"
_CLOSING: Final = "</style>"


@cache
def sheet(page: str, color: str | None = None) -> str:
    """Return the text of a page's one sheet, its white space folded. `color` is the issuer's, as #rrggbb."""
    own = resources.files(__package__).joinpath("styles")
    names = (page,) if page in ALONE else ("base", page)
    parts = [own.joinpath(f"{name}.css") for name in names]
    text = "".join(_folded(part.read_text("utf-8")) for part in parts if part.is_file())
    if color is None:
        return text
    return text + f":root{{--brand:{colors.readable(color)}}}" if page in ALONE else _branded(text, color)


def content_security_policy(html: str, ancestors: str = "'none'", targets: str = "'self'") -> str:
    """Return the Content-Security-Policy of a page: its own sheet and pictures of its origin, nothing else.

    `ancestors` says which sites may show the page in a frame, and `targets` where its forms may lead.
    """
    text = html.partition(_OPENING)[2].partition(_CLOSING)[0]
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src 'self'; style-src 'sha256-{digest}'; "
        f"form-action {targets}; base-uri 'none'; frame-ancestors {ancestors}"
    )


def _folded(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    return "".join(line for line in lines if not line.startswith("/*"))


def _branded(text: str, color: str) -> str:
    """Return the sheet with the issuer's color, made dark or light enough to be read on either ground."""
    for ground in (LIGHT, DARK):
        text = text.replace(_NO_BRAND, f"--brand:{colors.readable(color, ground)}", 1)
    return text
