"""`issuer verify` tells whether a badge is real and still valid, with no database and no settings."""

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

import typer
from rich.console import Console

from issuer.cli import printing
from issuer.core import documents
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.verifying import findings, report
from issuer.core.verifying.materials import issuer_of
from issuer.errors import IssuerError
from issuer.net.client import GuardedClient
from issuer.net.resolver import Resolver
from issuer.services import verify as service

_ACCEPT = "application/vc, application/vc+ld+json, application/ld+json, application/json"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MARKS = {"passed": "✓", "failed": "✕", "unknown": "?", "skipped": "-"}
_WORDS = {
    "valid": "Verified: this badge is genuine and current",
    "issuer_unrecognized": "Genuine and current, but the issuer is not one that we know",
    "revoked": "Withdrawn: do not rely on this badge",
    "suspended": "On hold: do not rely on this badge for now",
    "expired": "Genuine, but expired",
    "not_yet_valid": "Genuine, but not valid yet",
    "altered": "Do not rely on this badge: it does not match its seal",
    "unsigned": "Nobody can say who issued this: it has no seal",
    "issuer_key_missing": "Do not rely on this badge: its seal is not its issuer's",
    "malformed": "Do not rely on this badge: it breaks the standard",
    "not_a_badge": "This is not an Open Badge",
    "could_not_check": "The check could not be finished. This does not mean that the badge is false",
    "status_unknown": "Genuine, but whether it was withdrawn could not be found out",
    "unsupported": "It has a kind of seal that cannot be checked here",
    "too_complex": "It is too complex to check",
    "unreadable": "There is no badge to be found in this",
}
Clients: TypeAlias = Mapping[bool, GuardedClient]
"""The guarded client for the outside, and the one that may also ask this machine."""
NOT_VALID, COULD_NOT_CHECK = 1, 2


def verify(
    sources: Annotated[
        list[str], typer.Argument(help="Files or addresses; - is standard input.", metavar="FILE|URL|-...")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON for each.")] = False,
) -> None:
    """Verify badges. Exit code 0: genuine and current. 1: not. 2: it could not be checked.

    The issuer's keys and its list of withdrawn badges are fetched from the issuer. For many badges the
    exit code is the worst: 1 before 2. This machine itself is asked only for badges of its own address.
    """
    results = []
    clients = {local: GuardedClient(allow_loopback=local) for local in (False, True)}
    for source in sources:
        found = _verified(source, clients)
        results.append(found.result)
        _print_json(source, found) if as_json else _print(source, found)
    raise typer.Exit(_exit_code(results))


def _verified(source: str, clients: Clients) -> report.Report:
    now = datetime.now(UTC)  # noqa: TID251 - this command has no context
    try:
        document = documents.parse(_read(source, clients))
    except IssuerError as error:
        return report.unreadable(error.detail, now)
    except OSError as error:
        return report.unreadable(error.strerror or "the file cannot be read", now)
    return service.verify_outside(document, Resolver(clients[_is_local(source, document)]), now)


def _read(source: str, clients: Clients) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read(documents.DEFAULT_LIMITS.size + 1)
    if urlsplit(source).scheme in {"http", "https"}:
        return clients[urlsplit(source).hostname in _LOOPBACK].fetch(source, accept=_ACCEPT).body
    with Path(source).open("rb") as file:
        return file.read(documents.DEFAULT_LIMITS.size + 1)


def _is_local(source: str, document: Document) -> bool:
    """Return whether this machine itself may be asked: only about badges that are its own."""
    issuer = issuer_of(document) or ""
    return issuer.startswith("did:web:localhost") or urlsplit(source).hostname in _LOOPBACK


def _print(source: str, found: report.Report) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{source}: {_WORDS[found.result]}", markup=False, style="bold")
    for line in _claims(found.credential) if found.credential else ():
        console.print(f"  {line}", markup=False)
    for check in found.checks:
        console.print(f"  {_MARKS[check.outcome.value]} {check.id}: {check.message}", markup=False)


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


def _print_json(source: str, found: report.Report) -> None:
    checks = [
        {"id": check.id, "outcome": check.outcome.value, "code": check.code, "message": check.message}
        for check in found.checks
    ]
    printing.as_json({"source": source, "result": found.result, "checks": checks})


def _exit_code(results: list[str]) -> int:
    if any(result not in findings.TRUSTED | findings.UNDECIDED for result in results):
        return NOT_VALID
    return COULD_NOT_CHECK if any(result in findings.UNDECIDED for result in results) else 0
