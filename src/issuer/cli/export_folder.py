"""The folder that `issuer export` writes: files first, then the manifest, and how far it got in the end."""

import csv
import gzip
import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Final

from issuer.cli import wiring
from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.documents import Document
from issuer.core.exchange.exports import checking, layouts
from issuer.core.exchange.exports.layouts import Layout
from issuer.core.exchange.exports.rows import Row
from issuer.errors import Invalid
from issuer.services.exports import fetching, sealing
from issuer.services.exports.manifests import Manifest
from issuer.services.exports.profiles import Export

_CURSOR: Final = "cursor.txt"


class LayoutNeedsRows(Invalid):
    """A layout is written from rows, and the profile's files are of another form."""

    code = "layout-needs-rows"


def cursor(folder: Path) -> str | None:
    """Return how far a folder got, None for one that is new."""
    path = folder / _CURSOR
    return path.read_text().strip() if path.is_file() else None


def layout_of(path: Path, export: Export) -> Layout:
    """Return the layout in a YAML or JSON file for an export, or raise `InvalidFields` or `UnknownColumn`."""
    found = fields.read(Layout, documents.parse_yaml(path.read_bytes()))
    layouts.check(found, export.profile)
    return found


def write(
    context: Context, export: Export, manifest: Manifest, folder: Path, layout: Layout | None
) -> list[Path]:
    """Write an export into a folder and return its files. Interrupted, it does the same again next time.

    The manifest that is written with them is signed, and is of these files.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    document, said, written = manifest.document, manifest.content, []
    rows: list[Row] = []
    for name, piece in checking.pieces(document):
        content = fetching.file(context, export, piece["sha256"]).content
        if layout is None:
            written.append(_put(folder / name, content))
        else:
            rows += _rows(export, content)
    if layout is not None:
        stem = f"{export.row.name}-{document['transactionTime'].replace(':', '')}-{document['mode']}.csv"
        content = _laid_out(layout, rows)
        said = _own(context, export, document, _piece(stem, content, rows))
        written.append(_put(folder / stem, content))
    _put(folder / "manifest.json", said.encode())
    fetching.note(context, wiring.OPERATOR, export, f"manifest {manifest.id} and its files", wiring.OPERATOR)
    return written


def note(folder: Path, reached: str) -> None:
    """Remember how far a folder got."""
    _put(folder / _CURSOR, f"{reached}\n".encode())


def _rows(export: Export, content: bytes) -> list[Row]:
    if (export.profile.format, export.profile.compression) != ("ndjson", "gzip"):
        raise LayoutNeedsRows("a layout needs a profile whose format is ndjson and whose compression is gzip")
    return [json.loads(line) for line in io.BytesIO(gzip.decompress(content))]


def _piece(name: str, content: bytes, rows: list[Row]) -> Document:
    seqs = [row["seq"] for row in rows]
    return {
        "firstSeq": min(seqs, default=0),
        "lastSeq": max(seqs, default=0),
        "url": name,
        "format": "csv",
        "count": len(rows),
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }


def _own(context: Context, export: Export, document: Document, piece: Document) -> str:
    """Return the manifest for a state's own layout: signed anew, for it is of the one file that is there."""
    kept = {name: value for name, value in document.items() if name != "proof"}
    made = {**kept, "output": [piece], "deleted": []}
    return documents.text(sealing.sealed(context, sealing.seal_of(context, export), made))


def _laid_out(layout: Layout, rows: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.separator, lineterminator=layout.line_end)
    if layout.header:
        writer.writerow([each.name for each in layout.headings])
    writer.writerows(layouts.cells(layout, row) for row in rows)
    return text.getvalue().encode()


def _put(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_bytes(content)
    unfinished.chmod(0o600)
    return unfinished.replace(path)
