"""What the educator identifiers of states look like: checked when a badge is issued, not when it is imported.

They are kept for exports to a state alone. None is ever in a badge, not even hashed: a few million guesses
undo any hash of seven digits.
"""

import re
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "ext:us-"


@dataclass(frozen=True)
class Format:
    """How identifiers of one type are written, as a pattern and in words."""

    pattern: re.Pattern[str]
    words: str


FORMATS: Final = {"ext:us-pa-ppid": Format(re.compile(r"[0-9]{7}"), "seven digits")}
"""The types whose format is known, by `ext:us-STATE-NAME`."""

_ANY: Final = Format(re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,29}"), "at most 30 letters, digits and hyphens")


def is_known(kind: str) -> bool:
    """Return whether the format of a type is known here, or none is asked for since it is no state's."""
    return not kind.startswith(PREFIX) or kind in FORMATS


def fault(kind: str, value: str) -> str | None:
    """Return what is wrong with an identifier of a state's type, None where nothing is."""
    if not kind.startswith(PREFIX):
        return None
    known = FORMATS.get(kind, _ANY)
    return None if known.pattern.fullmatch(value) else f"an identifier {kind} has {known.words}"
