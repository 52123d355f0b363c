"""Where learning platforms get the private link of a person."""

from http import HTTPStatus

from fastapi import APIRouter, Request

from issuer.core import documents, fields
from issuer.services import holder
from issuer.services.clients import MissingScope
from issuer.web import answers, examples
from issuer.web.dependencies import ClientDep, ContextDep, RawBody
from issuer.web.openapi import errors
from issuer.web.routes.awards import AwardId

router = APIRouter(prefix="/v1/awards", tags=["awards"])

_SCOPES = ("events:write", "awards:manage")


class NewHolderLink(fields.Strict):
    """Whether every link that this person had before stops, those to single badges among them."""

    stop_others: bool = False


@router.post(
    "/{award_id}/holder-link",
    summary="Get a person's private link",
    status_code=HTTPStatus.CREATED,
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra={**examples.body("NewHolderLink", examples.STOP_OTHERS)},
)
def make_holder_link(
    request: Request, context: ContextDep, client: ClientDep, award_id: AwardId, raw: RawBody
) -> answers.HolderLinkOut:
    """Return a new link, good for 30 days, to all badges of the award's person at this issuer.

    With it the person decides who sees them, reports mistakes and takes copies, without an account. The
    body may be left out.
    """
    if not client.scopes & set(_SCOPES):
        raise MissingScope(f"this API key has neither of the scopes {' and '.join(_SCOPES)}")
    given = fields.read(NewHolderLink, documents.parse(raw) if raw.strip() else {})
    request_id = request.state.request_id
    made = holder.renew(context, client, award_id, stop_others=given.stop_others, request_id=request_id)
    return answers.HolderLinkOut(holder_url=made.url, holder_url_expires=made.expires, request_id=request_id)
