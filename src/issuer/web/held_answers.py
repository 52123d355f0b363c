"""What the API takes and answers about badges that were issued elsewhere."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from fastapi import Request
from pydantic import Field, model_validator

from issuer.core import documents, fields
from issuer.core.documents import Document
from issuer.core.intake import person_ref
from issuer.core.intake.person_ref import PersonRef
from issuer.db.held_tables import HeldCredential
from issuer.errors import Fault
from issuer.services import elsewhere
from issuer.services.elsewhere import Outcome, Taken
from issuer.web import problems, verify_content
from issuer.web.answers import Answer
from issuer.web.event_lines import NDJSON
from issuer.web.examples import REQUEST_ID

RequestId = Annotated[str, Field(alias="request_id")]

EXAMPLE_ID: Final = "0197669f-6f10-7c44-a1d3-5b1f3c9e2a10"
_CREDENTIAL: Final[Document] = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "urn:uuid:6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
}
_JWT: Final = "eyJhbGciOiJFZERTQSJ9.eyJpZCI6IngifQ.c2ln"
_PERSON: Final = {"email": "rosa@alder.example"}
_OBJECT: Final[dict[str, Any]] = {"schema": {"type": "object"}, "example": _CREDENTIAL}
_PICTURE: Final[dict[str, Any]] = {
    "schema": {"type": "string", "format": "binary"},
    "example": "the bytes of the picture",
}


class HeldLine(fields.Strict):
    """A badge that was issued elsewhere, and whose it is: a line of many.

    It is one of `credential`, an object or a JWT, and `file`, a PNG, SVG or other file in Base64.
    """

    person: PersonRef | None = None
    credential: dict[str, Any] | str | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if (self.credential is None) == (self.file is None):
            raise ValueError("send either a credential or a file")
        return self

    def raw(self) -> bytes:
        """Return what is to be kept, or raise `InvalidFields`."""
        if self.file is not None:
            return _decoded(self.file)
        if isinstance(self.credential, dict):
            return documents.text(self.credential).encode()
        return (self.credential or "").encode()


class TakenOut(Answer):
    """What became of one credential. `at` is where it stood in a transcript; `problem` why it is not kept."""

    outcome: Outcome | Literal["refused"]
    id: str | None = None
    at: str = ""
    problem: dict[str, Any] | None = None


class TakenAnswer(Answer):
    """What became of each credential that was sent."""

    held: list[TakenOut]
    request_id: RequestId


class HeldOut(Answer):
    """A credential of another issuer that a person keeps here, and what it says of itself."""

    id: str
    name: str | None
    issuer: str | None
    issuer_domain: str | None
    format: Literal["json", "jws"]
    issued_at: datetime
    verified_at: datetime
    created_at: datetime


class HeldListOut(Answer):
    """What a person keeps. `next` is the `after` of the next page, None on the last."""

    held: list[HeldOut]
    next: str | None
    request_id: RequestId


def person(text: str) -> PersonRef:
    """Return whom a parameter means, one word or the object that other requests have.

    Raises `InvalidFields` or a `MalformedDocument`.
    """
    if text.lstrip().startswith("{"):
        return fields.read(PersonRef, documents.parse(text.encode()), ["person"])
    return person_ref.named(text)


def taken(request: Request, found: Sequence[Taken]) -> list[TakenOut]:
    """Return what became of credentials."""
    return [
        TakenOut(outcome=each.outcome or "refused", id=each.id, at=each.at)
        if each.refused is None
        else TakenOut(
            outcome="refused", at=each.at, problem=problems.document_of_error(request, each.refused)
        )
        for each in found
    ]


def shown(row: HeldCredential) -> HeldOut:
    """Return what is told of a credential that is kept."""
    document = elsewhere.document_of(row)
    who = verify_content.who(document)
    return HeldOut(
        id=row.id,
        name=verify_content.name_of(document),
        issuer=who.name,
        issuer_domain=who.domain,
        format="jws" if row.format == "jws" else "json",
        issued_at=row.issued_at,
        verified_at=row.verified_at,
        created_at=row.created_at,
    )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise fields.InvalidFields("not accepted: /file", [Fault("/file", "it is not Base64")]) from error


_LINES: Final = "".join(
    json.dumps(each) + "\n"
    for each in (
        {"person": _PERSON, "credential": _CREDENTIAL},
        {"person": {"award": "7HqyV2cWmX4tKfRz9aBnPd"}, "credential": _JWT},
    )
)
_ANSWERED: Final = [
    {"line": 1, "status": 201, "held": [{"outcome": "held", "id": EXAMPLE_ID, "at": "", "problem": None}]},
    {"line": 2, "status": 503, "problem": {"title": "Not proven yet", "status": 503}},
]
ANSWERS: Final[dict[str, Document]] = {
    "TakenAnswer": {
        "held": [{"outcome": "held", "id": EXAMPLE_ID, "at": "", "problem": None}],
        "request_id": REQUEST_ID,
    },
    "HeldListOut": {
        "held": [
            {
                "id": EXAMPLE_ID,
                "name": "Soldering",
                "issuer": "A Makers' Guild",
                "issuerDomain": "guild.example",
                "format": "json",
                "issuedAt": "2026-01-01T00:00:00Z",
                "verifiedAt": "2026-06-12T19:03:52Z",
                "createdAt": "2026-06-12T19:03:52Z",
            }
        ],
        "next": None,
        "request_id": REQUEST_ID,
    },
}
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            NDJSON[0]: {
                "schema": {"type": "string", "description": "A line each: HeldLine"},
                "example": _LINES,
            },
            "application/json": _OBJECT,
            "application/vc+ld+json": _OBJECT,
            "application/jwt": {"schema": {"type": "string"}, "example": _JWT},
            "image/png": _PICTURE,
            "image/svg+xml": _PICTURE,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "person": {"type": "string"},
                    },
                },
                "example": {"person": "rosa@alder.example", "file": "the bytes of the badge"},
            },
        },
    }
}
LINES: Final[dict[str, Any]] = {
    "schema": {"type": "string"},
    "example": "".join(json.dumps(each) + "\n" for each in _ANSWERED),
}
STORED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The credential, byte for byte",
        "content": {
            "application/vc+ld+json": {"example": _CREDENTIAL},
            "application/jwt": {"example": _JWT},
        },
    }
}
