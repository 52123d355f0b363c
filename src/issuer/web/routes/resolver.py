"""Where a DID is resolved, in the form of the HTTPS binding of DID Resolution 1.0."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from issuer.core import fields
from issuer.services import did_resolver
from issuer.services.did_resolver import Resolution
from issuer.web import vc_examples
from issuer.web.dependencies import ContextDep
from issuer.web.openapi import errors
from issuer.web.vc_requests import CallerDep

router = APIRouter(tags=["VC API"])

_WHOLE: Final = 'application/ld+json;profile="https://w3id.org/did-resolution"'
_RESULT: Final = "application/did-resolution"
_DOCUMENT: Final = ("application/did", "application/did+json", "application/did+ld+json")
_STATUS: Final = {
    "invalidDid": 400,
    "invalidDidUrl": 400,
    "invalidPublicKey": 400,
    "invalidPublicKeyLength": 400,
    "invalidPublicKeyType": 400,
    "notFound": 404,
    "representationNotSupported": 406,
    "invalidDidDocument": 500,
    "methodNotSupported": 501,
    "unsupportedPublicKeyType": 501,
}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The DID document with what is known of it, or the document alone by Accept",
        "content": dict.fromkeys(("application/json", _WHOLE, _RESULT, *_DOCUMENT), vc_examples.RESOLVED),
    },
    **errors(401, 403),
    **{
        status: {"description": "Not resolved", "content": {_WHOLE: vc_examples.RESOLVED}}
        for status in sorted({400, *_STATUS.values()} - {404, 500})
    },
}


@router.get(
    "/1.0/identifiers/{identifier:path}",
    summary="Resolve a DID",
    response_class=JSONResponse,
    responses={**_ANSWERS, **errors(404)},
)
def resolve_did(
    request: Request,
    caller: CallerDep,
    context: ContextDep,
    identifier: Annotated[str, Path(max_length=2_000, pattern=fields.NO_CONTROLS)],
) -> JSONResponse:
    """Return the DID document of a did:key or did:web, or for a DID URL its verification method.

    Off unless `vc_api` is set.
    """
    _ = caller
    media = _media(request.headers.get("accept", "*/*"))
    if media is None:
        return _answer(Resolution(error="representationNotSupported"), _WHOLE)
    found = did_resolver.resolve(context, identifier, request.query_params)
    if found.error is None and media in _DOCUMENT:
        return JSONResponse(found.document, media_type=media)
    return _answer(found, _WHOLE if media in _DOCUMENT else media)


def _media(accept: str) -> str | None:
    """Return the form that is asked for: the whole answer, unless the document alone is named."""
    asked = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    for one in asked:
        if one in {"application/ld+json", "application/json", _RESULT}:
            return {"application/ld+json": _WHOLE}.get(one, one)
        if one in _DOCUMENT:
            return one
    return _WHOLE if {"*/*", "application/*"} & set(asked) else None


def _answer(found: Resolution, media: str) -> JSONResponse:
    named = "didDereferencingMetadata" if found.is_url else "didResolutionMetadata"
    body = {
        "@context": "https://w3id.org/did-resolution/v1",
        "didDocument": found.document,
        named: {"error": found.error} if found.error else {"contentType": _DOCUMENT[0]},
        "didDocumentMetadata": {},
    }
    return JSONResponse(body, _STATUS.get(found.error or "", 200), media_type=media)
