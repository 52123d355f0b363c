"""Canvas Live Events: an outcome that was assessed (`learning_outcome_result_created` and `_updated`)."""

from datetime import datetime
from typing import Final

from issuer.core import fields
from issuer.core.intake.dialects import foreign
from issuer.core.intake.dialects.foreign import Foreign, Id, Score, When
from issuer.core.intake.observation import Ignored, Learner, Observation, Outcome, Reading

EVENTS: Final = frozenset({"learning_outcome_result_created", "learning_outcome_result_updated"})


class _Metadata(Foreign):
    event_name: Id
    event_time: When
    root_account_uuid: Id | None = None


class _Body(Foreign):
    learning_outcome_id: Id
    user_uuid: Id
    mastery: bool | None = None
    score: Score | None = None
    possible: Score | None = None
    percent: Score | None = None
    attempt: int | None = None
    assessed_at: When | None = None
    artifact_id: Id | None = None
    artifact_type: Id | None = None
    associated_asset_id: Id | None = None


class _Named(Foreign):
    metadata: _Metadata


class _Event(_Named):
    body: _Body


def read(document: object, _now: datetime) -> list[Reading]:
    """Return what a Live Event says (Canvas Live Events, "learning_outcome_result_created").

    Canvas gives its events no id: what identifies the result stands for one, its mastery included, for an
    update that changes it is another statement. Raises `InvalidFields`.
    """
    return [_read(each, place) for place, each in foreign.objects(document)]


def _read(document: dict[str, object], place: tuple[str | int, ...]) -> Reading:
    name = fields.read(_Named, document, place).metadata.event_name
    if name not in EVENTS:
        return Ignored(f"{name[:80]} says nothing of outcomes")
    event = fields.read(_Event, document, place)
    body, about = event.body, event.metadata
    achieved = body.assessed_at or about.event_time
    return Observation(
        event_id=foreign.derived(
            about.root_account_uuid, body.learning_outcome_id, body.user_uuid, body.artifact_type,
            body.artifact_id, body.associated_asset_id, body.attempt, achieved.isoformat(), body.mastery,
        ),
        learner=Learner(body.user_uuid),
        competency=body.learning_outcome_id,
        achieved_at=achieved,
        outcome=_outcome(body.mastery),
        scaled=_scaled(body),
        attempt=body.attempt,
    )  # fmt: skip


def _outcome(mastery: bool | None) -> Outcome | None:  # noqa: FBT001 - as it is sent
    return None if mastery is None else "passed" if mastery else "not_passed"


def _scaled(body: _Body) -> float | None:
    found = foreign.scaled(body.percent, 1.0)
    return foreign.scaled(body.score, body.possible) if found is None else found
