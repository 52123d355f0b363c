"""The forms in which a resource is answered: choosing one, and its headers."""

import hashlib
from typing import Any, Final

from fastapi import Request, Response

from issuer.core.documents import Document
from issuer.core.securing import contexts
from issuer.errors import Invalid
from issuer.web import negotiation
from issuer.web.pages import styles

HTML: Final = "text/html"
VARY: Final = "Accept, Accept-Encoding, Accept-Language"
KEPT_UNCHANGED: Final = ("etag", "cache-control", "vary", "link", "x-robots-tag")
"""The headers of an answer that a reader who has it is told again (RFC 9110, section 15.4.5)."""
FOR_A_MINUTE: Final = "public, max-age=60"
PDF: Final = "application/pdf"
NOT_KEPT: Final = {"cache-control": "no-store", "x-robots-tag": "noindex"}
"""The headers of a page that is for whoever asked for it alone."""
_FIRST_ERROR: Final = 400
CREDENTIAL_TYPES: Final = (
    "application/vc",
    "application/vc+ld+json",
    "application/ld+json",
    "application/json",
)
FILE_TYPES: Final = ("application/vc+ld+json", "application/json", "application/ld+json", "application/vc")
"""For an address that ends in .json, first what Open Badges 3.0 (section 8.2) asks for."""
LIST_TYPES: Final = ("application/json", *CREDENTIAL_TYPES[:-1])
"""For status lists: readers in use parse an answer only when its type says JSON."""
JSON_TYPES: Final = ("application/json", "application/ld+json")
PAGE_OR_JSON: Final = (HTML, *JSON_TYPES)
DID_TYPES: Final = ("application/json", "application/did+json", "application/did+ld+json")

_SIGNED: Final[dict[str, Any]] = {
    "example": {
        "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES],
        "id": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
    }
}

BYTES: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}, "example": "its bytes"}
CREDENTIAL: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The signed text", "content": dict.fromkeys(CREDENTIAL_TYPES, _SIGNED)},
    304: {"description": "Not changed"},
}


def documented(example: Document, types: tuple[str, ...]) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that answers a JSON document, with an example."""
    content = {kind: {"example": example} for kind in types}
    return {200: {"description": "The document", "content": content}, 304: {"description": "Not changed"}}


def pictured(media: str) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that answers a picture."""
    return {
        200: {"description": "The picture", "content": {media: BYTES}},
        304: {"description": "Not changed"},
    }


class NotAcceptable(Invalid):
    """The resource has no form of the kind that was asked for."""

    code = "not-acceptable"


def wanted(request: Request, offers: tuple[str, ...], *, suffixed: bool = False) -> str:
    """Return the media type to answer with, or raise `NotAcceptable` that lists what there is.

    An address with a suffix has its form already: there `Accept` chooses between names of it, no more.
    """
    found = negotiation.choose(request.headers.get("accept"), offers)
    if found is None and not suffixed:
        raise NotAcceptable(f"this address has the forms {', '.join(offers)}")
    return found or offers[0]


def stored(request: Request, text: str, sha256: str, media: str) -> Response:
    """Return stored text byte for byte, to be asked for anew each time, or 304 where the reader has it."""
    headers = {"cache-control": "no-cache", "vary": VARY}
    return tagged(request, Response(text.encode(), media_type=media, headers=headers), sha256)


def tagged(request: Request, answer: Response, digest: str | None = None) -> Response:
    """Return an answer under a strong ETag, or 304 where the reader has it (RFC 9110, 8.8.3, 13.1.2).

    The tag is the digest of what is sent, and its type: it changes with whatever changes the answer.
    """
    kind = answer.headers["content-type"].partition(";")[0].partition("/")[2]
    tag = f'"{digest or hashlib.sha256(answer.body).hexdigest()}-{kind}"'
    answer.headers["etag"] = tag
    known = ",".join(request.headers.getlist("if-none-match"))
    if {tag, "*"} & {part.strip().removeprefix("W/") for part in known.split(",")}:
        kept = {name: answer.headers[name] for name in KEPT_UNCHANGED if name in answer.headers}
        return Response(status_code=304, headers=kept)
    return answer


def public_page(request: Request, text: str, headers: dict[str, str] | None = None) -> Response:
    """Return an HTML page that is the same for everybody, to be kept for a minute, or 304 (see `tagged`)."""
    return tagged(request, page(text, {"cache-control": FOR_A_MINUTE, **(headers or {})}))


def page(text: str, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    """Return an HTML page under the one content security policy."""
    fixed = {
        "content-security-policy": styles.content_security_policy(text),
        "cache-control": "no-store" if status >= _FIRST_ERROR else "no-cache",
        "vary": VARY,
    }
    return Response(text.encode(), status, {**fixed, **(headers or {})}, "text/html; charset=utf-8")
