"""Add a source, say what its competencies mean, and take its secret away from it."""

import hmac
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import documents, fields, ids
from issuer.core.awarding.profile import plain
from issuer.core.documents import Document
from issuer.core.intake.dialects.all import Name
from issuer.core.intake.mapping import Mapping
from issuer.core.securing import multibase
from issuer.db import achievements, sources, tenants
from issuer.db.source_tables import Source, SourceMapping
from issuer.errors import Conflict, Fault
from issuer.services import trials
from issuer.services.clients import Unauthenticated
from issuer.services.sources import people_calls
from issuer.services.sources.people_calls import PeopleCall

_PREFIX: Final = "src_"
_SECRET_BYTES: Final = 32


class SourceExists(Conflict):
    """The issuer has a source of that name already."""

    code = "source-exists"


@dataclass(frozen=True)
class Made:
    """A source, and its secret, which is not kept: this is the only time that it is seen."""

    source: Source
    secret: str


def add(
    context: Context,
    tenant_id: str,
    name: str,
    dialect: Name,
    *,
    keys_url: str | None = None,
    account: str | None = None,
    call: PeopleCall | None = None,
) -> Made:
    """Return a new source with its secret, or raise `SourceExists`. `call` is how its people are looked up.

    Raises `InvalidPeopleUrl` or `RefusedAddress` where nobody can be looked up there.
    """
    if call is not None:
        people_calls.check(context, call)
    secret, digest = _secret(context)
    source_id = ids.public_id(context.chance(ids.PUBLIC_ID_BYTES))
    made = Source(
        id=source_id,
        tenant_id=tenant_id,
        name=name,
        dialect=dialect,
        secret_sha256=digest,
        keys_url=keys_url,
        account=account,
        people_url=call.url if call else None,
        people_token=people_calls.sealed(context, call, source_id),
        created_at=context.clock(),
    )
    try:
        with context.database.write.begin() as session:
            session.add(made)
    except IntegrityError as error:
        raise SourceExists(f"there is a source {name!r} already: change or rotate it") from error
    return Made(made, secret)


def rotate(context: Context, tenant_id: str, name: str) -> Made:
    """Return a source with a new secret. The earlier one is good no more. Raises `UnknownSource`."""
    secret, digest = _secret(context)
    with context.database.write.begin() as session:
        found = sources.by_name(session, tenant_id, name)
        found.secret_sha256 = digest
    return Made(found, secret)


def turn(context: Context, tenant_id: str, name: str, *, off: bool) -> Source:
    """Turn a source off, or on again, and return it. Raises `UnknownSource`."""
    with context.database.write.begin() as session:
        found = sources.by_name(session, tenant_id, name)
        found.disabled_at = (found.disabled_at or context.clock()) if off else None
    return found


def look_up(context: Context, tenant_id: str, name: str, call: PeopleCall | None) -> Source:
    """Say how a source's people are looked up, or that they are not, and return the source.

    A token goes with its address alone: another address without one shows none. Raises `UnknownSource`,
    `InvalidPeopleUrl` or `RefusedAddress`.
    """
    if call is not None:
        people_calls.check(context, call)
    with context.database.read() as session:
        source_id = sources.by_name(session, tenant_id, name).id
    token = people_calls.sealed(context, call, source_id)
    with context.database.write.begin() as session:
        found = sources.by_name(session, tenant_id, name)
        found.people_url, found.people_token = call.url if call else None, token
    return found


def save_mapping(context: Context, tenant_id: str, name: str, content: Document) -> SourceMapping:
    """Save what a source's competencies mean as the next version, and return it: it counts at once.

    The same as the newest makes no new one. Raises `UnknownSource`, or `InvalidFields` that points at each
    fault: an achievement that the issuer does not offer, or one that brings credit without a rule's dates.
    """
    given = fields.read(Mapping, content)
    text = documents.text(plain(given))
    trials.catch_up(context, tenant_id, sorted({rule.achievement for rule in given.rules}))
    with context.database.write.begin() as session:
        tenants.hold(session, tenant_id)
        source = sources.by_name(session, tenant_id, name)
        _check(session, tenant_id, given)
        newest = sources.mapping(session, tenant_id, source.id)
        if newest is not None and newest.content == text:
            return newest
        made = SourceMapping(
            id=context.new_key(),
            tenant_id=tenant_id,
            source_id=source.id,
            number=newest.number + 1 if newest else 1,
            content=text,
            created_at=context.clock(),
        )
        session.add(made)
        return made


def admitted(context: Context, source_id: str, secret: str | None) -> Source:
    """Return the source at an inbox for whoever knows its secret, or raise `Unauthenticated`.

    The secret is compared by hash in constant time, also where there is no such source.
    """
    with context.database.read() as session:
        found = sources.at_inbox(session, source_id)
    expected = found.secret_sha256 if found else _hash("")
    same = hmac.compare_digest(expected, _hash(secret or ""))
    if found is None or not same:
        raise Unauthenticated("the inbox is not known, or the secret is not its own")
    return _at_work(found)


def inbox(context: Context, source_id: str) -> Source:
    """Return the source at an inbox whose messages are signed, or raise `Unauthenticated`."""
    with context.database.read() as session:
        found = sources.at_inbox(session, source_id)
    if found is None or found.keys_url is None:
        raise Unauthenticated("the inbox is not known, or takes no signed messages")
    return _at_work(found)


def _at_work(found: Source) -> Source:
    if found.disabled_at is not None:
        raise sources.UnknownSource("this source is turned off: nothing is taken from it")
    return found


def _check(session: Session, tenant_id: str, given: Mapping) -> None:
    """Raise `InvalidFields` for rules of which nothing could ever come.

    No dialect says when the work was done, and credit needs that.
    """
    codes = {rule.achievement for rule in given.rules}
    found = {
        each.code: json.loads(each.definition)
        for each in achievements.offered(session, tenant_id, codes, [])
        if each.definition is not None and not each.retired
    }
    faults = []
    for number, rule in enumerate(given.rules):
        if rule.achievement not in found:
            detail = f"{rule.achievement} cannot be awarded: publish it first"
            faults.append(Fault(f"/rules/{number}/achievement", detail))
        elif found[rule.achievement].get("credit") and not (rule.activity or given.activity):
            detail = f"{rule.achievement} brings credit: say at least in startDate when the work began"
            faults.append(Fault(f"/rules/{number}/activity", detail))
    if faults:
        places = ", ".join(fault.pointer for fault in faults[:3])
        raise fields.InvalidFields(f"nothing could come of these rules: {places}", faults)


def _secret(context: Context) -> tuple[str, str]:
    secret = _PREFIX + multibase.encode(context.chance(_SECRET_BYTES))
    return secret, _hash(secret)


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()
