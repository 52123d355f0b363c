"""Tell who events are about: people as the database knows them, and as a batch adds to them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.credentials import subject
from issuer.core.intake.event import Recipient as RecipientFields
from issuer.db import recipients

Identifier: TypeAlias = tuple[str, str, str]
"""Kind, scope (the source whose identifier it is, empty for all) and value."""

_SHARED = {"emailAddress", "did"}
"""Identifiers that mean the same person whichever platform sends them."""


class Person(NamedTuple):
    """Whom an event is about, and what it says that was not known before."""

    id: str
    name: str | None
    is_new: bool
    is_renamed: bool
    unknown: tuple[Identifier, ...]


@dataclass
class People:
    """Whose each identifier is, and the names of these people; what a batch adds is written in the end."""

    owners: dict[Identifier, str]
    names: dict[str, str | None]
    met: list[Person] = field(default_factory=list)


def identifiers(recipient: RecipientFields, source: str) -> tuple[Identifier, ...]:
    """Return what an event says of who the person is, the strongest first, each once."""
    found = [
        (known.kind, "" if known.kind in _SHARED else source, known.value)
        for known in subject.known_by(recipient)
    ]
    return tuple(dict.fromkeys(found))


def known(session: Session, tenant_id: str, asked: Iterable[Sequence[Identifier]]) -> People:
    """Return the people whom any of these identifiers name."""
    values: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, set[str]] = defaultdict(set)
    for found in asked:
        for kind, scope, value in found:
            kinds[scope].add(kind)
            values[scope].add(value)
    people = People({}, {})
    for scope, wanted in values.items():
        for owner in recipients.owners(session, tenant_id, scope, kinds[scope], wanted):
            people.owners[owner.kind, scope, owner.value] = owner.recipient_id
            people.names[owner.recipient_id] = owner.name
    return people


def recognise(people: People, found: Sequence[Identifier], name: str | None, new_id: str) -> Person:
    """Return the person, known or new under an id. Nothing is remembered yet.

    Matched by an identifier of the same source, then by e-mail address or DID; never by name. An identifier
    that is somebody else's stays theirs: joining two people is a decision.
    """
    person_id = next((people.owners[each] for each in found if each in people.owners), None)
    unknown = tuple(each for each in found if each not in people.owners)
    if person_id is None:
        return Person(new_id, name, is_new=True, is_renamed=False, unknown=unknown)
    earlier = people.names[person_id]
    renamed = bool(name) and name != earlier
    return Person(person_id, name or earlier, is_new=False, is_renamed=renamed, unknown=unknown)


def remember(people: People, person: Person) -> None:
    """Let the next event of the batch meet a person as this one left them."""
    people.names[person.id] = person.name
    people.owners.update(dict.fromkeys(person.unknown, person.id))
    people.met.append(person)


def write(context: Context, session: Session, tenant_id: str, people: People) -> None:
    """Store whom the batch met for the first time, new names, and new identifiers.

    Violates a constraint where an identifier was taken by another process meanwhile. Whoever asked again
    here, and left that one out, would make a second person of the same one.
    """
    now = context.clock()
    newcomers = {person.id for person in people.met if person.is_new}
    if newcomers:
        rows = [{"id": each, "name": people.names[each], "created_at": now} for each in sorted(newcomers)]
        recipients.add(session, tenant_id, rows)
    _rename(session, tenant_id, people, newcomers)
    found = [(person.id, *each) for person in people.met for each in person.unknown]
    if found:
        keys = context.new_keys(len(found))
        added = [_row(*each) for each in zip(keys, found, strict=True)]
        recipients.add_identifiers(session, tenant_id, added)


def _rename(session: Session, tenant_id: str, people: People, newcomers: Collection[str]) -> None:
    names = {
        person.id: name
        for person in people.met
        if person.is_renamed and person.id not in newcomers and (name := people.names[person.id])
    }
    if names:
        recipients.rename(session, tenant_id, names)


def _row(key: str, found: tuple[str, str, str, str]) -> dict[str, object]:
    recipient_id, kind, scope, value = found
    return {"id": key, "recipient_id": recipient_id, "kind": kind, "scope": scope, "value": value}
