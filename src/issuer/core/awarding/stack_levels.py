"""The levels of a rubric that a badge reaches, for stacks that ask for one."""

from collections.abc import Iterator

from issuer.core.credentials.rules import listed
from issuer.core.documents import Document


def reached(subject: Document) -> frozenset[str]:
    """Return the levels that a credential's subject reaches (Open Badges 3.0, B.1.2 AchievementSubject).

    A level is reached where every criterion that has it was scored, and none below it. Levels of different
    criteria are the same where the definition calls them the same.
    """
    scored = {
        str(each.get("resultDescription")): str(each.get("achievedLevel"))
        for each in _objects(subject.get("result"))
    }
    described = _objects(subject["achievement"].get("resultDescription"))
    rubric = [each for each in described if _levels(each)]
    short = {level for each in rubric for level in _missed(_levels(each), scored.get(str(each.get("id"))))}
    known = {level for each in rubric for level in map(_name, _levels(each))}
    return frozenset(known - short)


def _missed(levels: list[str], achieved: str | None) -> Iterator[str]:
    """Yield the levels above the one that was achieved, all where none was. The lowest stands first."""
    above = levels[levels.index(achieved) + 1 :] if achieved in levels else levels
    yield from map(_name, above)


def _levels(description: Document) -> list[str]:
    return [str(each.get("id")) for each in _objects(description.get("rubricCriterionLevel"))]


def _objects(value: object) -> list[Document]:
    """Return the objects of an array or a lone one: who looks at a stranger's badge meets every kind."""
    return [each for each in listed(value) if isinstance(each, dict)]


def _name(level_id: str) -> str:
    return level_id.rpartition(":")[2]
