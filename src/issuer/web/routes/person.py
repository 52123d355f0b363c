"""Whether a badge is the person's who shows it: asked with an address, and forgotten."""

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from issuer.context import Context
from issuer.core.documents import DocumentTooLarge
from issuer.services import standing
from issuer.web import dependencies, forms, languages, multipart, oembed, person_match
from issuer.web.badge_view import badge_view
from issuer.web.dependencies import BaseDep, ContextDep
from issuer.web.gate import Gate
from issuer.web.pages import share_pages
from issuer.web.pages.share_views import PersonView
from issuer.web.person_match import Typed

router = APIRouter(include_in_schema=False)

MAX_BODY: Final = 8_000
_STATUS: Final = {False: HTTPStatus.OK, True: HTTPStatus.UNPROCESSABLE_ENTITY}


@router.post("/b/{badge_id}/person")
async def compare_person(request: Request, context: ContextDep, base: BaseDep, badge_id: str) -> Response:
    """Return whether the badge was issued to an address. Nothing of the question is kept or logged.

    It is asked by POST alone, so that no address stands in a link, a history or a log.
    """
    gate: Gate = request.app.state.gate
    dependencies.admit(request)
    typed = await _typed(request)
    text = await gate.run(partial(_answer, request, context, base, badge_id, typed))
    return forms.page(text, forms.NOT_KEPT, int(_STATUS[bool(typed.mistake)]))


async def _typed(request: Request) -> Typed:
    """Return what was typed, and what is wrong with it: a browser's form, and no more than a small one."""
    try:
        raw = await multipart.bounded(request, MAX_BODY)
        fields = dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=8, errors="strict"))
    except DocumentTooLarge:
        return Typed("", "too_long")
    except ValueError:
        return Typed("", "unreadable")
    return person_match.typed(fields.get("email", ""))


def _answer(request: Request, context: Context, base: str, badge_id: str, typed: Typed) -> str:
    """Return the page, or raise why the badge is not shown: as its own page does."""
    token = request.query_params.get("share")
    badge = standing.public_badge(context, oembed.known_id(badge_id), base, share=token)
    view = badge_view(context, badge, standing.checked(context, badge))
    if badge.is_private:
        view = replace(view, share=token, json_url="")
    lang = languages.of(request, badge.tenant)
    if typed.mistake:
        return share_pages.person(PersonView(badge=view, email=typed.email, mistake=typed.mistake), lang)
    found = person_match.compared(badge.document, typed.email, seal_holds=view.shown is not None)
    return share_pages.person(PersonView(badge=view, compared=found), lang)
