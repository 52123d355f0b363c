"""What can be allowed: the scopes of Open Badges 3.0 (section 7.1), and staying allowed."""

from typing import Final

PREFIX: Final = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
READ: Final = f"{PREFIX}credential.readonly"
UPSERT: Final = f"{PREFIX}credential.upsert"
PROFILE_READ: Final = f"{PREFIX}profile.readonly"
PROFILE_UPDATE: Final = f"{PREFIX}profile.update"
OFFLINE: Final = "offline_access"

API: Final = (READ, UPSERT, PROFILE_READ, PROFILE_UPDATE)
FOR_HOLDERS: Final = (*API, OFFLINE)
"""What a holder can allow. The last one is asked for by many hosts, and allows nothing by itself."""

FOR_AGENCIES: Final = (READ,)
"""What the operator can allow a client that acts for nobody in particular."""


def named(scope: str) -> str:
    """Return the short name of a scope, by which pages have words for it."""
    return scope.removeprefix(PREFIX).replace(".", "_")


def chosen(known: str, asked: str | None) -> str | None:
    """Return the scopes of a request, all that are known where it names none; None if one is not known."""
    wanted = list(dict.fromkeys((asked or "").split())) or known.split()
    return " ".join(wanted) if set(wanted) <= set(known.split()) else None
