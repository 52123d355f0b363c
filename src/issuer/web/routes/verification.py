"""Where anybody asks whether a badge is real and still valid."""

from fastapi import APIRouter

from issuer.services import verify
from issuer.web import answers
from issuer.web.dependencies import ContextDep, RawBody
from issuer.web.openapi import errors

router = APIRouter(prefix="/v1", tags=["verification"])

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "description": "The credential, as its file has it"},
                "example": {
                    "@context": [
                        "https://www.w3.org/ns/credentials/v2",
                        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
                    ],
                    "id": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd",
                    "type": ["VerifiableCredential", "OpenBadgeCredential"],
                },
            }
        },
    }
}


@router.post(
    "/verify",
    summary="Verify a credential",
    response_model_exclude_none=True,
    responses=errors(413),
    openapi_extra=_BODY,
)
def verify_credential(context: ContextDep, raw: RawBody) -> answers.ReportOut:
    """Return one result and every check, in words. Needs no key; nothing is kept or logged.

    `unknown` is never a pass: what could not be checked says so.
    """
    return answers.report_out(verify.verify(context, raw))
