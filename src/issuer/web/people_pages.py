"""The pages that people read, from what is stored."""

import json
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from fastapi import Request, Response

from issuer.context import Context
from issuer.core.awarding.definition import Definition, ResultDescription
from issuer.core.documents import Document
from issuer.core.verifying.report import Report
from issuer.db.tables import AchievementVersion, Tenant, VerificationKey
from issuer.errors import IssuerError
from issuer.services.standing import PublicBadge
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import forms, negotiation, problems
from issuer.web.badge_view import alignments, badge_view, issuer_ref
from issuer.web.pages import render, views, words

_API = "/v1"


def badge_page(request: Request, context: Context, badge: PublicBadge, report: Report) -> str:
    """Return the page of a badge. A private one that a link opened has nothing that the link does not."""
    view = badge_view(context, badge, report)
    if badge.is_private:
        view = replace(view, share=request.query_params.get("share", ""), json_url="")
    return render.badge(view, _language(request, badge.tenant))


def issuer_page(
    request: Request,
    context: Context,
    tenant: Tenant,
    versions: Sequence[AchievementVersion],
    keys: Sequence[VerificationKey],
) -> str:
    """Return the page of an issuer: who it is, and what can be earned of it."""
    profile, addresses = profile_of(context, tenant), context.addresses(tenant)
    address = profile.get("address", {})
    place = ", ".join(filter(None, (address.get("addressLocality"), address.get("addressRegion"))))
    view = views.IssuerView(
        issuer=issuer_ref(profile, addresses, presentation_of(tenant)),
        json_url=addresses.issuer,
        did=addresses.did,
        description=profile.get("description"),
        place=place or None,
        identifiers=tuple(
            views.Identifier(label=each["identifierType"].removeprefix("ext:"), value=each["identifier"])
            for each in profile.get("otherIdentifier", [])
        ),
        achievements=tuple(_achievement_ref(json.loads(version.document)) for version in versions),
        keys=tuple(
            views.Key(id=key.id, since=key.activated_at, until=key.retired_at)
            for key in keys
            if key.activated_at
        ),
    )
    return render.issuer(view, _language(request, tenant))


def achievement_page(
    request: Request, context: Context, tenant: Tenant, version: AchievementVersion, *, retired: bool
) -> str:
    """Return the page of a published version of an achievement."""
    addresses, document = context.addresses(tenant), json.loads(version.document)
    definition = Definition.model_validate_json(version.definition)
    code = document["id"].rpartition("/")[2]
    view = views.AchievementView(
        name=definition.name,
        kind=definition.achievement_type,
        description=definition.description,
        issuer=issuer_ref(profile_of(context, tenant), addresses, presentation_of(tenant)),
        page_url=addresses.achievement_version(code, version.number),
        json_url=addresses.achievement_version(code, version.number),
        version=document["version"],
        criteria=definition.criteria.narrative,
        criteria_url=definition.criteria.id,
        rubric=tuple(_criterion(each) for each in definition.result_description),
        alignments=alignments(document),
        credit_hours=definition.credits_available,
        valid_for=definition.validity.for_ if definition.validity else None,
        ends_on=definition.validity.ends_on if definition.validity else None,
        retired=retired,
        language=definition.in_language,
    )
    return render.achievement(view, _language(request, tenant))


def problem_page(request: Request, code: str) -> str:
    """Return the explanation of an error code: where the `type` of a problem document leads."""
    found = problems.catalogue().get(code)
    if found is None:
        return _error(request, HTTPStatus.NOT_FOUND, "not-found")
    status = problems.status_of(found)
    detail = " ".join((found.__doc__ or "").split())
    view = views.ErrorView(status=int(status), code=code, title=problems.title(code), detail=detail)
    return render.error(view, _language(request))


def error_page(request: Request, error: IssuerError) -> Response | None:
    """Return an error as a page, where a person asked for one; otherwise None."""
    return status_page(request, problems.status_of(type(error)), error.code)


def status_page(request: Request, status: HTTPStatus, code: str) -> Response | None:
    """Return the page of a status, where a person asked for one; otherwise None."""
    offers = (problems.MEDIA_TYPE, "application/json", forms.HTML)
    reads_html = negotiation.choose(request.headers.get("accept"), offers) == forms.HTML
    if request.url.path.startswith(_API) or not reads_html or status is HTTPStatus.NOT_ACCEPTABLE:
        return None
    return forms.page(_error(request, status, code), status=int(status))


def _error(request: Request, status: HTTPStatus, code: str) -> str:
    return render.error(views.ErrorView(status=int(status), code=code), _language(request))


def _achievement_ref(document: Document) -> views.AchievementRef:
    return views.AchievementRef(
        name=document["name"],
        url=document["id"],
        kind=document["achievementType"],
        description=document["description"],
    )


def _criterion(description: ResultDescription) -> views.Criterion:
    levels = tuple(
        views.Level(
            name=each.name, description=each.description, required=each.id == description.required_level
        )
        for each in description.rubric_criterion_level
    )
    return views.Criterion(name=description.name, levels=levels, needed=description.required_value)


def _language(request: Request, tenant: Tenant | None = None) -> words.Language:
    default = presentation_of(tenant).language if tenant else words.LANGUAGES[0]
    return words.language(request.query_params.get("lang"), request.headers.get("accept-language"), default)
