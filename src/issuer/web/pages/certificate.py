"""The page of a certificate, made to be printed."""

from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from issuer.core.artwork import pictures
from issuer.web.pages import head, pdf, qr, render
from issuer.web.pages.certificate_sheet import sheet
from issuer.web.pages.certificate_views import CertificateView
from issuer.web.pages.head import Head
from issuer.web.pages.words import Language, phrase

_ART: Final = Markup('<svg class="art" viewBox="0 0 600 600" aria-hidden="true" focusable="false">{}</svg>')


def page(view: CertificateView, lang: Language, share: str | None = None) -> str:
    """Return the certificate, or how the badge stands where there is none.

    `share` is what opens a private badge: its links pass it on, and there is no file of it to open.
    """
    keep = urlencode({"share": share}) + "&" if share else ""
    if view.content is None:
        return _none(view, lang, keep)
    said = sheet(view, lang)
    return render.page(
        "certificate",
        lang,
        Head(title=said.named, color=said.ink, secret=share is not None),
        view,
        sheet=said,
        art=_ART.format(Markup(pictures.drawing(said.art))),  # noqa: S704 - our own drawing, its words escaped
        code=qr.svg(said.url),
        has_pdf=pdf.available() and not share,
        keep=keep,
    )


def _none(view: CertificateView, lang: Language, keep: str) -> str:
    """Return a page whose title says first how the badge stands."""
    headline = head.bare(phrase(lang, f"headline.{view.badge.state}"))
    about = Head(title=f"{headline}. {phrase(lang, 'certificate.none')}")
    tone = render.TONES.get(view.badge.state, "warn")
    return render.page("uncertified", lang, about, view.badge, chosen=True, tone=tone, keep=keep)
