"""Caliper Analytics 1.1 and 1.2: a score that somebody was given (`GradeEvent`)."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import BeforeValidator

from issuer.core import fields
from issuer.core.documents import Document
from issuer.core.intake.dialects import foreign
from issuer.core.intake.dialects.foreign import Camel, Id, Score, When
from issuer.core.intake.observation import Ignored, Learner, Observation, Reading
from issuer.errors import Fault, Invalid

VERSIONS: Final = frozenset(
    f"http://purl.imsglobal.org/ctx/caliper/{version}" for version in ("v1p1", "v1p2")
)


class UnknownDataVersion(Invalid):
    """The envelope is of a version of Caliper that is not known here."""

    code = "unknown-data-version"


def _its_id(value: object) -> object:
    """Return the IRI of an entity, which is written as that or as a whole."""
    return value.get("id") if isinstance(value, dict) else value


Entity = Annotated[Id, BeforeValidator(_its_id)]


class _Envelope(Camel):
    sensor: Entity
    data_version: Id


class _Attempt(Camel):
    assignee: Entity
    assignable: Entity
    count: int | None = None


class _Given(Camel):
    score_given: Score
    max_score: Score
    scored_by: Entity | None = None


class _Event(Camel):
    id: Id
    event_time: When
    object: _Attempt
    generated: _Given


def read(document: object, _now: datetime) -> list[Reading]:
    """Return what each event of an envelope says (Caliper 1.2, sections 5 and 7; GradeEvent, 3.10).

    The learner is the attempt's assignee, not the event's actor. Caliper knows no passing: the mapping's
    threshold does. Raises `UnknownDataVersion`, `TooManyEvents` or `InvalidFields`.
    """
    if not isinstance(document, dict):
        raise fields.InvalidFields("it is no envelope", [Fault("", "an object is needed")])
    version = fields.read(_Envelope, document).data_version
    if version not in VERSIONS:
        fault = Fault("/dataVersion", f"send one of {', '.join(sorted(VERSIONS))}")
        raise UnknownDataVersion("the version of the envelope is not known here", [fault])
    return [_read(each, place) for place, each in foreign.objects(document.get("data"), "data")]


def _read(event: Document, place: tuple[str | int, ...]) -> Reading:
    kind, action = str(event.get("type"))[:80], str(event.get("action"))[:80]
    if kind != "GradeEvent" or action != "Graded":
        return Ignored(f"{kind} {action} says nothing of what was passed")
    found = fields.read(_Event, event, place)
    return Observation(
        event_id=found.id,
        learner=Learner(found.object.assignee),
        competency=found.object.assignable,
        achieved_at=found.event_time,
        outcome=None,
        scaled=foreign.scaled(found.generated.score_given, found.generated.max_score),
        attempt=found.object.count,
        assessor=found.generated.scored_by,
    )
