"""What clients of the VC API send: the members of each request, and who may send it."""

from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import Field

from issuer.context import Context
from issuer.core import fields
from issuer.core.documents import Document
from issuer.core.fields import Line, Moment
from issuer.core.securing import proofs
from issuer.core.status.entries import Purpose
from issuer.db import tenants
from issuer.db.tables import Tenant
from issuer.errors import Fault
from issuer.services import clients, vc_mode
from issuer.services.vc_issue import Securing, Wanted
from issuer.services.vc_verify import Asked
from issuer.web import dependencies
from issuer.web.dependencies import ContextDep

SECURINGS: Final = get_args(Securing)
_NOT_FOUND: Final = 404


class StatusEntryWanted(fields.Strict):
    """A status for the credential: of which type, and for which purpose."""

    type: Literal["BitstringStatusListEntry"] = "BitstringStatusListEntry"
    status_purpose: Purpose


class IssueOptions(fields.Strict):
    """How to issue. `credentialStatus` asks for one or more statuses, which can be changed later."""

    credential_id: Line | None = None
    type: Literal["DataIntegrityProof", "Ed25519Signature2020"] | None = None
    cryptosuite: Literal["eddsa-rdfc-2022", "eddsa-jcs-2022"] | None = None
    created: Moment | None = None
    credential_status: StatusEntryWanted | list[StatusEntryWanted] | None = None


class IssueCredential(fields.Strict):
    """A credential to be issued, without a proof, and how."""

    credential: dict[str, Any]
    options: IssueOptions = IssueOptions()


class VerifyOptions(fields.Strict):
    """What to check, and what to answer. `checks` has an effect for the public test suites alone."""

    checks: list[Line] = Field(default_factory=list)
    challenge: Line | None = None
    domain: Line | None = None
    return_results: bool = False
    return_problem_details: bool = False
    return_credential: bool = False
    return_presentation: bool = False


class VerifyCredential(fields.Strict):
    """A credential to be verified."""

    verifiable_credential: dict[str, Any]
    options: VerifyOptions = VerifyOptions()


class VerifyPresentation(fields.Strict):
    """A presentation to be verified."""

    verifiable_presentation: dict[str, Any]
    options: VerifyOptions = VerifyOptions()


class UpdateStatus(fields.Strict):
    """A status to be set, or to be lifted with `status: false`."""

    credential_id: Line
    credential_status: StatusEntryWanted
    status: bool = True
    index_allocator: Line | None = None


_KNOWN_OPTIONS: Final = frozenset(
    field.alias for model in (IssueOptions, VerifyOptions) for field in model.model_fields.values()
)
BODIES: Final = (
    IssueCredential,
    VerifyCredential,
    VerifyPresentation,
    UpdateStatus,
)


def caller(
    request: Request,
    process: ContextDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(dependencies.bearer)],
) -> Tenant:
    """Return the tenant for whom the VC API acts.

    Where it is off there is nothing at its addresses. For the suites nobody is asked for a key.
    """
    if process.settings.vc_api == "off":
        raise HTTPException(_NOT_FOUND)
    if vc_mode.is_lenient(process.settings):
        return vc_mode.default_tenant(process)
    client = dependencies.client(request, process, credentials)
    client.must(clients.VC_API)
    with process.database.read() as session:
        return tenants.by_id(session, client.tenant_id)


CallerDep: TypeAlias = Annotated[Tenant, Depends(caller)]


def suite_of(process: ContextDep, suite: str) -> Securing:
    """Return the way of securing that an address for the suites names. Others find nothing there."""
    found: Securing | None = next((each for each in SECURINGS if each == suite), None)
    if found is None or not vc_mode.is_lenient(process.settings):
        raise HTTPException(_NOT_FOUND)
    return found


SuiteDep: TypeAlias = Annotated[Securing, Depends(suite_of)]


def read(context: Context, model: type[fields.Model], body: Document) -> fields.Model:
    """Return the request in a body, or raise `InvalidFields`. Of the suites, unknown options are ignored."""
    options = body.get("options", {})
    if not vc_mode.is_lenient(context.settings) or not isinstance(options, dict):
        return fields.read(model, body)
    kept = {name: value for name, value in options.items() if name in _KNOWN_OPTIONS}
    return fields.read(model, {**body, "options": kept} if "options" in body else body)


def wanted(given: IssueCredential, securing: Securing | None) -> Wanted:
    """Return how a credential is to be issued; what the address names goes before what the options name."""
    options = given.options
    statuses = options.credential_status or []
    listed = statuses if isinstance(statuses, list) else [statuses]
    purposes = tuple(dict.fromkeys(each.status_purpose for each in listed))
    return Wanted(securing or _securing(options), options.credential_id, options.created, purposes)


def asked(options: VerifyOptions) -> Asked:
    """Return what a client asks beside the credential or presentation."""
    return Asked(options.challenge, options.domain, tuple(options.checks))


def _securing(options: IssueOptions) -> Securing:
    if options.type == proofs.SIGNATURE_2020:
        if options.cryptosuite is not None:
            fault = Fault("/options/cryptosuite", "a proof of that type has none")
            raise fields.InvalidFields("options.type and options.cryptosuite contradict each other", [fault])
        return "Ed25519Signature2020"
    return options.cryptosuite or "eddsa-rdfc-2022"
