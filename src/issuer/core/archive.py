"""A ZIP file that is sent while it is made: no more than one of its files is in memory at a time."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from typing_extensions import override


class _Window(io.RawIOBase):
    """A file of which only the end is kept: what was not taken yet can still be changed.

    `zipfile` goes back to a file's header once it knows the file's length. Told that it cannot, it writes
    the length behind the file, which readers in use stumble over where the file is stored as it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._taken = 0
        self._kept = io.BytesIO()

    @override
    def writable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def tell(self) -> int:
        return self._taken + self._kept.tell()

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = offset - self._taken if whence == io.SEEK_SET else offset
        return self._taken + self._kept.seek(start, whence)

    @override
    def write(self, data: object) -> int:
        return self._kept.write(data)  # type: ignore[arg-type]  # whatever zipfile writes is bytes

    def take(self) -> bytes:
        """Return what was written since the last time."""
        found = self._kept.getvalue()
        self._taken += len(found)
        self._kept = io.BytesIO()
        return found


def zipped(files: Iterable[tuple[str, bytes]], made: datetime) -> Iterator[bytes]:
    """Yield a ZIP file of these names and contents, in pieces, each file stored as it is."""
    window = _Window()
    with zipfile.ZipFile(window, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, made.timetuple()[:6]), content)
            yield window.take()
    yield window.take()
