"""The JSON Schema of the event that one achievement takes: its criteria, its evidence, its credit."""

from typing import Any, Final

from issuer.core.awarding.definition import Definition, ResultDescription
from issuer.core.documents import Document
from issuer.core.intake.event import CompetencyApproved

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema(definition: Definition, code: str, number: int, address: str) -> Document:
    """Return the schema (draft 2020-12) of events for a version of an achievement.

    What it allows may still be refused for what no schema says: a level below the required one, a date to
    come, an achievement that was awarded before. What it forbids is always refused.
    """
    whole = CompetencyApproved.model_json_schema(by_alias=True)
    defined: Document = whole["$defs"]
    whole["properties"]["achievement"] = _achievement(code, number)
    if definition.result_description:
        defined["ReportedResultFields"] = _results(defined["ReportedResultFields"], definition)
    if definition.evidence and definition.evidence_policy == "require":
        whole["properties"]["evidence"] = _evidence(whole["properties"]["evidence"], definition)
        whole["required"] = [*whole["required"], "evidence"]
    if definition.credit:
        whole["required"] = [*whole["required"], "activity"]
        dates = {"required": ["startDate", "endDate"]}
        whole["properties"]["activity"] = {"allOf": [{"$ref": "#/$defs/Activity"}, dates]}
    return {
        "$schema": DIALECT,
        "$id": address,
        **whole,
        "title": f"Approval of {definition.name}",
        "description": "The event that brings this badge: POST /v1/events",
    }


def _achievement(code: str, number: int) -> Document:
    versioned = {
        "type": "object",
        "properties": {"code": {"const": code}, "version": {"type": ["integer", "null"], "maximum": number}},
        "required": ["code"],
        "additionalProperties": False,
    }
    return {"anyOf": [{"const": code}, versioned]}


def _results(given: Document, definition: Definition) -> Document:
    """Return the schema of a result: of a criterion of the rubric, with one of its levels."""
    rubric = definition.result_description
    properties: dict[str, Any] = dict(given["properties"])
    properties["criterion"] = {"enum": [each.id for each in rubric]}
    return {
        **given,
        "properties": properties,
        "allOf": [_of_criterion(each) for each in rubric if each.rubric_criterion_level],
    }


def _of_criterion(criterion: ResultDescription) -> Document:
    levels = [level.id for level in criterion.rubric_criterion_level]
    return {
        "if": {"properties": {"criterion": {"const": criterion.id}}},
        "then": {"properties": {"level": {"enum": [*levels, None]}}},
    }


def _evidence(given: Document, definition: Definition) -> Document:
    """Return the schema of the evidence, of which each kind has to be there."""
    kinds = [each.kind for each in definition.evidence]
    known = {"allOf": [given["items"], {"properties": {"kind": {"enum": kinds}}, "required": ["kind"]}]}
    there = [
        {"contains": {"type": "object", "properties": {"kind": {"const": kind}}, "required": ["kind"]}}
        for kind in kinds
    ]
    return {**given, "items": known, "allOf": there}
