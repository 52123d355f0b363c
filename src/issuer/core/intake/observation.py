"""What a learning platform said of one person and one competency, before anybody decides what it means."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Outcome: TypeAlias = Literal["passed", "not_passed", "withdrawn"]


@dataclass(frozen=True)
class Learner:
    """Whom it is about: the platform's own id, and what else its message happens to tell."""

    id: str
    email: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Observation:
    """One statement of a platform, in the words of none of them.

    `event_id` is the platform's own, or the SHA-256 of what identifies the statement where it has none, so
    that the same statement sent twice is the same event. `outcome` is None where the platform gives a score
    and leaves the judgement to a threshold; `scaled` is that score from 0 to 1, `grade` a step of its scale.
    """

    event_id: str
    learner: Learner
    competency: str
    achieved_at: datetime
    outcome: Outcome | None
    scaled: float | None = None
    grade: int | None = None
    attempt: int | None = None
    assessor: str | None = None


@dataclass(frozen=True)
class Ignored:
    """A message that is none of our business, and why: it is answered as taken, and nothing is kept."""

    reason: str


Reading: TypeAlias = Observation | Ignored
