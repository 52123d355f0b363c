"""The examples of the VC API that stand in the OpenAPI document."""

from typing import Any, Final

from issuer.core.documents import Document
from issuer.core.securing import contexts

_DID: Final = "did:web:badges.alder.example:i:alder"
_HOLDER: Final = "did:key:z6MkhTNL7i2etLerDK8Acz5t528giE5KA4p75T6ka1E1D74r"
_ID: Final = "urn:uuid:0b2f2f0e-6c3e-4d7c-9a55-6a1f2e9f7d10"
_CREDENTIAL: Final[Document] = {
    "@context": [contexts.CREDENTIALS_V2],
    "id": _ID,
    "type": ["VerifiableCredential"],
    "issuer": _DID,
    "validFrom": "2026-06-12T19:03:50Z",
    "credentialSubject": {"id": _HOLDER, "name": "Example Teacher"},
}
_PROOF: Final[Document] = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-06-12T19:03:50Z",
    "verificationMethod": f"{_DID}#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    "proofPurpose": "assertionMethod",
    "proofValue": "z58DAdFfa9SkqZMVPxAQpic7ndSayn1PzZs6ZjWp1CktyGesjuTSwRdoWhAfGFCF5bppETSTojQCrfFPP2oumHKtz",
}
_SECURED: Final[Document] = {**_CREDENTIAL, "proof": _PROOF}
_STATUS: Final[Document] = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}

ISSUE: Final[Document] = {"credential": _CREDENTIAL, "options": {"credentialStatus": _STATUS}}
VERIFY: Final[Document] = {"verifiableCredential": _SECURED, "options": {"returnResults": True}}
PRESENT: Final[Document] = {
    "verifiablePresentation": {
        "@context": [contexts.CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": _HOLDER,
        "verifiableCredential": [_SECURED],
        "proof": {**_PROOF, "verificationMethod": f"{_HOLDER}#key", "proofPurpose": "authentication"},
    },
    "options": {"challenge": "uNpq4bY9pVJ0", "domain": "verifier.example"},
}
STATUS: Final[Document] = {"credentialId": _ID, "credentialStatus": _STATUS, "status": True}


def _json(example: Document) -> dict[str, Any]:
    return {"application/json": {"schema": {"type": "object"}, "example": example}}


ISSUED: Final = _json({"verifiableCredential": _SECURED})
VERIFIED: Final = _json(
    {"verified": True, "checks": ["proof"], "warnings": [], "errors": [], "problemDetails": []}
)
STATUS_SET: Final = _json({"credentialId": _ID, "statusPurpose": "revocation", "status": True})
RESOLVED: Final[dict[str, Any]] = {
    "schema": {"type": "object"},
    "example": {
        "@context": "https://w3id.org/did-resolution/v1",
        "didDocument": {"@context": [contexts.CONTROLLED_IDENTIFIERS], "id": _HOLDER},
        "didResolutionMetadata": {"contentType": "application/did"},
        "didDocumentMetadata": {},
    },
}
