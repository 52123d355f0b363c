"""The pages that tell how people are treated here: accessibility, privacy, withdrawal and appeal."""

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
from issuer.web.dependencies import BaseDep, ContextDep
from issuer.web.pages import share_pages
from issuer.web.pages.share_views import InformationView, Topic

router = APIRouter(include_in_schema=False)

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
    here = _issuers(context, base)
    tenant = _named(here, slug)
    is_common = slug is None or len(here) == 1
    view = InformationView(topic=topic, home=base, page_url=f"{base}/{path}" if is_common else None)
    presentation = presentation_of(tenant) if tenant else None
    if tenant is not None and presentation is not None:
        view = replace(
            view,
            issuer=issuer_ref(profile_of(context, tenant), context.addresses(tenant), presentation),
            policies=_policies(presentation.policies, topic),
            records_years=presentation.records_years,
        )
    return forms.public_page(request, share_pages.information(view, languages.of(request, tenant)))


def _issuers(context: Context, base: str) -> list[Tenant]:
    with context.database.read() as session:
        return [each for each in tenants.all_tenants(session) if context.addresses(each).base == base]


def _named(here: list[Tenant], slug: str | None) -> Tenant | None:
    """Return the issuer of a slug, else the only one there is, else none: nobody is guessed."""
    named = [each for each in here if each.slug == slug]
    return next(iter(named or (here if len(here) == 1 else [])), None)


def _policies(own: Policies, topic: Topic) -> tuple[tuple[str, str], ...]:
    found = {
        "privacy": own.privacy,
        "withdrawal": own.withdrawal,
        "appeal": own.appeal,
    }
    return tuple((kind, url) for kind in _OWN[topic] if (url := found[kind]) is not None)
