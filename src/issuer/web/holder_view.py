"""From a holder's badges as stored to what the page of the link shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast
from zoneinfo import ZoneInfo

from issuer.context import Context
from issuer.core import naming
from issuer.core.documents import Document
from issuer.core.naming import NameShown
from issuer.db import standings
from issuer.db.held_tables import HeldCredential
from issuer.services import elsewhere, evidence
from issuer.services import holder as holders
from issuer.services.holder import Holder, Visibility
from issuer.services.hosts import linking
from issuer.services.oauth import allowed, scopes
from issuer.services.standing import PublicBadge
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import badge_view, linkedin, pathway_view, verify_content
from issuer.web.pages.holder_views import (
    NAMES,
    Done,
    Held,
    HolderView,
    Lent,
    OtherView,
    ProgramView,
    SendingView,
    Shared,
)


@dataclass(frozen=True)
class Outcome:
    """What was done just now, and to which badge."""

    done: Done
    badge_id: str


def holder_view(
    context: Context,
    holder: Holder,
    token: str,
    badges: Sequence[PublicBadge],
    outcome: Outcome | None = None,
) -> HolderView:
    """Return what the page of a link shows. Each private badge comes with a new address to share it."""
    tenant, presentation = holder.tenant, presentation_of(holder.tenant)
    return HolderView(
        issuer=badge_view.issuer_ref(profile_of(context, tenant), context.addresses(tenant), presentation),
        token=token,
        until=holder.expires.astimezone(ZoneInfo(presentation.time_zone)),
        person=holder.person.name,
        badges=tuple(
            _held(context, holder, token, badge)
            if outcome is None or outcome.badge_id != badge.credential.public_id
            else _held(context, holder, token, badge, outcome.done)
            for badge in badges
        ),
        others=tuple(
            other(each, ZoneInfo(presentation.time_zone)) for each in elsewhere.of_holder(context, holder)
        ),
        progress=pathway_view.progress(context, tenant, holder.person.id),
        hosts=_hosts(context, holder, ZoneInfo(presentation.time_zone)),
        programs=_programs(context, holder, ZoneInfo(presentation.time_zone)),
    )


def other(row: HeldCredential, zone: ZoneInfo) -> OtherView:
    """Return what is shown of a badge of another issuer."""
    document = elsewhere.document_of(row)
    who = verify_content.who(document)
    return OtherView(
        id=row.id,
        name=verify_content.name_of(document),
        issuer=who.name or who.domain,
        issued=row.issued_at.astimezone(zone),
        suffix="jwt" if row.format == "jws" else "json",
    )


def _hosts(context: Context, holder: Holder, zone: ZoneInfo) -> tuple[SendingView, ...]:
    return tuple(
        SendingView(
            id=each.id,
            title=each.title,
            name=each.name,
            since=each.since.astimezone(zone),
            sent=each.sent,
            waiting=each.waiting,
            refused=each.refused,
            has_ended=each.has_ended,
        )
        for each in linking.all_of(context, holder)
    )


def _programs(context: Context, holder: Holder, zone: ZoneInfo) -> tuple[ProgramView, ...]:
    return tuple(
        ProgramView(
            id=each.id,
            name=each.client,
            since=each.since.astimezone(zone),
            scopes=tuple(scopes.named(scope) for scope in each.scopes),
        )
        for each in allowed.all_of(context, holder)
    )


def _held(context: Context, holder: Holder, token: str, badge: PublicBadge, done: Done | None = None) -> Held:
    credential, document = badge.credential, badge.document
    achievement: Document = document["credentialSubject"]["achievement"]
    local = partial(datetime.astimezone, tz=ZoneInfo(badge.presentation.time_zone))
    places = _places(context, holder, token, badge)
    return Held(
        id=credential.public_id,
        name=document["name"],
        kind=achievement["achievementType"],
        state=standings.standing(credential, context.clock()),
        awarded=local(credential.awarded_at),
        valid_until=local(credential.valid_until) if credential.valid_until else None,
        page_url=places.page,
        certificate_url=f"{places.page}{'&' if places.shared else '?'}print=1",
        file_url=places.file,
        image_url=places.image,
        visibility=cast("Visibility", credential.visibility),
        name_shown=cast("NameShown", credential.name_shown),
        image=badge_view.uploaded(achievement),
        linkedin_url=linkedin.address(context, holder.tenant, credential, document),
        names=_names(document),
        shared=places.shared,
        evidence=_lent(context, holder, badge),
        done=done,
        language=achievement.get("inLanguage", "en"),
    )


@dataclass(frozen=True)
class _Places:
    """Where the forms of a badge are, for its holder."""

    page: str
    file: str
    image: str
    shared: Shared | None = None


def _places(context: Context, holder: Holder, token: str, badge: PublicBadge) -> _Places:
    """Return public addresses where they work: an address of the link's own, copied, gives the link away."""
    addresses, credential = context.addresses(holder.tenant), badge.credential
    public_id = credential.public_id
    if credential.visibility != "private":
        return _Places(
            addresses.badge(public_id), addresses.credential(public_id), addresses.image(public_id)
        )
    minted = holders.share(context, holder, credential)
    zone = ZoneInfo(badge.presentation.time_zone)
    shared = Shared(url=minted.url, until=minted.expires.astimezone(zone))
    return _Places(minted.url, f"{token}/{public_id}.json", f"{token}/{public_id}.png", shared)


def _lent(context: Context, holder: Holder, badge: PublicBadge) -> tuple[Lent, ...]:
    """Return links to the evidence that is at an address of its own: its holder decides who is given one."""
    zone = ZoneInfo(badge.presentation.time_zone)
    return tuple(
        Lent(
            url=minted.url,
            until=minted.expires.astimezone(zone),
            name=badge.document["evidence"][number].get("name"),
        )
        for number, minted in evidence.lend(context, holder, badge.credential).items()
    )


def _names(document: Document) -> dict[NameShown, str] | None:
    name = naming.name_in(document["credentialSubject"])
    return {how: naming.shown(name, how) for how in NAMES} if name else None
