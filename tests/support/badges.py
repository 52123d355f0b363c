"""A signed badge made by the core alone: fixed key, fixed time, fixed ids."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.core.addresses import Addresses
from issuer.core.awarding.achievement import achievement_document
from issuer.core.awarding.decision import Award
from issuer.core.awarding.definition import Definition
from issuer.core.awarding.profile import ProfileFields, profile_document
from issuer.core.credentials import build
from issuer.core.documents import Document
from issuer.core.intake.event import CompetencyApproved
from issuer.core.securing import did, multibase, proofs
from issuer.core.status import bitstring, entries
from issuer.core.status.entries import StatusEntry
from issuer.core.verifying import report
from issuer.core.verifying.materials import Fetched, Materials, Obtained, Unfetched, Want, issuer_of

NOW = datetime(2026, 6, 12, 19, 5, tzinfo=UTC)
CREATED = "2026-06-12T19:04:00Z"
ADDRESSES = Addresses("https://badges.example.org", "alder", owns_origin=True)
KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"a key for tests").digest())
MULTIKEY = multibase.multikey(KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
METHOD = ADDRESSES.verification_method(MULTIKEY)
KEYS = did.did_document(ADDRESSES.did, [MULTIKEY])
INDEX = 94_567

DEFINITION: Document = {
    "name": "Feedback that Moves Learning",
    "description": "Gives feedback that students use.",
    "criteria": {"narrative": 'Submit a *plan* and "samples".\n\nThen reflect.'},
    "tag": ["feedback", "writing"],
    "alignment": [
        {"targetName": "Assessment", "targetUrl": "https://frameworks.example.org/6", "targetCode": "6"}
    ],
    "resultDescription": [
        {
            "id": "quality",
            "name": "Quality",
            "resultType": "RubricCriterionLevel",
            "requiredLevel": "proficient",
            "rubricCriterionLevel": [
                {"id": "developing", "name": "Developing"},
                {"id": "proficient", "name": "Proficient"},
            ],
        }
    ],
}
MINIMAL: Document = {
    "id": "e-1",
    "type": "submission.approved",
    "achievement": "MC-FEEDBACK",
    "recipient": {"email": "teacher@alder.example"},
}
FULL: Document = {
    **MINIMAL,
    "recipient": {"email": "Teacher@Alder.example", "name": "Zoë Example", "role": "Grade 4 teacher"},
    "activity": {"startDate": "2026-01-12", "endDate": "2026-06-05", "term": "2025-26"},
    "assessment": {
        "assessor": {"organization": "A Board"},
        "results": [{"criterion": "quality", "level": "proficient"}],
    },
    "evidence": [
        {"name": "Plan", "genre": "document"},
        {"name": "Film", "url": "https://lms.example/e", "visibility": "public"},
    ],
    "credit": [{"type": "clock_hour", "amount": 7.5}],
    "narrative": "Students revised.",
}


def ingredients(event: Document = FULL, *, suspendable: bool = False) -> build.Ingredients:
    """Return what a badge is made of."""
    purposes = ("revocation", "suspension") if suspendable else ("revocation",)
    profile = ProfileFields.model_validate(
        {"name": "Alder County School District", "url": "https://alder.example"}
    )
    return build.Ingredients(
        credential_id=ADDRESSES.badge("7HqyV2cWmX4tKfRz9aBnPd"),
        issuer=profile_document(profile, ADDRESSES.did),
        achievement=achievement_document(Definition.model_validate(DEFINITION), ADDRESSES, "MC-FEEDBACK", 1),
        place=ADDRESSES.achievement_version("MC-FEEDBACK", 1),
        award=Award(
            datetime(2026, 6, 12, 19, 3, 50, tzinfo=UTC), datetime(2031, 6, 30, 23, 59, 59, tzinfo=UTC), 0
        ),
        event=CompetencyApproved.model_validate(event),
        statuses=tuple(
            StatusEntry(ADDRESSES.status_list(number), INDEX, purpose)
            for number, purpose in enumerate(purposes, 1)
        ),
        salt="q7Xv2mPz",
        show_name=True,
    )


def sign(document: Document, *, cryptosuite: str = proofs.EDDSA_RDFC, method: str = METHOD) -> Document:
    """Return a document with its proof, whatever the document says."""
    proof = proofs.options(document, method=method, created=CREATED, cryptosuite=cryptosuite)
    return proofs.attach(document, proof, KEY.sign(proofs.signing_input(document, proof)))


def badge(
    event: Document = FULL, *, suspendable: bool = False, cryptosuite: str = proofs.EDDSA_RDFC
) -> Document:
    """Return a signed badge."""
    return sign(build.build(ingredients(event, suspendable=suspendable)), cryptosuite=cryptosuite)


def status_list(*ones: int, number: int = 1, purpose: str = "revocation") -> Document:
    """Return a signed status list."""
    bits = bitstring.pack(ones, bitstring.MINIMUM_LENGTH)
    url = ADDRESSES.status_list(number)
    return sign(
        entries.list_credential(url=url, issuer_did=ADDRESSES.did, purpose=purpose, bits=bits, now=NOW)
    )


LISTS = {
    ADDRESSES.status_list(1): status_list(),
    ADDRESSES.status_list(2): status_list(number=2, purpose="suspension"),
}


def library(
    controllers: Mapping[str, Document | Unfetched], status_lists: Mapping[str, Document | str | Unfetched]
) -> dict[Want, Fetched]:
    """Return documents as a stranger would have fetched them."""
    found = {Want("controller", name): fetched(each) for name, each in controllers.items()}
    return found | {Want("list", url): fetched(each) for url, each in status_lists.items()}


def fetched(content: Document | str | Unfetched) -> Fetched:
    """Return a document or a text as it was fetched."""
    return content if isinstance(content, Unfetched) else Obtained(content, NOW)


def materials(document: Document, **changes: object) -> Materials:
    """Return everything that a stranger could have fetched for a badge."""
    found = Materials(
        document=document,
        now=NOW,
        library=library({ADDRESSES.did: KEYS}, LISTS),
        known={ADDRESSES.did: "a test"},
    )
    return changed(found, **changes)


def changed(found: Materials, **changes: object) -> Materials:
    """Return materials with other fields; `controllers` and `status_lists` replace a part of the library."""
    kinds = {"controllers": "controller", "status_lists": "list"}
    for name in kinds.keys() & changes.keys():
        kept = {want: each for want, each in found.library.items() if want.kind != kinds[name]}
        given = {"controllers": {}, "status_lists": {}, name: changes.pop(name)}
        found = replace(found, library={**kept, **library(**given)})  # type: ignore[arg-type]
    if "recognized_by" in changes:
        who = changes.pop("recognized_by")
        found = replace(found, known={} if who is None else {str(issuer_of(found.document)): str(who)})
    return replace(found, **changes)  # type: ignore[arg-type]


def result(document: Document, **changes: object) -> str:
    """Return the headline for a document."""
    return report.report(materials(document, **changes)).result
