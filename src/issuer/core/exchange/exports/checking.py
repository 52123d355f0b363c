"""The agency's own check of what it was given: the seal of the manifest, and each file against it."""

import gzip
import heapq
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from issuer.core import moments
from issuer.core.documents import Document
from issuer.core.exchange.exports import rows
from issuer.core.exchange.exports.rows import Row
from issuer.core.securing import proofs
from issuer.core.verifying import findings, methods
from issuer.core.verifying.materials import Library, Want, controller_of
from issuer.core.verifying.methods import NoKey
from issuer.errors import Invalid, Unavailable

MAX_ROW: Final = 5_000_000
"""How long one row may be: no more than that of a file is unpacked at a time."""


_STANDS: Final = {
    "active": {"not_yet_valid", *findings.TRUSTED},
    "expired": {"expired"},
    "suspended": {"suspended", "not_yet_valid", "expired", *findings.TRUSTED},
    "revoked": {"revoked", "superseded"},
    "superseded": {"revoked", "superseded"},
}
"""What strangers may see of a badge by the status of its row. A broken seal is among none of it, and a hold
they see only where its achievement lets them."""


class TamperedExport(Invalid):
    """The export is not as its issuer signed it."""

    code = "tampered-export"


class UncheckedExport(Unavailable):
    """The export could not be checked: that does not make it good, or bad."""

    code = "unchecked-export"


@dataclass
class Contents:
    """What a load would bring: rows by what they do, and some badges whose seals are to be tried.

    Which badges those are, at most so many, the salt decides: who made the rows could not know it.
    """

    salt: bytes
    most: int
    upserts: Counter[str] = field(default_factory=Counter)
    deletes: Counter[str] = field(default_factory=Counter)
    achievements: Counter[str] = field(default_factory=Counter)
    _tried: list[tuple[str, int, Row]] = field(default_factory=list)

    @property
    def badges(self) -> list[Row]:
        """The badges to be tried."""
        return [row for _, _, row in self._tried]

    def offer(self, row: Row) -> None:
        """Take a badge, or leave it, as the salt has it."""
        lot = sha256(self.salt + row["row_sha256"].encode()).hexdigest()
        kept = lot, -self.upserts.total(), {each: row.get(each) for each in _KEPT}
        heapq.heappush(self._tried, kept)
        if len(self._tried) > self.most:
            heapq.heappop(self._tried)


def wanted(manifest: Document, issuer: str | None = None) -> Want:
    """Return what has to be fetched to check the manifest's seal, or raise `TamperedExport`.

    `issuer` is whose export it should be: without it, anybody's is that is signed by whom it names.
    """
    proof = _proof(manifest)
    if issuer is not None and manifest.get("issuer") != issuer:
        raise TamperedExport(f"the manifest is not of {issuer}")
    controller = controller_of(proof)
    if controller is None or controller != manifest.get("issuer"):
        raise TamperedExport("the manifest is not signed by the issuer that it names")
    return Want("controller", controller)


def check_seal(manifest: Document, library: Library) -> None:
    """Raise `TamperedExport` unless the issuer signed the manifest, `UncheckedExport` where it is open."""
    proof = _proof(manifest)
    if proof.get("cryptosuite") != proofs.EDDSA_JCS:
        raise TamperedExport("the manifest is not signed with eddsa-jcs-2022")
    made = moments.parse(str(proof.get("created")))
    found = methods.named_key(str(proof["verificationMethod"]), library, made)
    if isinstance(found, NoKey) and found.code == "could_not_check":
        raise UncheckedExport(f"the issuer's keys could not be had: {found.detail}")
    if isinstance(found, NoKey):
        raise TamperedExport(f"the manifest is signed with a key that is not the issuer's: {found.detail}")
    try:
        proofs.verify(manifest, proof, found.public)
    except Invalid as error:
        raise TamperedExport(f"the manifest is not as it was signed: {error.detail}") from error


def pieces(manifest: Document) -> Iterator[tuple[str, Document]]:
    """Yield (file name, what the manifest says of it), in the order in which they are loaded."""
    for piece in (*manifest["output"], *manifest["deleted"]):
        yield str(piece["url"]).rpartition("/")[2], piece


def check_file(name: str, piece: Document, content: bytes, contents: Contents) -> None:
    """Count a file's rows, or raise `TamperedExport` unless it is the one of the manifest, row by row."""
    if len(content) != piece["bytes"] or sha256(content).hexdigest() != piece["sha256"]:
        raise TamperedExport(f"{name} is not the file of the manifest: fetch it anew")
    if not name.endswith(".ndjson.gz"):
        contents.upserts["(not looked into)"] += piece["count"]
        return
    count = 0
    for count, row in enumerate(_rows(name, content), 1):
        if count > piece["count"]:
            break
        _count(name, row, contents)
    if count != piece["count"]:
        raise TamperedExport(f"{name} has not the {piece['count']} rows that the manifest says")


def agrees(status: str, headline: str) -> bool:
    """Return whether what a stranger sees of a badge can be what its row says."""
    return headline in _STANDS.get(status, ())


def _rows(name: str, content: bytes) -> Iterator[Row]:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            while line := file.readline(MAX_ROW + 1):
                if len(line) > MAX_ROW:
                    raise TamperedExport(f"{name} has a row of more than {MAX_ROW} bytes")
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise TamperedExport(f"{name} cannot be read as rows: fetch it anew") from error


def _count(name: str, row: Row, contents: Contents) -> None:
    if row["op"] == "delete":
        contents.deletes[row["reason"]] += 1
        return
    if row["row_sha256"] != rows.checksum(row):
        raise TamperedExport(f"{name}: the row of {row['credential_id']} is not what its checksum says")
    contents.upserts[row["status"]] += 1
    contents.achievements[row["achievement_code"]] += 1
    contents.offer(row)


_KEPT: Final = ("credential_id", "credential_url", "content_sha256", "credential", "status")


def _proof(manifest: Document) -> dict[str, Any]:
    proof = manifest.get("proof")
    if not isinstance(proof, dict):
        raise TamperedExport("the manifest is not signed")
    return proof
