"""What a definition says beyond Open Badges 3.0: what is handed in, how it is judged, what it is good for."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from issuer.core.fields import Line, Prose, Strict, WebUrl

Visibility: TypeAlias = Literal["unlisted", "listed", "private"]
MOST_PIECES = 1_000
LocalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A name inside the definition; a criterion's is published as an IRI below the version's address."""
Count = Annotated[int, Field(ge=1, le=MOST_PIECES)]
Words = Annotated[int, Field(ge=1, le=1_000_000)]


class EvidenceKind(Strict):
    """One kind of evidence to be handed in, and how much of it."""

    kind: LocalId
    name: Line | None = None
    genre: Line | None = None
    description: Prose | None = None
    count: Count = 1
    words: Annotated[list[Words], Field(min_length=2, max_length=2)] | None = None
    """The fewest words that a text may have, and the most."""
    contains_student_data: bool = False
    """Whether students are in it. Such evidence never gets a public address."""

    @model_validator(mode="after")
    def _words_are_in_order(self) -> Self:
        if self.words and self.words[0] > self.words[1]:
            raise ValueError("words names the fewest first, then the most")
        return self


class Support(Strict):
    """A use that a jurisdiction may make of it. It is the issuer's claim: the state decides."""

    jurisdiction: Line
    authorization: Line
    code: Line | None = None
    url: WebUrl | None = None


class QualityAssurance(Strict):
    """Who looks after the quality of the programme."""

    name: Line
    url: WebUrl | None = None


class AssessmentTerms(Strict):
    """How work is judged: by whom, how soon, what comes after a refusal."""

    type: Line | None = None
    assessed_by: Line | None = None
    turnaround_days: Annotated[int, Field(ge=1, le=365)] | None = None
    """Business days until there is an answer."""
    resubmission: Prose | None = None
    supervised: bool | None = None
    identity_verified: bool | None = None


class EditionPart(Strict):
    """A criterion, a level or a kind of evidence in another language. `id` is the original's."""

    id: LocalId
    name: Line
    description: Prose | None = None


class EditionCriterion(EditionPart):
    """A criterion of the rubric in another language."""

    levels: list[EditionPart] = Field(default_factory=list)
