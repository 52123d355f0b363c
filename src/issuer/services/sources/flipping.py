"""Ask somebody, where a platform says that what a badge was awarded for is mastered no more."""

from hashlib import sha256
from typing import Final

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import fields
from issuer.core.intake.event import Recipient
from issuer.core.intake.observation import Observation
from issuer.db import outbox, reviews, tenants
from issuer.db.source_tables import Source
from issuer.services import people
from issuer.services.sources import judging
from issuer.services.sources.judging import Judged
from issuer.services.stacks.granting import ASKED

NO_LONGER_MASTERED: Final = "no_longer_mastered"


def ask(context: Context, source: Source, observation: Observation, judged: Judged) -> bool:
    """Return whether there is a badge in question, about which somebody is asked now, or was before.

    What a platform says of the time before the award changes nothing: messages come in any order. Of what
    was decided, the same statement asks nobody again. Nothing is ever withdrawn by itself.
    """
    if judged.verdict is None or judged.recipient is None:
        return False
    who = fields.read(Recipient, judged.recipient)
    known = people.identifiers(who, judging.source_of(source))
    with context.database.write.begin() as session:
        tenants.hold(session, source.tenant_id)
        owners = people.known(session, source.tenant_id, [known]).names
        code, before = judged.verdict.rule.achievement, observation.achieved_at
        found = reviews.in_question(session, source.tenant_id, list(owners), code, before) if owners else []
        for credential_id in found:
            _ask(context, session, source, credential_id, (observation.event_id, judged.verdict.why))
    return bool(found)


def _ask(
    context: Context, session: Session, source: Source, credential_id: str, statement: tuple[str, str]
) -> None:
    """Ask about a badge because of a statement: its id, and what a rule makes of it."""
    event_id, why = statement
    said = sha256(f"{source.id}\0{event_id}".encode(errors="surrogatepass")).hexdigest()
    is_open = reviews.is_open(session, source.tenant_id, NO_LONGER_MASTERED, credential_id)
    if is_open or reviews.was_asked(session, source.tenant_id, credential_id, said):
        return
    now, actor = context.clock(), f"source:{source.id}"
    row = {
        "id": context.new_key(),
        "kind": NO_LONGER_MASTERED,
        "credential_id": credential_id,
        "detail": f"{source.name}: {why}",
        "said": said,
        "created_at": now,
    }
    reviews.add(session, source.tenant_id, row)
    message = {
        "tenant_id": source.tenant_id,
        "credential_id": credential_id,
        "topic": ASKED,
        "reason": NO_LONGER_MASTERED,
        "actor": actor,
        "request_id": actor,
        "created_at": now,
    }
    outbox.add(session, [message])
