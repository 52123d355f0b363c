"""The page of a certificate, made to be printed."""

from urllib.parse import urlencode

from issuer.web.pages import pdf, qr, render
from issuer.web.pages.certificate_sheet import sheet
from issuer.web.pages.certificate_views import CertificateView
from issuer.web.pages.head import Head
from issuer.web.pages.words import Language, phrase


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
        Head(title=said.named, color=said.ink),
        view,
        sheet=said,
        drawn=qr.svg(said.url),
        has_pdf=pdf.available() and not share,
        keep=keep,
    )


def _none(view: CertificateView, lang: Language, keep: str) -> str:
    about = Head(title=phrase(lang, "certificate.none"))
    tone = render.TONES.get(view.badge.state, "warn")
    return render.page("uncertified", lang, about, view.badge, tone=tone, keep=keep)
