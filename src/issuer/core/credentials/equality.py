"""When two credentials are the same one, and which of them counts (Open Badges 3.0, section 8.4)."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import unquote

from issuer.core import moments
from issuer.core.documents import Document
from issuer.core.verifying.materials import issuer_of
from issuer.errors import Fault, Invalid


class Incomparable(Invalid):
    """The credential has no id, issuer or date by which it could be told from others."""

    code = "incomparable-credential"


@dataclass(frozen=True)
class Identity:
    """By what a credential is known: the digest of its issuer's id and its own, and when it was issued."""

    digest: str
    issued: datetime


def identity(document: Document) -> Identity:
    """Return by what a credential is known, or raise `Incomparable`.

    Ids are compared without percent-encoding and white space around them; of two that are equal the one with
    the later `validFrom` (`issuanceDate` in VCDM 1.1) counts.
    """
    issuer, own = issuer_of(document), document.get("id")
    if issuer is None or not isinstance(own, str):
        where = "/id" if issuer else "/issuer"
        raise Incomparable("the credential cannot be told from others", [Fault(where, "it has no text here")])
    known = json.dumps([unquote(each).strip() for each in (issuer, own)])
    return Identity(sha256(known.encode()).hexdigest(), _issued(document))


def _issued(document: Document) -> datetime:
    given = document.get("validFrom", document.get("issuanceDate"))
    try:
        return moments.parse(given if isinstance(given, str) else "")
    except moments.InvalidMoment as error:
        raise Incomparable("the credential does not say since when it is valid") from error
