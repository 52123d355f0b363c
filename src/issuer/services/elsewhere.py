"""Badges that were issued elsewhere: taken in for a person, listed, handed out again, let go."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from issuer.context import Context
from issuer.core import documents
from issuer.core.baking import container
from issuer.core.credentials import kinds
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document, Limits
from issuer.core.intake.person_ref import PersonRef
from issuer.core.securing import jose
from issuer.core.verifying import opening
from issuer.db import held as rows
from issuer.db.held_tables import HeldCredential
from issuer.errors import Invalid, IssuerError
from issuer.services import held
from issuer.services.after_award import whom
from issuer.services.clients import Client
from issuer.services.held import HeldMeanwhile, Kept
from issuer.services.holder import Holder

Outcome: TypeAlias = Literal["held", "replaced", "already_held", "ours"]

MAX_FILE: Final = 2_300_000
"""The most bytes of one file: a picture with a badge in it."""

LINE: Final = Limits(string=documents.DEFAULT_LIMITS.size)
"""How large a line of many may be: a file in it is one string."""

_TRANSCRIPT: Final = Limits(size=container.MAX_TEXT, members=100_000)


class NothingHeld(Invalid):
    """The transcript holds no credentials, so that nothing of it can be kept."""

    code = "nothing-held"


@dataclass(frozen=True)
class Taken:
    """What became of one credential: what it is called now and here, or why it is not kept.

    `at` is where it stood in a transcript (RFC 6901), empty for one that came alone.
    """

    at: str
    outcome: Outcome | None = None
    id: str | None = None
    refused: IssuerError | None = None


def take(context: Context, client: Client, ref: PersonRef, raw: bytes) -> list[Taken]:
    """Keep what a file holds for a person: one credential, or each that a transcript (CLR 2.0) holds.

    JSON, a JWT, PNG or SVG. Each is judged by its own seal and kept as it came; of a transcript the rest is
    not kept. Raises `UnknownRecipient`, or what is wrong with the file or with all that is in it.
    """
    person = _person(context, client, ref)
    found = [_taken(context, client.tenant_id, person, at, text) for at, text in texts(raw)]
    if all(each.refused for each in found) and found[0].refused is not None:
        raise found[0].refused
    return found


def texts(raw: bytes) -> Iterator[tuple[str, str | Invalid]]:
    """Yield where each credential stands in a file, and its text, or why it has none.

    What stands alone, and what is a JWT, is yielded byte for byte; a badge inside a transcript as an object
    of JSON with the members and values that it has there. Raises an `Invalid`.
    """
    text = container.unwrap(raw)
    document = None if jose.looks_compact(text) else documents.parse(text.encode(), _TRANSCRIPT)
    if document is None:
        with suppress(Invalid):
            document = opening.opened_text(text).document
    if document is not None and kinds.kind_of(document) == "clr":
        yield from _inside(document)
    else:
        yield "", alone(text)


def every(
    context: Context, client: Client, ref: PersonRef, *, after: str, limit: int
) -> Sequence[HeldCredential]:
    """Return some of what a person keeps of other issuers, in the order in which it came.

    Raises `UnknownRecipient`.
    """
    person = _person(context, client, ref)
    with context.database.read() as session:
        return rows.of_others(session, client.tenant_id, person, after=after, limit=limit)


def of_holder(context: Context, who: Holder) -> Sequence[HeldCredential]:
    """Return all that the holder of a link keeps of other issuers, in the order in which it came."""
    with context.database.read() as session:
        return rows.of_others(session, who.tenant.id, who.person.id)


def of_holder_one(context: Context, who: Holder, held_id: str) -> HeldCredential:
    """Return one of them, or raise `UnknownHeld`."""
    with context.database.read() as session:
        found = rows.by_id(session, who.tenant.id, held_id)
    if found.recipient_id != who.person.id:
        raise rows.UnknownHeld("you keep no badge of that id here")
    return found


def one(context: Context, client: Client, held_id: str) -> HeldCredential:
    """Return a credential that somebody keeps here, or raise `UnknownHeld`."""
    with context.database.read() as session:
        return rows.by_id(session, client.tenant_id, held_id)


def document_of(row: HeldCredential) -> Document:
    """Return what a kept credential says."""
    return opening.opened_text(row.text).document


def remove(context: Context, client: Client, held_id: str) -> None:
    """Let a credential go that somebody kept here, or raise `UnknownHeld`."""
    with context.database.write.begin() as session:
        session.delete(rows.by_id(session, client.tenant_id, held_id))


def _person(context: Context, client: Client, ref: PersonRef) -> str:
    with context.database.read() as session:
        return whom.whom(session, client, ref)


def _inside(transcript: Document) -> Iterator[tuple[str, str | Invalid]]:
    """Yield the credentials of a transcript. One that holds others again is not gone into."""
    subject = transcript.get("credentialSubject")
    members = listed(subject.get("verifiableCredential")) if isinstance(subject, dict) else []
    if not members:
        raise NothingHeld("the transcript holds no credentials: there is nothing to keep")
    for number, member in enumerate(members):
        place = documents.pointer("credentialSubject", "verifiableCredential", number)
        yield place, _member(member)


def _member(member: object) -> str | Invalid:
    try:
        return alone(member if isinstance(member, str) else documents.text(_object(member)))
    except Invalid as error:
        return error


def _object(member: object) -> Document:
    if not isinstance(member, dict):
        raise documents.MalformedDocument("there is no credential at this place")
    return member


def alone(text: str) -> str:
    """Return the text of the one credential in a text: of what only wraps it, nothing is kept."""
    found = opening.opened_text(text)
    if found.envelope is not None:
        return found.envelope.text
    if found.document == documents.parse(text.encode()):
        return text
    return documents.text(found.document)


def _taken(context: Context, tenant_id: str, person: str, at: str, text: str | Invalid) -> Taken:
    try:
        if isinstance(text, Invalid):
            raise text
        kept = _kept(context, tenant_id, person, text)
    except IssuerError as error:
        return Taken(at, refused=error)
    return Taken(at, _outcome(kept), kept.id)


def _kept(context: Context, tenant_id: str, person: str, text: str) -> Kept:
    """Keep a credential, once more where the same one was being kept by somebody else."""
    proven = held.prove(context, text)
    try:
        return held.keep(context, tenant_id, person, proven)
    except HeldMeanwhile:
        return held.keep(context, tenant_id, person, proven)


def _outcome(kept: Kept) -> Outcome:
    if kept.id is None:
        return "ours"
    if kept.created:
        return "held"
    return "replaced" if kept.changed else "already_held"
