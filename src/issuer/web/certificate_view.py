"""From a stored badge to what its certificate shows."""

from dataclasses import replace
from typing import Final

from issuer.context import Context
from issuer.core.artwork.pictures import Art
from issuer.core.documents import Document
from issuer.core.verifying.report import Report
from issuer.errors import IssuerError
from issuer.services import images
from issuer.services.standing import PublicBadge
from issuer.services.tenants import profile_of
from issuer.web.badge_view import badge_view
from issuer.web.pages.certificate_views import CertificateView, Provider

_LETTER: Final = frozenset({"", "US", "CA", "MX", "PH", "PR", "CL", "CO", "VE"})
"""Countries in which paper is Letter; where none is named, it is the first of them."""


def certificate_view(context: Context, badge: PublicBadge, report: Report) -> CertificateView:
    """Return what the certificate of a badge shows, as of the minute of its check.

    What is signed comes first: an address or an official that the badge lacks is taken from the profile.
    """
    shown = badge_view(context, badge, report)
    profile = {**profile_of(context, badge.tenant), **badge.document["issuer"]}
    presentation = badge.presentation
    address: Document = profile.get("address", {})
    return CertificateView(
        badge=replace(shown, checked_at=shown.checked_at.replace(second=0, microsecond=0)),
        provider=Provider(
            legal_name=presentation.legal_name,
            address=_line(address),
            numbers=tuple(
                (each.jurisdiction.removeprefix("US-"), each.number) for each in presentation.provider_numbers
            ),
            official=profile.get("official"),
            paper="us-letter" if address.get("addressCountryCode", "").upper() in _LETTER else "a4",
        ),
        initials=badge.credential.name_shown == "initials",
        picture=_picture(context, badge) if shown.state == "current" else None,
    )


def _picture(context: Context, badge: PublicBadge) -> bytes | None:
    """Return the picture that was uploaded for the achievement. One that is lost is no reason to fail."""
    document = badge.document
    art = Art(name=document["name"], issuer=document["issuer"]["name"], kind="")
    try:
        found = images.own(context, badge.tenant, document["credentialSubject"]["achievement"])
        return images.png(context, art, found) if found else None
    except IssuerError:
        return None


def _line(address: Document) -> str | None:
    """Return an address on one line, as letters have it: the street, the town, the state, its code."""
    region = " ".join(filter(None, map(address.get, ("addressRegion", "postalCode"))))
    named = address.get("addressCountry") or address.get("addressCountryCode")
    parts = (address.get("streetAddress"), address.get("postOfficeBoxNumber"), address.get("addressLocality"))
    return ", ".join(filter(None, (*parts, region, named))) or None
