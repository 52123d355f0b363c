"""Where platforms say that two people are one, and that somebody is to be forgotten."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from issuer.core import fields
from issuer.core.intake.person_ref import PersonRef
from issuer.services.after_award import erase, merge
from issuer.web import examples, people_examples
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody
from issuer.web.openapi import errors

router = APIRouter(prefix="/v1/recipients", tags=["recipients"])

_SCOPE = "awards:manage"


class Merge(fields.Strict):
    """Two people who are one: all that `from` has goes to `into`."""

    former: PersonRef = Field(alias="from")
    into: PersonRef


class Erasure(fields.Strict):
    """Whose data is to be erased."""

    person: PersonRef


class MergedOut(BaseModel):
    """How many awards have another person now. 0 when the two were one already."""

    moved: int
    request_id: str


class ErasedOut(BaseModel):
    """How many awards were withdrawn and forgotten."""

    erased: int
    request_id: str


BODIES = (Merge, Erasure)


@router.post(
    "/merge",
    summary="Join two people who are one",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("Merge", people_examples.MERGE),
)
def merge_recipients(
    request: Request, context: ContextDep, client: ClientDep, body: DocumentBody
) -> MergedOut:
    """Give all awards and identifiers of one person to another. Signed files stay as they are.

    Private links of either lead to all of it. Doing it again moves nothing, and there is no way back.
    """
    client.must(_SCOPE)
    given, request_id = fields.read(Merge, body), request.state.request_id
    moved = merge.merge(context, client, given.former, given.into, request_id=request_id)
    return MergedOut(moved=moved, request_id=request_id)


@router.post(
    "/erase",
    summary="Erase a person's data",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("Erasure", people_examples.ERASURE),
)
def erase_recipient(
    request: Request, context: ContextDep, client: ClientDep, body: DocumentBody
) -> ErasedOut:
    """Erase everything that is stored about a person, and withdraw their badges. There is no way back.

    Their pages answer 410, copies that they gave away are withdrawn, and events that were sent before
    issue nothing again.
    """
    client.must(_SCOPE)
    given, request_id = fields.read(Erasure, body), request.state.request_id
    erased = erase.erase(context, client, given.person, request_id=request_id)
    return ErasedOut(erased=erased, request_id=request_id)
