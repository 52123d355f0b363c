"""From what is stored of an issuer and its achievements to what their pages show."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from issuer.context import Context
from issuer.core.addresses import Addresses
from issuer.core.awarding import editions
from issuer.core.awarding.definition import Definition, ResultDescription
from issuer.core.awarding.presentation import Presentation
from issuer.core.documents import Document
from issuer.db.tables import AchievementVersion, Tenant, VerificationKey
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import pathway_view, programme_view
from issuer.web.badge_view import alignments, issuer_ref, uploaded
from issuer.web.pages import issuer_views as views

_NCES_TYPE: Final = "ext:nces-lea"
_NCES: Final = "https://nces.ed.gov/ccd/districtsearch/district_detail.asp?ID2="
"""Where the National Center for Education Statistics tells of a school district."""


def issuer_view(
    context: Context, tenant: Tenant, newest: Sequence[AchievementVersion], keys: Sequence[VerificationKey]
) -> views.IssuerView:
    """Return what the page of an issuer shows: who it is, and what can be earned of it."""
    profile, addresses = profile_of(context, tenant), context.addresses(tenant)
    presentation = presentation_of(tenant)
    zone = ZoneInfo(presentation.time_zone)
    return views.IssuerView(
        issuer=issuer_ref(profile, addresses, presentation),
        json_url=addresses.profile,
        did=addresses.did,
        description=profile.get("description"),
        kind=presentation.kind,
        legal_name=presentation.legal_name,
        place=_place(profile.get("address", {})),
        official=profile.get("official"),
        phone=profile.get("phone"),
        identifiers=tuple(_identifier(each) for each in profile.get("otherIdentifier", [])),
        policies=_policies(presentation),
        records_years=presentation.records_years,
        achievements=tuple(_achievement_ref(json.loads(each.document)) for each in newest),
        pathways=pathway_view.offered(context, tenant),
        keys=tuple(_key(key, key.activated_at, zone) for key in keys if key.activated_at),
        language=presentation.language,
        listed=True,
    )


def achievement_view(
    context: Context,
    tenant: Tenant,
    version: AchievementVersion,
    versions: Sequence[AchievementVersion],
    *,
    retired: bool,
    lang: str,
) -> views.AchievementView:
    """Return what the page of a version of an achievement shows. `versions` are all of it, oldest first.

    Its texts are those of the edition in the language of the page, where there is one.
    """
    addresses, document = context.addresses(tenant), json.loads(version.document)
    whole = Definition.model_validate_json(version.definition)
    definition = editions.in_language(whole, lang)
    presentation = presentation_of(tenant)
    is_newest = version.number == versions[-1].number
    page_url = str(document["id"]) if is_newest else _address(addresses, version, document)
    return views.AchievementView(
        name=definition.name,
        kind=definition.achievement_type,
        description=definition.description,
        issuer=issuer_ref(profile_of(context, tenant), addresses, presentation),
        page_url=page_url,
        json_url=_address(addresses, version, document) + ".json",
        version=document["version"],
        criteria=definition.criteria.narrative,
        criteria_url=definition.criteria.id,
        rubric=tuple(_criterion(each) for each in definition.result_description),
        alignments=alignments(document),
        credit_hours=definition.credits_available,
        valid_for=definition.validity.for_ if definition.validity else None,
        ends_on=definition.validity.ends_on if definition.validity else None,
        retired=retired,
        newer_url=None if is_newest else document["id"],
        versions=_history(addresses, versions, ZoneInfo(presentation.time_zone)),
        editions=_editions(whole, page_url, definition.in_language),
        image=uploaded(document),
        language=definition.in_language,
        listed=is_newest and not retired,
        pathways=pathway_view.toward(context, tenant, str(document["id"]).rpartition("/")[2]),
        programme=programme_view.programme(definition),
    )


def _place(address: Document) -> str | None:
    parts = (address.get("addressLocality"), address.get("addressRegion"))
    return ", ".join(part for part in parts if part) or None


def _identifier(entry: Document) -> views.Identifier:
    kind, value = entry["identifierType"], entry["identifier"]
    url = _NCES + quote(value, safe="") if kind == _NCES_TYPE else None
    return views.Identifier(label=kind.removeprefix("ext:"), value=value, url=url)


def _policies(presentation: Presentation) -> tuple[views.Policy, ...]:
    chosen = presentation.policies
    named: tuple[tuple[views.PolicyKind, str | None], ...] = (
        ("assessment", chosen.assessment),
        ("withdrawal", chosen.withdrawal),
        ("appeal", chosen.appeal),
        ("privacy", chosen.privacy),
    )
    return tuple(views.Policy(about=about, url=url) for about, url in named if url)


def _achievement_ref(document: Document) -> views.AchievementRef:
    return views.AchievementRef(
        name=document["name"],
        url=document["id"],
        kind=document["achievementType"],
        description=document["description"],
        image=uploaded(document),
    )


def _key(key: VerificationKey, since: datetime, zone: ZoneInfo) -> views.Key:
    until = key.retired_at.astimezone(zone) if key.retired_at else None
    return views.Key(id=key.id, since=since.astimezone(zone), until=until)


def _criterion(description: ResultDescription) -> views.Criterion:
    levels = tuple(
        views.Level(
            name=each.name, description=each.description, required=each.id == description.required_level
        )
        for each in description.rubric_criterion_level
    )
    return views.Criterion(name=description.name, levels=levels, needed=description.required_value)


def _history(
    addresses: Addresses, versions: Sequence[AchievementVersion], zone: ZoneInfo
) -> tuple[views.VersionRef, ...]:
    """Return every version, the newest first."""
    documents = [(each, json.loads(each.document)) for each in reversed(versions)]
    return tuple(
        views.VersionRef(
            name=document["version"],
            url=_address(addresses, version, document),
            published=version.published_at.astimezone(zone),
        )
        for version, document in documents
    )


def _address(addresses: Addresses, version: AchievementVersion, document: Document) -> str:
    code = str(document["id"]).rpartition("/")[2]
    return addresses.achievement_version(code, version.number)


def _editions(definition: Definition, page_url: str, shown: str) -> tuple[views.Edition, ...]:
    """Return where the achievement is in other languages: here, and elsewhere (Open Badges 3.0, Related)."""
    own = [definition.in_language, *(each.in_language for each in definition.editions)]
    return (
        *(
            views.Edition(language=each, url=f"{page_url}?lang={each}")
            for each in own
            if each != shown and len(own) > 1
        ),
        *(
            views.Edition(language=each.in_language, url=each.id)
            for each in definition.related
            if each.in_language
        ),
    )
