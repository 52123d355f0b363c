"""The examples of what is looked at of a definition that stand in the OpenAPI document."""

from typing import Any, Final

from issuer.core.documents import Document
from issuer.web.examples import ACHIEVEMENT, REQUEST_ID

EVENT_SCHEMA: Final[Document] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Approval of Feedback that Moves Learning",
    "type": "object",
    "required": ["id", "type", "achievement", "recipient"],
}

FRAMEWORK_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "example": {
                    "CFDocument": {"identifier": "c64961be-d7cb-11e8-824f-0242ac160002", "title": "InTASC"},
                    "CFItems": [
                        {
                            "identifier": "74f5bb7d-d7cc-11e8-824f-0242ac160002",
                            "humanCodingScheme": "6",
                            "fullStatement": "Assessment",
                            "uri": "https://case.example.org/uri/74f5bb7d-d7cc-11e8-824f-0242ac160002",
                        }
                    ],
                },
            },
            "text/csv": {
                "schema": {"type": "string"},
                "example": "code,statement,url\n6,Assessment,https://ccsso.example/6\n",
            },
        },
    }
}

EVIDENCE_LINK: Final[Document] = {"days": 7}

ANSWERS: Final[dict[str, Document]] = {
    "PreviewOut": {"number": 2, "document": ACHIEVEMENT, "request_id": REQUEST_ID},
    "EvidenceLinkOut": {
        "evidenceUrl": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd/evidence/0?t=3vQB…",
        "evidenceUrlExpires": "2026-06-19T19:03:52Z",
        "request_id": REQUEST_ID,
    },
    "FrameworksOut": {"frameworks": [{"name": "InTASC", "items": 174}], "request_id": REQUEST_ID},
    "FrameworkImportedOut": {"name": "InTASC", "items": 174, "request_id": REQUEST_ID},
    "ItemsOut": {
        "items": [
            {
                "framework": "InTASC",
                "code": "6",
                "statement": "Assessment",
                "uri": "https://case.example.org/uri/74f5bb7d-d7cc-11e8-824f-0242ac160002",
            }
        ],
        "request_id": REQUEST_ID,
    },
    "DifferenceOut": {
        "changes": [{"pointer": "/estimatedHours", "before": 12, "after": 15}],
        "request_id": REQUEST_ID,
    },
}
