"""What an interruption leaves behind: badges that were recorded and not signed."""

import json

from issuer.core import documents
from issuer.db.tables import Credential


def unsign(row: Credential) -> None:
    """Make a signed row what it was when it was recorded."""
    document = json.loads(str(row.secured))
    proof = document.pop("proof")
    del proof["proofValue"]
    row.secured = row.secured_sha256 = None
    row.draft, row.proof = documents.text(document).removesuffix("}").encode(), documents.text(proof)
