"""What the page of a holder's link is given, and what it says of itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from issuer.core.naming import NameShown
from issuer.core.status.standing import Standing
from issuer.services.holder import Visibility
from issuer.web.pages import words
from issuer.web.pages.head import Head
from issuer.web.pages.pathway_views import ProgressView
from issuer.web.pages.views import Image, IssuerRef
from issuer.web.pages.words import Language

Done: TypeAlias = Literal["private", "unlisted", "listed", "full", "initials", "reported", "unsent", "enough"]
"""What an action came to. The page says it beside the badge that it was about."""

VISIBILITIES: Final[tuple[Visibility, ...]] = ("unlisted", "listed", "private")
NAMES: Final[tuple[NameShown, ...]] = ("full", "initials")

_DASH: Final = " \N{EN DASH} "


@dataclass(frozen=True, kw_only=True)
class Shared:
    """An address at which a private badge opens, and until when."""

    url: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Lent:
    """An address that leads to a piece of evidence, and until when. `name` may say nothing."""

    url: str
    until: datetime
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Held:
    """A badge as its holder sees it. `names` are the ways to show the name that the badge holds, if it does.

    The addresses of the files of a private badge are of the link itself: nobody else may have them.
    """

    id: str
    name: str
    kind: str
    state: Standing
    awarded: datetime
    page_url: str
    certificate_url: str
    file_url: str
    image_url: str
    visibility: Visibility
    name_shown: NameShown
    valid_until: datetime | None = None
    image: Image | None = None
    linkedin_url: str | None = None
    names: dict[NameShown, str] | None = None
    shared: Shared | None = None
    evidence: tuple[Lent, ...] = ()
    done: Done | None = None
    language: str = "en"

    @property
    def went_wrong(self) -> bool:
        """Whether what was done came to nothing."""
        return self.done in {"unsent", "enough"}


@dataclass(frozen=True, kw_only=True)
class ProgramView:
    """A program that the person let do something: the name that it gave itself, since when, and what."""

    id: str
    name: str
    since: datetime
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OtherView:
    """A badge of another issuer that its holder keeps here: what it says of itself, and its file's ending."""

    id: str
    name: str | None
    issuer: str | None
    issued: datetime
    suffix: str


@dataclass(frozen=True, kw_only=True)
class SendingView:
    """A host to which the person has badges sent: how many arrived, wait, or were refused and why."""

    id: str
    title: str
    name: str
    since: datetime
    sent: int
    waiting: int
    refused: tuple[str, ...] = ()
    has_ended: bool = False


@dataclass(frozen=True, kw_only=True)
class HolderView:
    """All badges of a person at an issuer. `token` is the last part of the page's own address.

    `progress` is on the pathways to which one of them counts: nobody else is shown it.
    """

    issuer: IssuerRef
    token: str
    until: datetime
    person: str | None = None
    badges: tuple[Held, ...] = ()
    others: tuple[OtherView, ...] = ()
    progress: tuple[ProgressView, ...] = ()
    programs: tuple[ProgramView, ...] = ()
    hosts: tuple[SendingView, ...] = ()
    visibilities: tuple[Visibility, ...] = VISIBILITIES


@dataclass(frozen=True, kw_only=True)
class CopiedBadge:
    """A badge among copies: the names of its files there. One of another issuer has no page here."""

    name: str | None
    awarded: datetime
    files: tuple[str, ...]
    page_url: str | None = None
    issuer: str | None = None
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Copies:
    """What lies in a file of copies, and when they were made."""

    issuer: str
    made: datetime
    badges: tuple[CopiedBadge, ...]


def head(view: HolderView, lang: Language) -> Head:
    """Return the head of the page: nothing of it is to be shared, listed or told to other sites."""
    title = f"{words.phrase(lang, 'holder.title')}{_DASH}{view.issuer.name}"
    return Head(title=title, site=view.issuer.name, color=view.issuer.color, secret=True)


def head_of_copies(view: Copies, lang: Language) -> Head:
    """Return the head of the page that lists copies."""
    return Head(title=words.phrase(lang, "copies.title").format(issuer=view.issuer), secret=True)
