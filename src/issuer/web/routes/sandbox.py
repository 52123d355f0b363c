"""What is possible in a sandbox alone."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from issuer.db import tenants
from issuer.services import trials
from issuer.web.dependencies import ClientDep, ContextDep
from issuer.web.openapi import errors

router = APIRouter(prefix="/v1", tags=["sandbox"])


class PurgedOut(BaseModel):
    """How many test badges there were."""

    purged: int


@router.delete(
    "/test-data",
    summary="Forget everything that was tried out",
    responses=errors(401, 403),
)
def purge(request: Request, context: ContextDep, client: ClientDep) -> PurgedOut:
    """Delete all people, events and badges of the sandbox of a key that begins with `sk_test_`.

    What it offers stays, and so do its keys and webhooks. A live key gets `403`: real badges are withdrawn.
    """
    client.must("awards:manage")
    with context.database.read() as session:
        trial = tenants.by_id(session, client.tenant_id)
    return PurgedOut(purged=trials.purge(context, trial), request_id=request.state.request_id)
