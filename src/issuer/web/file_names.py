"""What a file is called when it is kept, whatever the thing in it is called."""

import re
import unicodedata
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

Use: TypeAlias = Literal["inline", "attachment"]

MOST: Final = 200
"""Bytes of a name, so that with an ending it fits every file system in use, which take 255."""

_UNSAFE: Final = re.compile(
    '[\x00-\x1f\x7f-\x9f"%*/:<>?\\\\|\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+',
)
"""What no header or file system takes in a file's name, and what turns the letters after it around."""


def disposition(name: str, suffix: str, *, plain: str | None = None, use: Use = "inline") -> str:
    """Return the Content-Disposition of a file (RFC 6266, section 4, with the notation of RFC 8187).

    `plain` is what readers see that know ASCII alone: without it, the name in plain letters.
    """
    own = _safe(name)
    simple = _safe(unicodedata.normalize("NFKD", own if plain is None else plain), "ascii")
    return f"{use}; filename=\"{simple}{suffix}\"; filename*=UTF-8''{quote(own, safe='')}{suffix}"


def _safe(name: str, charset: Literal["utf-8", "ascii"] = "utf-8") -> str:
    """Return a name in the letters of a character set, without what is unsafe; `badge` where none is left."""
    known = name.encode(charset, "ignore").decode()
    words = unicodedata.normalize("NFC", _UNSAFE.sub(" ", known)).split()
    return " ".join(words).encode()[:MOST].decode(errors="ignore").strip(" .") or "badge"
