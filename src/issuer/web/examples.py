"""The examples that stand in the OpenAPI document. Each is sent to the service by a test."""

import json
from typing import Any, Final

from issuer.core.documents import Document

REQUEST_ID: Final = "req_4sT9mKq2VwXz7LbNcRdYfH"

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

PATHWAY: Final[Document] = {
    "name": "Feedback Specialist",
    "description": "Plans, gives and teaches feedback that students use.",
    "requires": {"all": ["MC-FEEDBACK"], "label": {"en": "Core", "es": "Base"}},
    "grant": "review",
    "validity": {"ends": "earliest_component"},
}

PUBLIC_PATHWAY: Final[Document] = {
    "id": "https://badges.alder.example/i/alder/p/AFL-SPECIALIST/v1",
    "type": "Pathway",
    "issuer": "did:web:badges.alder.example:i:alder",
    "code": "AFL-SPECIALIST",
    "version": 1,
    **PATHWAY,
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

PROFILE: Final[Document] = {
    "id": "did:web:badges.alder.example:i:alder",
    "type": ["Profile"],
    "name": "Alder County School District",
}

ACHIEVEMENT: Final[Document] = {
    "id": "https://badges.alder.example/i/alder/a/MC-FEEDBACK",
    "type": ["Achievement"],
    "name": "Feedback that Moves Learning",
}

DID_DOCUMENT: Final[Document] = {
    "@context": ["https://www.w3.org/ns/cid/v1"],
    "id": "did:web:badges.alder.example:i:alder",
}

STATUS_CHANGE: Final[Document] = {"reason": "issued_in_error", "note": "approved for the wrong person"}


AWARD: Final[Document] = {
    "id": "7HqyV2cWmX4tKfRz9aBnPd",
    "status": "active",
    "livemode": True,
    "achievement": {"code": "MC-FEEDBACK", "version": 1},
    "recipientName": "Example Teacher",
    "awardedDate": "2026-06-12",
    "validUntil": "2031-06-30T23:59:59Z",
    "reason": None,
    "holdVisibleToStrangers": False,
}

_ADDRESSES: Final[Document] = {
    "status": "active",
    "page_url": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd",
    "credential_url": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd.json",
    "image_url": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd.png",
    "linkedin_url": "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name=Feedback&…",
    "request_id": REQUEST_ID,
}

_HOLDER_LINK: Final[Document] = {
    "holder_url": "https://badges.alder.example/h/HwGyCc91KrpdbqG7JE1AgqQpU91txAhyt66AB93aQqcYTGQLcJw83sUb1r",
    "holder_url_expires": "2026-07-12T19:03:52Z",
}

STOP_OTHERS: Final[Document] = {"stopOthers": True}

PRESENTATION: Final[Document] = {
    "color": "#14574f",
    "language": "en",
    "timeZone": "America/New_York",
    "kind": "Public school district",
    "legalName": "School District of Alder County",
    "linkedinOrganizationId": "1234567",
    "providerNumbers": [{"jurisdiction": "US-PA", "number": "3021"}],
    "policies": {"withdrawal": "https://alder.example/badges/withdrawal"},
    "recordsYears": 8,
}

ANSWERS: Final[dict[str, Document | list[Document]]] = {
    "AchievementOut": {
        "code": "MC-FEEDBACK",
        "url": "https://badges.alder.example/i/alder/a/MC-FEEDBACK",
        "retired": False,
        "draft": DEFINITION,
        "current": None,
        "request_id": REQUEST_ID,
    },
    "AchievementsOut": {
        "achievements": [
            {
                "code": "MC-FEEDBACK",
                "url": "https://badges.alder.example/i/alder/a/MC-FEEDBACK",
                "retired": False,
                "hasDraft": False,
                "version": 1,
            }
        ],
        "next": None,
        "request_id": REQUEST_ID,
    },
    "AwardDetailOut": {
        "award": AWARD,
        **_ADDRESSES,
        "history": [
            {
                "type": "award.issued",
                "at": "2026-06-12T19:03:52Z",
                "actor": "Xk3vR9mQ2wTz",
                "reason": None,
                "note": None,
            }
        ],
        "editions": [],
    },
    "AwardsOut": {"awards": [AWARD], "next": None, "request_id": REQUEST_ID},
    "EventOut": {"outcome": "issued", "award": AWARD, **_ADDRESSES, **_HOLDER_LINK, "pathways": []},
    "HealthOut": {"status": "ok"},
    "HolderLinkOut": {**_HOLDER_LINK, "request_id": REQUEST_ID},
    "IssuerOut": {
        "slug": "alder",
        "did": "did:web:badges.alder.example:i:alder",
        "url": "https://badges.alder.example/i/alder",
        "didDocumentUrl": "https://badges.alder.example/i/alder/did.json",
        "profile": ISSUER["profile"],
    },
    "PathwayOut": {
        "code": "AFL-SPECIALIST",
        "url": "https://badges.alder.example/i/alder/p/AFL-SPECIALIST",
        "retired": False,
        "draft": PATHWAY,
        "current": None,
        "request_id": REQUEST_ID,
    },
    "PathwaysOut": {
        "pathways": [
            {
                "code": "AFL-SPECIALIST",
                "url": "https://badges.alder.example/i/alder/p/AFL-SPECIALIST",
                "retired": False,
                "hasDraft": False,
                "version": 1,
            }
        ],
        "next": None,
        "request_id": REQUEST_ID,
    },
    "ProgressesOut": {
        "pathways": [
            {
                "code": "AFL-SPECIALIST",
                "version": 1,
                "name": "Feedback Specialist",
                "url": "https://badges.alder.example/i/alder/p/AFL-SPECIALIST/v1",
                "progress": 0.6666,
                "complete": False,
                "have": 2,
                "need": 3,
                "unit": "badges",
                "earned": ["MC-FEEDBACK", "MC-PEER"],
                "missing": {"any": 1, "of": ["MC-SELF", "MC-FAMILIES"]},
                "next": ["MC-SELF", "MC-FAMILIES"],
                "summary": {
                    "en": "2 of 3 earned. Next: any one of Self-Assessment, Families as Partners.",
                    "es": "2 de 3 obtenidas. Siguiente: una de estas opciones: Self-Assessment, …",
                },
            }
        ],
        "request_id": REQUEST_ID,
    },
    "PresentationOut": {"presentation": PRESENTATION},
    "ReportOut": {
        "result": "valid",
        "checks": [
            {
                "id": "integrity",
                "outcome": "passed",
                "code": "unchanged",
                "message": "It has not been changed since it was issued.",
                "citation": "Open Badges 3.0, section 9.1 step 2; Data Integrity 1.0, section 4.4",
            }
        ],
        "checkedAt": "2026-11-24T13:20:00Z",
    },
}
"""An example of every answer that is a model, by the model's name."""


EVENT_ANSWERS: Final = "".join(
    json.dumps(each) + "\n"
    for each in (
        {"line": 1, "id": EVENT["id"], "status": 201, "answer": ANSWERS["EventOut"]},
        {
            "line": 2,
            "id": "sub-88214-approved",
            "status": 422,
            "problem": {
                "type": "https://badges.alder.example/problems/not-awardable",
                "title": "Not awardable",
                "status": 422,
                "detail": "there is no achievement 'MC-FEEDBAK'; did you mean MC-FEEDBACK?",
                "instance": "/v1/events/batch",
                "request_id": REQUEST_ID,
                "errors": [
                    {"pointer": "/achievement", "detail": "it is not known; did you mean MC-FEEDBACK?"}
                ],
            },
        },
    )
)


def body(schema: str, example: Document, *, yaml: bool = False) -> dict[str, Any]:
    """Return the OpenAPI description of a body that a route reads itself."""
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}
    types = ["application/json", *(["application/yaml"] if yaml else [])]
    return {"requestBody": {"required": True, "content": {kind: content for kind in types}}}  # noqa: C420


def lines(media: str, documents: list[Document]) -> dict[str, Any]:
    """Return the OpenAPI description of a body that has a document a line."""
    example = "".join(json.dumps(each) + "\n" for each in documents)
    content = {media: {"schema": {"type": "string"}, "example": example}}
    return {"requestBody": {"required": True, "content": content}}
