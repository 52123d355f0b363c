"""Where holders let their badges be sent to a host, and where hosts send them back to."""

from typing import Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response

from issuer.context import Context
from issuer.core import fields
from issuer.core.exchange.hosts import BadHost
from issuer.core.fields import Strict
from issuer.db.hosts import UnknownHost
from issuer.errors import IssuerError
from issuer.net.targets import RefusedAddress
from issuer.services.holder import Holder
from issuer.services.hosts import linking, pushing
from issuer.services.hosts.asking import ForeignAnswer
from issuer.services.hosts.talking import ClientForgotten, HostRefused, HostUnavailable
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import consent_view, forms, languages
from issuer.web.badge_view import issuer_ref
from issuer.web.dependencies import BaseDep, ContextDep
from issuer.web.pages import host_views
from issuer.web.pages.host_views import HostView
from issuer.web.routes.holder import FormDep, GrantId, HolderDep, admitted

router = APIRouter(include_in_schema=False, dependencies=[Depends(admitted)])

_PATIENCE: Final = 10.0
"""For how many seconds somebody waits until their badges are sent: the worker sends the rest."""

TOLD: Final = (BadHost, RefusedAddress, HostUnavailable, HostRefused, ClientForgotten, ForeignAnswer)
"""What a page has a sentence for, in the language of its reader."""

_ASKED: Final = ("code", "state", "error", "iss")
_REFUSED: Final = 422


class Act(Strict):
    """What is to be done about a host."""

    act: Literal["again", "stop"]


@router.post("/h/{token}/hosts")
def ask_host(request: Request, context: ContextDep, holder: HolderDep, form: FormDep, token: str) -> Response:
    """Return the page that leads on to a host, where the person is asked for consent."""
    back = f"../{token}?"
    try:
        asked = linking.begin(context, holder, form.get("host", ""))
    except IssuerError as error:
        return _failed(request, context, holder, error, back)
    view = HostView(
        kind="go", home=_home(context, holder), url=asked.url, host=asked.title, name=asked.name,
        back=back, switch=back,
    )  # fmt: skip
    return _page(request, context, holder, view)


@router.post("/h/{token}/hosts/{link_id}")
def change_host(
    request: Request, context: ContextDep, holder: HolderDep, form: FormDep, link_id: GrantId, token: str
) -> Response:
    """Send to a host again, or never more."""
    if fields.read(Act, form).act == "stop":
        linking.end(context, holder, link_id)
    else:
        linking.plan(context, holder, link_id)
        pushing.serve(context, holder.tenant.id, link_id, _PATIENCE)
    lang = languages.of(request, holder.tenant)
    place = f"../../{token}?lang={lang}#hosts"
    return Response(status_code=303, headers={**forms.NOT_KEPT, "location": place})


@router.get("/oauth/callback")
def come_back(request: Request, context: ContextDep, base: BaseDep) -> Response:
    """Return the page that asks who comes back from a host: only their private link says it.

    Whoever could end a consent that another person began would put their badges, or their tokens, where they
    do not belong; and the host, which knows the state, must not be led to the private page.
    """
    if request.query_params.get("error") or not request.query_params.get("code"):
        return _page(request, context, None, HostView(kind="denied", home=base, switch=_again(request)))
    return _page(request, context, None, HostView(kind="back", home=base, switch=_again(request)))


@router.post("/oauth/callback")
def finish(request: Request, context: ContextDep, base: BaseDep, form: FormDep) -> Response:
    """Take the host's answer for whoever shows their private link, send their badges, and lead back there."""
    who = consent_view.opened(context, form.get("link", ""), base, request.state.request_id)
    if who is None:
        view = HostView(kind="back", home=base, switch=_again(request), is_mistaken=True)
        return _page(request, context, None, view, _REFUSED)
    holder, token = who
    request.state.tenant_id = holder.tenant.id
    asked = request.query_params
    try:
        link = linking.finish(context, holder, asked.get("state", ""), asked.get("code", ""))
    except IssuerError as error:
        return _failed(request, context, holder, error, f"../h/{token}?")
    pushing.serve(context, holder.tenant.id, link.id, _PATIENCE)
    place = f"../h/{token}?lang={languages.of(request, holder.tenant)}#hosts"
    return Response(status_code=303, headers={**forms.NOT_KEPT, "location": place})


def _failed(request: Request, context: Context, holder: Holder, error: IssuerError, back: str) -> Response:
    """Return the page that says why nothing was sent, or raise what it has no sentence for."""
    if isinstance(error, UnknownHost):
        raise error
    code = error.code.replace("-", "_") if isinstance(error, TOLD) else "other"
    said = error.detail if isinstance(error, HostRefused) else ""
    request.state.code = error.code
    view = HostView(kind="failed", home=_home(context, holder), back=back, switch=back, code=code, said=said)
    return _page(request, context, holder, view, _REFUSED)


def _page(
    request: Request, context: Context, holder: Holder | None, view: HostView, status: int = 200
) -> Response:
    tenant = holder.tenant if holder else None
    if tenant is not None:
        by = issuer_ref(profile_of(context, tenant), context.addresses(tenant), presentation_of(tenant))
        view = view.by(by)
    return forms.page(host_views.page(view, languages.of(request, tenant)), forms.NOT_KEPT, status)


def _home(context: Context, holder: Holder) -> str:
    return context.addresses(holder.tenant).base


def _again(request: Request) -> str:
    """Return what a host answered, as a relative address: nothing of it but what is known is repeated."""
    asked = {name: request.query_params[name] for name in _ASKED if name in request.query_params}
    return f"?{urlencode(asked)}&"
