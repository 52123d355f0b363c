"""The page on which anybody checks a badge, whoever issued it."""

from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from issuer.context import Context
from issuer.core.verifying.report import Report
from issuer.db.credentials import UnknownCredential
from issuer.services import standing, verify
from issuer.web import dependencies, forms, languages, verify_form, verify_view
from issuer.web.dependencies import BaseDep, ContextDep
from issuer.web.gate import Gate
from issuer.web.pages import render
from issuer.web.pages.verify_views import FormView
from issuer.web.pages.words import Language
from issuer.web.verify_form import Filled, UnusableForm
from issuer.web.verify_view import Asked

router = APIRouter(include_in_schema=False)

_STATUS: Final = {"too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE}


@router.get("/verify")
def read_form(request: Request) -> Response:
    """Return the form, with a link filled in where one is given. Nothing is fetched before it is sent."""
    url = request.query_params.get("url", "").strip()[: verify_form.MAX_LINK]
    return forms.public_page(request, render.verify_form(FormView(link=url), languages.of(request)))


@router.post("/verify")
async def check_badge(request: Request, context: ContextDep, base: BaseDep) -> Response:
    """Return the answer of a check, or the form again with what is missing. Nothing is kept or logged."""
    gate: Gate = request.app.state.gate
    try:
        filled = await verify_form.filled(request)
        dependencies.admit(request)
        text = await gate.run(partial(_answer, context, base, filled, languages.of(request)))
    except UnusableForm as error:
        request.state.code = error.code
        again = render.verify_form(error.view, languages.of(request))
        return forms.page(
            again, forms.NOT_KEPT, int(_STATUS.get(error.mistake, HTTPStatus.UNPROCESSABLE_ENTITY))
        )
    return forms.page(text, forms.NOT_KEPT)


def _answer(context: Context, base: str, filled: Filled, lang: Language) -> str:
    report = _report(context, base, filled)
    asked = Asked(filled.given, urlsplit(base).netloc, filled.url or filled.badge_id, filled.claimed)
    return render.verify_answer(verify_view.answer_view(context, report, asked), lang)


def _report(context: Context, base: str, filled: Filled) -> Report:
    if filled.badge_id is not None:
        return verify.verify(context, _own(context, base, filled, filled.badge_id), filled.claimed)
    if filled.url is not None:
        return verify.verify_url(context, filled.url, filled.claimed)
    return verify.verify(context, filled.raw, filled.claimed)


def _own(context: Context, base: str, filled: Filled, badge_id: str) -> bytes:
    """Return one of our own badges by its id alone, or raise `UnusableForm`, or why it is not shown."""
    try:
        return standing.public_badge(context, badge_id, base).text.encode()
    except UnknownCredential as error:
        raise verify_form.unusable("unknown_badge", filled.view) from error
