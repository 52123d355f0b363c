"""The page on which a holder says whether a program may have what it asks for."""

from dataclasses import dataclass

from issuer.web.pages import render, words
from issuer.web.pages.head import Head
from issuer.web.pages.views import IssuerRef
from issuer.web.pages.words import Language


@dataclass(frozen=True, kw_only=True)
class ConsentView:
    """What a program asks for, and of whom. Its name and addresses are its own words: nobody checked them.

    `query` is what it asked, which every form sends again. Without a `link` the page asks for it first.
    """

    home: str
    client: str
    host: str
    scopes: tuple[str, ...]
    query: str
    policy_url: str
    terms_url: str
    issuer: IssuerRef | None = None
    person: str | None = None
    link: str | None = None
    is_mistaken: bool = False


def page(view: ConsentView, lang: Language) -> str:
    """Return the page."""
    title = words.phrase(lang, "consent.page").format(client=view.client)
    about = Head(title=title, color=view.issuer.color if view.issuer else None, secret=True)
    return render.page("consent", lang, about, view, chosen=True)
