"""Whether a badge is a certain person's: yes, no, or not possible to say. Nothing of the question is kept."""

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5, sha256
from unicodedata import normalize

from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.verifying.findings import Finding, Outcome

_CITATION = "Open Badges 3.0, section 9.1 step 5 and B.1.13 IdentityObject"
_HASH = re.compile(r"sha256\$[0-9a-fA-F]{64}|md5\$[0-9a-fA-F]{32}")
_ALGORITHMS = {"sha256": sha256, "md5": md5}


@dataclass(frozen=True)
class Claimed:
    """Whom somebody says that a badge belongs to: an identityType of Open Badges (or `id`), and its value."""

    kind: str
    value: str


def check_holder(document: Document, claimed: Claimed, *, seal_holds: bool) -> Finding:
    """Return whether the badge was awarded to whom was named (Open Badges 3.0, 9.1 step 5).

    Compared are the subject's own id, and each identity of the same type, hashed or plain. `skipped` says
    that the badge carries nothing to compare with, or that its seal does not hold.
    """
    if not seal_holds:
        return _holder(
            Outcome.SKIPPED, "not_compared", "Its seal does not hold, so there is nothing to compare."
        )
    subject = document.get("credentialSubject")
    comparable = list(_answers(subject if isinstance(subject, dict) else {}, claimed))
    if any(comparable):
        return _holder(Outcome.PASSED, "match", "Yes, this badge was issued to that person.")
    if comparable:
        return _holder(Outcome.FAILED, "no_match", "No match. People can have more than one address or name.")
    return _holder(Outcome.SKIPPED, "no_identifier", "This badge carries nothing of that kind to compare.")


def _answers(subject: Document, claimed: Claimed) -> Iterator[bool]:
    own = subject.get("id")
    if isinstance(own, str) and _is_comparable_id(own, claimed):
        yield _same(own.removeprefix("mailto:"), claimed.value) or _same(own, claimed.value)
    for identity in listed(subject.get("identifier")):
        if (
            isinstance(identity, dict)
            and identity.get("identityType") == claimed.kind
            and _is_readable(identity)
        ):
            same = [_is_identity(identity, spelling) for spelling in _spellings(claimed)]
            yield True in same  # each is computed, so that the time taken tells nothing


def _is_comparable_id(own: str, claimed: Claimed) -> bool:
    return claimed.kind == "id" or (claimed.kind == "emailAddress" and own.startswith("mailto:"))


def _is_readable(identity: Document) -> bool:
    """Return whether an identity can be compared at all: plain, or hashed in a way that is known here."""
    if identity.get("hashed") is not True:
        return True
    return bool(_HASH.fullmatch(str(identity.get("identityHash")))) and isinstance(
        identity.get("salt", ""), str
    )


def _is_identity(identity: Document, value: str) -> bool:
    expected = str(identity.get("identityHash"))
    if identity.get("hashed") is not True:
        return _same(_folded(expected), _folded(value))
    algorithm, _, digest = expected.partition("$")
    salted = value + identity.get("salt", "")
    return _same(_ALGORITHMS[algorithm](_bytes(salted)).hexdigest(), digest.lower())


def _spellings(claimed: Claimed) -> list[str]:
    """Return the ways in which issuers write an identifier before they hash it: none is standard."""
    trimmed = normalize("NFC", claimed.value.strip())
    return list(dict.fromkeys((claimed.value, claimed.value.strip(), trimmed, trimmed.lower())))


def _folded(text: str) -> str:
    return " ".join(normalize("NFC", text).casefold().split())


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str) -> bytes:
    """Return text as UTF-8, whatever a command line made of bytes that were none."""
    return text.encode(errors="surrogatepass")


def _holder(outcome: Outcome, code: str, message: str) -> Finding:
    return Finding("holder", outcome, code, message, _CITATION)
