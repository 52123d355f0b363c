"""Recipients under whom an integrator meets what goes wrong otherwise once a year: for test keys alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from issuer.errors import Conflict, Fault, Invalid, IssuerError, Unavailable

_DOMAIN: Final = "test.example"


class TrialRefused(Invalid):
    """The recipient of a test event asked for a refusal."""

    code = "test-refused"


class TrialConflict(Conflict):
    """The recipient of a test event asked for a conflict."""

    code = "test-conflict"


class TrialUnavailable(Unavailable):
    """The recipient of a test event asked for a service that cannot answer at this moment."""

    code = "test-unavailable"


@dataclass(frozen=True)
class Change:
    """What becomes of the badge at once, after it was issued like any other."""

    what: Literal["revoke", "suspend"]
    reason: str


def effect(email: str | None) -> IssuerError | Change | None:
    """Return what an address stands for in the sandbox, None for one that is like any other."""
    name, _, domain = (email or "").strip().lower().partition("@")
    found = _EFFECTS.get(name) if domain == _DOMAIN else None
    return found() if found else None


def _refused() -> IssuerError:
    fault = Fault("/recipient/email", "it stands for a refusal; any other address is taken")
    return TrialRefused("a test event that asks to be refused", [fault])


_EFFECTS: Final[Mapping[str, Callable[[], IssuerError | Change]]] = {
    "refused": _refused,
    "conflict": lambda: TrialConflict("a test event that asks for a conflict: it was not recorded"),
    "unavailable": lambda: TrialUnavailable("a test event that asks to be sent again: it was not recorded"),
    "suspended": lambda: Change("suspend", "other"),
    "revoked": lambda: Change("revoke", "issued_in_error"),
}
