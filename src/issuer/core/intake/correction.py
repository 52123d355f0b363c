"""What is to be put right in a badge: the same members as in an event, those that were wrong alone."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from issuer.core.fields import DayOrMoment, Line, Prose, Strict
from issuer.core.intake.event import Activity, ReportedResultFields


class CorrectedRecipient(Strict):
    """The person's name as it should have been. Who the person is cannot be corrected: award it anew.

    Its parts are for exports to a state. They go with the name that was wrong, where they are not sent anew.
    """

    name: Line
    given_name: Line | None = None
    family_name: Line | None = None


class CorrectedAssessment(Strict):
    """The results as they should have been, all of them."""

    results: Annotated[list[ReportedResultFields], Field(min_length=1)]


class Correction(Strict):
    """What a badge should have said. Each member replaces the badge's; `note` is never shown."""

    recipient: CorrectedRecipient | None = None
    activity: Activity | None = None
    assessment: CorrectedAssessment | None = None
    valid_until: DayOrMoment | None = None
    note: Prose | None = None

    @model_validator(mode="after")
    def _corrects_something(self) -> Self:
        if not any((self.recipient, self.activity, self.assessment, self.valid_until)):
            raise ValueError("name what was wrong: recipient, activity, assessment or validUntil")
        return self
