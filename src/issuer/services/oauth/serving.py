"""The addresses of OAuth 2.0 for programs: tokens, ending one, asking about one, and what there is."""

from typing import Final

from issuer.context import Context
from issuer.core.documents import Document
from issuer.services.oauth import scopes
from issuer.services.oauth.asking import NOT_KEPT, Answer, Asked, refused
from issuer.services.oauth.assertions import ALGORITHMS, Assertion
from issuer.services.oauth.endpoints import Introspection, Revocation
from issuer.services.oauth.grants import S256, AgencyGrant, CodeGrant, RefreshGrant
from issuer.services.oauth.parties import BASIC, SIGNED
from issuer.services.oauth.server import Server, Work

_METHODS: Final = [BASIC, SIGNED]


def server(work: Work) -> Server:
    """Return the server of one request, with all that it knows."""
    found = Server(work)
    found.register_client_auth_method(SIGNED, Assertion(found))
    found.register_grant(CodeGrant, [S256(required=True)])
    found.register_grant(RefreshGrant)
    found.register_grant(AgencyGrant)
    found.register_endpoint(Revocation)
    found.register_endpoint(Introspection)
    return found


def token(context: Context, asked: Asked) -> Answer:
    """Return tokens, or why there are none (RFC 6749, section 5). A refusal that ends others is kept too."""
    if asked.repeated is not None:
        return _twice(asked)
    with context.database.write.begin() as session:
        answer: Answer = server(Work(context, session, asked.base)).create_token_response(asked)
    return _not_kept(answer)


def revoke(context: Context, asked: Asked) -> Answer:
    """End a token (RFC 7009). One that nobody has is as good as ended."""
    return _endpoint(context, asked, Revocation.ENDPOINT_NAME)


def introspect(context: Context, asked: Asked) -> Answer:
    """Tell a client of its own token (RFC 7662)."""
    return _endpoint(context, asked, Introspection.ENDPOINT_NAME)


def metadata(base: str) -> Document:
    """Return what this server can do, and where (RFC 8414, section 2)."""
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/oauth/authorize",
        "token_endpoint": f"{base}/oauth/token",
        "registration_endpoint": f"{base}/oauth/register",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "introspection_endpoint": f"{base}/oauth/introspect",
        "scopes_supported": list(scopes.FOR_HOLDERS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": _METHODS,
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": _METHODS,
        "introspection_endpoint_auth_methods_supported": _METHODS,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "ui_locales_supported": ["en", "es"],
        "op_policy_uri": f"{base}/privacy",
        "op_tos_uri": f"{base}/policy",
    }


def _endpoint(context: Context, asked: Asked, name: str) -> Answer:
    if asked.repeated is not None:
        return _twice(asked)
    with context.database.write.begin() as session:
        found = server(Work(context, session, asked.base))
        answer: Answer = found.create_endpoint_response(name, asked)
    return _not_kept(answer)


def _twice(asked: Asked) -> Answer:
    return refused("invalid_request", f"'{asked.repeated}' is in the request more than once.")


def _not_kept(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body, {**answer.headers, **dict(NOT_KEPT)})
