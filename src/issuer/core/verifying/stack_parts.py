"""What one of the badges that a stack names is worth for it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from issuer.core import addresses, moments
from issuer.core.awarding import stack_levels
from issuer.core.credentials import kinds
from issuer.core.documents import Document
from issuer.core.verifying import findings, related
from issuer.core.verifying.materials import issuer_of
from issuer.core.verifying.report import Report
from issuer.core.verifying.same_person import are_others

_WITHDRAWN: Final = frozenset({"revoked", "superseded", "suspended"})
_EXPIRED: Final = "expired"
_NAME_LENGTH: Final = 100


class Worth(StrEnum):
    """Whether a badge counts, does not, was taken back since, or could not be checked."""

    COUNTS = "counts"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Component:
    """A badge that a stack names: its entry there, its text as it is served now, and the report on it."""

    entry: Document
    text: str
    report: Report


@dataclass(frozen=True)
class Stack:
    """The stack that badges are judged for. `codes` are those of achievements, by their ids."""

    document: Document
    achievements: str
    takes_expired: bool

    @property
    def awarded(self) -> datetime | None:
        """The moment from which the stack is valid."""
        return _moment(self.document, kinds.start_member(self.document))


@dataclass(frozen=True)
class Judged:
    """A badge and its worth, why where it does not count, and what changed since where it does."""

    name: str
    worth: Worth
    reason: str = ""
    held: frozenset[tuple[str, str | None]] = field(default_factory=frozenset)
    corrected: bool = False
    ended: bool = False


def judge(component: Component | None, stack: Stack) -> Judged:
    """Return what a badge is worth for a stack: its seal held, and it is its issuer's and its holder's."""
    if component is None or component.report.result in findings.UNDECIDED:
        return Judged("", Worth.UNKNOWN)
    document = component.report.credential or {}
    name = _name_of(document)
    if component.report.result in _WITHDRAWN:
        return Judged(name, Worth.WITHDRAWN)
    reason = _refusal(component, document, stack)
    if reason is not None:
        return Judged(name, Worth.REFUSED, reason)
    subject = _object(document, "credentialSubject")
    code = str(subject["achievement"]["id"]).removeprefix(stack.achievements)
    return Judged(
        name,
        Worth.COUNTS,
        held=frozenset({(code, None), *((code, level) for level in stack_levels.reached(subject))}),
        corrected=not related.holds(component.entry, component.text.encode()),
        ended=component.report.result == _EXPIRED,
    )


def _refusal(component: Component, document: Document, stack: Stack) -> str | None:
    """Return why a badge does not count, None where it does. The first reason is enough."""
    subject = _object(document, "credentialSubject")
    achievement = _object(subject, "achievement")
    reasons = {
        "it does not verify": not _verifies(component.report, stack),
        "it is the stack itself": document.get("id") == stack.document.get("id"),
        "it is another issuer's": issuer_of(document) != issuer_of(stack.document),
        "it is another person's": are_others(subject, _object(stack.document, "credentialSubject")),
        "its file is another than the one named": not _is_named(component, document),
        "it had ended before": _had_ended(document, stack),
        "it is of no kind that the rule can name": not str(achievement.get("id")).startswith(
            stack.achievements
        ),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _verifies(report: Report, stack: Stack) -> bool:
    trial = addresses.is_for_trials(issuer_of(stack.document) or "")
    return report.result in findings.TRUSTED | {_EXPIRED} | ({"test"} if trial else set())


def _is_named(component: Component, document: Document) -> bool:
    """Return whether a file is the one that was named, or a newer one of the very same badge."""
    if related.holds(component.entry, component.text.encode()):
        return True
    return component.entry.get("id") == f"{document.get('id')}.json"


def _had_ended(document: Document, stack: Stack) -> bool:
    last, awarded = _moment(document, kinds.end_member(document)), stack.awarded
    return not stack.takes_expired and last is not None and awarded is not None and last < awarded


def _name_of(document: Document) -> str:
    name = _object(_object(document, "credentialSubject"), "achievement").get("name")
    return str(name or document.get("name") or document.get("id"))[:_NAME_LENGTH]


def _object(document: Document, member: str) -> Document:
    found = document.get(member)
    return found if isinstance(found, dict) else {}


def _moment(document: Document, member: str) -> datetime | None:
    try:
        return moments.parse(str(document.get(member)))
    except moments.InvalidMoment:
        return None
