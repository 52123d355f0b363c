"""The certificate of a badge as a file."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from issuer.context import Context
from issuer.core import ids
from issuer.services import standing
from issuer.web import certificates, drawing, forms
from issuer.web.dependencies import BaseDep
from issuer.web.openapi import errors

router = APIRouter(tags=["public"])


@router.get(
    "/b/{badge_id}.pdf",
    summary="The certificate of a badge as a PDF file",
    response_class=Response,
    responses={
        200: {"description": "The certificate", "content": {forms.PDF: forms.BYTES}},
        304: {"description": "Not changed"},
        **errors(403, 404, 406, 410, 503),
    },
)
async def read_certificate(
    request: Request,
    base: BaseDep,
    badge_id: Annotated[str, Path(pattern=ids.PUBLIC_ID_PATTERN)],
) -> Response:
    """Return the certificate as it stands now. Where there is none, the answer says what to print instead."""
    return await drawing.answer(request, partial(_file, request, base, badge_id))


def _file(request: Request, base: str, badge_id: str, context: Context) -> Response:
    badge = standing.public_badge(context, badge_id, base)
    return certificates.file(request, context, badge, standing.checked(context, badge))
