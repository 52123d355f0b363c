"""The lines of a body that comes in pieces, and may be of any length: some at a time, none of them kept."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from issuer.core import documents
from issuer.errors import Invalid

NDJSON: Final = ("application/x-ndjson", "application/ndjson", "application/jsonl")
AT_ONCE: Final = 100
"""How many lines are issued together: an event that comes alone meanwhile waits for so many."""

_LONGEST: Final = documents.DEFAULT_LIMITS.size
_BYTES_AT_ONCE: Final = 1_000_000


@dataclass(frozen=True)
class Line:
    """One line: its number from 1, and its text. One over the limit is cut off behind it: it is refused."""

    number: int
    text: bytes


class UnsupportedMediaType(Invalid):
    """The body is of a type, or coded in a way, that this address does not read."""

    code = "unsupported-media-type"


def check(request: Request) -> None:
    """Raise `UnsupportedMediaType` unless a body is NDJSON as it is."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in NDJSON:
        raise UnsupportedMediaType(f"send an event a line, as {NDJSON[0]}")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType("send the lines as they are, without a content coding")


async def chunks(pieces: AsyncIterator[bytes]) -> AsyncIterator[list[Line]]:
    """Yield the lines that are not blank: so many at a time, or as many as came so far, or fewer long ones.

    Nothing more is read before the next chunk is asked for. The last line needs no end.
    """
    found: list[Line] = []
    async for line in _lines(pieces):
        if line is not None and line.text.strip():
            found.append(line)
        if found and (line is None or _is_enough(found)):
            yield found
            found = []
    if found:
        yield found


def _is_enough(found: list[Line]) -> bool:
    return len(found) == AT_ONCE or sum(len(line.text) for line in found) > _BYTES_AT_ONCE


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[Line | None]:
    """Yield each line, and None where the next piece has yet to come."""
    number, begun = 0, bytearray()
    async for piece in pieces:
        *ended, rest = piece.split(b"\n")
        for text in ended:
            _add(begun, text)
            number += 1
            yield Line(number, bytes(begun))
            begun.clear()
        _add(begun, rest)
        yield None
    if begun:
        yield Line(number + 1, bytes(begun))


def _add(begun: bytearray, text: bytes) -> None:
    begun += text[: _LONGEST + 1 - len(begun)]
