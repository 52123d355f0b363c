"""How the Open Badges API describes itself: in our OpenAPI document, and at its own `/discovery`."""

from typing import Any, Final

from issuer.core.documents import Document
from issuer.core.securing import contexts
from issuer.services.oauth import scopes
from issuer.web import imsx

JSON_TYPES: Final = ("application/json", "application/vc+ld+json", "application/ld+json")
COMPACT: Final = "text/plain"
SCHEME: Final = "OAuth2ACG"
SCOPES: Final = {
    scopes.READ: "Permission to read the credentials of the holder.",
    scopes.UPSERT: "Permission to create or update credentials of the holder.",
    scopes.PROFILE_READ: "Permission to read the profile of the holder.",
    scopes.PROFILE_UPDATE: "Permission to update the profile of the holder.",
}
_CREDENTIAL: Final[Document] = {
    "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES],
    "id": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
}
_JWS: Final = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2V4YW1wbGUuZWR1In0.c2VhbA"
_PROFILE: Final[Document] = {
    "id": "urn:uuid:0197669f-6f10-7c44-a1d3-5b1f3c9e2a10",
    "type": ["Profile"],
    "name": "Rosa Delgado",
}
_TEXT: Final = {"type": "string", "pattern": r"^[a-zA-Z0-9_-]+\.[a-zA-Z0-9_-]*\.[a-zA-Z0-9_-]+$"}
_STRINGS: Final = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
SCHEMAS: Final[Document] = {
    "Imsx_StatusInfo": imsx.SCHEMA,
    "AchievementCredential": {
        "type": "object",
        "description": "A credential of Open Badges 3.0, sealed",
        "required": ["id", "type", "issuer"],
        "properties": {"id": {"type": "string"}, "type": _STRINGS},
        "additionalProperties": True,
    },
    "Profile": {
        "type": "object",
        "description": "A profile of Open Badges 3.0",
        "required": ["id", "type"],
        "properties": {"id": {"type": "string"}, "type": _STRINGS, "name": {"type": "string"}},
        "additionalProperties": True,
    },
    "GetOpenBadgeCredentialsResponse": {
        "type": "object",
        "properties": {
            "credential": {"type": "array", "items": {"type": "object"}},
            "compactJwsString": {"type": "array", "items": _TEXT},
        },
    },
}
_CREDENTIAL_MEDIA: Final[dict[str, Any]] = {
    **{
        media: {"schema": {"$ref": "#/components/schemas/AchievementCredential"}, "example": _CREDENTIAL}
        for media in JSON_TYPES
    },
    COMPACT: {"schema": _TEXT, "example": _JWS},
}
_PROFILE_MEDIA: Final[dict[str, Any]] = {
    "application/json": {"schema": {"$ref": "#/components/schemas/Profile"}, "example": _PROFILE}
}
_LISTED: Final[dict[str, Any]] = {
    "application/json": {
        "schema": {"$ref": "#/components/schemas/GetOpenBadgeCredentialsResponse"},
        "example": {"credential": [_CREDENTIAL], "compactJwsString": [_JWS]},
    }
}
_TOTAL: Final = {
    "description": "How many credentials there are in all",
    "schema": {"type": "integer", "format": "int32"},
}
_LINK: Final = {
    "description": "Where the next, last, first and previous ones are (RFC 8288)",
    "schema": {"type": "string"},
}
GET_CREDENTIALS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Some of the credentials, the oldest first",
        "headers": {"X-Total-Count": _TOTAL, "Link": _LINK},
        "content": _LISTED,
    },
    **imsx.documented(400, 401, 403),
}
UPSERT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "An equal credential was there before", "content": _CREDENTIAL_MEDIA},
    201: {"description": "The credential is new here", "content": _CREDENTIAL_MEDIA},
    **imsx.documented(400, 401, 403, 404, 409, 413, 415),
}
GET_PROFILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The profile", "content": _PROFILE_MEDIA},
    **imsx.documented(400, 401, 403, 404),
}
PUT_PROFILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The profile as it is now", "content": _PROFILE_MEDIA},
    **imsx.documented(400, 401, 403, 404, 413),
}
UPSERT_BODY: Final[Document] = {"requestBody": {"required": True, "content": _CREDENTIAL_MEDIA}}
PROFILE_BODY: Final[Document] = {"requestBody": {"required": True, "content": _PROFILE_MEDIA}}
PARAMETERS: Final[list[Document]] = [
    {
        "name": "limit",
        "in": "query",
        "description": "How many to return at most. More than 200 are never returned together.",
        "required": False,
        "schema": {"type": "integer", "format": "int32", "minimum": 1},
    },
    {
        "name": "offset",
        "in": "query",
        "description": "The number of the first one to return, counted from 0.",
        "required": False,
        "schema": {"type": "integer", "format": "int32", "minimum": 0},
    },
    {
        "name": "since",
        "in": "query",
        "description": "Leave out what was issued up to this moment. Without an offset it is one in UTC.",
        "required": False,
        "schema": {"type": "string", "format": "date-time"},
    },
]


def discovery(base: str, title: str) -> Document:
    """Return the service description document of an origin (Open Badges 3.0, section 6.4)."""
    return {
        "openapi": "3.0.1",
        "info": {
            "title": title,
            "version": "3.0",
            "termsOfService": f"{base}/policy",
            "x-imssf-privacyPolicyUrl": f"{base}/privacy",
        },
        "servers": [{"url": f"{base}{imsx.BASE}"}],
        "paths": {
            "/credentials": {
                "get": _operation("getCredentials", scopes.READ, GET_CREDENTIALS, parameters=PARAMETERS),
                "post": _operation("upsertCredential", scopes.UPSERT, UPSERT, **UPSERT_BODY),
            },
            "/profile": {
                "get": _operation("getProfile", scopes.PROFILE_READ, GET_PROFILE),
                "put": _operation("putProfile", scopes.PROFILE_UPDATE, PUT_PROFILE, **PROFILE_BODY),
            },
        },
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                SCHEME: {
                    "type": "oauth2",
                    "x-imssf-registrationUrl": f"{base}/oauth/register",
                    "flows": {
                        "authorizationCode": {
                            "authorizationUrl": f"{base}/oauth/authorize",
                            "tokenUrl": f"{base}/oauth/token",
                            "refreshUrl": f"{base}/oauth/token",
                            "scopes": SCOPES,
                        }
                    },
                }
            },
        },
    }


def _operation(name: str, scope: str, responses: dict[int | str, dict[str, Any]], **more: object) -> Document:
    told = {str(status): answer for status, answer in responses.items()}
    return {
        "operationId": name,
        "tags": ["OpenBadgeCredentials"],
        **more,
        "responses": told,
        "security": [{SCHEME: [scope]}],
    }
