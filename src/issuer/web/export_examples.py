"""The examples of exports that stand in the OpenAPI document."""

from typing import Any, Final

from issuer.core.documents import Document
from issuer.core.exchange.exports import describing, samples
from issuer.core.exchange.exports.profile import ExportProfile
from issuer.web.examples import REQUEST_ID

_URL: Final = "https://badges.alder.example/v1/exports/us-pa"
_SHA256: Final = "0c4f0a1be3cdd4e4a6b2b0d6f5a9c1e27b1d7ad0a3d0f0d4a1c6b1e9f2b7c3d5"
_CURSOR: Final = "4mRUpBqCrYjH2QzV9dLkS7eXwTnA1bGfP3uKcZ"
FILE: Final = f"{_SHA256}.ndjson.gz"

PROFILE: Final[Document] = {
    "title": "Pennsylvania Department of Education",
    "jurisdiction": "us-pa",
    "identifierType": "ext:us-pa-ppid",
    "client": "7HqyV2cWmX4t",
    "achievements": ["MC-FEEDBACK"],
    "awardedFrom": "2026-01-01",
    "providerNumber": "1234",
}
CHANGE: Final[Document] = {"disabled": True}
_ROW: Final = samples.sample(ExportProfile.model_validate(PROFILE))[0]
SCHEMA: Final = describing.schema(ExportProfile.model_validate(PROFILE), f"{_URL}/schema")
RECEIPTS: Final[list[Document]] = [
    {
        "seq": 1,
        "credential_id": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd",
        "outcome": "rejected",
        "reason": "id_unknown",
    }
]
_SHOWN: Final[Document] = {
    "name": "us-pa",
    "version": 1,
    "profile": PROFILE,
    "manifestUrl": f"{_URL}/manifest",
    "dictionaryUrl": "https://badges.alder.example/i/alder/exports/us-pa",
    "createdAt": "2026-06-12T19:03:52Z",
    "disabledAt": None,
}
_MANIFEST: Final[Document] = {
    "type": "ExportManifest",
    "manifestVersion": 1,
    "issuer": "did:web:badges.alder.example:i:alder",
    "profile": "Pennsylvania Department of Education",
    "profileVersion": 1,
    "mode": "full",
    "transactionTime": "2026-06-12T19:03:52Z",
    "cursor": _CURSOR,
    "previousCursor": None,
    "more": False,
    "updateCadence": "PT24H",
    "schema": {"url": f"{_URL}/schema", "version": 1},
    "output": [
        {
            "firstSeq": 412,
            "lastSeq": 412,
            "url": f"{_URL}/files/{FILE}",
            "format": "ndjson",
            "count": 412,
            "bytes": 63_104,
            "sha256": _SHA256,
        }
    ],
    "deleted": [],
    "counts": {"upserts": 412, "deletes": 0},
    "error": [],
    "proof": {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2026-06-12T19:03:52Z",
        "verificationMethod": "did:web:badges.alder.example:i:alder#z6MkrJVn",
        "proofPurpose": "assertionMethod",
        "proofValue": "z3tZ9fgrgDCxN7W2aFPKRpcfSCH6sS23m96wbzYfJ46bsZ9kcG8K67NvPuYWH4d7MmzyXpLx",
    },
}
_FIX: Final = "Look the identifier up with the educator, correct it in the platform, and send it anew."

ANSWERS: Final[dict[str, Any]] = {
    "ExportOut": {"export": _SHOWN, "request_id": REQUEST_ID},
    "ExportsOut": {"exports": [_SHOWN], "request_id": REQUEST_ID},
    "ManifestOut": _MANIFEST,
    "ChangesOut": {"rows": [_ROW], "cursor": _CURSOR, "more": False, "request_id": REQUEST_ID},
    "ReceiptsTakenOut": {
        "kept": 1,
        "refused": [{"line": 2, "detail": "/reason: a reason is needed"}],
        "request_id": REQUEST_ID,
    },
    "ReceiptsOut": {
        "counts": [{"outcome": "rejected", "reason": "id_unknown", "count": 1, "fix": _FIX}],
        "receipts": [
            {
                "award": "7HqyV2cWmX4tKfRz9aBnPd",
                "seq": 412,
                "outcome": "rejected",
                "reason": "id_unknown",
                "fix": _FIX,
                "agencyRecordId": None,
                "note": None,
                "receivedAt": "2026-06-13T02:00:00Z",
            }
        ],
        "next": None,
        "request_id": REQUEST_ID,
    },
    "ReconciliationOut": {
        "cursor": _CURSOR,
        "partitions": [
            {"achievementCode": "MC-FEEDBACK", "month": "2026-06", "count": 412, "checksum": _SHA256}
        ],
        "request_id": REQUEST_ID,
    },
    "DownloadsOut": {
        "downloads": [
            {"client": "7HqyV2cWmX4t", "what": FILE, "at": "2026-06-13T02:00:00Z", "request_id": REQUEST_ID}
        ],
        "request_id": REQUEST_ID,
    },
}
