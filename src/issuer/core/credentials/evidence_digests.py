"""Evidence that stays private and is provable: its digest is signed, its bytes are where they were."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID, uuid5

from issuer.core.credentials.related import Related
from issuer.core.intake.event import EvidenceItem

_NAMESPACE: Final = UUID("7d2f0a52-6d4c-5e0f-8f0c-2d1f6b9a4e11")


def resource_id(credential_id: str, number: int) -> str:
    """Return the name of a piece of evidence without a public address: `urn:uuid:`, version 5 (RFC 9562).

    It is made of the badge's id and the place of the evidence in it, from 0: anybody can tell which is meant.
    """
    return f"urn:uuid:{uuid5(_NAMESPACE, f'{credential_id}#evidence-{number}')}"


def related(evidence: Iterable[EvidenceItem], credential_id: str) -> list[Related]:
    """Return the resources whose digests an event gave (VCDM 2.0, section 5.3), each address once."""
    found: dict[str, Related] = {}
    for number, item in enumerate(evidence):
        if item.sha256 is not None:
            public = item.url if item.visibility == "public" else None
            named = public or resource_id(credential_id, number)
            found.setdefault(named, Related(named, bytes.fromhex(item.sha256)))
    return list(found.values())
