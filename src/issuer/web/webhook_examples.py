"""The examples of webhooks and calls that stand in the OpenAPI document."""

from typing import Final

from issuer.core.documents import Document
from issuer.web.examples import REQUEST_ID

NEW: Final[Document] = {
    "url": "https://lms.alder.example/badges",
    "types": ["award.issued", "award.status_changed"],
}

CHANGE: Final[Document] = {"disabled": True}

ROTATE: Final[Document] = {"hours": 24}

REPLAY: Final[Document] = {"deadSince": "2026-06-12T00:00:00Z"}

_WEBHOOK: Final[Document] = {
    "id": "3NbQw8sYzKxLr5vTgHc2Jd",
    **NEW,
    "ed25519": False,
    "publicKey": None,
    "createdAt": "2026-06-12T19:03:52Z",
    "disabledAt": None,
    "disabledReason": None,
    "failures": 0,
    "restingUntil": None,
    "previousSecretUntil": None,
}

ANSWERS: Final[dict[str, Document | list[Document]]] = {
    "WebhookOut": {"webhook": _WEBHOOK, "request_id": REQUEST_ID},
    "WebhookSecretOut": {
        "webhook": _WEBHOOK,
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "request_id": REQUEST_ID,
    },
    "WebhooksOut": {"webhooks": [_WEBHOOK], "request_id": REQUEST_ID},
    "WebhookTrialOut": {
        "arrived": True,
        "status": 204,
        "error": None,
        "milliseconds": 83.4,
        "request_id": REQUEST_ID,
    },
    "DeliveriesOut": {
        "deliveries": [
            {
                "id": "0190b5c2-7d1e-7c3a-9f00-2b6f3e1d4c5a",
                "webhookId": "msg_9pYc4RkWmX4tKfRz7aBnPd",
                "type": "award.issued",
                "award": "7HqyV2cWmX4tKfRz9aBnPd",
                "state": "delivered",
                "attempts": 1,
                "createdAt": "2026-06-12T19:03:52Z",
                "nextAt": None,
                "endedAt": "2026-06-12T19:03:53Z",
                "status": 204,
                "error": None,
            }
        ],
        "next": None,
        "request_id": REQUEST_ID,
    },
    "RequestOut": {
        "request": {
            "id": "req_9pYc4RkWmX4tKfRz7aBnPd",
            "at": "2026-06-12T19:03:52Z",
            "client": "Xk3vR9mQ2wTz",
            "method": "POST",
            "route": "/v1/events",
            "status": 422,
            "milliseconds": 4.2,
            "outcome": None,
            "problem": {
                "code": "invalid-fields",
                "type": "https://badges.alder.example/problems/invalid-fields",
                "explanation": "Some members of the document are missing, unknown or not as they must be.",
                "pointers": ["/recipient/email"],
            },
            "eventId": "sub-88213-approved",
            "award": None,
            "awardUrl": None,
        },
        "request_id": REQUEST_ID,
    },
    "ReplayedOut": {"replayed": 12, "request_id": REQUEST_ID},
}
