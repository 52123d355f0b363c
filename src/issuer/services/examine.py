"""Look at what we mean to sign before a key is used: the first badge of a shape as a whole.

Of the next ones of the shape (`plans.shapes`: all but the texts), what their own texts decide.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import Final

import orjson

from issuer.context import Context
from issuer.core import documents
from issuer.core.credentials import lint
from issuer.core.securing.plans import shapes
from issuer.core.securing.plans.shapes import Fixed, NotCovered
from issuer.core.securing.proofs import UnsecuredCredential

_MOST: Final = 2_000
"""How many shapes are remembered: a full one takes some 4 kB."""


def examined(
    context: Context, document: UnsecuredCredential, fixed: Fixed, now: datetime
) -> tuple[str, Hashable | None]:
    """Return the text of what we mean to sign, and its shape; None for a shape that plans do not cover.

    Raises `LintFailed` for what no verifier would accept, and `DocumentTooLarge` or `MalformedDocument`.
    """
    shape, linted = _shape(document, fixed), context.remembered.linted
    if shape in linted:
        raw = orjson.dumps(document)
        if len(raw) <= documents.DEFAULT_LIMITS.size:
            lint.lint_texts(document, now)
            return raw.decode(), shape
    text = documents.text(document)
    lint.lint(document, now)
    documents.parse(text.encode())
    remember(linted, shape)
    return text, shape


def remember(known: set[Hashable], shape: Hashable | None) -> None:
    """Remember a shape, and begin anew when there are too many: that costs little, and needs no order."""
    if shape is not None:
        if len(known) >= _MOST:
            known.clear()
        known.add(shape)


def _shape(document: UnsecuredCredential, fixed: Fixed) -> Hashable | None:
    """Return the shape of a document whose texts are all within the limits of a document, else None."""
    try:
        return shapes.read(document, fixed)[0]
    except NotCovered:
        return None
