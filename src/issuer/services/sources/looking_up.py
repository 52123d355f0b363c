"""Look up whom a message means, where the directory does not know them and the platform can be asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from issuer.context import Context
from issuer.core.documents import Document
from issuer.core.intake import mapping as mappings
from issuer.core.intake.mapping import Known, Mapping, Missed
from issuer.core.intake.observation import Learner, Observation
from issuer.db import sources, tenants
from issuer.db.source_tables import Source
from issuer.errors import IssuerError
from issuer.services.sources import judging, people_calls
from issuer.services.sources.judging import Means

MOST: Final = 20
"""How many people are looked up for one message: the platform waits for its answer meanwhile."""

AT_WORK: Final = timedelta(seconds=10)
"""How long people are looked up for one message: whoever is left waits, and nobody else for this thread."""

_WAITS: Final = Missed(
    "not-looked-up", "of one message, as many people were looked up as there was time for: replay what waits"
)


@dataclass(frozen=True)
class Found:
    """What is known to judge a message by. `unasked` are the ids of those who could not be looked up.

    `failure` says why, and is None where all who are needed were asked about.
    """

    means: Means
    unasked: frozenset[str] = frozenset()
    failure: IssuerError | None = None


def found(
    context: Context, source: Source, observations: Sequence[Observation], *, keep: bool = True
) -> Found:
    """Return what has to be known to judge observations, the people looked up among it.

    Only somebody without whom an award, or a question, would come to nothing is asked about; no transaction
    is open meanwhile. Unless `keep` is off, whoever was found is in the directory from then on. After a
    failure nobody more is asked about: the platform has to send the message again anyway.
    """
    with context.database.read() as session:
        means = judging.means(session, source, observations)
    missing = list(dict.fromkeys(_missing(means, observations))) if source.people_url else []
    people: list[Known] = []
    unasked, failure, until = frozenset[str](), None, context.clock() + AT_WORK
    most = len(missing[:MOST])
    for number, each in enumerate(missing[:MOST]):
        if context.clock() > until:
            most = number
            break
        try:
            person = people_calls.asked(context, source, each)
        except IssuerError as error:
            unasked, failure = frozenset(missing[number:MOST]), error
            break
        if person is not None:
            people.append(person)
    if people and keep:
        _keep(context, source, people)
    known = {**means.known, **{each.id: each for each in people}}
    waiting = dict.fromkeys(missing[most:], _WAITS)
    return Found(replace(means, known=known, waiting=waiting), unasked, failure)


def person(context: Context, source: Source, who: Learner) -> Document | Missed:
    """Return the recipient whom a source means by somebody, looked up where that is needed, or why none.

    Raises `PeopleUnavailable`.
    """
    with context.database.read() as session:
        newest = sources.mapping(session, source.tenant_id, source.id)
        there = sources.people(session, source.tenant_id, source.id, [who.id]).get(who.id)
    mapping = judging.mapping_of(newest) or Mapping()
    meant = mappings.person(mapping, who, judging.known_of(there) if there else None)
    if not isinstance(meant, Missed) or mapping.people == "message" or not source.people_url:
        return meant
    found = people_calls.asked(context, source, who.id)
    if found is None:
        return meant
    _keep(context, source, [found])
    return mappings.person(mapping, who, found)


def _missing(means: Means, observations: Sequence[Observation]) -> Iterator[str]:
    """Yield the ids of those whom nobody can tell yet, and of whom something is said that matters."""
    if means.mapping is None or means.mapping.people == "message":
        return
    for each in observations:
        fates = {verdict.fate for verdict in mappings.decide(means.mapping, each)} - {"undecided"}
        person = mappings.person(means.mapping, each.learner, means.known.get(each.learner.id))
        if fates and isinstance(person, Missed) and each.outcome != "not_passed":
            yield each.learner.id


def _keep(context: Context, source: Source, people: Sequence[Known]) -> None:
    rows = [
        {"external_id": each.id, "name": each.name, "email": each.email, "identifier": each.identifier}
        for each in people
    ]
    with context.database.write.begin() as session:
        tenants.hold(session, source.tenant_id)
        sources.put_people(session, source.tenant_id, source.id, rows, context.clock())
