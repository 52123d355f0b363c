"""Look at what we mean to sign before a key is used: the first badge of a shape as a whole.

Of the next ones of the shape (`plans.shapes`: all but the texts), what their own texts decide.
"""

from datetime import datetime
from typing import Final

from issuer.context import Context
from issuer.core import documents
from issuer.core.credentials import lint
from issuer.core.documents import Document
from issuer.core.securing import issuing
from issuer.core.securing.issuing import Prepared
from issuer.core.securing.plans.shapes import Fixed
from issuer.core.securing.proofs import UnsecuredCredential
from issuer.errors import Invalid

_LINTED: Final = "linted"
_BYTES_A_CHARACTER: Final = 4


def prepared(
    document: UnsecuredCredential, proof: Document, fixed: Fixed, now: datetime, *, sampled: bool
) -> tuple[Prepared, str]:
    """Return what is to be signed of a document, and its text.

    Raises `LintFailed` for what no verifier would accept, and `DocumentTooLarge` or `MalformedDocument`.
    """
    try:
        found = issuing.prepare(document, proof, fixed, sampled=sampled)
    except Invalid as error:
        _look_at_all(document, now)
        raise lint.LintFailed(f"the badge could not be signed: {error.detail}") from error
    if found.text is None or found.notes is None:
        return found, _look_at_all(document, now)
    if _LINTED in found.notes and _is_short(found.text):
        lint.lint_texts(document, now)
    else:
        _look_at_all(document, now)
        found.notes.add(_LINTED)
    return found, found.text


def chosen(context: Context, share: float) -> bool:
    """Return whether chance picks this one for a sample of such a share."""
    return int.from_bytes(context.chance(4), "big") < share * 2**32


def _look_at_all(document: UnsecuredCredential, now: datetime) -> str:
    lint.lint(document, now)
    text = documents.text(document)
    documents.parse(text.encode())
    return text


def _is_short(text: str) -> bool:
    """Return whether a text is surely within the limit of a document, whatever its characters are."""
    return len(text) * _BYTES_A_CHARACTER <= documents.DEFAULT_LIMITS.size
