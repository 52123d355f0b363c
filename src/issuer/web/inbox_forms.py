"""What stands in a platform's request: its message, and what shows that it is the platform's."""

import base64
import binascii
from typing import Final
from urllib.parse import unquote

from fastapi import Request

from issuer.core.documents import DEFAULT_LIMITS, Document
from issuer.core.fields import InvalidFields
from issuer.core.intake import cloudevents, messages
from issuer.errors import Fault

_HEADER: Final = "ce-"


def message(raw: bytes) -> object:
    """Return the JSON object or array in a body, within the limits of any document."""
    return messages.parse(raw, DEFAULT_LIMITS)


def secret(request: Request, body: object) -> str | None:
    """Return the secret that a platform shows in the one way that it can.

    `Authorization: Bearer` (Caliper, Open edX), the password of `Basic` (xAPI), `?secret=` for those that can
    only be given an address (Canvas), and the member `token` of the message (Moodle).
    """
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return given.strip()
    if kind.lower() == "basic":
        return _password(given)
    if "secret" in request.query_params:
        return request.query_params["secret"]
    return _token(body)


def under_id(body: object, statement_id: str | None) -> object:
    """Return a statement with the id of its address, or raise `InvalidFields` where it has another itself."""
    if statement_id is None or not isinstance(body, dict):
        return body
    if body.get("id", statement_id) != statement_id:
        fault = Fault("/id", "it is not the statementId of the address")
        raise InvalidFields("the statement has two ids", [fault])
    return {**body, "id": statement_id}


def enveloped(request: Request, body: object) -> object:
    """Return an event with what its headers say, where it is a CloudEvent in binary mode (1.0, HTTP 3.1).

    Only the members of an envelope are taken.
    """
    if not isinstance(body, dict) or f"{_HEADER}specversion" not in request.headers or "data" in body:
        return body
    said = {name: request.headers.get(_HEADER + name) for name in cloudevents.ENVELOPE}
    return {**{name: unquote(value) for name, value in said.items() if value is not None}, "data": body}


def without_token(raw: bytes, body: object) -> bytes:
    """Return a message without the secret in it: it is kept to be looked at."""
    token = _token(body)
    return raw.replace(token.encode(), b"...") if token else raw


def _password(given: str) -> str | None:
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None


def _token(body: object) -> str | None:
    said: Document = body if isinstance(body, dict) else {}
    found = said.get("token")
    return found if isinstance(found, str) else None
