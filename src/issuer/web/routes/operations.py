"""What an operator's machines ask: alive, ready, and how much."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from issuer.db import engine, migrations
from issuer.web.dependencies import ContextDep
from issuer.web.openapi import errors

router = APIRouter(tags=["operations"])


class HealthOut(BaseModel):
    """That the process answers."""

    status: str = "ok"


@router.get("/healthz", summary="Whether the process is alive")
def healthz() -> HealthOut:
    """Return at once, whatever the database does."""
    return HealthOut()


@router.get("/readyz", summary="Whether requests can be served", responses=errors(503))
def readyz(context: ContextDep) -> HealthOut:
    """Return when the database answers, syncs what it acknowledges, and has this version's tables."""
    engine.check(context.database)
    migrations.check(context.database)
    return HealthOut()


_METRICS = {"example": 'issuer_events_total{outcome="issued"} 12.0'}


@router.get(
    "/metrics",
    summary="Counts and times, for Prometheus",
    response_class=Response,
    responses={200: {"description": "The metrics", "content": {"text/plain": _METRICS}}},
)
def metrics(context: ContextDep) -> Response:
    """Return the metrics of this service on this machine in the Prometheus text format."""
    return Response(context.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
