"""Open edX events: a course that is passed, a certificate that was made or taken back."""

import re
from datetime import datetime
from typing import Final

from pydantic import Field

from issuer.core import fields
from issuer.core.documents import Document
from issuer.core.intake.dialects import foreign
from issuer.core.intake.dialects.foreign import Foreign, Id, Name, When
from issuer.core.intake.observation import Ignored, Learner, Observation, Outcome, Reading

_PASSING: Final = "org.openedx.learning.course.passing.status.updated.v1"
_CERTIFICATES: Final[dict[str, Outcome]] = {
    "org.openedx.learning.certificate.created.v1": "passed",
    "org.openedx.learning.certificate.revoked.v1": "withdrawn",
}
_PLUGIN: Final = "event_metadata"
_OFFSET: Final = re.compile(r"(Z|[+-]\d{2}:\d{2})$")
_HOLDERS: Final = ("course_passing_status", "certificate")
"""Under what name the event bus sends what an event is about."""


class _Pii(Foreign):
    email: Name | None = None
    name: Name | None = None
    username: Name | None = None


class _User(Foreign):
    id: Id
    pii: _Pii = _Pii()


class _Course(Foreign):
    course_key: Id


class _Certificate(Foreign):
    user: _User
    course: _Course


class _Passing(_Certificate):
    is_passing: bool


class _Metadata(Foreign):
    id: Id | None = None
    time: When | None = None
    event_type: Id | None = None


class _Event(Foreign):
    id: Id | None = None
    type: Id | None = None
    event_type: Id | None = None
    time: When | None = None
    metadata: _Metadata = Field(default_factory=_Metadata)
    data: dict[str, object]


def read(document: object, now: datetime) -> list[Reading]:
    """Return what an event says, as a CloudEvent or as its `data` with `metadata` (openedx-events, learning).

    So does what the webhook plugin posts: `event_metadata` beside the data, by the name of its class. The
    certificate's own moment is that of its event; `now` stands for one that has none. Raises `InvalidFields`.
    """
    return [_read(_of_plugin(each), place, now) for place, each in foreign.objects(document)]


def _read(document: Document, place: tuple[str | int, ...], now: datetime) -> Reading:
    event = fields.read(_Event, document, place)
    kind = event.type or event.event_type or event.metadata.event_type or ""
    if kind != _PASSING and kind not in _CERTIFICATES:
        return Ignored(f"{kind[:80] or 'an event without a type'} says nothing of what was passed")
    data, inside = _inside(event.data, (*place, "data"))
    if kind == _PASSING:
        passing = fields.read(_Passing, data, inside)
        return _observed(event, passing, "passed" if passing.is_passing else "not_passed", now)
    return _observed(event, fields.read(_Certificate, data, inside), _CERTIFICATES[kind], now)


def _observed(event: _Event, about: _Certificate, outcome: Outcome, now: datetime) -> Observation:
    when = event.time or event.metadata.time
    own = event.id or event.metadata.id
    pii = about.user.pii
    return Observation(
        event_id=own or foreign.derived(event.type, about.user.id, about.course.course_key, outcome, when),
        learner=Learner(about.user.id, email=pii.email, name=pii.name or pii.username),
        competency=about.course.course_key,
        achieved_at=when or now,
        outcome=outcome,
    )


def _of_plugin(document: Document) -> Document:
    """Return what the webhook plugin posts as the event bus has it. Its times are UTC, as Python has them."""
    about = document.get(_PLUGIN)
    if not isinstance(about, dict) or "data" in document:
        return document
    held = [each for name, each in document.items() if name != _PLUGIN and isinstance(each, dict)]
    when = about.get("time")
    if isinstance(when, str):
        iso = when.strip().replace(" ", "T")
        when = iso if _OFFSET.search(iso) else f"{iso}Z"
    return {"metadata": {**about, "time": when}, "data": held[0] if len(held) == 1 else None}


def _inside(data: Document, place: tuple[str | int, ...]) -> tuple[Document, tuple[str | int, ...]]:
    for name in _HOLDERS:
        held = data.get(name)
        if isinstance(held, dict):
            return held, (*place, name)
    return data, place
