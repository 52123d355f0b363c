"""Clients that register themselves (RFC 7591; Open Badges 3.0, section 7.1.2), without any credential."""

import re
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from issuer.context import Context
from issuer.core import documents, fields, ids
from issuer.core.documents import Document
from issuer.core.fields import Line
from issuer.core.securing import multibase
from issuer.db.oauth_tables import OAuthClient
from issuer.errors import Invalid
from issuer.services.oauth import scopes
from issuer.services.oauth.asking import NOT_KEPT, Answer, refused
from issuer.services.oauth.parties import BASIC, digest

_ADDRESS: Final = re.compile(
    r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:[/?][A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]*)?"
)
_MOST_ADDRESSES: Final = 10
_SECRET_BYTES: Final = 32


def _address(value: str) -> str:
    if _ADDRESS.fullmatch(value) is None:
        raise ValueError("it is not an https address without a user name and a fragment")
    return value


def _scope(value: str) -> str:
    unknown = sorted(set(value.split()) - set(scopes.FOR_HOLDERS))
    if unknown or not value.split():
        raise ValueError(f"choose from {' '.join(scopes.FOR_HOLDERS)}")
    return " ".join(dict.fromkeys(value.split()))


Address = Annotated[str, Field(max_length=2_000), AfterValidator(_address)]
Name = Annotated[Line, Field(max_length=200)]


class ClientMetadata(BaseModel):
    """What a client says of itself. What is not known here is left out, as RFC 7591, section 2, wants it."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, hide_input_in_errors=True)

    client_name: Name
    client_uri: Address
    logo_uri: Address
    tos_uri: Address
    policy_uri: Address
    software_id: Line
    software_version: Line
    redirect_uris: Annotated[list[Address], Field(min_length=1, max_length=_MOST_ADDRESSES)]
    scope: Annotated[str, Field(max_length=1_000), AfterValidator(_scope)]
    token_endpoint_auth_method: Literal["client_secret_basic"] = BASIC
    grant_types: Annotated[
        list[Literal["authorization_code", "refresh_token"]], Field(min_length=1, max_length=2)
    ] = ["authorization_code"]
    response_types: Annotated[list[Literal["code"]], Field(min_length=1, max_length=1)] = ["code"]
    contacts: Annotated[list[Line], Field(max_length=_MOST_ADDRESSES)] | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """All its addresses."""
        return (self.client_uri, self.logo_uri, self.tos_uri, self.policy_uri, *self.redirect_uris)


def register(context: Context, raw: bytes) -> Answer:
    """Register a client and return what it said, with its id and a secret that is shown this one time."""
    try:
        given = fields.read(ClientMetadata, documents.parse(raw))
    except fields.InvalidFields as error:
        return _unusable(error)
    except Invalid as error:
        return refused("invalid_client_metadata", error.detail)
    if len({urlsplit(each).hostname for each in given.addresses}) != 1:
        return refused("invalid_client_metadata", "all addresses have to be of one and the same host")
    if "authorization_code" not in given.grant_types:
        return refused("invalid_client_metadata", "grant_types has to hold authorization_code")
    secret = "obcs_" + multibase.encode(context.chance(_SECRET_BYTES))
    said: Document = given.model_dump(mode="json", exclude_none=True)
    made = _row(context, given, said, secret)
    with context.database.write.begin() as session:
        session.add(made)
    issued = {
        "client_id": made.id,
        "client_secret": secret,
        "client_id_issued_at": int(made.created_at.timestamp()),
        "client_secret_expires_at": 0,
    }
    return Answer(201, {**said, **issued}, dict(NOT_KEPT))


def _row(context: Context, given: ClientMetadata, said: Document, secret: str) -> OAuthClient:
    return OAuthClient(
        id=ids.public_id(context.chance(ids.PUBLIC_ID_BYTES)),
        name=given.client_name,
        secret_sha256=digest(secret),
        scopes=given.scope,
        grant_types=" ".join(given.grant_types),
        details=documents.text(said),
        created_at=context.clock(),
    )


def _unusable(error: fields.InvalidFields) -> Answer:
    """Return what is wrong, under one of the two names that RFC 7591, section 3.2.2, has for it."""
    said = "; ".join(f"{fault.pointer or 'the document'}: {fault.detail}" for fault in error.faults[:5])
    places = [fault.pointer for fault in error.faults]
    of_redirects = all(place.startswith("/redirect_uris") for place in places)
    return refused("invalid_redirect_uri" if of_redirects else "invalid_client_metadata", said)
