"""The examples that stand in the OpenAPI document. Each is sent to the service by a test."""

from typing import Any, Final

from issuer.core.documents import Document

EVENT: Final[Document] = {
    "id": "sub-88213-approved",
    "type": "submission.approved",
    "achievement": "MC-FEEDBACK",
    "recipient": {"email": "teacher@alder.example", "name": "Example Teacher"},
}

DEFINITION: Final[Document] = {
    "name": "Feedback that Moves Learning",
    "description": "Gives timely, specific feedback that students use to revise their work.",
    "criteria": {"narrative": "Submit a lesson plan, six samples of student work and a reflection."},
    "achievementType": "MicroCredential",
    "creditsAvailable": 15,
    "tag": ["feedback", "assessment for learning"],
    "alignment": [
        {
            "targetName": "Assessment",
            "targetUrl": "https://ccsso.org/resource-library/intasc-model-core-teaching-standards",
            "targetFramework": "InTASC Model Core Teaching Standards",
            "targetCode": "6",
        }
    ],
    "resultDescription": [
        {
            "id": "quality",
            "name": "Quality of feedback",
            "resultType": "RubricCriterionLevel",
            "requiredLevel": "proficient",
            "rubricCriterionLevel": [
                {"id": "developing", "name": "Developing"},
                {"id": "proficient", "name": "Proficient"},
                {"id": "distinguished", "name": "Distinguished"},
            ],
        }
    ],
    "validity": {"for": "P5Y", "endsOn": "06-30"},
}

ISSUER: Final[Document] = {
    "slug": "alder",
    "profile": {
        "name": "Alder County School District",
        "url": "https://alder.example",
        "email": "badges@alder.example",
        "otherIdentifier": [{"identifier": "4200030", "identifierType": "ext:nces-lea"}],
    },
}

STATUS_CHANGE: Final[Document] = {"reason": "issued_in_error", "note": "approved for the wrong person"}


def body(schema: str, example: Document, *, yaml: bool = False) -> dict[str, Any]:
    """Return the OpenAPI description of a body that a route reads itself."""
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}
    types = ["application/json", *(["application/yaml"] if yaml else [])]
    return {"requestBody": {"required": True, "content": {kind: content for kind in types}}}  # noqa: C420
