"""The page on which a holder stops letters."""

from dataclasses import dataclass

from issuer.web.pages import render, words
from issuer.web.pages.head import Head
from issuer.web.pages.views import IssuerRef
from issuer.web.pages.words import Language


@dataclass(frozen=True, kw_only=True)
class StopView:
    """Whose letters they are, and whether they are stopped."""

    home: str
    issuer: IssuerRef | None = None
    is_done: bool = False


def stop(view: StopView, lang: Language, *, chosen: bool = False) -> str:
    """Return the page that asks, or that says that it is done."""
    title = words.phrase(lang, "letters.done" if view.is_done else "letters.title")
    about = Head(title=title, color=view.issuer.color if view.issuer else None, secret=True)
    return render.page("letters", lang, about, view, chosen=chosen, title=title)
