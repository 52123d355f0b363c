"""From a stored badge and its report to what its page shows."""

import re
from datetime import datetime
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from issuer.context import Context
from issuer.core import moments, naming
from issuer.core.addresses import Addresses
from issuer.core.awarding import particulars
from issuer.core.awarding.presentation import Presentation
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.verifying.report import Report
from issuer.services.artwork import NAME
from issuer.services.standing import PublicBadge
from issuer.web.pages import links, views

_STATES: dict[str, views.State] = {
    "valid": "current",
    "expired": "expired",
    "revoked": "revoked",
    "superseded": "revoked",
    "suspended": "suspended",
    "not_yet_valid": "not_yet_valid",
    "status_unknown": "status_unknown",
    "issuer_key_missing": "issuer_key_missing",
    "altered": "altered",
    "malformed": "altered",
    "test": "test",
}
"""Page states by headline. Any other headline means that the check could not be finished."""


def badge_view(context: Context, badge: PublicBadge, report: Report) -> views.BadgeView:
    """Return what the page of a badge shows. Content only where the check found its seal whole."""
    addresses = context.addresses(badge.tenant)
    public_id = badge.credential.public_id
    state = state_of(badge, report)
    outcomes = {check.id: check.outcome.value for check in report.checks}
    return views.BadgeView(
        state=state,
        checks=views.Checks(
            **{name: cast("Any", outcomes[name]) for name in ("integrity", "status", "validity", "issuer")}
        ),
        checked_at=report.checked_at.astimezone(ZoneInfo(badge.presentation.time_zone)),
        page_url=addresses.badge(public_id),
        json_url=addresses.credential(public_id),
        content=None if state in views.SILENT else _content(badge, addresses),
        change=_change(badge, addresses),
        listed=badge.credential.visibility == "listed",
    )


def state_of(badge: PublicBadge, report: Report) -> views.State:
    """Return the state of a page: what the check found, refined by what only our own records say."""
    state = _STATES.get(report.result, "could_not_check")
    if state == "revoked" and badge.newer:
        return "superseded"
    return state


def holder_of(badge: PublicBadge) -> str | None:
    """Return the name in a badge as its holder wants it shown, or None where there is none in clear."""
    name = naming.name_in(badge.document["credentialSubject"])
    return naming.shown(name, badge.credential.name_shown) if name else None


def issuer_ref(profile: Document, addresses: Addresses, presentation: Presentation) -> views.IssuerRef:
    """Return an issuer as other pages name it."""
    return views.IssuerRef(
        color=presentation.color,
        logo=picture(profile.get("image"), addresses.issuer),
        linkedin=presentation.linkedin_organization_id,
        name=str(profile["name"]),
        page_url=addresses.issuer,
        domain=urlsplit(addresses.base).netloc,
        website=profile.get("url"),
        email=profile.get("email"),
    )


def picture(image: Document | None, issuer: str) -> views.Image | None:
    """Return a picture as pages show it, None for an address of ours at which there is no picture.

    Whatever stands in a page, its readers' browsers ask for: nobody's definition may send them to other
    addresses here. `issuer` is the address of the issuer's page, below which its pictures are.
    """
    if image is None:
        return None
    url = str(image["id"])
    is_ours = re.fullmatch(rf"{re.escape(issuer)}/(?:art/{NAME}|a/[A-Za-z0-9._-]+/v[0-9]+\.png)", url)
    if links.is_same_origin(url, issuer) and not is_ours:
        return None
    return views.Image(url=url, alt=image.get("caption"))


def uploaded(achievement: Document) -> views.Image | None:
    """Return the picture that an achievement was given. One that is drawn stays inline."""
    image, own = achievement.get("image"), str(achievement["id"])
    is_drawn = image is not None and str(image["id"]).startswith(f"{own}/v")
    return None if is_drawn else picture(image, own.rpartition("/a/")[0])


