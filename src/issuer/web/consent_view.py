"""From what a program asks, and who answers, to the page that a holder sees."""

import re
from typing import Final
from urllib.parse import urlencode, urlsplit

from fastapi import Request, Response

from issuer.context import Context
from issuer.core.holder_links import UnusableLink
from issuer.services import holder as holders
from issuer.services.holder import Holder
from issuer.services.oauth import scopes
from issuer.services.oauth.asking import Asked
from issuer.services.oauth.authorizing import Consent
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import forms, languages
from issuer.web.badge_view import issuer_ref
from issuer.web.pages import consent_views, styles
from issuer.web.pages.consent_views import ConsentView

_TOKEN: Final = re.compile(r"(?:\A|/h/)([1-9A-HJ-NP-Za-km-z]{67})(?:\Z|[/?#])")
_UNUSABLE: Final = 422


def answering(context: Context, typed: str, asked: Asked, request_id: str) -> tuple[Holder, str] | None:
    """Return who typed a private link, or its last part, and that part; None for one that is no good."""
    return opened(context, typed, asked.base, request_id)


def opened(context: Context, typed: str, base: str, request_id: str) -> tuple[Holder, str] | None:
    """Return the same for an origin at which no program asks."""
    found = _TOKEN.search(typed.strip())
    if found is None:
        return None
    try:
        return holders.opened(context, found[1], base, request_id), found[1]
    except UnusableLink:
        return None


def page(
    request: Request,
    context: Context,
    asked: Asked,
    wanted: Consent,
    who: tuple[Holder, str] | None = None,
    *,
    is_mistaken: bool = False,
) -> Response:
    """Return the page that asks who somebody is and then, once that is known, whether they allow it."""
    tenant = who[0].tenant if who else None
    place = urlsplit(wanted.redirect_uri)
    view = ConsentView(
        home=asked.base,
        client=wanted.client_name,
        host=place.netloc,
        scopes=tuple(map(scopes.named, wanted.scopes)),
        query=urlencode(asked.given),
        policy_url=wanted.details["policy_uri"],
        terms_url=wanted.details["tos_uri"],
        issuer=issuer_ref(profile_of(context, tenant), context.addresses(tenant), presentation_of(tenant))
        if tenant
        else None,
        person=who[0].person.name if who else None,
        link=who[1] if who else None,
        is_mistaken=is_mistaken,
    )
    text = consent_views.page(view, languages.of(request, tenant))
    # Browsers hold the address to which a form's answer leads against `form-action` too.
    policy = styles.content_security_policy(text, targets=f"'self' https://{place.netloc}")
    headers = {**forms.NOT_KEPT, "content-security-policy": policy}
    return forms.page(text, headers, _UNUSABLE if is_mistaken else 200)
