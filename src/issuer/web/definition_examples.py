"""The examples of what is looked at of a definition that stand in the OpenAPI document."""

from typing import Final

from issuer.core.documents import Document
from issuer.web.examples import ACHIEVEMENT, REQUEST_ID

EVENT_SCHEMA: Final[Document] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Approval of Feedback that Moves Learning",
    "type": "object",
    "required": ["id", "type", "achievement", "recipient"],
}

EVIDENCE_LINK: Final[Document] = {"days": 7}

ANSWERS: Final[dict[str, Document]] = {
    "PreviewOut": {"number": 2, "document": ACHIEVEMENT, "request_id": REQUEST_ID},
    "EvidenceLinkOut": {
        "evidenceUrl": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd/evidence/0?t=3vQB…",
        "evidenceUrlExpires": "2026-06-19T19:03:52Z",
        "request_id": REQUEST_ID,
    },
    "DifferenceOut": {
        "changes": [{"pointer": "/estimatedHours", "before": 12, "after": 15}],
        "request_id": REQUEST_ID,
    },
}