def alignments(document: Document) -> tuple[views.Alignment, ...]:
    """Return the alignments of an achievement."""
    return tuple(
        views.Alignment(
            name=each["targetName"],
            framework=each.get("targetFramework"),
            code=each.get("targetCode"),
            url=each.get("targetUrl"),
        )
        for each in document.get("alignment", [])
    )


def _content(badge: PublicBadge, addresses: Addresses) -> views.BadgeContent:
    document = badge.document
    subject: Document = document["credentialSubject"]
    achievement: Document = subject["achievement"]
    presentation = badge.presentation
    local = partial(_local, ZoneInfo(presentation.time_zone))
    code = achievement["id"].rpartition("/")[2]
    besides = particulars.read(badge.credential.particulars)
    return views.BadgeContent(
        name=document["name"],
        kind=achievement["achievementType"],
        description=achievement["description"],
        issuer=issuer_ref(document["issuer"], addresses, presentation),
        awarded=local(document["awardedDate"]),
        valid_from=local(document["validFrom"]),
        credential_id=document["id"],
        technical=_technical(badge, document),
        holder=holder_of(badge),
        role=subject.get("role"),
        valid_until=local(document["validUntil"]) if "validUntil" in document else None,
        activity_start=_moment(subject.get("activityStartDate")),
        activity_end=_moment(subject.get("activityEndDate")),
        credit_hours=subject.get("creditsEarned"),
        credits=besides.credit,
        method=besides.method,
        assessor_role=besides.assessor_role,
        modality=besides.modality,
        criteria=achievement["criteria"].get("narrative"),
        achievement_url=addresses.achievement(code),
        assessed_by=subject.get("source", {}).get("name"),
        narrative=subject.get("narrative"),
        results=tuple(_result(each, achievement) for each in subject.get("result", [])),
        evidence=tuple(_evidence(each) for each in document.get("evidence", [])),
        alignments=alignments(achievement),
        image=uploaded(achievement),
        language=achievement.get("inLanguage", "en"),
    )


def _technical(badge: PublicBadge, document: Document) -> views.Technical:
    entry: Any = listed(document["credentialStatus"])[0]
    return views.Technical(
        key_id=document["proof"]["verificationMethod"],
        content_sha256=str(badge.credential.secured_sha256),
        status_list_url=entry["statusListCredential"],
        status_list_index=int(entry["statusListIndex"]),
    )


def _change(badge: PublicBadge, addresses: Addresses) -> views.Change | None:
    credential = badge.credential
    when = credential.revoked_at or credential.suspended_at
    if when is None:
        return None
    local = when.astimezone(ZoneInfo(badge.presentation.time_zone))
    return views.Change(
        on=local,
        reason=cast("views.Reason", credential.reason or "other"),
        newer_url=addresses.badge(badge.newer) if badge.newer else None,
    )


def _result(result: Document, achievement: Document) -> views.Result:
    described = {each["id"]: each for each in achievement.get("resultDescription", [])}
    criterion: Document = described.get(result["resultDescription"], {"name": result["resultDescription"]})
    levels = {each["id"]: each["name"] for each in criterion.get("rubricCriterionLevel", [])}
    reached = levels.get(result.get("achievedLevel")) or result.get("value") or result.get("status") or ""
    needed = levels.get(criterion.get("requiredLevel")) or criterion.get("requiredValue")
    return views.Result(criterion=criterion["name"], level=reached, needed=needed)


def _evidence(evidence: Document) -> views.Evidence:
    described = evidence.get("description") or evidence.get("narrative")
    return views.Evidence(
        name=evidence.get("name") or described or evidence.get("genre", ""),
        kind=evidence.get("genre"),
        description=described if evidence.get("name") else None,
        url=evidence.get("id"),
    )


def _local(zone: ZoneInfo, stamp: str) -> datetime:
    """Return a moment of the document as the issuer's clocks show it: its day is that of the award there."""
    return moments.parse(stamp).astimezone(zone)


def _moment(stamp: str | None) -> datetime | None:
    return moments.parse(stamp) if stamp else None
