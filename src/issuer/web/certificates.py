"""The answers with the certificate of a badge: its page, and its file."""

from http import HTTPStatus

from fastapi import Request, Response

from issuer.context import Context
from issuer.core.verifying.report import Report
from issuer.services import drawn
from issuer.services.standing import PublicBadge
from issuer.web import file_names, forms, languages, negotiation
from issuer.web.certificate_view import certificate_view
from issuer.web.pages import certificate, pdf, words
from issuer.web.pages.certificate_sheet import sheet
from issuer.web.pages.certificate_views import CertificateView


class NoPdf(forms.NotAcceptable):
    """This badge has no certificate as a PDF file here. Its page can be printed instead."""

    code = "no-pdf"


def page(request: Request, context: Context, badge: PublicBadge, report: Report) -> str:
    """Return the page to print. A link that opens a private badge goes on to what it leads to."""
    share = request.query_params.get("share") if badge.is_private else None
    return certificate.page(
        certificate_view(context, badge, report), languages.of(request, badge.tenant), share
    )


def file(request: Request, context: Context, badge: PublicBadge, report: Report) -> Response:
    """Return the PDF file, or raise `NoPdf`: it cannot be made here, or the badge has no certificate.

    Whoever reads pages gets the one to print instead, which says how the badge stands.
    """
    view, lang = certificate_view(context, badge, report), languages.of(request, badge.tenant)
    try:
        made = _made(context, view, lang)
    except NoPdf:
        if not negotiation.prefers_pages(request.headers.get("accept")):
            raise
        return forms.page(page(request, context, badge, report), status=int(HTTPStatus.NOT_ACCEPTABLE))
    plain = f"certificate-{badge.credential.public_id}"
    headers = {
        "cache-control": "public, max-age=300",
        "content-disposition": file_names.disposition(sheet(view, lang).named, ".pdf", plain=plain),
        "vary": forms.VARY,
    }
    return forms.tagged(request, Response(made, media_type=forms.PDF, headers=headers))


def _made(context: Context, view: CertificateView, lang: words.Language) -> bytes:
    instead = f"print the page {view.badge.page_url}?print=1 instead"
    if view.content is None:
        raise NoPdf(f"this badge has no certificate as it stands: see {view.badge.page_url}?print=1")
    if not pdf.available():
        raise NoPdf(f"this service makes no PDF files: {instead}")
    try:
        return drawn.recall(
            context,
            context.remembered.certificates,
            (view, lang),
            lambda: pdf.certificate(view, lang),
            weigh=lambda made: len(made) + len(view.picture or b""),
        )
    except pdf.Unset as error:
        raise NoPdf(f"the fonts of this service lack a letter of this certificate: {instead}") from error
