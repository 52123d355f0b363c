"""Read a file of events line by line, and remember how far it was issued."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from issuer.core import documents

_LONGEST: Final = documents.DEFAULT_LIMITS.size
_BLOCK: Final = 1 << 20
_CHUNK_BYTES: Final = 2 << 20


@dataclass(frozen=True)
class Line:
    """One line: its number from 1, and its text, cut off where it is over the limit: it is refused then."""

    number: int
    text: bytes


@dataclass(frozen=True)
class Mark:
    """How far a file was issued: to which byte and line, the SHA-256 of all before, and what became of it."""

    offset: int = 0
    line: int = 0
    sha256: str = sha256().hexdigest()
    issued: int = 0
    already: int = 0
    refused: int = 0
    written: int = 0


class Reader:
    """An open file of events, and how much of it was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._seen = sha256()
        self.offset = 0
        self.line = 0

    @property
    def sha256(self) -> str:
        """The SHA-256 of all that was read."""
        return self._seen.hexdigest()

    def skip_to(self, mark: Mark) -> bool:
        """Go on from a mark, and return whether all before it is as it was. If not, begin anew instead."""
        while left := mark.offset - self.offset:
            if not self._taken(self._file.read(min(left, _BLOCK))):
                break
        if self.sha256 == mark.sha256:
            self.line = mark.line
            return True
        self._file.seek(0)
        self._seen, self.offset = sha256(), 0
        return False

    def chunk(self, size: int) -> list[Line]:
        """Return up to so many next lines that are not blank, fewer of long ones; none at the end."""
        found: list[Line] = []
        until = self.offset + _CHUNK_BYTES
        for line in self._lines():
            if line.text.strip():
                found.append(line)
            if len(found) == size or (found and self.offset >= until):
                break
        return found

    def _lines(self) -> Iterator[Line]:
        while text := self._taken(self._file.readline(_LONGEST + 2)):
            if not text.endswith(b"\n"):
                self._pass_over_rest()
            self.line += 1
            yield Line(self.line, text.rstrip(b"\r\n"))

    def _pass_over_rest(self) -> None:
        """Read on to the end of a line that is too long, and keep none of it."""
        while (rest := self._taken(self._file.readline(_BLOCK))) and not rest.endswith(b"\n"):
            pass

    def _taken(self, read: bytes) -> bytes:
        self._seen.update(read)
        self.offset += len(read)
        return read


def recall(state: Path, owner: str) -> Mark | None:
    """Return what was remembered for an owner, or None where that cannot be made out: it is only a hint."""
    try:
        found = json.loads(state.read_bytes())
        return Mark(**found["mark"]) if found["owner"] == owner else None
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def is_something_else(state: Path) -> bool:
    """Return whether a file that is there was not made by `remember`, as far as can be made out."""
    try:
        found = json.loads(state.read_bytes() or b"{}")
    except FileNotFoundError:
        return False
    except ValueError:
        return True
    return not isinstance(found, dict) or not set(found) <= {"owner", "mark"}


def remember(state: Path, owner: str, mark: Mark) -> None:
    """Remember a mark in one step: a crash leaves this one or the one before, and either will do."""
    beside = state.with_name(state.name + ".new")
    with beside.open("w") as file:
        json.dump({"owner": owner, "mark": asdict(mark)}, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(state)
