"""What a holder is asked to allow, and what becomes of their answer (RFC 6749, section 4.1.1)."""

from dataclasses import dataclass, replace

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error

from issuer.context import Context
from issuer.core import documents
from issuer.core.documents import Document
from issuer.errors import Invalid
from issuer.services.holder import Holder
from issuer.services.oauth import serving
from issuer.services.oauth.asking import Answer, Asked, ascii_only
from issuer.services.oauth.server import Server, Work

_SEE_OTHER = 303


class UnusableAuthorization(Invalid):
    """The program that led here sent a request that cannot be answered: it has to be told to its makers."""

    code = "unusable-authorization"


@dataclass(frozen=True)
class Consent:
    """What a client asks of a holder: its name and what it said of itself, unverified, and the scopes."""

    client_name: str
    details: Document
    scopes: tuple[str, ...]
    redirect_uri: str


def consent(context: Context, asked: Asked) -> Consent | Answer:
    """Return what a holder is to be asked, or where the refusal leads.

    Raises `UnusableAuthorization` where it leads nowhere, for the client or its address is not known.
    """
    with context.database.read() as session:
        try:
            grant = _grant(serving.server(Work(context, session, asked.base)), asked)
        except OAuth2Error as error:
            return _refused(asked, error)
        client = grant.request.client.row
        return Consent(
            client_name=client.name,
            details=documents.parse(client.details.encode()),
            scopes=tuple(grant.request.scope.split()),
            redirect_uri=grant.redirect_uri,
        )


def decide(context: Context, asked: Asked, holder: Holder | None) -> Answer:
    """Return where the holder's browser goes: with a code, or without a holder with their refusal.

    Raises `UnusableAuthorization` as `consent` does.
    """
    with context.database.write.begin() as session:
        server = serving.server(Work(context, session, asked.base))
        try:
            grant = _grant(server, asked)
        except OAuth2Error as error:
            return _refused(asked, error)
        answer: Answer = server.create_authorization_response(grant.request, holder, grant)
    return _with_identity(asked, answer)


def _grant(server: Server, asked: Asked):  # type: ignore[no-untyped-def]  # noqa: ANN202 - authlib's own
    """Return the grant that a request asks for, checked, or raise an `OAuth2Error`."""
    if asked.repeated is not None:
        said = ascii_only(f"'{asked.repeated}' is in the request more than once.")
        raise OAuth2Error(said, error="invalid_request")
    if asked.parameters.get("response_type", "code") != "code":
        # The one method that there is finds where the refusal may lead.
        checked = replace(asked, given=[*_without(asked, "response_type"), ("response_type", "code")])
        redirect_uri = server.get_consent_grant(checked).redirect_uri
        raise OAuth2Error(
            "Only the 'response_type' code is known.",
            error="unsupported_response_type",
            redirect_uri=redirect_uri,
            state=asked.parameters.get("state"),
        )
    return server.get_consent_grant(asked)


def _without(asked: Asked, name: str) -> list[tuple[str, str]]:
    return [pair for pair in asked.given if pair[0] != name]


def _refused(asked: Asked, error: OAuth2Error) -> Answer:
    if not error.redirect_uri:
        said = error.get_error_description() or "The request is not as it must be."
        raise UnusableAuthorization(said)
    status, _, headers = error()
    return _with_identity(asked, Answer(status, None, dict(headers)))


def _with_identity(asked: Asked, answer: Answer) -> Answer:
    """Return where to go on, with who says so (RFC 9207), by GET whatever came (RFC 9700, section 4.12)."""
    place = add_params_to_uri(answer.headers["Location"], [("iss", asked.base)])
    return Answer(_SEE_OTHER, None, {"Location": place, "Cache-Control": "no-store"})
