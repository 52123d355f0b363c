"""An achievement's definition, as a programme writes it: Open Badges 3.0 members and our policies."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from issuer.core.awarding import edition, vocabulary
from issuer.core.awarding.credit import Credit
from issuer.core.awarding.edition import Edition
from issuer.core.awarding.profile import CreatorFields, Identifier, Image
from issuer.core.awarding.programme import (
    AssessmentTerms,
    EvidenceKind,
    LocalId,
    QualityAssurance,
    Support,
    Visibility,
)
from issuer.core.awarding.validity import Validity
from issuer.core.fields import (
    Amount,
    Iri,
    Language,
    Line,
    Prose,
    Strict,
    WebUrl,
    distinct,
    extensible,
)

Repeat: TypeAlias = Literal["never", "after_expiry", "always"]
EvidencePolicy: TypeAlias = Literal["warn", "require"]
ShowAssessor: TypeAlias = Literal["organization", "nobody"]


class Criteria(Strict):
    """Open Badges 3.0 Criteria: what must be done, as text or at an address."""

    id: WebUrl | None = None
    narrative: Prose | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.id is None and self.narrative is None:
            raise ValueError("criteria need a narrative or an id")
        return self


class Alignment(Strict):
    """Open Badges 3.0 Alignment: the entry of a framework that this fits."""

    target_name: Line
    target_url: WebUrl
    target_code: Line | None = None
    target_description: Prose | None = None
    target_framework: Line | None = None
    target_type: Annotated[Line, AfterValidator(extensible(vocabulary.TARGET_TYPES))] | None = None


class Level(Strict):
    """Open Badges 3.0 RubricCriterionLevel. Levels stand in order, the lowest first."""

    id: LocalId
    name: Line
    level: Line | None = None
    points: Line | None = None
    description: Prose | None = None


class ResultDescription(Strict):
    """Open Badges 3.0 ResultDescription: a criterion of the rubric, and what it takes."""

    id: LocalId
    name: Line
    result_type: Annotated[Line, AfterValidator(extensible(vocabulary.RESULT_TYPES))]
    alignment: Annotated[list[Alignment], AfterValidator(distinct)] = Field(default_factory=list)
    allowed_value: Annotated[list[Line], AfterValidator(distinct)] = Field(default_factory=list)
    rubric_criterion_level: list[Level] = Field(default_factory=list)
    required_level: LocalId | None = None
    required_value: Line | None = None
    value_min: Line | None = None
    value_max: Line | None = None

    @model_validator(mode="after")
    def _requires_what_exists(self) -> Self:
        levels = [level.id for level in self.rubric_criterion_level]
        if len(set(levels)) != len(levels):
            raise ValueError("two levels have the same id")
        if self.required_level is not None and self.required_level not in levels:
            raise ValueError(f"requiredLevel {self.required_level!r} is none of the levels")
        if self.allowed_value and self.required_value not in {None, *self.allowed_value}:
            raise ValueError(f"requiredValue {self.required_value!r} is none of the allowed values")
        return self


class Related(Strict):
    """Open Badges 3.0 Related: the same achievement elsewhere, or in another language."""

    id: Iri
    in_language: Language | None = None
    version: Line | None = None


class Definition(Strict):
    """One version of an achievement. The members up to `version` are of Open Badges 3.0."""

    name: Line
    description: Prose
    criteria: Criteria
    achievement_type: Annotated[Line, AfterValidator(extensible(vocabulary.ACHIEVEMENT_TYPES))] = (
        "MicroCredential"
    )
    alignment: Annotated[list[Alignment], AfterValidator(distinct)] = Field(default_factory=list)
    creator: CreatorFields | None = None
    credits_available: Amount | None = None
    field_of_study: Line | None = None
    human_code: Line | None = None
    image: Image | None = None
    in_language: Language = "en"
    other_identifier: Annotated[list[Identifier], AfterValidator(distinct)] = Field(default_factory=list)
    related: Annotated[list[Related], AfterValidator(distinct)] = Field(default_factory=list)
    result_description: list[ResultDescription] = Field(default_factory=list)
    specialization: Line | None = None
    tag: Annotated[list[Line], AfterValidator(distinct)] = Field(default_factory=list)
    version: Line | None = None

    repeat: Repeat = "after_expiry"
    """Whether somebody who holds it may be awarded it again."""
    validity: Validity | None = None
    """How long an award lasts. For ever, when absent."""
    suspendable: bool = False
    """Whether strangers can see a hold: adds a second status entry, past Open Badges' 0..1."""
    show_name: bool = True
    """Whether the holder's name is signed into the badge."""
    show_assessor: ShowAssessor = "organization"
    """Whether the badge and its pages say which organisation assessed the work, and in which role."""
    visibility: Visibility = "unlisted"
    """Who may find badges of it, where an event does not say."""
    evidence_policy: EvidencePolicy = "warn"
    """What becomes of an event whose evidence falls short: issued with a warning, or refused."""

    competency: Prose | None = None
    """What whoever holds it can do, in one or two sentences."""
    audience: Line | None = None
    estimated_hours: Amount | None = None
    prerequisites: Prose | None = None
    modality: Line | None = None
    apply_link: WebUrl | None = None
    """Where work on it begins."""
    evidence: list[EvidenceKind] = Field(default_factory=list)
    assessment: AssessmentTerms | None = None
    credit: Annotated[list[Credit], AfterValidator(distinct)] = Field(default_factory=list)
    """What it brings where an event names no credit of its own."""
    supports: Annotated[list[Support], AfterValidator(distinct)] = Field(default_factory=list)
    quality_assurance: QualityAssurance | None = None
    editions: list[Edition] = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_criteria_once(self) -> Self:
        ids = [description.id for description in self.result_description]
        if len(set(ids)) != len(ids):
            raise ValueError("two result descriptions have the same id")
        return self

    @model_validator(mode="after")
    def _asks_for_each_kind_once(self) -> Self:
        kinds = [each.kind for each in self.evidence]
        if len(set(kinds)) != len(kinds):
            raise ValueError("two entries of the evidence are of the same kind")
        return self

    @model_validator(mode="after")
    def _is_translated_as_it_is(self) -> Self:
        criteria = {
            each.id: [level.id for level in each.rubric_criterion_level] for each in self.result_description
        }
        kinds = [each.kind for each in self.evidence]
        for fault in edition.faults(self.editions, self.in_language, criteria, kinds):
            raise ValueError(fault)
        return self
