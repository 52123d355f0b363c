"""A badge at its one address, in each of its forms: by `Accept`, or by a suffix, which always wins."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final, TypeAlias

from fastapi import APIRouter, Path, Query, Request, Response

from issuer.context import Context
from issuer.core import ids
from issuer.core.verifying.report import Report
from issuer.db import versions
from issuer.services import enveloped, standing
from issuer.services.standing import PublicBadge
from issuer.web import badge_forms, badge_pictures, certificates, drawing, forms, kept, people_pages
from issuer.web.badge_forms import Asked
from issuer.web.dependencies import BaseDep, ContextDep
from issuer.web.kept import Terms
from issuer.web.openapi import errors

router = APIRouter(tags=["public"])

BadgeId = Annotated[str, Path(pattern=ids.PUBLIC_ID_PATTERN)]

_Baking: TypeAlias = Callable[[Request, Context, PublicBadge, badge_pictures.Baked], Response]

_TOKEN: Final[dict[str, Any]] = {
    "example": "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkaWQ6d2ViIn0.c2ln"
}
_TOKENS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The JWT", "content": dict.fromkeys(badge_forms.TOKEN_TYPES, _TOKEN)},
    304: {"description": "Not changed"},
}
_ANY: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The form that was asked for",
        "content": {
            forms.HTML: {},
            forms.PDF: forms.BYTES,
            **forms.CREDENTIAL[200]["content"],
            **dict.fromkeys(badge_forms.TOKEN_TYPES, _TOKEN),
            **dict.fromkeys((badge_forms.PNG, badge_forms.SVG), forms.BYTES),
        },
    },
    304: {"description": "Not changed"},
}

Holds = Annotated[badge_pictures.Baked, Query(alias="as", description="What is inside: the file, or its JWT")]


@router.get(
    "/b/{badge_id}.json",
    summary="The signed file of a badge",
    response_class=Response,
    responses={**forms.CREDENTIAL, **errors(403, 404, 410)},
)
def read_credential(request: Request, context: ContextDep, base: BaseDep, badge_id: BadgeId) -> Response:
    """Return the credential exactly as it was signed, also when it was withdrawn: the list says that."""
    kept.while_same(request, context, versions.of_file, badge_id)
    badge = standing.public_badge(context, badge_id, base)
    media = forms.wanted(request, forms.FILE_TYPES, suffixed=True)
    return _linked(context, badge, forms.stored(request, badge.text, _digest(badge), media))


@router.get(
    "/b/{badge_id}.jwt",
    summary="A badge as a JWT",
    response_class=Response,
    responses={**_TOKENS, **errors(403, 404, 410, 503)},
)
def read_token(request: Request, context: ContextDep, base: BaseDep, badge_id: BadgeId) -> Response:
    """Return the same credential as a VC-JWT, made when it is first asked for and the same ever after.

    `503` says that no key can make it at this moment.
    """
    kept.while_same(request, context, versions.of_file, badge_id)
    badge = standing.public_badge(context, badge_id, base)
    media = forms.wanted(request, badge_forms.TOKEN_TYPES, suffixed=True)
    return _linked(context, badge, _token(request, context, badge, media))


@router.get(
    "/b/{badge_id}.png",
    summary="A badge inside a PNG picture",
    response_class=Response,
    responses={**forms.pictured(badge_forms.PNG), **errors(403, 404, 410, 422, 503)},
)
async def read_png(request: Request, base: BaseDep, badge_id: BadgeId, holds: Holds = "json") -> Response:
    """Return the picture of a badge with the badge in it, stamped with its state where it is not current."""
    return await drawing.answer(
        request, partial(_picture, badge_pictures.baked_png, request, base, badge_id, holds)
    )


@router.get(
    "/b/{badge_id}.svg",
    summary="A badge inside an SVG picture",
    response_class=Response,
    responses={**forms.pictured(badge_forms.SVG), **errors(403, 404, 410, 422, 503)},
)
async def read_svg(request: Request, base: BaseDep, badge_id: BadgeId, holds: Holds = "json") -> Response:
    """Return the picture of a badge with the badge in it, stamped with its state where it is not current."""
    return await drawing.answer(
        request, partial(_picture, badge_pictures.baked_svg, request, base, badge_id, holds)
    )


@router.get(
    "/b/{badge_id}.pdf",
    summary="The certificate of a badge as a PDF file",
    response_class=Response,
    responses={
        200: {"description": "The certificate", "content": {forms.PDF: forms.BYTES}},
        304: {"description": "Not changed"},
        **errors(403, 404, 406, 410, 503),
    },
)
async def read_certificate(request: Request, base: BaseDep, badge_id: BadgeId) -> Response:
    """Return the certificate as it stands now. Where there is none, the answer says what to print instead."""
    return await drawing.answer(request, partial(_certificate, request, base, badge_id))


@router.get(
    "/b/{badge_id}/card.png",
    summary="The card of a badge that link previews show",
    response_class=Response,
    responses={**forms.pictured(badge_forms.PNG), **errors(403, 404, 410, 503)},
)
async def read_card(request: Request, base: BaseDep, badge_id: BadgeId) -> Response:
    """Return 1200 by 630 pixels that say what and by whom, and how it stands where it is not current."""
    return await drawing.answer(request, partial(_card, request, base, badge_id))


@router.get(
    "/b/{badge_id}",
    summary="The page of a badge, or another form of it by Accept",
    response_class=Response,
    responses={**_ANY, **errors(403, 404, 406, 410, 503)},
)
async def read_badge(request: Request, base: BaseDep, badge_id: BadgeId) -> Response:
    """Return the page that people share, or one of the forms that programs ask for.

    `*/*`, as link previews send it, and no `Accept` at all get the page. A token in `share` opens the page
    of a private badge, and nothing else of it.
    """
    return await drawing.answer(request, partial(_badge, request, base, badge_id))


def _picture(
    baked: _Baking, request: Request, base: str, badge_id: str, holds: badge_pictures.Baked, context: Context
) -> Response:
    terms = kept.terms(context, versions.of_badge, badge_id)
    badge = standing.public_badge(context, badge_id, base)
    _checked(request, context, badge, terms)
    return _linked(context, badge, baked(request, context, badge, holds))


def _certificate(request: Request, base: str, badge_id: str, context: Context) -> Response:
    terms = kept.terms(context, versions.of_badge, badge_id)
    badge = standing.public_badge(context, badge_id, base)
    return certificates.file(request, context, badge, _checked(request, context, badge, terms))


def _card(request: Request, base: str, badge_id: str, context: Context) -> Response:
    terms = kept.terms(context, versions.of_badge, badge_id)
    badge = standing.public_badge(context, badge_id, base)
    _checked(request, context, badge, terms)
    return _linked(context, badge, badge_pictures.card(request, context, badge))


def _badge(request: Request, base: str, badge_id: str, context: Context) -> Response:
    terms = kept.terms(context, versions.of_badge, badge_id)
    asked = badge_forms.asked(request)
    share = request.query_params.get("share") if asked and asked.form == "page" else None
    badge = standing.public_badge(context, badge_id, base, share=share)
    if asked is None:
        raise badge_forms.refusal(context.addresses(badge.tenant).badge(badge_id))
    if badge.is_private:
        return forms.page(_text(request, context, badge, standing.checked(context, badge)), forms.NOT_KEPT)
    return _linked(context, badge, _answer(request, context, badge, asked, terms))


def _answer(request: Request, context: Context, badge: PublicBadge, asked: Asked, terms: Terms) -> Response:
    match asked.form:
        case "json":
            kept.on_terms(request, terms)
            return forms.stored(request, badge.text, _digest(badge), asked.media)
        case "jwt":
            kept.on_terms(request, terms)
            return _token(request, context, badge, asked.media)
    report = _checked(request, context, badge, terms)
    match asked.form:
        case "page":
            return forms.public_page(request, _text(request, context, badge, report))
        case "png":
            return badge_pictures.baked_png(request, context, badge, "json")
        case "svg":
            return badge_pictures.baked_svg(request, context, badge, "json")
        case "pdf":
            return certificates.file(request, context, badge, report)


def _checked(request: Request, context: Context, badge: PublicBadge, terms: Terms) -> Report:
    """Return what a check of a public badge says. While it says so, what is answered may be given again."""
    report = standing.checked(context, badge)
    until = standing.good_until(badge, report)
    kept.on_terms(request, replace(terms, since=report.checked_at, until=until))
    return report


def _text(request: Request, context: Context, badge: PublicBadge, report: Report) -> str:
    shown = certificates.page if "print" in request.query_params else people_pages.badge_page
    return shown(request, context, badge, report)


def _token(request: Request, context: Context, badge: PublicBadge, media: str) -> Response:
    headers = {"cache-control": "no-cache", "vary": forms.VARY}
    answer = Response(enveloped.token(context, badge).encode(), media_type=media, headers=headers)
    return forms.tagged(request, answer)


def _linked(context: Context, badge: PublicBadge, answer: Response) -> Response:
    return badge_forms.linked(answer, context.addresses(badge.tenant).credential(badge.credential.public_id))


def _digest(badge: PublicBadge) -> str:
    return str(badge.credential.secured_sha256)
