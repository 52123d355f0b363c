"""What holders report as wrong in their badges."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field

from issuer.context import Context
from issuer.core.fields import Prose, Strict
from issuer.db import credentials, holdings
from issuer.db.tables import Message
from issuer.errors import Conflict
from issuer.services import holder
from issuer.services.holder import ACTOR, Holder

REPORTED: Final = "award.mistake_reported"
MOST_OPEN: Final = 5
MAX_CHARACTERS: Final = 2_000

_STAYS_OPEN: Final = timedelta(days=90)


class TooManyReports(Conflict):
    """As many reports about the badge wait for the issuer as it is sent."""

    code = "too-many-reports"


class Mistake(Strict):
    """What somebody says is wrong with a badge."""

    text: Annotated[Prose, Field(max_length=MAX_CHARACTERS)]


def report(context: Context, person: Holder, public_id: str, mistake: Mistake) -> None:
    """Record what a holder says is wrong with a badge: the issuer reads it in the badge's history.

    Raises `UnknownCredential`, or `TooManyReports` when the issuer has not got round to earlier ones.
    """
    with context.database.write.begin() as session:
        credential = holdings.locked(session, person.tenant.id, person.person.id, public_id)
        history = credentials.history(session, person.tenant.id, credential.id)
        if open_reports(history, context.clock()) >= MOST_OPEN:
            raise TooManyReports("the issuer has been told already: wait for its answer")
        session.add(holder.message(context, person, credential, REPORTED, mistake.text))


def open_reports(history: Sequence[Message], now: datetime) -> int:
    """Return how many reports wait: those of 90 days since somebody else last changed the badge."""
    count = 0
    for message in reversed(history):
        if message.actor != ACTOR or now - message.created_at > _STAYS_OPEN:
            return count
        count += message.topic == REPORTED
    return count
