"""What must hold before a key is used: the rules of every badge, and the stricter ones of our own."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from issuer.core import documents, moments
from issuer.core.credentials import rules
from issuer.core.credentials.rules import Rule
from issuer.core.documents import Document
from issuer.core.securing import contexts
from issuer.core.securing.proofs import UnsecuredCredential
from issuer.core.status import entries
from issuer.errors import Fault, IssuerError

_PARTS: Final = (dict, list)


class LintFailed(IssuerError):
    """A badge that we built would not be accepted by a verifier. Nothing was signed."""

    code = "lint-failed"


def _context_in_force(document: Document) -> Iterator[Fault]:
    if document.get("@context") != [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES]:
        yield Fault("/@context", "we issue under exactly the two contexts in force")


def _no_reworded_terms(document: Document) -> Iterator[Fault]:
    for path, _ in documents.walk(document):
        if path and path[-1] in contexts.REWORDED_TERMS:
            yield Fault(documents.pointer(*path), "copies of the context differ about this term")


def _one_status(document: Document) -> Iterator[Fault]:
    found = rules.listed(document.get("credentialStatus"))
    purposes = [entry.get("statusPurpose") for entry in found if isinstance(entry, dict)]
    if purposes not in (["revocation"], ["revocation", "suspension"]):
        yield Fault("/credentialStatus", "one entry for revocation is needed, first")
    if any(not isinstance(entry, dict) or entry.get("type") != entries.ENTRY_TYPE for entry in found):
        yield Fault("/credentialStatus", f"only {entries.ENTRY_TYPE} is issued")


def _no_twins(document: Document) -> Iterator[Fault]:
    if _has_twins(document):
        for path, value in documents.walk(document):
            if isinstance(value, list) and _twins(value):
                yield Fault(documents.pointer(*path), "two parts without an id are exactly alike")


def _has_twins(document: Document) -> bool:
    """Return whether any list holds twins. Paths cost more than that, and only a fault needs one."""
    pending: list[dict[str, object] | list[object]] = [document]
    for value in pending:
        held = value.values() if isinstance(value, dict) else value
        parts = [each for each in held if type(each) in _PARTS]
        if len(parts) > 1 and isinstance(value, list) and _twins(parts):
            return True
        pending += parts  # type: ignore[arg-type]
    return False


def _twins(value: list[object]) -> bool:
    anonymous = [part for part in value if isinstance(part, dict) and "id" not in part]
    return len(anonymous) > 1 and any(part in anonymous[:index] for index, part in enumerate(anonymous))


def _plain_subject(document: Document) -> Iterator[Fault]:
    subject = document.get("credentialSubject")
    for identity in rules.listed(subject.get("identifier")) if isinstance(subject, dict) else []:
        if (
            isinstance(identity, dict)
            and not identity.get("hashed")
            and identity.get("identityType") != "name"
        ):
            yield Fault("/credentialSubject/identifier", "an identifier that is not hashed")


OWN_RULES: Final = (
    Rule("context-in-force", "contexts are pinned; see docs/adr/0008", _context_in_force),
    Rule("no-reworded-terms", "context-3.0.3.json was changed in place in June 2026", _no_reworded_terms),
    Rule("one-status", "Open Badges 3.0, B.1.2 credentialStatus [0..1]; wallets read the first", _one_status),
    Rule("no-twins", "RDFC-1.0, section 7.1: dataset poisoning limits of other verifiers", _no_twins),
    Rule("plain-subject", "no raw e-mail address or identifier stands in a badge", _plain_subject),
)

_OF_TEXTS: Final = {"id", "dates", "status", "one-status", "no-twins", "plain-subject"}
_RULES_OF_TEXTS: Final = tuple(rule for rule in (*rules.RULES, *OWN_RULES) if rule.name in _OF_TEXTS)
"""Rules that the texts of a document can break. All others depend on its shape alone."""


def lint(credential: UnsecuredCredential, now: datetime) -> None:
    """Raise `LintFailed` unless every rule holds and the badge does not start in the future."""
    broken = rules.breaches(credential)
    broken += [(rule, fault) for rule in OWN_RULES for fault in rule.look(credential)]
    _refuse(credential, broken, now)


def lint_texts(credential: UnsecuredCredential, now: datetime) -> None:
    """Raise what `lint` does, for a document of the shape, issuer and achievement of one that passed it."""
    subject = credential["credentialSubject"]
    given: Document = {**credential, "issuer": None}
    if isinstance(subject, dict):
        given["credentialSubject"] = {**subject, "achievement": None}
    broken = [(rule, fault) for rule in _RULES_OF_TEXTS for fault in rule.look(given)]
    _refuse(credential, broken, now)


def _refuse(credential: UnsecuredCredential, broken: list[tuple[Rule, Fault]], now: datetime) -> None:
    if not broken and moments.parse(str(credential["validFrom"])) > now:
        raise LintFailed("validFrom is in the future")
    if broken:
        rule, fault = broken[0]
        faults = [fault for _, fault in broken]
        raise LintFailed(f"{rule.name} at {fault.pointer}: {fault.detail} ({rule.citation})", faults)
