"""The examples of sources and their inboxes that stand in the OpenAPI document."""

from typing import Any, Final

from issuer.core.documents import Document
from issuer.web.examples import REQUEST_ID

_ID: Final = "3NbQw8sYzKxLr5vTgHc2Jd"
_LETTER: Final = "0190b5c2-7d1e-7c3a-9f00-2b6f3e1d4c5a"

NEW: Final[Document] = {"name": "canvas", "dialect": "canvas"}
CHANGE: Final[Document] = {
    "peopleUrl": "https://lms.alder.example/api/people/{id}",
    "peopleToken": "the-platform-gave-it-to-us",
}
MAPPING: Final[Document] = {
    "rules": [{"competency": "1", "achievement": "MC-FEEDBACK", "threshold": 0.8}],
    "people": "directory",
    "others": "ignore",
}
REPLAY: Final[Document] = {"ids": [_LETTER]}
DISCARD: Final[Document] = {"ids": [_LETTER]}
TAKEN: Final[Document] = {"issued": 1, "known": 0, "asked": 0, "ignored": 0, "deadLettered": 0}
CANVAS: Final[Document] = {
    "metadata": {
        "event_name": "learning_outcome_result_created",
        "event_time": "2026-06-12T19:03:52Z",
        "root_account_uuid": "VicYj3cu5BIFpoZhDVU4DZumnlBrWi1grgJEzADs",
    },
    "body": {
        "learning_outcome_id": "1",
        "mastery": True,
        "score": 5,
        "possible": 5,
        "attempt": 1,
        "assessed_at": "2026-06-12T19:03:50Z",
        "user_uuid": "elXwFPr6uKGaQj",
        "artifact_id": "22",
        "artifact_type": "RubricAssessment",
    },
}
STATEMENT: Final[Document] = {
    "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
    "actor": {"account": {"homePage": "https://lms.example.edu", "name": "t-4411"}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
    "object": {"id": "https://case.example.org/uri/74f5bb7d"},
    "timestamp": "2026-06-12T19:03:50Z",
}
DIRECTORY: Final = "id,name,email\nelXwFPr6uKGaQj,Elena Rivera,elena.rivera@alder.example\n"


def _body(example: object) -> dict[str, Any]:
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}, "example": example}},
        }
    }


INBOX_BODY: Final = _body(CANVAS)
STATEMENT_BODY: Final = _body(STATEMENT)
TEST_BODY: Final = _body(CANVAS)
DIRECTORY_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string"}, "example": DIRECTORY}},
    }
}

_SOURCE: Final[Document] = {
    "name": "canvas",
    "dialect": "canvas",
    "inboxUrl": f"https://badges.alder.example/v1/inbox/{_ID}",
    "keysUrl": None,
    "account": None,
    "peopleUrl": "https://lms.alder.example/api/people/{id}",
    "mapping": 1,
    "people": 312,
    "deadLetters": 0,
    "createdAt": "2026-06-12T19:03:52Z",
    "disabledAt": None,
}
_EVENT: Final[Document] = {
    "id": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f0:MC-FEEDBACK",
    "type": "submission.approved",
    "source": "source:canvas",
    "achievement": {"code": "MC-FEEDBACK"},
    "recipient": {"name": "Elena Rivera", "email": "elena.rivera@alder.example"},
    "assessment": {"approvedAt": "2026-06-12T19:03:50Z"},
}

ANSWERS: Final[dict[str, Document]] = {
    "SourceDetailOut": {"source": _SOURCE, "request_id": REQUEST_ID},
    "SourcesOut": {"sources": [_SOURCE], "request_id": REQUEST_ID},
    "SourceSecretOut": {"source": _SOURCE, "secret": "src_7sKq…", "request_id": REQUEST_ID},
    "MappingOut": {
        "version": 1,
        "createdAt": "2026-06-12T19:03:52Z",
        "mapping": MAPPING,
        "request_id": REQUEST_ID,
    },
    "DirectoryOut": {"people": 312, "request_id": REQUEST_ID},
    "ExplainedOut": {
        "readings": [
            {
                "competency": "1",
                "learner": "elXwFPr6uKGaQj",
                "achievedAt": "2026-06-12T19:03:50Z",
                "outcome": "passed",
                "scaled": 1.0,
                "grade": None,
                "steps": [
                    {
                        "result": "would_issue",
                        "why": "the score 1.0 reaches 0.8",
                        "rule": 0,
                        "achievement": "MC-FEEDBACK",
                        "code": None,
                        "event": _EVENT,
                        "credential": None,
                    }
                ],
            }
        ],
        "request_id": REQUEST_ID,
    },
    "DeadLettersOut": {
        "deadLetters": [
            {
                "id": _LETTER,
                "code": "no-rule",
                "reason": "no rule of the mapping is about '7'",
                "competency": "7",
                "receivedAt": "2026-06-12T19:03:52Z",
                "requestId": REQUEST_ID,
                "content": {"competency": "7", "outcome": "passed"},
            }
        ],
        "next": None,
        "request_id": REQUEST_ID,
    },
    "SourceReplayedOut": {
        "tried": 1,
        "issued": 1,
        "known": 0,
        "asked": 0,
        "ignored": 0,
        "left": 0,
        "request_id": REQUEST_ID,
    },
    "DiscardedOut": {"discarded": 1, "request_id": REQUEST_ID},
}
