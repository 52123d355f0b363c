"""Which addresses a page may lead to, and the ones that it makes itself."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from issuer.web.pages.views import BadgeContent, BadgeView
from issuer.web.pages.words import Language

OUTSIDE_CHECKERS: Final = (("VerifierPlus", "https://verifierplus.org/#verify?vc="),)
"""Sites of others that check a badge when given the address of its signed file."""

_MAILBOX: Final = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LINKEDIN: Final = "https://www.linkedin.com/profile/add?"
_WEB: Final = ("http", "https")


def is_web(url: str | None) -> bool:
    """Return whether an address may be made a link: http or https, a host, nothing odd inside."""
    if not url or "\\" in url or any(character <= " " or character == "\x7f" for character in url):
        return False
    try:
        place = urlsplit(url)
    except ValueError:
        return False
    return place.scheme in _WEB and bool(place.hostname) and "@" not in place.netloc


def is_mailbox(address: str) -> bool:
    """Return whether an address is plain enough to be a link: RFC 6068 knows many more that nobody has."""
    return bool(_MAILBOX.fullmatch(address))


def kept(lang: Language | None, url: str) -> str:
    """Return the address of a page of ours in a language, or as it is where none was chosen."""
    if lang is None:
        return url
    page, mark, place = url.partition("#")
    return f"{page}{'&' if '?' in page else '?'}lang={lang}{mark}{place}"


def letter(mailbox: str) -> str:
    """Return the link that begins a letter (RFC 6068, section 2)."""
    return "mailto:" + quote(mailbox, safe="@")


def is_same_origin(url: str, page_url: str) -> bool:
    """Return whether a picture is on the page's own origin: the only ones that its policy lets in."""
    return is_web(url) and urlsplit(url)[:2] == urlsplit(page_url)[:2]


def outside_checks(json_url: str) -> Iterator[tuple[str, str]]:
    """Yield the names and addresses that check this badge elsewhere. None for one that they can't reach."""
    if json_url.startswith("https://"):
        for name, prefix in OUTSIDE_CHECKERS:
            yield name, prefix + quote(json_url, safe="")


def linkedin(view: BadgeView, content: BadgeContent) -> str:
    """Return the link that offers the badge of a page to LinkedIn."""
    return linkedin_form(
        name=content.name,
        organization=content.issuer.name,
        organization_id=content.issuer.linkedin,
        awarded=content.awarded,
        valid_until=content.valid_until,
        page_url=view.page_url,
        number=content.number,
    )


def linkedin_form(
    *,
    name: str,
    organization: str,
    organization_id: str | None,
    awarded: datetime,
    valid_until: datetime | None,
    page_url: str,
    number: str,
) -> str:
    """Return the link to LinkedIn's form for licenses and certifications, filled in.

    An issuer with a number there is named by it, which shows its own page and logo.
    """
    fields = {
        "startTask": "CERTIFICATION_NAME",
        "name": name,
        **({"organizationId": organization_id} if organization_id else {"organizationName": organization}),
        **_month("issue", awarded),
        **_month("expiration", valid_until),
        "certUrl": page_url,
        "certId": number,
    }
    return _LINKEDIN + urlencode(fields)


def _month(name: str, when: datetime | None) -> dict[str, int]:
    return {f"{name}Year": when.year, f"{name}Month": when.month} if when else {}
