"""The OpenAPI 3.1 document: what the routes cannot say of themselves is added here."""

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from issuer.core.awarding.definition import Definition
from issuer.core.awarding.presentation import Presentation
from issuer.core.awarding.profile import ProfileFields
from issuer.core.intake.event import CompetencyApproved
from issuer.web import (
    curl,
    definition_examples,
    examples,
    export_examples,
    held_answers,
    lti_answers,
    oauth_examples,
    ob_described,
    people_examples,
    source_examples,
    webhook_examples,
)

DESCRIPTION: Final = """\
Send an approved competency, get a signed Open Badge 3.0 that anyone can check.

Every answer carries `request_id` (and `X-Request-Id`). Errors are problem documents (RFC 9457) whose
`type` is a page that explains them.
"""

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "An error (RFC 9457)",
    "required": ["type", "title", "status", "detail", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901 JSON Pointer"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

_EXAMPLES: Final = (
    examples.ANSWERS
    | people_examples.ANSWERS
    | webhook_examples.ANSWERS
    | source_examples.ANSWERS
    | lti_answers.ANSWERS
    | definition_examples.ANSWERS
    | export_examples.ANSWERS
    | held_answers.ANSWERS
)
_REFERENCE: Final = "#/components/schemas/{model}"


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that can fail with these statuses."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content} for status in (*statuses, 500)
    }


def document(app: FastAPI, bodies: tuple[type[BaseModel], ...]) -> dict[str, Any]:
    """Return the OpenAPI document, with the schemas of the bodies that routes read themselves."""
    whole = get_openapi(
        title="Open Badge issuer",
        version="1",
        summary="The issuing service of Open Badges 3.0",
        description=DESCRIPTION,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schemas = whole["components"]["schemas"]
    models = [
        (model, "validation")
        for model in (CompetencyApproved, Definition, ProfileFields, Presentation, *bodies)
    ]
    _, found = models_json_schema(models, ref_template=_REFERENCE)  # type: ignore[arg-type]
    schemas.update(found["$defs"])
    schemas["Problem"] = PROBLEM
    schemas.update(ob_described.SCHEMAS)
    whole["components"]["securitySchemes"].update(oauth_examples.SECURITY)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, operations in whole["paths"].items():
        for method, operation in operations.items():
            _mend(operation)
            _add_examples(operation)
            operation["x-codeSamples"] = [curl.sample(method, path, operation)]
    return whole


def _mend(operation: dict[str, Any]) -> None:
    """Replace FastAPI's own 422, which this service never answers, by a problem document."""
    unprocessable = operation["responses"].get("422", {}).get("content", {})
    if "application/json" in unprocessable:
        operation["responses"]["422"] = errors(422)[422]


def _add_examples(operation: dict[str, Any]) -> None:
    """Put an example beside every answer that is a model of ours."""
    for answer in operation["responses"].values():
        for media in answer.get("content", {}).values():
            schema = media.get("schema", {})
            many = schema.get("type") == "array"
            name = (schema.get("items", {}) if many else schema).get("$ref", "").rpartition("/")[2]
            if name in _EXAMPLES:
                found = _EXAMPLES[name]
                media["example"] = [found] if many else found
