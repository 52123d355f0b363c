"""The W3C VC API: issue, verify and change the status of any Verifiable Credential."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from issuer.context import Context
from issuer.core.documents import Document, DocumentTooLarge
from issuer.core.securing.canonical import UnsafeDocument
from issuer.core.verifying import problems as details
from issuer.core.verifying.problems import Problem
from issuer.db.tables import Tenant
from issuer.errors import Invalid
from issuer.services import vc_issue, vc_mode, vc_present, vc_status, vc_verify
from issuer.services.vc_issue import Securing
from issuer.services.vc_verify import Verification
from issuer.web import examples, problems, vc_examples, vc_requests
from issuer.web.dependencies import ContextDep, DocumentBody
from issuer.web.gate import Gate
from issuer.web.openapi import errors
from issuer.web.vc_requests import CallerDep, SuiteDep, VerifyOptions

router = APIRouter(tags=["VC API"])
_FAILURES: Final = (400, 401, 403, 404, 413, 422)
_VERIFIED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Whether it verifies", "content": vc_examples.VERIFIED},
    **errors(*_FAILURES, 503),
    **{
        status: {
            "description": "It does not verify, or the request cannot be read",
            "content": {**vc_examples.VERIFIED, **errors(status)[status]["content"]},
        }
        for status in (400, 422)
    },
}


@router.post(
    "/credentials/issue",
    summary="Issue any Verifiable Credential",
    status_code=HTTPStatus.CREATED,
    response_class=JSONResponse,
    responses={
        201: {"description": "The secured credential", "content": vc_examples.ISSUED},
        **errors(*_FAILURES, 409, 503),
    },
    openapi_extra=examples.body("IssueCredential", vc_examples.ISSUE),
)
def issue_credential(
    request: Request, caller: CallerDep, context: ContextDep, body: DocumentBody
) -> JSONResponse:
    """Sign a credential of any kind as the client's issuer, which it must name. Off unless `vc_api` is set.

    Nothing of it is kept, but a status where `options.credentialStatus` asks for one.
    """
    return _issued(request, context, caller, body, None)


@router.post("/conformance/{suite}/credentials/issue", include_in_schema=False)
def issue_for_suite(
    request: Request, caller: CallerDep, context: ContextDep, suite: SuiteDep, body: DocumentBody
) -> JSONResponse:
    """Issue in the way that the address names: a manifest of the public suites has one address a suite."""
    return _issued(request, context, caller, body, suite)


@router.post(
    "/credentials/verify",
    summary="Verify any Verifiable Credential",
    response_class=JSONResponse,
    responses=_VERIFIED,
    openapi_extra=examples.body("VerifyCredential", vc_examples.VERIFY),
)
@router.post(
    "/conformance/{suite}/credentials/verify",
    include_in_schema=False,
    dependencies=[Depends(vc_requests.suite_of)],
)
async def verify_credential(
    request: Request, caller: CallerDep, context: ContextDep, body: DocumentBody
) -> JSONResponse:
    """Return whether a credential verifies: its form, its proofs, whose they are, its status, its dates.

    Off unless `vc_api` is set. What does not verify is answered with the status in `vc_api_unverified`.
    """
    _ = caller
    try:
        given = vc_requests.read(context, vc_requests.VerifyCredential, body)
    except Invalid as error:
        return _refused(request, error)
    document, asked = given.verifiable_credential, vc_requests.asked(given.options)
    gate: Gate = request.app.state.gate
    found = await gate.run(lambda: vc_verify.credential(context, document, asked))
    shown = {"verifiableCredential": document} if given.options.return_credential else {}
    return _answered(context, found, given.options, shown)


@router.post(
    "/presentations/verify",
    summary="Verify a Verifiable Presentation",
    response_class=JSONResponse,
    responses=_VERIFIED,
    openapi_extra=examples.body("VerifyPresentation", vc_examples.PRESENT),
)
@router.post(
    "/conformance/{suite}/presentations/verify",
    include_in_schema=False,
    dependencies=[Depends(vc_requests.suite_of)],
)
async def verify_presentation(
    request: Request, caller: CallerDep, context: ContextDep, body: DocumentBody
) -> JSONResponse:
    """Return whether a presentation verifies: its holder's proof, its challenge and domain, all inside."""
    _ = caller
    try:
        given = vc_requests.read(context, vc_requests.VerifyPresentation, body)
    except Invalid as error:
        return _refused(request, error)
    document, asked = given.verifiable_presentation, vc_requests.asked(given.options)
    gate: Gate = request.app.state.gate
    found = await gate.run(lambda: vc_present.verify(context, document, asked))
    shown = {"verifiablePresentation": document} if given.options.return_presentation else {}
    return _answered(context, found, given.options, shown)


