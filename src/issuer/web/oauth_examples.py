"""Examples of OAuth 2.0 for the OpenAPI document."""

from typing import Any, Final

from issuer.core.documents import Document
from issuer.services.oauth import scopes

_SCOPES: Final = f"{scopes.READ} {scopes.PROFILE_READ} {scopes.OFFLINE}"
CLIENT: Final[Document] = {
    "client_name": "Backpack",
    "client_uri": "https://backpack.example",
    "logo_uri": "https://backpack.example/logo.png",
    "tos_uri": "https://backpack.example/terms",
    "policy_uri": "https://backpack.example/privacy",
    "software_id": "4fd9a1f0-5f1c-4c1c-9d2a-3a5d3b0e7c11",
    "software_version": "2.4",
    "redirect_uris": ["https://backpack.example/callback"],
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "scope": _SCOPES,
}


def _json(example: Document) -> dict[str, Any]:
    return {"application/json": {"schema": {"type": "object"}, "example": example}}


def _form(example: Document, *required: str) -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in example}
    schema = {"type": "object", "properties": properties, "required": list(required)}
    content = {"application/x-www-form-urlencoded": {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


REGISTER: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/ClientMetadata"},
                "example": CLIENT,
            }
        },
    }
}
REGISTERED: Final = _json(
    {
        **CLIENT,
        "client_id": "7HqyV2cWmX4tKfRz9aBnPd",
        "client_secret": "obcs_z6MkfT…",
        "client_id_issued_at": 1781204630,
        "client_secret_expires_at": 0,
    }
)
REFUSED: Final = _json({"error": "invalid_grant", "error_description": "Invalid 'code' in request."})
TOKEN: Final = _json(
    {
        "token_type": "Bearer",
        "access_token": "obat_zCe4k…",
        "expires_in": 3600,
        "refresh_token": "obrt_zBq7m…",
        "scope": _SCOPES,
    }
)
TOKEN_REQUEST: Final = _form(
    {
        "grant_type": "authorization_code",
        "code": "obac_z9Hn3…",
        "redirect_uri": "https://backpack.example/callback",
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    },
    "grant_type",
)
TOKEN_NAMED: Final = _form({"token": "obat_zCe4k…"}, "token")
ACTIVE: Final = _json(
    {
        "active": True,
        "scope": scopes.READ,
        "client_id": "7HqyV2cWmX4tKfRz9aBnPd",
        "token_type": "Bearer",
        "iat": 1781204630,
        "exp": 1781208230,
        "iss": "https://badges.alder.example",
        "sub": "urn:uuid:0197669f-6f10-7c44-a1d3-5b1f3c9e2a10",
    }
)
SECURITY: Final = {
    "OAuthClient": {
        "type": "http",
        "scheme": "basic",
        "description": "The id and the secret of a registered program",
    }
}
