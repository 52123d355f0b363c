"""Other issuers with a key of their own under did:key, and what they sign: fixed keys, fixed times."""

from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.core.documents import Document
from issuer.core.securing import contexts, did, multibase, proofs
from tests.support import badges

CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


@dataclass(frozen=True)
class Stranger:
    """An issuer that this service does not know."""

    key: Ed25519PrivateKey

    @property
    def multikey(self) -> str:
        """Return the public key as Multikey has it."""
        return multibase.multikey(self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    @property
    def did(self) -> str:
        """Return the issuer's own did:key."""
        return f"did:key:{self.multikey}"

    @property
    def keys(self) -> Document:
        """Return the document of the did:key."""
        return did.did_key_document(self.did)

    def sign(self, document: Document, **changes: object) -> Document:
        """Return a document with this issuer's proof; `changes` are made to the proof before it is signed."""
        suite = str(changes.pop("cryptosuite", proofs.EDDSA_RDFC))
        method = f"{self.did}#{self.multikey}"
        proof = proofs.options(document, method=method, created=badges.CREATED, cryptosuite=suite)
        proof |= changes
        return proofs.attach(document, proof, self.key.sign(proofs.signing_input(document, proof)))


def stranger(name: str) -> Stranger:
    """Return the issuer of a name: the same one every time."""
    return Stranger(Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()))


def badge(issuer: Stranger, number: int = 1, **changes: object) -> Document:
    """Return an unsigned badge of another issuer, as small as the standard allows."""
    return {
        "@context": [contexts.CREDENTIALS_V2, OPEN_BADGES],
        "id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Soldering",
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": "A Makers' Guild"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["AchievementSubject"],
            "achievement": achievement(),
        },
        **changes,
    }


def achievement(**changes: object) -> Document:
    """Return what the badges of strangers are for."""
    return {
        "id": "https://guild.example/soldering",
        "type": ["Achievement"],
        "name": "Soldering",
        "description": "Solders without burns.",
        "criteria": {"narrative": "Solder ten joints."},
        **changes,
    }


def endorsement(issuer: Stranger, about: str, number: int = 1, **changes: object) -> Document:
    """Return an unsigned endorsement of something."""
    return {
        "@context": [contexts.CREDENTIALS_V2, OPEN_BADGES],
        "id": f"urn:uuid:00000000-0000-4000-8001-{number:012d}",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "An endorsement",
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": "A Board"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": about,
            "type": ["EndorsementSubject"],
            "endorsementComment": "We would hire them.",
        },
        **changes,
    }


def transcript(issuer: Stranger, *held: object, **changes: object) -> Document:
    """Return an unsigned transcript (CLR 2.0) that holds credentials."""
    return {
        "@context": [contexts.CREDENTIALS_V2, CLR_CONTEXT, OPEN_BADGES],
        "id": "urn:uuid:00000000-0000-4000-8002-000000000001",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "A transcript",
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": "A College"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["ClrSubject"],
            "verifiableCredential": list(held),
        },
        **changes,
    }
