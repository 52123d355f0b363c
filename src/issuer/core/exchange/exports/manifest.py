"""The manifest of an export: what there is to fetch, and how to know that all of it arrived whole."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from issuer.core import moments
from issuer.core.documents import Document
from issuer.core.exchange.exports.profile import Compression, ExportProfile

Mode: TypeAlias = Literal["full", "delta", "sample"]
VERSION: Final = 1
_MEDIA: Final = {
    ".gz": "application/gzip",
    ".zst": "application/zstd",
    ".parquet": "application/vnd.apache.parquet",
}
"""What the files are, as they are: nothing is to unpack them on the way, or their digests would differ."""

_SUFFIXES: Final[dict[Compression, str]] = {"gzip": ".gz", "zstd": ".zst"}


@dataclass(frozen=True)
class Piece:
    """A file: where it is, its rows, its bytes and their SHA-256, and the positions of its changes."""

    url: str
    format: str
    count: int
    bytes: int
    sha256: str
    first_seq: int
    last_seq: int


@dataclass(frozen=True, kw_only=True)
class Contents:
    """All that a manifest says. `deleted` is to be applied after `output`."""

    mode: Mode
    made: datetime
    cursor: str
    previous: str | None
    more: bool
    schema: str
    version: int
    output: Sequence[Piece]
    deleted: Sequence[Piece]


def suffix(profile: ExportProfile) -> str:
    """Return how the names of a profile's files end. Parquet is compressed inside."""
    if profile.format == "parquet":
        return ".parquet"
    return f".{profile.format}{_SUFFIXES[profile.compression]}"


def media_type(suffix: str) -> str:
    """Return the media type of a file by how its name ends."""
    return _MEDIA["." + suffix.rpartition(".")[2]]


def document(profile: ExportProfile, issuer: str, given: Contents) -> Document:
    """Return the manifest, unsigned. Its members follow HL7's Bulk Publish, as far as there are such."""
    return {
        "type": "ExportManifest",
        "manifestVersion": VERSION,
        "issuer": issuer,
        "profile": profile.title,
        "profileVersion": given.version,
        "mode": given.mode,
        "transactionTime": moments.stamp(given.made),
        "cursor": given.cursor,
        "previousCursor": given.previous,
        "more": given.more,
        "updateCadence": f"PT{profile.cadence_hours}H",
        "schema": {"url": given.schema, "version": given.version},
        "output": [_piece(each) for each in given.output],
        "deleted": [_piece(each) for each in given.deleted],
        "counts": {
            "upserts": sum(each.count for each in given.output),
            "deletes": sum(each.count for each in given.deleted),
        },
        "error": [],
    }


def _piece(piece: Piece) -> Document:
    found = asdict(piece)
    return {"firstSeq": found.pop("first_seq"), "lastSeq": found.pop("last_seq"), **found}
