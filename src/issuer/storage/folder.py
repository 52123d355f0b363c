"""Pictures in a folder, each in a file that is named by its digest."""

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from issuer.storage import ports
from issuer.storage.ports import NotStored, StoreUnavailable


@dataclass(frozen=True)
class FolderStore:
    """A folder of pictures. It is made when the first one is put into it."""

    folder: Path

    def put(self, digest: str, content: bytes) -> None:
        """Write the file whole or not at all, and sync it with its folder."""
        ports.check_given(digest, content)
        path = self.folder / digest
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _holds(path, content):
                _write(path, content)
        except OSError as error:
            raise StoreUnavailable(
                f"the picture cannot be written into the folder {self.folder.name!r} of ISSUER_ARTWORK: "
                "look at its permissions, and whether the disk is full"
            ) from error

    def get(self, digest: str) -> bytes:
        """Return the file's content, checked against its name."""
        ports.check_name(digest)
        try:
            content = (self.folder / digest).read_bytes()
        except FileNotFoundError as error:
            raise NotStored(f"there is no picture {digest} in the folder of ISSUER_ARTWORK") from error
        except OSError as error:
            raise StoreUnavailable(f"the picture {digest} cannot be read at this moment") from error
        return ports.checked(digest, content)


def _holds(path: Path, content: bytes) -> bool:
    """Return whether the file is there, and sound: a damaged one is replaced when it is sent again."""
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return False


def _write(path: Path, content: bytes) -> None:
    descriptor, unfinished = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor has no path
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        Path(unfinished).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(unfinished).unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
