"""From stored pathways, and how far somebody is with them, to what their pages show."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from issuer.context import Context
from issuer.core.addresses import Addresses
from issuer.core.awarding import stack_credit, stack_progress
from issuer.core.awarding.stack_progress import Part
from issuer.core.awarding.stack_rule import All, AnyOf, Badge, Points
from issuer.db.tables import Tenant
from issuer.services import pathways
from issuer.services.pathway_offers import Component, Offer
from issuer.services.pathways import Standing
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import badge_view
from issuer.web.pages.issuer_views import VersionRef
from issuer.web.pages.pathway_refs import PathwayRef
from issuer.web.pages.pathway_views import BadgeLine, PartView, PathwayView, ProgressView
from issuer.web.pages.rule_words import BadgeName
from issuer.web.pages.views import Image


def pathway_view(context: Context, tenant: Tenant, offer: Offer, versions: Sequence[Offer]) -> PathwayView:
    """Return what the page of a version shows. `versions` are all of the pathway, the oldest first."""
    addresses, definition = context.addresses(tenant), offer.stack.definition
    presentation, is_newest = presentation_of(tenant), offer.number == versions[-1].number
    zone, address = ZoneInfo(presentation.time_zone), addresses.pathway_version(offer.code, offer.number)
    validity, whole = definition.validity, stack_progress.evaluate(offer.rule, frozenset())
    return PathwayView(
        name=definition.name,
        url=addresses.pathway(offer.code) if is_newest else address,
        rule=offer.rule,
        names=names_of(offer),
        language=definition.in_language,
        description=definition.description,
        issuer=badge_view.issuer_ref(profile_of(context, tenant), addresses, presentation),
        json_url=f"{address}.json",
        number=offer.number,
        published=offer.published_at.astimezone(zone),
        part=_part(whole, offer.components, addresses),
        brings=_line(definition.achievement, offer.components, addresses) if definition.achievement else None,
        grant=definition.grant,
        expired_count=definition.counts.expired,
        ends_first=validity is not None and validity.ends is not None,
        valid_for=validity.for_ if validity else None,
        ends_on=validity.ends_on if validity else None,
        credit=stack_credit.credit(offer.rule, {code: each.hours for code, each in offer.components.items()}),
        retired=offer.retired,
        newer_url=None if is_newest else addresses.pathway(offer.code),
        versions=tuple(_version(each, addresses, zone) for each in reversed(versions)),
        image=_image(offer),
        listed=is_newest and not offer.retired,
    )


def toward(context: Context, tenant: Tenant, achievement_code: str) -> tuple[PathwayRef, ...]:
    """Return the pathways that a badge counts toward, for the pages of the badge and its achievement."""
    addresses = context.addresses(tenant)
    found = pathways.toward(context, tenant.id, achievement_code)
    return tuple(_reference(offer, addresses) for offer in found)


def offered(context: Context, tenant: Tenant) -> tuple[PathwayRef, ...]:
    """Return the pathways of an issuer, for its page."""
    addresses = context.addresses(tenant)
    return tuple(_reference(offer, addresses) for offer in pathways.offered(context, tenant.id))


def progress(context: Context, tenant: Tenant, recipient_id: str) -> tuple[ProgressView, ...]:
    """Return how far a person is with each pathway to which a badge of theirs counts.

    Only the page behind the person's own link shows it: it tells what they still work on.
    """
    addresses = context.addresses(tenant)
    found = pathways.progress_of(context, tenant.id, recipient_id)
    return tuple(progress_view(standing, addresses) for standing in found)


def progress_view(standing: Standing, addresses: Addresses) -> ProgressView:
    """Return what is shown of how far somebody is with a pathway."""
    offer = standing.offer
    return ProgressView(
        name=offer.stack.definition.name,
        url=addresses.pathway_version(offer.code, offer.number),
        rule=offer.rule,
        names=names_of(offer),
        language=offer.stack.definition.in_language,
        evaluated=standing.part,
        part=_part(standing.part, offer.components, addresses, about_somebody=True),
        left=standing.left,
    )


def names_of(offer: Offer) -> dict[str, BadgeName]:
    """Return what the badges of a pathway are called, by their codes."""
    return {code: BadgeName(each.name, each.language, each.levels) for code, each in offer.components.items()}


def _reference(offer: Offer, addresses: Addresses) -> PathwayRef:
    return PathwayRef(
        name=offer.stack.definition.name,
        url=addresses.pathway(offer.code),
        rule=offer.rule,
        names=names_of(offer),
        language=offer.stack.definition.in_language,
    )


def _part(
    part: Part, components: Mapping[str, Component], addresses: Addresses, *, about_somebody: bool = False
) -> PartView:
    rule = part.rule
    inner = (_part(each, components, addresses, about_somebody=about_somebody) for each in part.parts)
    return PartView(
        rule=rule,
        badge=_line(rule.code, components, addresses) if isinstance(rule, Badge) else None,
        weight=part.weight,
        level=_level(rule, components) if isinstance(rule, Badge) else None,
        label=rule.label if isinstance(rule, All | AnyOf | Points) else None,
        parts=tuple(inner),
        state=part.state if about_somebody else None,
    )


def _line(code: str, components: Mapping[str, Component], addresses: Addresses) -> BadgeLine:
    known = components.get(code)
    if known is None:
        return BadgeLine(name=code)
    return BadgeLine(
        name=known.name,
        url=addresses.achievement(code),
        description=known.description,
        hours=known.hours,
        retired=known.retired,
        language=known.language,
    )


def _level(badge: Badge, components: Mapping[str, Component]) -> str | None:
    if badge.min_level is None or badge.code not in components:
        return badge.min_level
    return components[badge.code].levels.get(badge.min_level, badge.min_level)


def _version(offer: Offer, addresses: Addresses, zone: ZoneInfo) -> VersionRef:
    return VersionRef(
        name=str(offer.number),
        url=addresses.pathway_version(offer.code, offer.number),
        published=offer.published_at.astimezone(zone),
    )


def _image(offer: Offer) -> Image | None:
    image = offer.stack.definition.image
    return Image(url=image.id, alt=image.caption) if image else None
