"""Take what a platform says: a badge for what was passed, a question for what was lost, and keep the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from pydantic import TypeAdapter

from issuer.context import Context
from issuer.core.documents import Document
from issuer.core.intake import parse
from issuer.core.intake.mapping import Missed
from issuer.core.intake.observation import Ignored, Observation, Reading
from issuer.db import dead_letters, tenants
from issuer.db.source_tables import Source
from issuer.errors import Conflict, Invalid, IssuerError, NotFound
from issuer.services import issue, trials
from issuer.services.acknowledged import EventIdReused
from issuer.services.issue import Issued, Sender, Sent
from issuer.services.sources import flipping, judging, looking_up
from issuer.services.sources.judging import Judged

MAX_KEPT: Final = 256_000
"""How many characters of a message that could not be read are kept."""

_UNASKED: Final = Missed(
    "people-unavailable", "the person could not be looked up just then: replay it, if it is not sent again"
)
_OBSERVATION: Final = TypeAdapter(Observation)
_NO_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Taken:
    """What became of what a message says, by number. `awards` are the public ids of new badges.

    `digests` tell what was kept as a dead letter, `failure` what keeps us from an award at this moment.
    """

    issued: int = 0
    known: int = 0
    asked: int = 0
    ignored: int = 0
    dead: int = 0
    awards: list[str] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    failure: IssuerError | None = None

    def add(self, other: "Taken") -> None:
        """Count what became of something else beside it."""
        self.issued += other.issued
        self.known += other.known
        self.asked += other.asked
        self.ignored += other.ignored
        self.dead += other.dead
        self.awards += other.awards


@dataclass(frozen=True)
class Dead:
    """An observation that came to nothing, and why."""

    observation: Observation
    missed: Missed


def take(context: Context, source: Source, readings: Sequence[Reading], request_id: str) -> Taken:
    """Return what became of each reading, once all of it is safe: issued, or kept with the reason.

    What was taken before is no news. Raises what asks the platform to send it again, such as that the signing
    key is not there, or that a person could not be looked up: all of the message is safe by then, for not
    every platform does. What was kept for that reason is settled when it is sent again.
    """
    observations = [each for each in readings if isinstance(each, Observation)]
    taken = Taken(ignored=sum(isinstance(each, Ignored) for each in readings))
    looked = looking_up.found(context, source, observations)
    taken.failure = looked.failure
    able = [each for each in observations if each.learner.id not in looked.unasked]
    found = [(each, judged) for each in able for judged in judging.judged(looked.means, each)]
    taken.ignored += len(able) - len({id(each) for each, _ in found})
    dead = _settled(context, source, found, request_id, taken)
    dead += [Dead(each, _UNASKED) for each in observations if each.learner.id in looked.unasked]
    rows = [_row(context, source, each, request_id) for each in dead]
    keep(context, source, rows)
    taken.dead, taken.digests = len(dead), {str(row["digest"]) for row in rows}
    if source.people_url:
        _settle_kept(context, source, {_digest(each) for each in able} - taken.digests)
    if taken.failure is not None:
        raise taken.failure
    return taken


def _settle_kept(context: Context, source: Source, digests: set[str]) -> None:
    """Settle what was kept because somebody could not be looked up, and came to something after all."""
    with context.database.read() as session:
        kept = dead_letters.told_again(session, source.tenant_id, source.id, digests, _UNASKED.code)
    if kept:
        with context.database.write.begin() as session:
            now = context.clock()
            dead_letters.settle(session, source.tenant_id, kept, dead_letters.REPLAYED, now)


def keep(context: Context, source: Source, rows: Sequence[Document]) -> None:
    """Keep what came to nothing until somebody mends why. Who sends the same at the moment waits."""
    if rows:
        with context.database.write.begin() as session:
            tenants.hold(session, source.tenant_id)
            dead_letters.add(session, source.tenant_id, rows)


def unread_row(context: Context, source: Source, raw: bytes, error: Invalid, request_id: str) -> Document:
    """Return the row of a message that could not be read."""
    pointers = ", ".join(fault.pointer or "the whole" for fault in error.faults[:3])
    return {
        **_common(context, source, request_id),
        "digest": sha256(raw).hexdigest(),
        "is_read": False,
        "content": raw[:MAX_KEPT].decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}"),
        "code": error.code,
        "reason": f"{error.detail} ({pointers})" if pointers else error.detail,
        "competency": None,
        "learner": None,
    }


def observation_of(content: str) -> Observation:
    """Return the observation that was kept."""
    return _OBSERVATION.validate_json(content)


def _settled(
    context: Context,
    source: Source,
    found: Sequence[tuple[Observation, Judged]],
    request_id: str,
    taken: Taken,
) -> list[Dead]:
    """Issue what is to be awarded, ask about what was lost, and return what came to nothing."""
    dead = [
        Dead(observation, judged.missed)
        for observation, judged in found
        if judged.missed is not None and _matters(observation, judged.missed)
    ]
    taken.ignored += sum(judged.missed is not None for _, judged in found) - len(dead)
    awarded = [(each, judged.event) for each, judged in found if judged.event is not None]
    dead += _issued(context, source, awarded, request_id, taken)
    for observation, judged in found:
        if judged.missed is None and judged.event is None:
            flipped = flipping.ask(context, source, observation, judged)
            taken.asked += flipped
            taken.ignored += not flipped
    return dead


def _matters(observation: Observation, missed: Missed) -> bool:
    """Return whether something may be owed: of what was not passed by nobody known, nothing is."""
    return observation.outcome != "not_passed" or missed.code == "undecided"


def _issued(
    context: Context,
    source: Source,
    awarded: Sequence[tuple[Observation, Document]],
    request_id: str,
    taken: Taken,
) -> list[Dead]:
    sender = Sender(f"source:{source.id}", source.tenant_id, request_id)
    dead: list[Dead] = []
    sent: list[tuple[Observation, Sent]] = []
    for observation, event in awarded:
        try:
            sent.append((observation, Sent(sender, parse.received(event, {}))))
        except Invalid as error:
            dead.append(Dead(observation, _missed(error)))
    if sent:
        trials.catch_up(context, source.tenant_id, sorted({each.event.achievement.code for _, each in sent}))
    answers = issue.issue_all(context, [each for _, each in sent])
    for (observation, _), answer in zip(sent, answers, strict=True):
        if isinstance(answer, Issued):
            _count(answer, taken)
        elif isinstance(answer, EventIdReused):
            taken.known += 1  # the same statement, told by a mapping or a directory that was another then
        elif isinstance(answer, Invalid | Conflict | NotFound):
            dead.append(Dead(observation, _missed(answer)))
        else:
            taken.failure = answer
    return dead


def _count(answer: Issued, taken: Taken) -> None:
    if answer.outcome == "issued":
        taken.issued += 1
        taken.awards.append(answer.award.credential.public_id)
    else:
        taken.known += 1


def _missed(error: IssuerError) -> Missed:
    said = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in error.faults[:3])
    return Missed(error.code, f"{error.detail}{f' ({said})' if said else ''}")


def _row(context: Context, source: Source, dead: Dead, request_id: str) -> Document:
    content = _OBSERVATION.dump_json(dead.observation).decode()
    return {
        **_common(context, source, request_id),
        "digest": _digest(dead.observation),
        "is_read": True,
        "content": content,
        "code": dead.missed.code,
        "reason": dead.missed.reason,
        "competency": dead.observation.competency,
        "learner": dead.observation.learner.id,
    }


def _digest(observation: Observation) -> str:
    """Return what tells an observation again: not when, which is the moment of asking for a result of LTI."""
    timeless = _OBSERVATION.dump_json(replace(observation, achieved_at=_NO_MOMENT)).decode()
    return sha256(f"{observation.event_id}\0{timeless}".encode()).hexdigest()


def _common(context: Context, source: Source, request_id: str) -> Document:
    return {
        "id": context.new_key(),
        "source_id": source.id,
        "state": dead_letters.OPEN,
        "request_id": request_id,
        "received_at": context.clock(),
    }
