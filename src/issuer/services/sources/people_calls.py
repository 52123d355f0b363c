"""The call by which a platform is asked who an id is: where it goes, and the token that it shows."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.intake.dialects.foreign import Foreign, Id, Name
from issuer.core.intake.mapping import Known
from issuer.db.source_tables import Source
from issuer.errors import Fault, Invalid, IssuerError, Unavailable
from issuer.keys import sealing
from issuer.net import targets

PLACE: Final = "{id}"
"""What stands in an address for the id that is asked about."""

_OK: Final = 200
_NOBODY: Final = 404
_PORTS: Final = frozenset({443})
_TOKEN: Final = re.compile(r"[!-~]{1,4000}")
_RELATIVE: Final = frozenset({".", ".."})
"""Ids that mean another place in an address, however they are written."""


class InvalidPeopleUrl(Invalid):
    """The address at which people are looked up, or the token for it, is not one that can be used."""

    code = "invalid-people-url"


class PeopleUnavailable(Unavailable):
    """The platform could not be asked who somebody is at this moment."""

    code = "source-people-unavailable"


@dataclass(frozen=True)
class PeopleCall:
    """Where a platform is asked for a person, with `{id}` in it, and the bearer token that it wants."""

    url: str
    token: str | None = field(default=None, repr=False)


class _Person(Foreign):
    id: Id
    name: Name | None = None
    email: Name | None = None
    identifier: Name | None = None


def check(context: Context, call: PeopleCall) -> None:
    """Raise `InvalidPeopleUrl` or `RefusedAddress` unless people can be looked up at an address."""
    if call.url.count(PLACE) != 1 or PLACE in call.url.partition("://")[2].partition("/")[0]:
        fault = Fault("/peopleUrl", f"write {PLACE} once, behind the host")
        raise InvalidPeopleUrl("the address does not say where the id of a person goes", [fault])
    if call.token is not None and not _TOKEN.fullmatch(call.token):
        fault = Fault("/peopleToken", "write it on one line, in ASCII and without spaces")
        raise InvalidPeopleUrl("the token cannot stand in a header", [fault])
    example = call.url.replace(PLACE, "1")
    targets.target(example, ports=_PORTS, allow_loopback=context.settings.fetch_loopback)


def sealed(context: Context, call: PeopleCall | None, source_id: str) -> bytes | None:
    """Return the token as the database holds it, or raise `UnsafeKey` where it would be readable there."""
    if call is None or call.token is None:
        return None
    settings = context.settings
    return sealing.seal(
        settings.passphrase(), call.token.encode(), _about(source_id),
        nonce=context.chance(sealing.NONCE_BYTES), strict=settings.encrypts_keys,
    )  # fmt: skip


def asked(context: Context, source: Source, person_id: str) -> Known | None:
    """Return whom a platform calls by an id, or None where it knows nobody, or no way to recognise them.

    Raises `PeopleUnavailable` for any answer but the person and 404: nobody is unknown because of a fault.
    """
    if person_id in _RELATIVE:
        return None
    try:
        answer = context.ask(_address(source, person_id), _headers(context, source), None)
        if answer.status == _NOBODY:
            return None
        if answer.status != _OK:
            raise PeopleUnavailable(f"it answered with status {answer.status}")
        return _known(answer.body, person_id)
    except IssuerError as error:
        raise PeopleUnavailable(
            f"the people of the source {source.name!r} could not be looked up: {error.detail}"
        ) from error


def _address(source: Source, person_id: str) -> str:
    return str(source.people_url).replace(PLACE, quote(person_id, safe=""))


def _headers(context: Context, source: Source) -> dict[str, str]:
    accepted = {"Accept": "application/json"}
    if source.people_token is None:
        return accepted
    token = sealing.unseal(context.settings.passphrase(), source.people_token, _about(source.id))
    return {**accepted, "Authorization": f"Bearer {token.decode()}"}


def _known(body: bytes, person_id: str) -> Known | None:
    """Return the person in an answer, in which more may stand than is looked at."""
    try:
        found = fields.read(_Person, documents.parse(body))
        if found.id != person_id:
            raise PeopleUnavailable("it answered with somebody of another id")
        if not found.email and not found.identifier:
            return None
        return fields.read(Known, found.model_dump(exclude_none=True))
    except Invalid as error:
        places = ", ".join(fault.pointer for fault in error.faults[:3])
        detail = f"it did not answer with a person as JSON{f' ({places})' if places else ''}"
        raise PeopleUnavailable(detail) from error


def _about(source_id: str) -> str:
    return f"people of source {source_id}"