@router.post(
    "/credentials/status",
    summary="Change the status of a credential that was issued here",
    response_class=JSONResponse,
    responses={
        200: {"description": "The status is so", "content": vc_examples.STATUS_SET},
        **errors(*_FAILURES, 409),
    },
    openapi_extra=examples.body("UpdateStatus", vc_examples.STATUS),
)
def update_status(
    request: Request, caller: CallerDep, context: ContextDep, body: DocumentBody
) -> JSONResponse:
    """Set or lift a status that was asked for when the credential was issued. A revocation is for good.

    The published list says so within a minute.
    """
    try:
        given = vc_requests.read(context, vc_requests.UpdateStatus, body)
    except Invalid as error:
        return _refused(request, error)
    purpose = given.credential_status.status_purpose
    vc_status.change(context, caller.id, given.credential_id, purpose, value=given.status)
    return JSONResponse(
        {"credentialId": given.credential_id, "statusPurpose": purpose, "status": given.status}
    )


def _issued(
    request: Request, context: Context, caller: Tenant, body: Document, suite: Securing | None
) -> JSONResponse:
    try:
        given = vc_requests.read(context, vc_requests.IssueCredential, body)
        found = vc_issue.issue(context, caller, given.credential, vc_requests.wanted(given, suite))
    except Invalid as error:
        return _refused(request, error)
    request.state.outcome = "issued"
    return JSONResponse({"verifiableCredential": found}, HTTPStatus.CREATED)


def _answered(context: Context, found: Verification, options: VerifyOptions, shown: Document) -> JSONResponse:
    """Return the answer of VCALM's verifier, with the reasons whether or not they were asked for."""
    body: Document = {
        "verified": found.verified,
        "checks": list(found.checks),
        "warnings": _documents(found.warnings),
        "errors": _documents(found.errors),
        "problemDetails": _documents([*found.errors, *found.warnings]),
        **shown,
    }
    if options.return_results:
        body["results"] = _results(found)
    status = HTTPStatus.OK if found.verified else vc_mode.unverified_status(context.settings)
    return JSONResponse(body, status, {"cache-control": "no-store"})


def _results(found: Verification) -> Document:
    inside = [_results(each) for each in found.inside]
    result: Document = {"verified": found.verified, "problemDetails": _documents(found.errors)}
    return {**result, "credentialResults": inside} if inside else result


def _documents(found: Sequence[Problem]) -> list[Document]:
    return [problem.document() for problem in found]


def _refused(request: Request, error: Invalid) -> JSONResponse:
    """Return 400 with a problem document that holds VCALM's `problemDetails` too. Too large stays 413."""
    if isinstance(error, DocumentTooLarge):
        raise error
    request.state.code = error.code
    kind = details.DATA_LOSS if isinstance(error, UnsafeDocument) else details.MALFORMED
    found = [details.of_fault(fault) for fault in error.faults] or [
        Problem(kind, problems.title(error.code), error.detail, error.code)
    ]
    answer = problems.problem(request, HTTPStatus.BAD_REQUEST, error.code, error.detail, error.faults)
    body = {**json.loads(bytes(answer.body)), "problemDetails": _documents(found)}
    return JSONResponse(body, answer.status_code, {"cache-control": "no-store"}, problems.MEDIA_TYPE)
