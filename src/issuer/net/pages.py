"""Which badge file a page about a badge offers."""

from typing import Final
from urllib.parse import urldefrag, urljoin

from issuer.errors import Invalid
from issuer.net import contents, weblinks
from issuer.net.answers import Fetched
from issuer.net.heads import head_of

_PAGES: Final = {"text/html", "application/xhtml+xml"}
_MARK: Final = b"\xef\xbb\xbf"
_BADGES: Final = (
    "application/vc",
    "application/vc+jwt",
    "application/vc+ld+json",
    "application/vc+ld+jwt",
    "application/vc+ld+json+jwt",
    "application/ld+json",
    "application/json",
)
"""Media types of badge files, the most telling first: much that is no badge is JSON as well."""


class NoBadgeOffered(Invalid):
    """The page names no file of a badge."""

    code = "no-badge-offered"


def is_page(fetched: Fetched) -> bool:
    """Return whether the answer is a page. A badge that its server calls HTML is none."""
    return fetched.content_type in _PAGES and fetched.body.removeprefix(_MARK).lstrip()[:1] == b"<"


def offered_by(page: Fetched) -> str:
    """Return the address of the badge that a page offers by `rel="alternate"`, in its head or Link header.

    Raises `NoBadgeOffered` where there is none. Where the address leads is not checked here.
    """
    head = head_of(page.body)
    found = [(page.url, link) for link in weblinks.in_header(page.links)]
    found += [(_joined(page.url, head.base or ""), link) for link in head.alternates]
    typed = [(base, link) for base, link in found if link.href and link.media_type in _BADGES]
    if not typed:
        raise no_badge(page)
    base, link = min(typed, key=lambda each: _BADGES.index(each[1].media_type))
    return _joined(base, link.href)


def no_badge(page: Fetched) -> NoBadgeOffered:
    """Return the error that says that a page offers no badge."""
    return NoBadgeOffered(
        f"the page at {contents.host(page)} offers no badge file: download the badge there, and send the file"
    )


def _joined(base: str, address: str) -> str:
    """Return an address in full. One that cannot be read is left as it is: it may not be fetched either."""
    try:
        return urldefrag(urljoin(base, address)).url
    except ValueError:
        return address
