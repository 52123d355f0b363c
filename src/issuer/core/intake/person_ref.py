"""How a platform names a person of whom it wants something: by one thing that says who that is."""

from typing import Self

from pydantic import Field, model_validator

from issuer.core import fields, ids
from issuer.core.fields import Did, Email, InvalidFields, Line, Strict
from issuer.core.intake.event import RecipientIdentifier
from issuer.errors import Fault


class PersonRef(Strict):
    """A person, by an award of theirs, an e-mail address, a DID, or an identifier of a source."""

    award: str | None = Field(None, pattern=ids.PUBLIC_ID_PATTERN)
    email: Email | None = None
    did: Did | None = None
    identifier: RecipientIdentifier | None = None
    source: Line | None = None
    """Whose the identifier is: the `source` of the events that had it. The caller's own when absent."""

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if sum(each is not None for each in (self.award, self.email, self.did, self.identifier)) != 1:
            raise ValueError("name the person by one of award, email, did and identifier")
        if self.source is not None and self.identifier is None:
            raise ValueError("source goes with identifier")
        return self


def named(text: str) -> PersonRef:
    """Return the person whom one word names: a DID, an e-mail address, or else an award's id.

    Raises `InvalidFields`.
    """
    kind = "did" if text.startswith("did:") else "email" if "@" in text else "award"
    try:
        return fields.read(PersonRef, {kind: text})
    except InvalidFields as error:
        fault = Fault("", "an e-mail address, a DID, or the id of an award of theirs names a person")
        raise InvalidFields("this names nobody", [fault]) from error
