"""Rows as files: NDJSON, CSV or Parquet, at most so many rows in each, named by what is in them."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import util
from typing import Any, Final

from issuer.core import documents
from issuer.core.exchange.exports import columns, layouts
from issuer.core.exchange.exports.columns import Column
from issuer.core.exchange.exports.profile import MAX_ROWS, ExportProfile, columns_of
from issuer.core.exchange.exports.rows import Row
from issuer.errors import Invalid

_GZIP_LEVEL: Final = 6
_GENTLE: Final = 500
"""Rows that are made into text together."""


class FormatUnavailable(Invalid):
    """A format needs a library that is not installed."""

    code = "format-unavailable"


@dataclass(frozen=True)
class Written:
    """A file as it is kept."""

    sha256: str
    content: bytes
    count: int
    first: int
    last: int


def check(profile: ExportProfile) -> None:
    """Raise `FormatUnavailable` unless files of a profile can be written here."""
    needs_arrow = profile.format == "parquet" or profile.compression == "zstd"
    if needs_arrow and util.find_spec("pyarrow") is None:
        raise FormatUnavailable(
            "Parquet and zstd need pyarrow: install the extra `parquet`, or use ndjson or csv with gzip"
        )


def write(
    profile: ExportProfile, found: Iterable[Sequence[Row]], *, deleted: bool = False
) -> Iterator[Written]:
    """Yield the files of rows as they come: one file at a time is in memory."""
    names = columns.TOMBSTONE if deleted else tuple(each.name for each in columns_of(profile))
    for part in _parts(found):
        content = _content(profile, names, part)
        seqs = [row["seq"] for row in part]
        yield Written(sha256(content).hexdigest(), content, len(part), min(seqs), max(seqs))


def _parts(found: Iterable[Sequence[Row]]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for some in found:
        part.extend(some)
        while len(part) >= MAX_ROWS:
            yield part[:MAX_ROWS]
            part = part[MAX_ROWS:]
    if part:
        yield part


def _content(profile: ExportProfile, names: Sequence[str], part: Sequence[Row]) -> bytes:
    if profile.format == "parquet":
        return _parquet(names, part)
    pieces = _cells(names, part) if profile.format == "csv" else _lines(part)
    return _zstd(pieces) if profile.compression == "zstd" else _gzip(pieces)


def _lines(part: Sequence[Row]) -> Iterator[bytes]:
    for start in range(0, len(part), _GENTLE):
        yield "".join(f"{_text(row)}\n" for row in part[start : start + _GENTLE]).encode()


def _text(row: Row) -> str:
    """Return a row as JSON, or the text that it is, where it was signed as such."""
    return str(row["text"]) if "text" in row else documents.text(row)


def _cells(names: Sequence[str], part: Sequence[Row]) -> Iterator[bytes]:
    """Yield CSV (RFC 4180) with a header. It is for importers, not spreadsheets: cells are as they are."""
    for start in range(0, len(part), _GENTLE):
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        if start == 0:
            writer.writerow(names)
        some = part[start : start + _GENTLE]
        writer.writerows([layouts.flat(row[name]) for name in names] for row in some)
        yield text.getvalue().encode()


def _gzip(pieces: Iterable[bytes]) -> bytes:
    """Return the pieces compressed, the same bytes whenever it is done (RFC 1952: no time, no name)."""
    held = io.BytesIO()
    with gzip.GzipFile(fileobj=held, mode="wb", compresslevel=_GZIP_LEVEL, mtime=0, filename="") as file:
        for piece in pieces:
            file.write(piece)
    return held.getvalue()


def _zstd(pieces: Iterable[bytes]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    held = pa.BufferOutputStream()
    with pa.CompressedOutputStream(held, "zstd") as file:
        for piece in pieces:
            file.write(piece)
    found: bytes = held.getvalue().to_pybytes()
    return found


def _parquet(names: Sequence[str], part: Sequence[Row]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    import pyarrow.parquet as pq  # noqa: PLC0415

    kinds = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    fields = [(name, kinds.get(_kind(name), pa.string())) for name in names]
    arrays = [pa.array([_arrow(_kind(name), row[name]) for row in part], kind) for name, kind in fields]
    held = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), held, compression="zstd")
    return held.getvalue()


def _kind(name: str) -> str:
    column: Column | None = columns.BY_NAME.get(name)
    return column.kind if column else "string"


def _arrow(kind: str, value: Any) -> Any:  # noqa: ANN401 - as above
    if kind == "number" and value is not None:
        return float(value)
    return layouts.flat(value) if kind == "list" else value
