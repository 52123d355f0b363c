"""The certificate of a badge as a PDF file that can also be heard (ISO 14289-1, PDF/UA-1)."""

import json
import re
from base64 import b64encode
from functools import cache
from importlib import resources
from typing import Final

from markupsafe import Markup

from issuer.core.artwork import faces, pictures
from issuer.web.pages import qr
from issuer.web.pages.certificate_sheet import Fact, Sheet, sheet
from issuer.web.pages.certificate_views import CertificateView
from issuer.web.pages.words import Language

try:
    import typst
except ImportError:  # the extra `pdf` is not installed
    typst = None  # type: ignore[assignment]

_NO_GLYPH: Final = "could not be displayed"
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that only turn the direction of others."""


class Unset(ValueError):
    """A text of the certificate has letters that the fonts shipped here do not have."""


def available() -> bool:
    """Return whether certificates can be made as PDF files here: the extra `pdf` is installed."""
    return typst is not None


def certificate(view: CertificateView, lang: Language) -> bytes:
    """Return the file: the same view always gives the same bytes. Raises `Unset`.

    What the certificate says is handed over as data, and the template never reads it as markup. Raises
    `ValueError` where there is no certificate.
    """
    said = sheet(view, lang)
    picture = _framed(view.picture) if view.picture else pictures.picture(said.art)
    data = {**_payload(said), "lang": lang, "paper": view.provider.paper, "picture": picture}
    try:
        return typst.compile(
            _template(),
            font_paths=_fonts(),
            sys_inputs={"sheet": json.dumps(data)},
            pdf_standards="ua-1",
            timestamp=int(view.badge.checked_at.timestamp()),
        )
    except typst.TypstError as error:
        if _NO_GLYPH not in error.message:
            raise
        raise Unset("a letter of the certificate is in none of the fonts") from error


def _framed(png: bytes) -> str:
    """Return a square drawing with a picture in it: data reaches the template as text alone."""
    inline = b64encode(png).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        f'<image width="9" height="9" href="data:image/png;base64,{inline}"/></svg>'
    )


def _payload(said: Sheet) -> dict[str, object]:
    texts = {
        name: _plain(value) if isinstance(value, str) else value
        for name, value in vars(said).items()
        if value is None or isinstance(value, str)
    }
    return {
        **texts,
        "named": said.named,
        "size": said.size,
        "short": [_fact(fact) for fact in said.short],
        "long": [_fact(fact) for fact in said.long],
        "provider": _fact(said.provider),
        "numbers": _fact(said.numbers) if said.numbers else None,
        "official": _fact(said.official) if said.official else None,
        "qr": qr.svg(said.url),
    }


def _fact(fact: Fact) -> dict[str, object]:
    return {
        "label": _plain(fact.label),
        "values": [_plain(value) for value in fact.values],
        "language": fact.language,
    }


def _plain(text: str) -> str:
    """Return the text that a browser would show of markup of ours, in the order in which it is written."""
    return _TURNING.sub("", text.striptags() if isinstance(text, Markup) else text)


@cache
def _template() -> bytes:
    return resources.files(__package__).joinpath("templates", "certificate.typ").read_bytes()


@cache
def _fonts() -> "typst.Fonts":
    """Return the fonts shipped here, and nothing of the machine: files look alike wherever they are made."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(faces.FOLDER)]
    )
