"""Where a holder says that no more letters are wanted."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request, Response

from issuer.context import Context
from issuer.db.tables import Tenant
from issuer.services import letters
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import forms, languages
from issuer.web.badge_view import issuer_ref
from issuer.web.dependencies import BaseDep, ContextDep
from issuer.web.pages import letter_pages
from issuer.web.pages.letter_pages import StopView

router = APIRouter(include_in_schema=False)

_MOST_TOKEN: Final = 120


@router.get("/mail/{token}")
def ask_to_stop(request: Request, context: ContextDep, base: BaseDep, token: str) -> Response:
    """Return the page that asks. To look at it stops nothing: programs look at links too (RFC 8058)."""
    tenant = letters.whose(context, token[:_MOST_TOKEN], base)
    return _page(request, context, tenant, StopView(home=base))


@router.post("/mail/{token}")
def stop_letters(request: Request, context: ContextDep, base: BaseDep, token: str) -> Response:
    """Stop the letters: by the page's button, or by one click in a mail program (RFC 8058)."""
    tenant = letters.whose(context, token[:_MOST_TOKEN], base)
    letters.stop_all(context, token[:_MOST_TOKEN], base)
    return _page(request, context, tenant, StopView(home=base, is_done=True))


def _page(request: Request, context: Context, tenant: Tenant, view: StopView) -> Response:
    profile, addresses = profile_of(context, tenant), context.addresses(tenant)
    view = replace(view, issuer=issuer_ref(profile, addresses, presentation_of(tenant)))
    lang, chosen = languages.of(request, tenant), languages.is_chosen(request)
    return forms.page(letter_pages.stop(view, lang, chosen=chosen), forms.NOT_KEPT)
