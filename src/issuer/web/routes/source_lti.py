"""Where an issuer says what its platform of LTI 1.3 is, and has it asked for results."""

from typing import Final

from fastapi import APIRouter, Request, Response

from issuer.services.lti import pulling, registering
from issuer.web import examples, lti_answers
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody
from issuer.web.lti_answers import LtiOut, PulledOut
from issuer.web.openapi import errors
from issuer.web.places import Places
from issuer.web.routes.sources import Named

router = APIRouter(prefix="/v1/sources/{name}", tags=["sources"])

PULLS_AT_ONCE: Final = 2
_SCOPE: Final = "sources:manage"


@router.put(
    "/lti",
    summary="Say what a source's platform of LTI 1.3 is",
    responses=errors(401, 403, 404, 409, 413, 422),
    openapi_extra=examples.body("Registration", lti_answers.REGISTRATION),
)
def register(
    request: Request, context: ContextDep, client: ClientDep, name: Named, body: DocumentBody
) -> LtiOut:
    """Keep what the platform's administrator told of it, in the place of what was there."""
    client.must(_SCOPE)
    registering.register(context, client.tenant_id, name, body)
    return lti_answers.lti(
        context, registering.named(context, client.tenant_id, name), request.state.request_id
    )


@router.get(
    "/lti", summary="Read what a source's platform of LTI 1.3 is", responses=errors(401, 403, 404, 409)
)
def read_registration(request: Request, context: ContextDep, client: ClientDep, name: Named) -> LtiOut:
    """Return what is agreed with the platform, and what its administrator enters there."""
    client.must(_SCOPE)
    return lti_answers.lti(
        context, registering.named(context, client.tenant_id, name), request.state.request_id
    )


@router.delete(
    "/lti",
    summary="Forget a source's platform of LTI 1.3",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "It is forgotten"}, **errors(401, 403, 404)},
)
def forget_registration(context: ContextDep, client: ClientDep, name: Named) -> Response:
    """Take no launch of the platform any more, ask it for nothing, and forget the key of this source."""
    client.must(_SCOPE)
    registering.forget(context, client.tenant_id, name)
    return Response(status_code=204)


@router.post(
    "/pull",
    summary="Ask a platform of LTI 1.3 for results",
    responses=errors(401, 403, 404, 409, 422, 503),
)
async def pull_results(request: Request, context: ContextDep, client: ClientDep, name: Named) -> PulledOut:
    """Ask for the results of every line item that the mapping names, and take them as the inbox does.

    Asked for twice, the same result is no news. `503` says what the platform did not answer; what it had
    answered by then is safe.
    """
    client.must(_SCOPE)
    places: Places = request.app.state.pulling
    found = await places.run(lambda: pulling.pull(context, client.tenant_id, name, request.state.request_id))
    return lti_answers.pulled(found, request.state.request_id)
