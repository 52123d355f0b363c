"""Rows as files: NDJSON, CSV or Parquet, at most so many rows in each, named by what is in them."""

import csv
import gzip
import io
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import util
from typing import Any, Final

from typing_extensions import override

from issuer.core import documents
from issuer.core.exchange.exports import columns, layouts
from issuer.core.exchange.exports.columns import Column
from issuer.core.exchange.exports.profile import MAX_ROWS, ExportProfile, columns_of
from issuer.core.exchange.exports.rows import Row
from issuer.errors import Invalid

_GZIP_LEVEL: Final = 6


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
    """Yield the files of rows as they come. Of a file only what is compressed of it is in memory."""
    names = columns.TOMBSTONE if deleted else tuple(each.name for each in columns_of(profile))
    sheet: _Sheet | None = None
    for some in found:
        rows = some
        while rows:
            sheet = sheet or _sheet(profile, names)
            fitting = rows[: MAX_ROWS - sheet.count]
            sheet.add(fitting)
            rows = rows[len(fitting) :]
            if sheet.count == MAX_ROWS:
                yield sheet.written()
                sheet = None
    if sheet is not None:
        yield sheet.written()


class _Sheet(ABC):
    """A file in the making: rows are added to it, and in the end it is bytes."""

    def __init__(self) -> None:
        self.count = 0
        self._first, self._last = 0, 0
        self._held = io.BytesIO()

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        seqs = [row["seq"] for row in rows]
        self._first = min(seqs) if self.count == 0 else min(self._first, *seqs)
        self._last = max(self._last, *seqs)
        self._put(rows)
        self.count += len(rows)

    def written(self) -> Written:
        """Return the file."""
        self._close()
        content = self._held.getvalue()
        return Written(sha256(content).hexdigest(), content, self.count, self._first, self._last)

    @abstractmethod
    def _put(self, rows: Sequence[Row]) -> None:
        """Write rows into what is held."""

    @abstractmethod
    def _close(self) -> None:
        """Write what has to stand at the end."""


class _TextSheet(_Sheet):
    """Lines of JSON or CSV, compressed as they come."""

    def __init__(self, profile: ExportProfile, names: Sequence[str]) -> None:
        super().__init__()
        self._names = names if profile.format == "csv" else None
        self._file = _zstd(self._held) if profile.compression == "zstd" else _gzip(self._held)

    @override
    def _put(self, rows: Sequence[Row]) -> None:
        self._file.write(self._cells(self._names, rows) if self._names else _lines(rows))

    @override
    def _close(self) -> None:
        self._file.close()

    def _cells(self, names: Sequence[str], rows: Sequence[Row]) -> bytes:
        """Return CSV (RFC 4180) with a header. Cells are as they are: it is for importers."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        if self.count == 0:
            writer.writerow(names)
        writer.writerows([layouts.flat(row[name]) for name in names] for row in rows)
        return text.getvalue().encode()


class _ParquetSheet(_Sheet):
    """Columns, compressed inside."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415

        kinds = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
        self._names = names
        self._schema = pa.schema([(name, kinds.get(_kind(name), pa.string())) for name in names])
        self._table = pa.Table
        self._file = pq.ParquetWriter(self._held, self._schema, compression="zstd")

    @override
    def _put(self, rows: Sequence[Row]) -> None:
        columns_ = {name: [_arrow(_kind(name), row[name]) for row in rows] for name in self._names}
        self._file.write_table(self._table.from_pydict(columns_, schema=self._schema))

    @override
    def _close(self) -> None:
        self._file.close()


def _sheet(profile: ExportProfile, names: Sequence[str]) -> _Sheet:
    return _ParquetSheet(names) if profile.format == "parquet" else _TextSheet(profile, names)


def _lines(rows: Sequence[Row]) -> bytes:
    """Return rows as JSON, a line each, or the texts that they are, where they were signed as such."""
    return "".join(f"{row['text'] if 'text' in row else documents.text(row)}\n" for row in rows).encode()


def _gzip(held: io.BytesIO) -> gzip.GzipFile:
    """Return a file that compresses: the same bytes whenever it is done (RFC 1952: no time, no name)."""
    return gzip.GzipFile(fileobj=held, mode="wb", compresslevel=_GZIP_LEVEL, mtime=0, filename="")


def _zstd(held: io.BytesIO) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa  # noqa: PLC0415 - an extra

    return pa.CompressedOutputStream(pa.PythonFile(_Open(held), mode="w"), "zstd")


class _Open(io.RawIOBase):
    """A buffer that stays open when what wrote into it is closed."""

    def __init__(self, held: io.BytesIO) -> None:
        super().__init__()
        self._held = held

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, piece: Any, /) -> int:
        return self._held.write(bytes(piece))


def _kind(name: str) -> str:
    column: Column | None = columns.BY_NAME.get(name)
    return column.kind if column else "string"


def _arrow(kind: str, value: Any) -> Any:  # noqa: ANN401 - a cell is of its column's kind
    if kind == "number" and value is not None:
        return float(value)
    return layouts.flat(value) if kind == "list" else value
