"""The same achievement in another language: its texts, and nothing else."""

from collections.abc import Iterator, Sequence

from pydantic import Field

from issuer.core.awarding.programme import EditionCriterion, EditionPart
from issuer.core.fields import Language, Line, Prose, Strict


class Edition(Strict):
    """The texts of an achievement in one more language."""

    in_language: Language
    name: Line
    description: Prose | None = None
    competency: Prose | None = None
    criteria: Prose | None = None
    """The narrative of the criteria."""
    audience: Line | None = None
    prerequisites: Prose | None = None
    result_description: list[EditionCriterion] = Field(default_factory=list)
    evidence: list[EditionPart] = Field(default_factory=list)


def faults(
    editions: Sequence[Edition], language: str, criteria: dict[str, list[str]], kinds: Sequence[str]
) -> Iterator[str]:
    """Yield what no edition may be: a second one of a language, or one of parts that there are not.

    `criteria` are the levels of each criterion of the definition, by their ids.
    """
    languages = [edition.in_language for edition in editions]
    for place, own in enumerate(languages):
        if own == language or own in languages[:place]:
            yield f"there are two texts in {own!r}"
    for edition in editions:
        yield from _strangers(edition, criteria, kinds)


def _strangers(edition: Edition, criteria: dict[str, list[str]], kinds: Sequence[str]) -> Iterator[str]:
    own = edition.in_language
    for criterion in edition.result_description:
        if criterion.id not in criteria:
            yield f"the edition in {own!r} names a criterion {criterion.id!r} that there is not"
        for level in criterion.levels:
            if level.id not in criteria.get(criterion.id, [level.id]):
                yield f"the edition in {own!r} names a level {level.id!r} that there is not"
    for each in edition.evidence:
        if each.id not in kinds:
            yield f"the edition in {own!r} names a kind of evidence {each.id!r} that there is not"
