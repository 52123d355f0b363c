"""A definition in one of its languages, for whoever reads it."""

from issuer.core.awarding.definition import Criteria, Definition, ResultDescription
from issuer.core.awarding.edition import Edition
from issuer.core.awarding.programme import EditionCriterion, EvidenceKind


def in_language(definition: Definition, language: str) -> Definition:
    """Return a definition with the texts of its edition in a language, unchanged where it has none.

    What an edition does not say stays in the definition's own language.
    """
    edition = next((each for each in definition.editions if each.in_language == language), None)
    if edition is None:
        return definition
    texts = {
        name: text
        for name in ("name", "description", "competency", "audience", "prerequisites")
        if (text := getattr(edition, name)) is not None
    }
    criteria = {each.id: each for each in edition.result_description}
    return definition.model_copy(
        update={
            **texts,
            "in_language": language,
            "criteria": _criteria(definition, edition),
            "result_description": [
                _criterion(each, criteria.get(each.id)) for each in definition.result_description
            ],
            "evidence": _evidence(definition, edition),
        }
    )


def _criteria(definition: Definition, edition: Edition) -> Criteria:
    if edition.criteria is None:
        return definition.criteria
    return definition.criteria.model_copy(update={"narrative": edition.criteria})


def _criterion(given: ResultDescription, told: EditionCriterion | None) -> ResultDescription:
    if told is None:
        return given
    named = {each.id: each for each in told.levels}
    levels = [
        level.model_copy(
            update={
                "name": named[level.id].name,
                "description": named[level.id].description or level.description,
            }
        )
        if level.id in named
        else level
        for level in given.rubric_criterion_level
    ]
    return given.model_copy(update={"name": told.name, "rubric_criterion_level": levels})


def _evidence(definition: Definition, edition: Edition) -> list[EvidenceKind]:
    named = {each.id: each for each in edition.evidence}
    return [
        each.model_copy(
            update={
                "name": named[each.kind].name,
                "description": named[each.kind].description or each.description,
            }
        )
        if each.kind in named
        else each
        for each in definition.evidence
    ]
