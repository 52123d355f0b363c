"""The language that a request is answered in."""

from fastapi import Request

from issuer.db.tables import Tenant
from issuer.services.tenants import presentation_of
from issuer.web.pages import words
from issuer.web.pages.words import Language


def of(request: Request, tenant: Tenant | None = None, wanted: str | None = None) -> Language:
    """Return the language of an answer: the one asked for, the reader's, the issuer's, else the first.

    The one asked for is `lang` of the address, else `wanted`; the reader's is `Accept-Language`.
    """
    default = presentation_of(tenant).language if tenant else words.LANGUAGES[0]
    asked = request.query_params.get("lang") or wanted
    return words.language(asked, request.headers.get("accept-language"), default)


def is_chosen(request: Request) -> bool:
    """Return whether the address itself names a language that there is: what a page leads to keeps it then.

    What only the reader's browser prefers is left out of links, which are copied to others.
    """
    return words.named(request.query_params.get("lang", "")) is not None
