"""The pages between a holder's own page and a host to which badges go."""

from dataclasses import dataclass, replace
from typing import Literal

from issuer.web.pages import render, words
from issuer.web.pages.head import Head
from issuer.web.pages.views import IssuerRef
from issuer.web.pages.words import Language


@dataclass(frozen=True, kw_only=True)
class HostView:
    """One of the pages: `go` on to a host, come `back` from it, or why nothing was sent.

    `host` is what the host calls itself, and `name` is where the browser goes. `said` is its word.
    To `back`, and to `switch` for this page, the language is added.
    """

    kind: Literal["go", "back", "denied", "failed"]
    home: str
    issuer: IssuerRef | None = None
    url: str = ""
    host: str = ""
    name: str = ""
    back: str = ""
    switch: str = "?"
    code: str = "other"
    said: str = ""
    is_mistaken: bool = False

    def by(self, issuer: IssuerRef) -> "HostView":
        """Return the same page with the issuer whose holder reads it."""
        return replace(self, issuer=issuer)


def page(view: HostView, lang: Language) -> str:
    """Return the page."""
    title = words.phrase(lang, f"hosts.{view.kind}_title").format(host=view.host)
    about = Head(title=title, color=view.issuer.color if view.issuer else None, secret=True)
    return render.page("host", lang, about, view, chosen=True)
