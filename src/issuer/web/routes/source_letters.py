"""Where an issuer mends what platforms said that came to nothing."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from issuer.core import documents, fields
from issuer.db import dead_letters, sources
from issuer.services.sources import replaying
from issuer.web import examples, source_answers, source_examples
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody, RawBody
from issuer.web.openapi import errors
from issuer.web.places import Places
from issuer.web.routes.awards import Limit
from issuer.web.routes.sources import Named
from issuer.web.source_answers import (
    DeadLettersOut,
    DiscardedOut,
    SourceDiscard,
    SourceReplay,
    SourceReplayedOut,
)

router = APIRouter(prefix="/v1/sources/{name}/dead-letters", tags=["sources"])

BODIES = (SourceReplay, SourceDiscard)
REPLAYS_AT_ONCE: Final = 2
"""How many replays are under way at once: each may look up people for as long as there are dead letters."""
_SCOPE: Final = "sources:manage"

Cursor = Annotated[str | None, Query(pattern="^[0-9a-f-]{36}$")]


@router.get("", summary="List what came to nothing", responses=errors(401, 403, 404, 422))
def list_dead_letters(
    request: Request,
    response: Response,
    context: ContextDep,
    client: ClientDep,
    name: Named,
    state: source_answers.State = "open",
    after: Cursor = None,
    limit: Limit = 100,
) -> DeadLettersOut:
    """Return dead letters with the reason of each, the oldest first. `next` is where the next page is."""
    client.must(_SCOPE)
    with context.database.read() as session:
        source = sources.by_name(session, client.tenant_id, name)
        found = dead_letters.page(
            session, client.tenant_id, source.id, state=state, after=after or "", limit=limit + 1
        )
    page, following = found[:limit], None
    if len(found) > limit:
        query = urlencode({"state": state, "after": page[-1].id, "limit": limit})
        following = f"{context.settings.public_url}/v1/sources/{name}/dead-letters?{query}"
        response.headers["link"] = f'<{following}>; rel="next"'
    return DeadLettersOut(
        dead_letters=[source_answers.letter(each) for each in page],
        next=following,
        request_id=request.state.request_id,
    )


@router.post(
    "/replay",
    summary="Take dead letters again",
    responses=errors(401, 403, 404, 413, 422, 503),
    openapi_extra=examples.body("SourceReplay", source_examples.REPLAY),
)
async def replay_dead_letters(
    request: Request, context: ContextDep, client: ClientDep, name: Named, raw: RawBody
) -> SourceReplayedOut:
    """Take dead letters again, all that wait where none are named, once what was missing is there.

    What comes to nothing once more stays, with the reason that it has now. The body may be left out.
    """
    client.must(_SCOPE)
    given = fields.read(SourceReplay, documents.parse(raw) if raw.strip() else {})
    places: Places = request.app.state.replaying
    done = await places.run(
        lambda: replaying.replay(context, client.tenant_id, name, given.ids, request.state.request_id)
    )
    return SourceReplayedOut(
        tried=done.tried,
        issued=done.taken.issued,
        known=done.taken.known,
        asked=done.taken.asked,
        ignored=done.taken.ignored,
        left=done.left,
        request_id=request.state.request_id,
    )


@router.post(
    "/discard",
    summary="Let dead letters go",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("SourceDiscard", source_examples.DISCARD),
)
def discard_dead_letters(
    request: Request, context: ContextDep, client: ClientDep, name: Named, body: DocumentBody
) -> DiscardedOut:
    """Let dead letters go that mean nothing here. They are forgotten thirty days later."""
    client.must(_SCOPE)
    given = fields.read(SourceDiscard, body)
    count = replaying.discard(context, client.tenant_id, name, given.ids)
    return DiscardedOut(discarded=count, request_id=request.state.request_id)
