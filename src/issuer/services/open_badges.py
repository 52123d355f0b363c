"""What the Open Badges API gives and takes with a holder's leave (Open Badges 3.0, section 6)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.db import held, people
from issuer.db.held import Whose
from issuer.db.held_tables import HeldCredential, HolderProfile
from issuer.errors import Fault
from issuer.services import standing
from issuer.services.oauth.bearing import Bearer

_JWS = "jws"


class _Profile(BaseModel):
    """What a profile has to have. All the rest of it is kept as it is."""

    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)

    id: fields.Iri
    type: Annotated[list[str], BeforeValidator(listed)]


@dataclass(frozen=True)
class Portion:
    """Some credentials as their texts, byte for byte: JSON objects and compact JWSs; and how many in all."""

    json: tuple[str, ...]
    jws: tuple[str, ...]
    total: int


def credentials(
    context: Context, bearer: Bearer, *, offset: int, limit: int, since: datetime | None
) -> Portion:
    """Return credentials of the holder, the oldest first: ours that stand, and those that they keep here.

    A client of the issuer's own gets what the issuer shows: the badges of all that are not private.
    """
    with context.database.read() as session:
        found = held.portion(
            session, bearer.tenant.id, Whose(bearer.recipient_id, since), offset=offset, limit=limit
        )
    plain: list[str] = []
    compact: list[str] = []
    for row in found.rows:
        if isinstance(row, HeldCredential):
            (compact if row.format == _JWS else plain).append(row.text)
        else:
            plain.extend(badge.text for badge in standing.undamaged(context, [row], bearer.tenant))
    return Portion(tuple(plain), tuple(compact), found.total)


def profile(context: Context, bearer: Bearer) -> str:
    """Return the text of a holder's profile: the one that was written, or what the issuer knows of them."""
    with context.database.read() as session:
        written = held.profile(session, bearer.tenant.id, bearer.holder)
        if written is not None:
            return written.text
        name = people.name(session, bearer.tenant.id, bearer.holder)
        found = people.identifiers(session, bearer.tenant.id, bearer.holder, "emailAddress")
    known: Document = {"id": f"urn:uuid:{bearer.holder}", "type": ["Profile"]}
    if name:
        known["name"] = name
    if found:
        known["email"] = min(value for _, value in found)
    return documents.text(known)


def write_profile(context: Context, bearer: Bearer, raw: bytes) -> str:
    """Keep a holder's profile byte for byte and return it, or raise `InvalidFields` or `UnknownRecipient`."""
    content = _profile_text(raw)
    with context.database.write.begin() as session:
        person = people.hold_known(session, bearer.tenant.id, bearer.holder)
        found = held.profile(session, bearer.tenant.id, person)
        if found is None:
            session.add(
                HolderProfile(
                    recipient_id=person,
                    tenant_id=bearer.tenant.id,
                    text=content,
                    updated_at=context.clock(),
                )
            )
        else:
            found.text, found.updated_at = content, context.clock()
    return content


def text(found: Portion) -> str:
    """Return credentials as the API lists them, each exactly as it is stored."""
    compact = json.dumps(list(found.jws))
    return f'{{"credential":[{",".join(found.json)}],"compactJwsString":{compact}}}'


def _profile_text(raw: bytes) -> str:
    given = fields.read(_Profile, documents.parse(raw))
    if "Profile" not in given.type:
        raise fields.InvalidFields("not accepted: /type", [Fault("/type", "it does not name Profile")])
    return raw.decode()
