"""LTI 1.3 Assignment and Grade Services: results that were asked for, and scores."""

from datetime import datetime
from typing import Final

from issuer.core import fields
from issuer.core.documents import Document
from issuer.core.intake.dialects import foreign
from issuer.core.intake.dialects.foreign import Camel, Id, Score, When
from issuer.core.intake.observation import Ignored, Learner, Observation, Reading

_GRADED: Final = "FullyGraded"


class _Result(Camel):
    id: Id
    user_id: Id
    score_of: Id
    result_score: Score | None = None
    result_maximum: Score | None = None


class _Given(Camel):
    user_id: Id
    score_of: Id
    score_given: Score | None = None
    score_maximum: Score | None = None
    grading_progress: Id
    timestamp: When


def read(document: object, now: datetime) -> list[Reading]:
    """Return what each result says (LTI AGS 2.0, 3.3 Result service), or each score (3.4) with its `scoreOf`.

    A result has no moment: it is of `now`, and of the score that it shows, so that the same is no news when
    it is asked for again. A score counts only when it is fully graded. Raises `InvalidFields`.
    """
    return [
        _of_score(each, place) if "gradingProgress" in each else _of_result(each, place, now)
        for place, each in foreign.objects(document)
    ]


def _of_result(document: Document, place: tuple[str | int, ...], now: datetime) -> Reading:
    found = fields.read(_Result, document, place)
    if found.result_score is None:
        return Ignored("there is no score yet")
    return Observation(
        event_id=foreign.derived(found.id, found.result_score, found.result_maximum),
        learner=Learner(found.user_id),
        competency=found.score_of,
        achieved_at=now,
        outcome=None,
        scaled=foreign.scaled(found.result_score, found.result_maximum or 1.0),
    )


def _of_score(document: Document, place: tuple[str | int, ...]) -> Reading:
    found = fields.read(_Given, document, place)
    if found.grading_progress != _GRADED or found.score_given is None:
        return Ignored("it is not fully graded")
    when = found.timestamp
    return Observation(
        event_id=foreign.derived(found.score_of, found.user_id, found.score_given, when.isoformat()),
        learner=Learner(found.user_id),
        competency=found.score_of,
        achieved_at=when,
        outcome=None,
        scaled=foreign.scaled(found.score_given, found.score_maximum),
    )
