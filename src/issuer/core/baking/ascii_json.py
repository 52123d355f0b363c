"""JSON text in ASCII, whose braces can be counted without knowing JSON."""

import re
from typing import Final

_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"')
_RISKY: Final = re.compile(r"[{}<>&]|[^\x00-\x7f]")
_UNIT: Final = 2
"""The bytes of one UTF-16 code unit, of which JSON escapes two for a character beyond U+FFFF."""


def ascii_json(text: str) -> str:
    r"""Return JSON text that means the same, with all but plain characters in its strings as `\uXXXX`.

    Escaped are what is not ASCII, which a reader in another encoding would garble; braces, which some readers
    of images count in order to find the end; and `<`, `>` and `&`, so that neither markup nor the end of a
    CDATA section is in it. Everything else, numbers and the order of members too, stays as it stands (RFC
    8259, 7). What is not JSON is not noticed.
    """
    # Outside its strings JSON has none of these characters but the braces that are to be counted.
    return _STRING.sub(lambda found: _RISKY.sub(_escaped, found[0]), text)


def _escaped(character: re.Match[str]) -> str:
    units = character[0].encode("utf-16-be")
    return "".join(f"\\u{units[start : start + _UNIT].hex()}" for start in range(0, len(units), _UNIT))
