"""The text of a platform's message: a JSON object, or an array of them."""

from typing import Final

from issuer.core import documents
from issuer.core.documents import Limits, MalformedDocument
from issuer.core.intake.dialects.foreign import MAX_EVENTS

_ITEMS: Final = "items"
_MANY: Final = Limits(size=1_100_000, members=40 * MAX_EVENTS, array=MAX_EVENTS)


def parse(raw: bytes, limits: Limits = _MANY) -> object:
    """Return the JSON object or array in a body, or raise `MalformedDocument` or `DocumentTooLarge`."""
    if not raw.lstrip().startswith(b"["):
        return documents.parse(raw, limits)
    whole = documents.parse(b'{"items":' + raw + b"}", limits)
    if set(whole) != {_ITEMS}:
        raise MalformedDocument("there is something behind the array")
    return whole[_ITEMS]
