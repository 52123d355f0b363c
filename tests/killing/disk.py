"""A disk that is full for a while."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_FILLER = "filler"
_PIECE = b"\0" * 4096


class NoMount(Exception):
    """This process may not mount a file system: it is not root, or a container forbids it."""


@dataclass(frozen=True)
class Disk:
    """A small file system of its own."""

    folder: Path

    def fill(self) -> None:
        """Leave no room for another page."""
        with suppress(OSError), (self.folder / _FILLER).open("ab", buffering=0) as filler:
            while True:
                filler.write(_PIECE)

    def free(self) -> None:
        """Give the room back."""
        (self.folder / _FILLER).unlink(missing_ok=True)


@contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Yield a disk of a size, or raise `NoMount`."""
    folder.mkdir()
    folder.parent.chmod(0o711)  # whoever PostgreSQL runs as has to find the way
    options = f"size={megabytes}m"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        raise NoMount(mounted.stderr.decode().strip())
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
