"""The five kinds of error, from which every error of this service descends.

An error says what is wrong with the input in one sentence, names the thing and the next step, and
carries no secret and no person. It has a kind, not a status code: Open Badges, the VC API, OAuth and
OpenID4VCI each render the same kind in their own dialect.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Fault:
    """One fault in a document: where it is (RFC 6901 JSON Pointer) and what is wrong with it."""

    pointer: str
    detail: str


class IssuerError(Exception):
    """What every error here descends from. An error of no kind is the service's own fault."""

    code: ClassVar[str] = "internal"

    def __init__(self, detail: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)


class Invalid(IssuerError):
    """What was sent cannot be accepted as it stands."""

    code = "invalid"


class Forbidden(IssuerError):
    """The caller is not who it must be, or may not do this."""

    code = "forbidden"


class NotFound(IssuerError):
    """The thing named does not exist for this tenant."""

    code = "not-found"


class Conflict(IssuerError):
    """The request is well formed, but what is already there contradicts it."""

    code = "conflict"


class Unavailable(IssuerError):
    """It cannot be done at this moment. Trying again later may succeed."""

    code = "unavailable"
