"""What a page says of itself to search engines, in the words of schema.org."""

import json
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from issuer.core.documents import Document
from issuer.web.pages import shortening
from issuer.web.pages.issuer_views import AchievementView, IssuerView
from issuer.web.pages.links import is_same_origin
from issuer.web.pages.views import Alignment, BadgeContent, BadgeView, IssuerRef

_BLOCK: Final = Markup('<script type="application/ld+json">{}</script>')
_ESCAPES: Final = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
_PUBLIC_BODY: Final = "nces"
"""The National Center for Education Statistics numbers public agencies and no others."""


def block(document: Document) -> Markup:
    """Return a document as a data block: browsers don't run it, and no text in it can end it.

    HTML has it that a block of no script type is data, which no policy for scripts stops (section 4.12.1).
    """
    text = json.dumps({"@context": "https://schema.org", **document}, ensure_ascii=False)
    return _BLOCK.format(Markup(text.translate(_ESCAPES)))  # noqa: S704 - nothing is left that HTML knows


def badge(view: BadgeView, content: BadgeContent) -> Document:
    """Return a listed badge as what its holder has. One without a name says only what page it is."""
    if not content.holder:
        return web_page(view.page_url, content.name, content.description, content.language)
    said = shortening.line(content.description)
    held = {
        "@type": "EducationalOccupationalCredential",
        "name": content.name,
        "description": said,
        "credentialCategory": _category(content.kind),
        "competencyRequired": _competencies(shortening.alignments(content.alignments), said),
        "identifier": content.credential_id,
        "dateCreated": content.awarded.isoformat(),
        "expires": content.valid_until.isoformat() if content.valid_until else None,
        "publisher": _organization(content.issuer),
        "inLanguage": content.language,
        "url": view.page_url,
        "image": f"{view.page_url}/card.png",
    }
    return {"@type": "Person", "name": content.holder, "hasCredential": _known(held)}


def web_page(url: str, name: str, description: str | None, language: str) -> Document:
    """Return a page of which nothing more is said."""
    return _known(
        {"@type": "WebPage", "name": name, "description": description, "inLanguage": language, "url": url}
    )


def achievement(view: AchievementView) -> Document:
    """Return an achievement as a credential that can be earned.

    Nobody is named as recognising it: that takes an endorsement.
    """
    drawn = view.image is not None and is_same_origin(view.image.url, view.page_url)
    return _known(
        {
            "@type": "EducationalOccupationalCredential",
            "name": view.name,
            "description": view.description,
            "credentialCategory": _category(view.kind),
            "competencyRequired": _competencies(view.alignments, view.description),
            "publisher": _organization(view.issuer),
            "validFor": view.valid_for,
            "inLanguage": view.language,
            "url": view.page_url,
            "image": view.image.url if view.image and drawn else None,
        }
    )


def issuer(view: IssuerView) -> Document:
    """Return an issuer: a public body where it has the number of one, otherwise an organization."""
    is_public = any(each.label.lower().startswith(_PUBLIC_BODY) for each in view.identifiers)
    known = [{"@type": "PropertyValue", "name": each.label, "value": each.value} for each in view.identifiers]
    described = {
        **_organization(view.issuer),
        "@type": "GovernmentOrganization" if is_public else "Organization",
        "legalName": view.legal_name,
        "description": view.description,
        "email": view.issuer.email,
        "identifier": known or None,
    }
    return _known(described)


def _organization(of: IssuerRef) -> Document:
    organization = {"@type": "Organization", "name": of.name, "url": of.page_url, "sameAs": of.website}
    if of.logo is not None and is_same_origin(of.logo.url, of.page_url):
        organization["logo"] = of.logo.url
    return _known(organization)


def _category(kind: str) -> Document:
    return {"@type": "DefinedTerm", "name": kind.removeprefix("ext:")}


def _competencies(alignments: Sequence[Alignment], description: str) -> list[Document] | str:
    """Return the entries of frameworks that it fits; without any, what it says that people can do."""
    terms = [
        _known(
            {
                "@type": "DefinedTerm",
                "name": shortening.line(each.name),
                "termCode": each.code,
                "inDefinedTermSet": shortening.line(each.framework or "") or None,
                "url": each.url,
            }
        )
        for each in alignments
    ]
    return terms or description


def _known(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not None}
