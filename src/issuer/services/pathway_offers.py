"""A published pathway with what its page needs to know of the badges that it names."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.core.awarding import pathway, stack_rule
from issuer.core.awarding.definition import Definition
from issuer.core.awarding.stack_rule import Rule
from issuer.db import pathways
from issuer.db.public_tables import Pathway, PathwayVersion
from issuer.db.tables import Achievement, AchievementVersion


@dataclass(frozen=True)
class Component:
    """A badge as pathways name it. `levels` are those of its rubric: names by ids, the lowest first."""

    code: str
    name: str
    description: str
    hours: float | None
    language: str
    retired: bool
    levels: Mapping[str, str]


@dataclass(frozen=True)
class Offer:
    """A published version of a pathway, and the badges that it names by their codes.

    `text` is the version as it is served, byte for byte.
    """

    code: str
    number: int
    published_at: datetime
    retired: bool
    text: str
    stack: pathway.Pathway
    components: Mapping[str, Component]

    @property
    def rule(self) -> Rule:
        """What the pathway asks for."""
        return self.stack.rule


def offers(session: Session, tenant_id: str, found: Iterable[tuple[Pathway, PathwayVersion]]) -> list[Offer]:
    """Return versions with the badges that they name, all of which are read at once."""
    parsed = [(row, version, pathway.of_published(json.loads(version.definition))) for row, version in found]
    codes = [code for _, _, stack in parsed for code in named(stack)]
    known = components(session, tenant_id, codes)
    return [
        Offer(
            code=row.code,
            number=version.number,
            published_at=version.published_at,
            retired=row.retired_at is not None,
            text=version.definition,
            stack=stack,
            components={code: known[code] for code in named(stack) if code in known},
        )
        for row, version, stack in parsed
    ]


def named(stack: pathway.Pathway) -> tuple[str, ...]:
    """Return the codes that a pathway names: what it asks for, and the badge that it brings."""
    brought = stack.definition.achievement
    return (*stack_rule.codes(stack.rule), *([brought] if brought else []))


def components(session: Session, tenant_id: str, codes: Sequence[str]) -> dict[str, Component]:
    """Return the badges of these codes that were ever published, those retired too."""
    found = pathways.components(session, tenant_id, list(dict.fromkeys(codes))) if codes else []
    return {row.code: _component(row, version) for row, version in found}


def _component(row: Achievement, version: AchievementVersion) -> Component:
    definition = Definition.model_validate_json(version.definition)
    return Component(
        code=row.code,
        name=definition.name,
        description=definition.description,
        hours=definition.credits_available,
        language=definition.in_language,
        retired=row.retired_at is not None,
        levels={
            level.id: level.name
            for criterion in definition.result_description
            for level in criterion.rubric_criterion_level
        },
    )
