"""Which rules hold for a credential: for a badge, an endorsement or a transcript, in either data model."""

import re
from collections.abc import Iterator
from typing import Final

from issuer.core import moments
from issuer.core.credentials import kinds, rules
from issuer.core.credentials.kinds import Kind
from issuer.core.credentials.rules import Rule, listed, types_of
from issuer.core.documents import Document
from issuer.errors import Fault

_CLR_CONTEXT: Final = re.compile(r"https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.\d\.\d)*\.json")
_BY_NAME: Final = {rule.name: rule for rule in rules.RULES}


def breaches(document: Document) -> list[tuple[Rule, Fault]]:
    """Return every breach of the rules for the kind of credential that it is; none for no kind of ours."""
    return [(rule, fault) for rule in rules_for(document) for fault in rule.look(document)]


def rules_for(document: Document) -> tuple[Rule, ...]:
    """Return the rules for a credential of its kind and data model; none for no kind of ours."""
    kind = kinds.kind_of(document)
    if kind is None:
        return ()
    return (FIRST_MODEL if kinds.is_first_model(document) else SECOND_MODEL)[kind]


def _first_contexts(document: Document) -> Iterator[Fault]:
    named = document.get("@context")
    if not isinstance(named, list) or len(named) < 2 or not all(isinstance(url, str) for url in named):  # noqa: PLR2004
        yield Fault("/@context", "it is not an array of two or more addresses")
    elif not any(rules.OPEN_BADGES_CONTEXT.fullmatch(url) for url in named[1:]):
        yield Fault("/@context", "it names no Open Badges 3.0 context")


def _first_dates(document: Document) -> Iterator[Fault]:
    found = {}
    for name in ("issuanceDate", "expirationDate", "awardedDate"):
        if name in document or name == "issuanceDate":
            try:
                found[name] = moments.parse(str(document.get(name)))
            except moments.InvalidMoment as error:
                yield Fault(f"/{name}", error.detail)
    if (
        "expirationDate" in found
        and "issuanceDate" in found
        and found["expirationDate"] < found["issuanceDate"]
    ):
        yield Fault("/expirationDate", "it is before issuanceDate")


def _one_model(document: Document) -> Iterator[Fault]:
    """Look for the dates of the other data model: a reader of either could miss an end that stands there."""
    other = (
        ("validFrom", "validUntil") if kinds.is_first_model(document) else ("issuanceDate", "expirationDate")
    )
    for name in other:
        if name in document:
            yield Fault(f"/{name}", "it belongs to another version of the data model than the first context")


def _endorsement(document: Document) -> Iterator[Fault]:
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or not isinstance(subject.get("id"), str):
        yield Fault("/credentialSubject", "it does not say by an id what is endorsed")
    elif "EndorsementSubject" not in types_of(subject):
        yield Fault("/credentialSubject/type", "EndorsementSubject is needed")


def _clr_contexts(document: Document) -> Iterator[Fault]:
    named = [url for url in listed(document.get("@context")) if isinstance(url, str)]
    if not any(_CLR_CONTEXT.fullmatch(url) for url in named):
        yield Fault("/@context", "it names no CLR 2.0 context")


def _clr_subject(document: Document) -> Iterator[Fault]:
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict):
        yield Fault("/credentialSubject", "it is not one object")
        return
    if "ClrSubject" not in types_of(subject):
        yield Fault("/credentialSubject/type", "ClrSubject is needed")
    if not isinstance(subject.get("id"), str) and not listed(subject.get("identifier")):
        yield Fault("/credentialSubject", "it has neither an id nor an identifier")
    if not listed(subject.get("verifiableCredential")):
        yield Fault("/credentialSubject/verifiableCredential", "it holds no credential")


_ONE_MODEL: Final = Rule("one-model", "VCDM 2.0, section 4.9; VCDM 1.1, section 4.6", _one_model)
_FIRST_CONTEXTS: Final = Rule(
    "contexts-1.1", "Open Badges 3.0, appendix C: VCDM 1.1 @context", _first_contexts
)
_FIRST_DATES: Final = Rule(
    "dates-1.1", "Verifiable Credentials Data Model 1.1, sections 4.5 and 4.6", _first_dates
)
_ENDORSES: Final = Rule("endorses", "Open Badges 3.0, B.1.9 EndorsementSubject", _endorsement)
_CLR_CONTEXTS: Final = Rule("clr-contexts", "CLR 2.0, ClrCredential @context", _clr_contexts)
_CLR_SUBJECT: Final = Rule("clr-subject", "CLR 2.0, ClrSubject", _clr_subject)
OTHER_RULES: Final = (_ONE_MODEL, _FIRST_CONTEXTS, _FIRST_DATES, _ENDORSES, _CLR_CONTEXTS, _CLR_SUBJECT)
"""The rules beside those of a badge in version 2.0 of the data model."""


def _named(*names: str) -> tuple[Rule, ...]:
    return tuple(_BY_NAME[name] for name in names)


_ANY: Final = _named("id", "issuer", "kinds", "nothing-empty", "status")
SECOND_MODEL: Final[dict[Kind, tuple[Rule, ...]]] = {
    "badge": (*rules.RULES, _ONE_MODEL),
    "endorsement": (*_named("contexts", "dates"), *_ANY, _ENDORSES, _ONE_MODEL),
    "clr": (_CLR_CONTEXTS, *_named("dates"), *_ANY, _CLR_SUBJECT, _ONE_MODEL),
}
FIRST_MODEL: Final[dict[Kind, tuple[Rule, ...]]] = {
    "badge": (_FIRST_CONTEXTS, *_named("types", "subject", "parts"), _FIRST_DATES, *_ANY, _ONE_MODEL),
    "endorsement": (_FIRST_CONTEXTS, _FIRST_DATES, *_ANY, _ENDORSES, _ONE_MODEL),
    "clr": (_CLR_CONTEXTS, _FIRST_DATES, *_ANY, _CLR_SUBJECT, _ONE_MODEL),
}
