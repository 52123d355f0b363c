"""The words of `issuer verify`: for a person, for a table, for a program."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console

from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.verifying import findings
from issuer.core.verifying.materials import issuer_of
from issuer.core.verifying.report import Report

_MARKS = {"passed": "✓", "failed": "✕", "unknown": "?", "skipped": "-"}
HEADLINES: Final = {
    "valid": "Verified: this badge is genuine and current",
    "issuer_unrecognized": "Genuine and current, but the issuer is not one that we know",
    "revoked": "Withdrawn: do not rely on this badge",
    "superseded": "Replaced by a newer badge",
    "suspended": "On hold: do not rely on this badge for now",
    "expired": "Genuine, but expired",
    "not_yet_valid": "Genuine, but not valid yet",
    "test": "A test badge: not a real award",
    "altered": "Do not rely on this badge: it does not match its seal",
    "unsigned": "Nobody can say who issued this: it has no seal",
    "issuer_key_missing": "Do not rely on this badge: its seal is not its issuer's",
    "malformed": "Do not rely on this badge: it breaks the standard",
    "not_a_badge": "This is not an Open Badge",
    "could_not_check": "The check could not be finished. This does not mean that the badge is false",
    "status_unknown": "Genuine, but whether it was withdrawn could not be found out",
    "unsupported": "It has a kind of seal or status that cannot be checked here",
    "too_complex": "It is too complex to check",
    "unreadable": "There is no badge to be found in this",
}


def line(source: str, found: Report) -> Document:
    """Return what a program reads of one badge."""
    checks = [
        {"id": check.id, "outcome": check.outcome.value, "code": check.code, "message": check.message}
        for check in found.checks
    ]
    return {"source": source, "result": found.result, "checks": checks}


def whole(source: str, found: Report) -> None:
    """Print all that was found out about one badge, and about what is inside it."""
    _say(f"{source}: {HEADLINES[found.result]}", "bold")
    for said in _claims(found.credential) if found.credential else ():
        _say(f"  {said}")
    for check in found.checks:
        _say(f"  {_MARKS[check.outcome.value]} {check.id}: {check.message}")
    if found.refreshed:
        _say("  This is about the newer copy that its issuer offers.")
    for kind, inside in (("endorsement", found.endorsements), ("contains", found.contained)):
        for each in inside:
            _say(f"  {kind} {each.at}: {HEADLINES[each.result]}")


def row(source: str, found: Report) -> None:
    """Print one badge of many as a line: its result, its source, and what is behind the result."""
    deciding = findings.deciding(found.checks)
    detail = "" if found.result in findings.TRUSTED or deciding is None else deciding.message
    _say(f"{found.result:<20} {source}  {detail}".rstrip())


def summary(results: Sequence[str]) -> None:
    """Print how many badges came to which result, in the order of how much each result weighs."""
    counted = Counter(results)
    console = _console()
    console.print(f"\n{len(results)} checked", markup=False, style="bold")
    for code in findings.HEADLINES:
        if counted[code]:
            console.print(f"  {counted[code]:>6} {code:<20} {HEADLINES[code]}", markup=False)


def _say(text: str, style: str | None = None) -> None:
    """Print a line. It can quote what a stranger wrote: nothing in it moves the cursor."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    _console().print(shown, markup=False, style=style)


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True, emoji=False)


def _claims(badge: Document) -> Iterator[str]:
    """Yield what the badge says of itself, for a person to compare: a whole seal does not make it true."""
    issuer = badge.get("issuer")
    name = issuer.get("name") if isinstance(issuer, dict) else None
    yield f"It says: {badge.get('name')!r}, issued by {name!r} ({issuer_of(badge)})"
    subject = badge.get("credentialSubject")
    for identity in listed(subject.get("identifier")) if isinstance(subject, dict) else []:
        if (
            isinstance(identity, dict)
            and identity.get("identityType") == "name"
            and not identity.get("hashed")
        ):
            yield f"It says: awarded to {identity.get('identityHash')!r}"
