"""The pages that tell how people are treated here: accessibility, privacy, withdrawal and appeal."""

import re
from contextlib import suppress
from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request, Response

from issuer.context import Context
from issuer.core.awarding.presentation import Policies
from issuer.db import tenants
from issuer.db.tables import Tenant
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import forms, languages
from issuer.web.badge_view import issuer_ref
from issuer.web.dependencies import BaseDep, ContextDep, tenant_at
from issuer.web.pages import share_pages
from issuer.web.pages.share_views import InformationView, Topic

router = APIRouter(include_in_schema=False)

_SLUG: Final = re.compile(r"[a-z0-9-]{1,63}")

TOPICS: Final[dict[str, Topic]] = {
    "accessibility": "accessibility",
    "privacy": "privacy",
    "policy": "withdrawal",
}
"""What is at each address."""

_OWN: Final[dict[Topic, tuple[str, ...]]] = {
    "accessibility": (),
    "privacy": ("privacy",),
    "withdrawal": ("withdrawal", "appeal"),
}
"""Which of an issuer's own policies belong to which page."""


@router.get("/accessibility")
@router.get("/privacy")
@router.get("/policy")
def read_information(request: Request, context: ContextDep, base: BaseDep) -> Response:
    """Return one of these pages, as it holds for the issuer named by `issuer`, or the only one here."""
    path = request.scope["path"].strip("/")
    topic, slug = TOPICS[path], request.query_params.get("issuer")
    tenant, is_common = _whose(context, base, slug)
    view = InformationView(topic=topic, home=base, page_url=f"{base}/{path}" if is_common else None)
    presentation = presentation_of(tenant) if tenant else None
    if tenant is not None and presentation is not None:
        view = replace(
            view,
            issuer=issuer_ref(profile_of(context, tenant), context.addresses(tenant), presentation),
            policies=_policies(presentation.policies, topic),
            records_years=presentation.records_years,
        )
    lang, chosen = languages.of(request, tenant), languages.is_chosen(request)
    return forms.public_page(request, share_pages.information(view, lang, chosen=chosen))


def _whose(context: Context, base: str, slug: str | None) -> tuple[Tenant | None, bool]:
    """Return whose page it is, and whether nobody here has another: of several issuers, none is guessed."""
    with context.database.read() as session:
        origin = tenants.DEFAULT if base == context.settings.public_url else base
        few = tenants.at_origin(session, origin, most=2)
    if len(few) == 1:
        return few[0], True
    if slug is None or not _SLUG.fullmatch(slug):
        return None, slug is None
    with suppress(tenants.UnknownTenant):
        return tenant_at(context, slug, base), False
    return None, False


def _policies(own: Policies, topic: Topic) -> tuple[tuple[str, str], ...]:
    found = {
        "privacy": own.privacy,
        "withdrawal": own.withdrawal,
        "appeal": own.appeal,
    }
    return tuple((kind, url) for kind in _OWN[topic] if (url := found[kind]) is not None)
