"""xAPI statements: passed, completed, mastered, and the verbs of the TLA for competencies."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from issuer.core import documents, fields
from issuer.core.documents import Document
from issuer.core.intake.dialects import foreign
from issuer.core.intake.dialects.foreign import Camel, Id, Score, When
from issuer.core.intake.observation import Ignored, Learner, Observation, Outcome, Reading
from issuer.errors import Fault

_ADL: Final = "http://adlnet.gov/expapi/verbs/"
_TLA: Final = "https://w3id.org/xapi/tla/verbs/"
_NAMESPACE: Final = UUID("5a1b7f0e-1d6f-5e2b-9c55-0d2a8f4c7b31")
_PASSED: Final = (
    *(_ADL + verb for verb in ("passed", "completed", "mastered")),
    *(
        _TLA + verb
        for verb in ("mastered", "validated", "verified", "conferred", "achieved", "certified", "qualified")
    ),
)
VERBS: Final[dict[str, Outcome]] = {
    **dict.fromkeys(_PASSED, "passed"),
    _ADL + "failed": "not_passed",
    _TLA + "revoked": "withdrawn",
}
"""What a statement's verb says became of the competency, unless its result says otherwise."""


class _Account(Camel):
    home_page: Id
    name: Id


class _Agent(Camel):
    object_type: Id = "Agent"
    name: str | None = None
    mbox: Id | None = None
    mbox_sha1sum: Id | None = None
    openid: Id | None = None
    account: _Account | None = None


class _Verb(Camel):
    id: Id


class _Object(Camel):
    object_type: Id = "Activity"
    id: Id | None = None


class _Points(Camel):
    scaled: Score | None = None
    raw: Score | None = None
    max: Score | None = None


class _Result(Camel):
    success: bool | None = None
    score: _Points | None = None


class _Context(Camel):
    instructor: _Agent | None = None


class _Spoken(Camel):
    verb: _Verb
    object: _Object


class _Statement(_Spoken):
    id: Id | None = None
    actor: _Agent
    result: _Result = _Result()
    context: _Context = _Context()
    timestamp: When | None = None
    stored: When | None = None


def read(document: object, now: datetime) -> list[Reading]:
    """Return what each statement says (xAPI 1.0.3, part 2, 4.1; TLA and ADL's verbs for competencies).

    A result that says no success outweighs the verb. `now` stands for a statement without a timestamp, as it
    would in a record store. Raises `TooManyEvents` or `InvalidFields`.
    """
    return [_read(each, place, now) for place, each in foreign.objects(document)]


def ids(document: object) -> list[str]:
    """Return the ids of statements in order: a record store gives one where none is (part 3, 2.1.2)."""
    return [_id_of(each) for _, each in foreign.objects(document)]


def _id_of(statement: Document) -> str:
    found = statement.get("id")
    if isinstance(found, str):
        return found
    said = {name: value for name, value in statement.items() if name != "stored"}
    return str(uuid5(_NAMESPACE, documents.canonical_bytes(said).hex()))


def _read(document: Document, place: tuple[str | int, ...], now: datetime) -> Reading:
    spoken = fields.read(_Spoken, document, place)
    verb, about = spoken.verb.id, spoken.object
    if verb not in VERBS:
        return Ignored(f"{verb[:80]} says nothing of what was passed")
    if about.object_type != "Activity" or about.id is None:
        return Ignored("it is not about an activity or a competency")
    statement = fields.read(_Statement, document, place)
    if statement.actor.object_type != "Agent":
        return Ignored("it is about a group, and not about one person")
    result = statement.result
    failed = result.success is False and VERBS[verb] == "passed"
    instructor = statement.context.instructor
    return Observation(
        event_id=_id_of(document),
        learner=_learner(statement.actor, (*place, "actor")),
        competency=about.id,
        achieved_at=statement.timestamp or statement.stored or now,
        outcome="not_passed" if failed else VERBS[verb],
        scaled=_scaled(result.score),
        assessor=_name_of(instructor) if instructor else None,
    )


def _learner(agent: _Agent, place: tuple[str | int, ...]) -> Learner:
    """Return who an agent is, by its one inverse functional identifier (part 2, 2.4.2.3)."""
    known = _name_of(agent)
    if known is None:
        fault = Fault(documents.pointer(*place), "an mbox, mbox_sha1sum, openid or account is needed")
        raise fields.InvalidFields("the actor is nobody", [fault])
    email = agent.mbox.removeprefix("mailto:") if agent.mbox else None
    return Learner(known, email=email, name=(agent.name or "").strip()[:500] or None)


def _name_of(agent: _Agent) -> str | None:
    account = agent.account
    return (
        f"{account.home_page}#{account.name}" if account else agent.mbox or agent.mbox_sha1sum or agent.openid
    )


def _scaled(score: _Points | None) -> float | None:
    if score is None:
        return None
    return foreign.scaled(score.raw, score.max) if score.scaled is None else foreign.scaled(score.scaled, 1.0)
