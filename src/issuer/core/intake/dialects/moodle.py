"""Moodle's events, as plugins post them: a competency that was rated, evidence, a course completed."""

from datetime import datetime
from typing import Final

from issuer.core import documents, fields
from issuer.core.documents import Document
from issuer.core.intake.dialects import foreign
from issuer.core.intake.dialects.foreign import Foreign, Id, Seconds, Whole
from issuer.core.intake.observation import Ignored, Learner, Observation, Reading
from issuer.errors import Invalid

_CORE: Final = "core\\event\\"
_RATED: Final = frozenset(
    {
        "competency_user_competency_rated",
        "competency_user_competency_rated_in_course",
        "competency_user_competency_rated_in_plan",
    }
)
_EVIDENCE: Final = "competency_evidence_created"
_COURSE: Final = "course_completed"
_COMPLETE: Final = 2
"""The action of evidence that makes a competency complete; others only note something."""


class _Named(Foreign):
    eventname: Id


class _Other(Foreign):
    competencyid: Id | None = None
    grade: Whole | None = None
    action: Whole | None = None


class _Event(_Named):
    objectid: Id | None = None
    userid: Id | None = None
    relateduserid: Id
    courseid: Id | None = None
    timecreated: Seconds
    host: Id | None = None
    other: _Other = _Other()


def read(document: object, _now: datetime) -> list[Reading]:
    """Return what an event says: the learner is its `relateduserid`, for `userid` is who rated.

    What grade means that somebody is proficient is the scale's affair, so a rating is left to the mapping.
    `rated` alone does not name the competency, which its two sisters in a course and in a plan do: without a
    `competencyid` it is of `user_competency:` and the row's id. Moodle gives its events no id. Raises
    `InvalidFields`.
    """
    return [_read(_unfolded(each), place) for place, each in foreign.objects(document)]


def _read(document: Document, place: tuple[str | int, ...]) -> Reading:
    name = fields.read(_Named, document, place).eventname.removeprefix("\\").removeprefix(_CORE)
    if name not in {*_RATED, _EVIDENCE, _COURSE}:
        return Ignored(f"{name[:80]} says nothing of competencies")
    event = fields.read(_Event, document, place)
    if name == _EVIDENCE and event.other.action != _COMPLETE:
        return Ignored("the evidence completes nothing")
    competency = _competency(name, event)
    return Observation(
        event_id=foreign.derived(
            event.host, name, competency, event.relateduserid, event.objectid, event.other.grade,
            event.timecreated.isoformat(),
        ),
        learner=Learner(event.relateduserid),
        competency=competency,
        achieved_at=event.timecreated,
        outcome=None if name in _RATED else "passed",
        grade=event.other.grade if name in _RATED else None,
        assessor=event.userid,
    )  # fmt: skip


def _competency(name: str, event: _Event) -> str:
    if name == _COURSE:
        return f"course:{event.courseid or event.objectid}"
    return event.other.competencyid or f"user_competency:{event.objectid}"


def _unfolded(document: Document) -> Document:
    """Return an event whose `other` is an object: some plugins post it as JSON text."""
    other = document.get("other")
    if not isinstance(other, str):
        return {**document, "other": {}} if other is None or other == [] else document
    try:
        return {**document, "other": documents.parse(other.encode(errors="replace"))}
    except Invalid:
        return {**document, "other": {}}
