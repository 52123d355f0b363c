"""The forms of a badge at its one address: which there are, where each is, and which one is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from fastapi import Request, Response

from issuer.services.standing import PublicBadge
from issuer.web import file_names, forms, negotiation
from issuer.web.forms import NotAcceptable
from issuer.web.pages import pdf

FormName: TypeAlias = Literal["page", "json", "jwt", "png", "svg", "pdf"]

PNG: Final = "image/png"
SVG: Final = "image/svg+xml"
TOKEN_TYPES: Final = ("application/vc+jwt", "application/jwt", "text/plain")
"""The registered type first; the last is what Open Badges 3.0 (section 8.2) asks for."""


@dataclass(frozen=True)
class Form:
    """A form of a badge: what its address ends with, and the media types that it answers with."""

    name: FormName
    suffix: str
    types: tuple[str, ...]


FORMS: Final = (
    Form("page", "", (forms.HTML,)),
    Form("json", ".json", forms.CREDENTIAL_TYPES),
    Form("jwt", ".jwt", TOKEN_TYPES),
    Form("png", ".png", (PNG,)),
    Form("svg", ".svg", (SVG,)),
    Form("pdf", ".pdf", (forms.PDF,)),
)
"""In the order in which they are preferred: whoever takes anything gets the page."""


@dataclass(frozen=True)
class Asked:
    """The form that a request asks for, and the media type to answer with."""

    form: FormName
    media: str


def asked(request: Request) -> Asked | None:
    """Return what `Accept` asks for (RFC 9110, section 12.5.1), or None where there is no such form here."""
    offers = [(form, media) for form in _offered() for media in form.types]
    media = negotiation.choose(request.headers.get("accept"), [media for _, media in offers])
    return next((Asked(form.name, media) for form, each in offers if each == media), None)


def refusal(page_url: str) -> NotAcceptable:
    """Return the error that lists each form with its address (RFC 9110, section 15.5.7)."""
    listed = "; ".join(f"{', '.join(form.types)} at {page_url}{form.suffix}" for form in _offered())
    instead = "" if pdf.available() else f"; to print at {page_url}?print=1"
    return NotAcceptable(f"this badge has these forms: {listed}{instead}")


def disposition(badge: PublicBadge, suffix: str) -> str:
    """Return a Content-Disposition that names a file after its badge (RFC 6266, with RFC 8187)."""
    return file_names.disposition(str(badge.document["name"]), suffix)


def linked(answer: Response, json_url: str) -> Response:
    """Return an answer that says where the signed file is (RFC 8288)."""
    answer.headers["link"] = f'<{json_url}>; rel="alternate"; type="application/vc"'
    return answer


def _offered() -> Iterator[Form]:
    """Yield the forms that can be made here: certificates as PDF files not everywhere."""
    return (form for form in FORMS if form.name != "pdf" or pdf.available())
