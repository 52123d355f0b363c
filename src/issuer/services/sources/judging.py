"""What a source's observations come to by its mapping: events, badges that may be lost, or nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from issuer.core.documents import Document
from issuer.core.intake import mapping as mappings
from issuer.core.intake.mapping import Known, Mapping, Missed, Verdict
from issuer.core.intake.observation import Observation
from issuer.db import sources
from issuer.db.source_tables import Source, SourceMapping, SourcePerson

SCOPE: Final = "source:"
"""What stands before a source's name where it is the `source` of an event, and the scope of an identifier."""

_NOTHING: Final = Missed("no-mapping", "no mapping is saved for this source")


@dataclass(frozen=True)
class Means:
    """A source with its newest mapping, and those of its directory whom the observations are about.

    `waiting` says why somebody could not be looked up yet, by the platform's own id.
    """

    source: Source
    mapping: Mapping | None
    known: dict[str, Known]
    waiting: dict[str, Missed] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """What one rule makes of an observation: the event, where it is an award, or why it is nothing.

    `recipient` is there wherever it could be told who is meant.
    """

    verdict: Verdict | None
    recipient: Document | None
    event: Document | None = None
    missed: Missed | None = None


def means(session: Session, source: Source, observations: Sequence[Observation]) -> Means:
    """Return what has to be known to judge observations."""
    newest = sources.mapping(session, source.tenant_id, source.id)
    learners = {each.learner.id for each in observations}
    found = sources.people(session, source.tenant_id, source.id, learners)
    return Means(source, mapping_of(newest), {key: known_of(each) for key, each in found.items()})


def judged(given: Means, observation: Observation) -> list[Judged]:
    """Return what each rule about an observation makes of it, or why there is none.

    It is nothing at all where the mapping lets pass what it has no rule for.
    """
    if given.mapping is None:
        return [Judged(None, None, missed=_NOTHING)]
    verdicts = mappings.decide(given.mapping, observation)
    if not verdicts and given.mapping.others == "ignore":
        return []
    if not verdicts:
        reason = f"no rule of the mapping is about {observation.competency!r}"
        return [Judged(None, None, missed=Missed("no-rule", reason))]
    who = mappings.person(given.mapping, observation.learner, given.known.get(observation.learner.id))
    if isinstance(who, Missed):
        who = given.waiting.get(observation.learner.id, who)
    return [_judged(given, given.mapping, observation, each, who) for each in verdicts]


def mapping_of(row: SourceMapping | None) -> Mapping | None:
    """Return what a version of a mapping says, or None."""
    return Mapping.model_validate(json.loads(row.content)) if row else None


def known_of(row: SourcePerson) -> Known:
    """Return somebody of a source's directory."""
    return Known(id=row.external_id, name=row.name, email=row.email, identifier=row.identifier)


def source_of(source: Source) -> str:
    """Return the `source` of events that a platform's messages become: its ids are its own."""
    return f"{SCOPE}{source.name}"


def _judged(
    given: Means, mapping: Mapping, observation: Observation, verdict: Verdict, who: Document | Missed
) -> Judged:
    if verdict.fate == "undecided":
        return Judged(verdict, None, missed=Missed("undecided", verdict.why))
    if isinstance(who, Missed):
        return Judged(verdict, None, missed=who)
    if verdict.fate == "lost":
        return Judged(verdict, who)
    return Judged(
        verdict, who, mappings.event_of(source_of(given.source), mapping, observation, verdict, who)
    )
