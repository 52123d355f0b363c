"""Links of services that show other people's badges, and the address of the badge that each one means."""

import re
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urldefrag, urlsplit

_VERIFIER_PLUS: Final = frozenset({"verifierplus.org", "www.verifierplus.org"})
_WALLET: Final = frozenset({"lcw.app", "www.lcw.app"})
_SHARED = re.compile(r"/credentials/([A-Za-z0-9._~-]{1,100})/?")
_MAX_LINK: Final = 8_192
_MAX_FIELDS: Final = 20


def badge_address(link: str) -> str:
    """Return the address at which the badge of a link is to be fetched: mostly the link, without fragment.

    VerifierPlus and the Learner Credential Wallet name a badge's address in their own link's `vc`, and
    VerifierPlus answers what was shared with it at another path than it shows it. Elsewhere a `vc` means
    nothing: our own pages may carry one. Where the address may be fetched from is not judged.
    """
    link = link.strip()
    try:
        parts = urlsplit(link) if len(link) <= _MAX_LINK else None
    except ValueError:
        parts = None
    if parts is None:
        return link
    return urldefrag(_meant(parts) or link).url


def _meant(parts: SplitResult) -> str | None:
    if parts.scheme != "https" or parts.netloc.lower() not in _VERIFIER_PLUS | _WALLET:
        return None
    shared = _SHARED.fullmatch(parts.path)
    if shared and parts.netloc.lower() in _VERIFIER_PLUS:
        return f"https://{parts.netloc.lower()}/api/credentials/{shared[1]}"
    return _named(parts.query) or _named(parts.fragment.partition("?")[2])


def _named(query: str) -> str | None:
    """Return the https address in a query's `vc`. Some encode it twice."""
    try:
        values = parse_qs(query, max_num_fields=_MAX_FIELDS).get("vc", [])
    except ValueError:
        return None
    for value in (*values[:1], *map(unquote, values[:1])):
        if value.startswith("https://"):
            return value
    return None
