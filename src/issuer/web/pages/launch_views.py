"""What the page inside a learning platform is given, and what it says of itself."""

from dataclasses import dataclass

from issuer.web.pages import words
from issuer.web.pages.head import Head
from issuer.web.pages.holder_views import Held
from issuer.web.pages.pathway_views import ProgressView
from issuer.web.pages.views import IssuerRef
from issuer.web.pages.words import Language


@dataclass(frozen=True, kw_only=True)
class LaunchView:
    """The badges of whoever followed the platform's link. `url` is their own page, where they change things.

    Without it nobody known here followed the link; `refused` says why nothing can be shown at all.
    """

    issuer: IssuerRef | None = None
    url: str | None = None
    person: str | None = None
    badges: tuple[Held, ...] = ()
    progress: tuple[ProgressView, ...] = ()
    refused: str | None = None

    @property
    def title(self) -> str:
        """The key of what the page is called."""
        if self.refused is not None:
            return "launch.refused"
        return "holder.title" if self.url else "launch.unknown"


def head(view: LaunchView, lang: Language) -> Head:
    """Return the head of the page, whose address is told to nobody."""
    color = view.issuer.color if view.issuer else None
    return Head(title=words.phrase(lang, view.title), color=color, secret=True)
