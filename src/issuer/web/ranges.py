"""Files by parts, so that a broken download goes on where it broke off (RFC 9110, section 14)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import Request, Response

_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True)
class Sent:
    """A file: its bytes, their digest, and what they are."""

    content: bytes
    sha256: str
    media_type: str


def answer(request: Request, file: Sent, kept: Mapping[str, str]) -> Response:
    """Return a file, the one range of it that was asked for, or 304 where the reader has it.

    More than one range, or one under an `If-Range` that is another file's, is answered by the whole.
    """
    content, tag = file.content, f'"{file.sha256}"'
    headers = {**kept, "accept-ranges": "bytes", "etag": tag}
    known = ",".join(request.headers.getlist("if-none-match"))
    if {tag, "*"} & {part.strip().removeprefix("W/") for part in known.split(",")}:
        return Response(status_code=304, headers=headers)
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    same = request.headers.get("if-range", tag) == tag
    if asked is None or not same or asked[1] == asked[2] == "":
        return Response(content, media_type=file.media_type, headers=headers)
    first, last = _bounds(asked[1], asked[2], len(content))
    if first >= len(content) or last < first:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{len(content)}"})
    headers["content-range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], 206, headers, file.media_type)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte. `-N` asks for the last N of them."""
    if first == "":
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
