"""What the certificate of a badge is given: the badge, and the provider as states ask for it."""

from dataclasses import dataclass
from typing import Final

from issuer.web.pages.views import BadgeContent, BadgeView

OFFERED: Final = frozenset({"current", "expired", "test"})
"""States in which there is a certificate. In any other one its page says only how the badge stands."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Who offered the learning. `numbers` holds pairs of a state, as it is written, and its number there."""

    legal_name: str | None = None
    address: str | None = None
    numbers: tuple[tuple[str, str], ...] = ()
    official: str | None = None
    paper: str = "us-letter"
    """The name of the paper that is in use where the provider is."""


@dataclass(frozen=True, kw_only=True)
class CertificateView:
    """The certificate of a badge. `initials` says that its holder chose to show no more of the name.

    `picture` is a PNG: what the achievement was given for its picture, if it was given one.
    """

    badge: BadgeView
    provider: Provider = Provider()
    initials: bool = False
    picture: bytes | None = None

    @property
    def content(self) -> BadgeContent | None:
        """What the certificate says: nothing in a state in which there is none."""
        return self.badge.shown if self.badge.state in OFFERED else None
