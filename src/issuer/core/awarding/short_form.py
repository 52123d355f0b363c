"""The short form in which people write definitions, turned into the one that is stored."""

import re
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from issuer.core import documents, fields
from issuer.core.awarding import criteria_text, tongues
from issuer.core.awarding.programme import LocalId
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields, Line, Strict
from issuer.errors import Fault

Text: TypeAlias = str | dict[str, str]

_SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_ALIGNMENTS: Final = "/alignments"
_MEMBERS: Final = {
    f"target{name.capitalize()}": name for name in ("name", "url", "code", "framework", "type", "description")
}
"""What the members of an alignment are called in the short form."""
_SHORT: Final = {
    "/resultDescription": "/rubric/criteria",
    "/alignment": _ALIGNMENTS,
    "/achievementType": "/kind",
}
_RUBRIC_LEVEL: Final = "RubricCriterionLevel"


class ShortLevel(Strict):
    """A level that all criteria share."""

    id: LocalId
    name: Text | None = None
    points: Annotated[int | float | str, Field(union_mode="left_to_right")] | None = None
    description: Text | None = None


class ShortAlignment(Strict):
    """An entry of a framework, by the framework's name and the code in it."""

    framework: Line | None = None
    code: Line | None = None
    name: Text | None = None
    url: Line | None = None
    type: Line | None = None
    description: Text | None = None


class ShortCriterion(Strict):
    """A criterion, the level that it takes, and what each level means for it."""

    id: LocalId
    name: Text
    required: LocalId | None = None
    describe: dict[LocalId, Text] = Field(default_factory=dict)
    alignments: list[ShortAlignment] = Field(default_factory=list)


class ShortRubric(Strict):
    """Criteria by the same levels, the lowest first."""

    levels: Annotated[list[ShortLevel], Field(min_length=1)]
    criteria: Annotated[list[ShortCriterion], Field(min_length=1)]


def written_out(document: Document) -> Document:
    """Return the definition in its long form: texts in one language, the others as editions.

    What is in the long form already comes back as it is. Raises `InvalidFields` that points into the document
    as it was sent.
    """
    given = _camel(document)
    long = {name: value for name, value in given.items() if name not in {"kind", "rubric", "alignments"}}
    if "kind" in given:
        long["achievementType"] = given["kind"]
    if "rubric" in given:
        long["resultDescription"] = _rubric(given["rubric"])
    if isinstance(long.get("criteria"), str):
        long["criteria"] = {"narrative": long["criteria"]}
    if "alignments" in given:
        long["alignment"] = _alignments(given["alignments"], ("alignments",))
    return _in_one_language(long, document)


def relocated(error: InvalidFields, document: Document) -> InvalidFields:
    """Return the error with its pointers into the definition as it was sent."""
    used = {long: short for long, short in _SHORT.items() if short.split("/")[1] in document}
    told = error.detail == fields.refusal(error.faults)
    error.faults = tuple(Fault(_respelled(fault.pointer, used), fault.detail) for fault in error.faults)
    if told:
        error.detail = fields.refusal(error.faults)
    return error


def _respelled(place: str, used: dict[str, str]) -> str:
    for long, short in used.items():
        if place == long or place.startswith(long + "/"):
            entry, slash, member = (short + place.removeprefix(long)).rpartition("/")
            is_member = entry.startswith(_ALIGNMENTS + "/")
            return entry + slash + (_MEMBERS.get(member, member) if is_member else member)
    return place


def _in_one_language(long: Document, document: Document) -> Document:
    met = tongues.languages(long)
    language = long.get("inLanguage") or (met[0] if met else "en")
    try:
        whole = tongues.original(long, str(language))
    except InvalidFields as error:
        raise relocated(error, document) from error
    if met:
        whole["inLanguage"] = language
    others = [each for each in met if each != language]
    editions = [tongues.edition(long, whole, each) for each in others]
    _complete(whole, str(language))
    own = whole.get("editions", [])
    return {**whole, "editions": [*own, *editions]} if editions and isinstance(own, list) else whole


def _complete(whole: Document, language: str) -> None:
    """Say what Open Badges asks for, and what the short form leaves to the rest of it."""
    if "competency" in whole:
        whole.setdefault("description", whole["competency"])
    if "criteria" not in whole and (text := criteria_text.narrative(whole, language)):
        whole["criteria"] = {"narrative": text}
    for alignment in whole.get("alignment", []) if isinstance(whole.get("alignment"), list) else []:
        if isinstance(alignment, dict) and alignment.get("targetType") == "ceterms:Credential":
            alignment.setdefault("targetName", whole.get("name"))


def _rubric(given: object) -> list[Document]:
    if not isinstance(given, dict):
        raise InvalidFields("not accepted: /rubric", [Fault("/rubric", "it has levels and criteria")])
    rubric = fields.read(ShortRubric, given, ("rubric",))
    return [_criterion(each, rubric.levels, place) for place, each in enumerate(rubric.criteria)]


def _criterion(criterion: ShortCriterion, levels: list[ShortLevel], place: int) -> Document:
    unknown = sorted(criterion.describe.keys() - {level.id for level in levels})
    if unknown:
        at = documents.pointer("rubric", "criteria", place, "describe", unknown[0])
        raise InvalidFields(f"not accepted: {at}", [Fault(at, "the rubric has no such level")])
    return _present(
        {
            "id": criterion.id,
            "name": criterion.name,
            "resultType": _RUBRIC_LEVEL,
            "requiredLevel": criterion.required,
            "alignment": [_alignment(each) for each in criterion.alignments],
            "rubricCriterionLevel": [_level(each, criterion.describe.get(each.id)) for each in levels],
        }
    )


def _level(level: ShortLevel, described: Text | None) -> Document:
    points = None if level.points is None else str(level.points)
    name = level.name or level.id.replace("-", " ").replace("_", " ").capitalize()
    return _present(
        {"id": level.id, "name": name, "points": points, "description": described or level.description}
    )


def _alignments(given: object, place: tuple[str | int, ...]) -> object:
    if not isinstance(given, list):
        return given
    found = []
    for index, each in enumerate(given):
        if not isinstance(each, dict):
            fault = Fault(documents.pointer(*place, index), "it has a framework, a code, a name, a url")
            raise InvalidFields(f"not accepted: {fault.pointer}", [fault])
        is_long = any(name.startswith("target") for name in each)
        found.append(each if is_long else _alignment(fields.read(ShortAlignment, each, (*place, index))))
    return found


def _alignment(given: ShortAlignment) -> Document:
    return _present(
        {
            "targetName": given.name
            if isinstance(given.name, str | None)
            else next(iter(given.name.values())),
            "targetUrl": given.url,
            "targetCode": given.code,
            "targetFramework": given.framework,
            "targetType": given.type,
            "targetDescription": given.description
            if isinstance(given.description, str | None)
            else next(iter(given.description.values())),
        }
    )


def _camel(value: object) -> Document:
    given: Document = value if isinstance(value, dict) else {}
    return {_member(name, given): _renamed(member) for name, member in given.items()}


def _renamed(value: object) -> object:
    """Return a value with members such as `ends_on` called `endsOn`, unless both are there."""
    if isinstance(value, dict):
        return {_member(name, value): _renamed(member) for name, member in value.items()}
    return [_renamed(each) for each in value] if isinstance(value, list) else value


def _member(name: str, among: Document) -> str:
    if not _SNAKE.fullmatch(name):
        return name
    first, *others = name.split("_")
    renamed = first + "".join(part.capitalize() for part in others)
    return name if renamed in among else renamed


def _present(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not None and value != []}
