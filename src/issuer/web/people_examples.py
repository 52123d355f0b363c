"""The examples of corrections, people, stacks and decisions that stand in the OpenAPI document."""

from typing import Final

from issuer.core.documents import Document
from issuer.web.examples import REQUEST_ID

CORRECTION: Final[Document] = {"recipient": {"name": "Elena Rivera"}, "note": "misspelled at enrolment"}

REVIEW_DECISION: Final[Document] = {"decision": "grant", "note": "seen by the committee on 12 June"}

MERGE: Final[Document] = {
    "from": {"email": "e.rivera@alder.example"},
    "into": {"email": "elena.rivera@alder.example"},
}

ERASURE: Final[Document] = {"person": {"award": "7HqyV2cWmX4tKfRz9aBnPd"}}

_REVIEW: Final[Document] = {
    "id": "0190b5c2-7d1e-7c3a-9f00-2b6f3e1d4c5a",
    "kind": "stack_complete",
    "award": "7HqyV2cWmX4tKfRz9aBnPd",
    "achievement": "MC-FEEDBACK",
    "detail": "AFL-SPECIALIST is complete",
    "choices": ["grant", "decline"],
    "createdAt": "2026-06-12T19:03:52Z",
    "decision": None,
    "note": None,
    "decidedAt": None,
    "decidedBy": None,
}

ANSWERS: Final[dict[str, Document]] = {
    "ReviewOut": {"review": _REVIEW, "request_id": REQUEST_ID},
    "ReviewsOut": {"reviews": [_REVIEW], "next": None, "request_id": REQUEST_ID},
    "GrantedOut": {"granted": 38, "request_id": REQUEST_ID},
    "MergedOut": {"moved": 2, "request_id": REQUEST_ID},
    "PurgedOut": {"purged": 3, "request_id": REQUEST_ID},
    "ErasedOut": {"erased": 3, "request_id": REQUEST_ID},
}
