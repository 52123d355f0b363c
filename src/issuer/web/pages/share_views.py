"""What the pages beside a badge are given: the comparison with a person, a frame, and information."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from issuer.web.pages.views import BadgeView, IssuerRef

Mistake: TypeAlias = Literal["empty", "not_an_address", "too_long", "unreadable"]
Compared: TypeAlias = Literal["match", "no_match", "no_identifier", "not_compared"]
Topic: TypeAlias = Literal["accessibility", "privacy", "withdrawal"]


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """The page on which a badge is compared with an address: what came out, or what is wrong with it.

    `email` is what was typed, to be corrected. After an answer it is not repeated.
    """

    badge: BadgeView
    compared: Compared | None = None
    email: str = ""
    mistake: Mistake | None = None


@dataclass(frozen=True, kw_only=True)
class FrameView:
    """A badge in a frame on another site. Without a `badge`, why there is none: the code of an error."""

    badge: BadgeView | None = None
    missing: str = ""
    issuer: str | None = None


@dataclass(frozen=True, kw_only=True)
class InformationView:
    """A page that tells how people are treated. `issuer` is who answers questions, where that is known.

    `policies` are pairs of what an address is about and the address.
    """

    topic: Topic
    home: str
    issuer: IssuerRef | None = None
    page_url: str | None = None
    policies: tuple[tuple[str, str], ...] = ()
    records_years: int | None = None
