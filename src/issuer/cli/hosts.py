"""`issuer push` and `issuer pull`: badges to a host of Open Badges 3.0, and from one, by its own API."""

import re
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import typer

from issuer.cli import printing, wiring
from issuer.cli.bake import AlreadyThere
from issuer.cli.verify_desk import Desk
from issuer.core.baking import container
from issuer.core.exchange import hosts
from issuer.core.intake import person_ref
from issuer.core.securing import jose
from issuer.core.verifying import opening
from issuer.db.people import UnknownRecipient
from issuer.errors import Invalid, IssuerError, Unavailable
from issuer.net.client import GuardedClient
from issuer.services import elsewhere, held
from issuer.services.hosts import asking, talking
from issuer.services.hosts.talking import Ask
from issuer.settings import Settings
from issuer.web import verify_content

LATER: Final = 75
"""EX_TEMPFAIL of sysexits: the same again may succeed."""

_SECONDS: Final = 20.0
_MOST: Final = 8_000_000
_PUSH: Final = (hosts.UPSERT, hosts.OFFLINE)
_PULL: Final = (hosts.READ, hosts.OFFLINE)

HostArgument = Annotated[str, typer.Argument(help="The address of the host.", metavar="HOST")]
TokenOption = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        help="A file with an access token of the host. Without it, consent is asked for.",
        exists=True,
        dir_okay=False,
    ),
]
CallbackOption = Annotated[
    str | None,
    typer.Option("--callback", help="Where the host sends the browser back to: an address of this service."),
]
LocalOption = Annotated[bool, typer.Option("--local", help="The host may be this machine, by plain http.")]


class NotAToken(Invalid):
    """The file does not hold one access token."""

    code = "not-a-token"


class NowhereToPut(Invalid):
    """It was not said, or said twice, where badges of the host are to go."""

    code = "nowhere-to-put"


def push(
    host: HostArgument,
    files: Annotated[
        list[Path],
        typer.Argument(help="Signed badges: JSON, JWT, PNG or SVG.", metavar="FILE...", exists=True),
    ],
    *,
    token_file: TokenOption = None,
    callback: CallbackOption = None,
    local: LocalOption = False,
) -> None:
    """Send badges to a host of Open Badges 3.0.

    Prints what became of each. What the host asks to send again is sent again, a few times. Exit code 1: some
    were refused. 75: some may be taken later.
    """
    texts = [(path, _text(path)) for path in files]
    door, base = _door(host, local=local)
    token = _token(door, base, token_file, callback, _PUSH)
    later = refused = False
    for path, text in texts:
        place = f"{base}{hosts.BASE}/credentials"
        reply = talking.put_patiently(door, place, token, text, now=_now(), wait=time.sleep)
        typer.echo(f"{path}\t{'sent' if reply.arrived else 'not sent'}\t{reply.error or reply.status}")
        later |= talking.is_for_later(reply)
        refused |= not reply.arrived and not talking.is_for_later(reply)
    if refused or later:
        raise typer.Exit(1 if refused else LATER)


def pull(
    host: HostArgument,
    *,
    token_file: TokenOption = None,
    callback: CallbackOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder into which they are written.", metavar="FOLDER")
    ] = None,
    person: Annotated[
        str | None,
        typer.Option("--person", help="Keep them here for this person instead.", metavar="PERSON"),
    ] = None,
    tenant: printing.TenantOption = None,
    local: LocalOption = False,
) -> None:
    """Read a holder's badges from a host of Open Badges 3.0, and verify each.

    Prints what became of each. Exit code 1: some do not hold, and are left out. 75: some could
    not be checked at this moment.
    """
    if (out is None) == (person is None):
        raise NowhereToPut("say where they are to go: --out FOLDER, or --person PERSON")
    door, base = _door(host, local=local)
    token = _token(door, base, token_file, callback, _PULL)
    found = talking.credentials(door, base, token)
    failures = (
        _into_folder(found, out, local=local) if out is not None else _into_hold(found, str(person), tenant)
    )
    if failures:
        raise typer.Exit(LATER if all(isinstance(each, Unavailable) for each in failures) else 1)


def _into_folder(found: Iterator[str], out: Path, *, local: bool) -> list[IssuerError]:
    out.mkdir(parents=True, exist_ok=True)
    failures: list[IssuerError] = []
    with _desk(local=local) as desk:
        for text in found:
            report = desk.judged(text)
            if report.result in held.KEPT:
                typer.echo(f"{_written(out, text)}\t{report.result}")
                continue
            is_later = report.result in held.LATER
            failures.append(
                held.NotProvenYet(report.result) if is_later else held.UnprovenCredential(report.result)
            )
            typer.echo(f"{_name(text)}\tleft out\t{report.result}")
    return failures


def _into_hold(found: Iterator[str], person: str, tenant: str | None) -> list[IssuerError]:
    context = wiring.ready_context()
    operator = wiring.operator(wiring.tenant_of(context, tenant))
    ref, failures = person_ref.named(person), list[IssuerError]()
    for text in found:
        try:
            taken = elsewhere.take(context, operator, ref, text.encode())
        except UnknownRecipient:
            raise
        except IssuerError as error:
            failures.append(error)
            typer.echo(f"{_name(text)}\tleft out\t{error.detail}")
            continue
        failures += [each.refused for each in taken if each.refused is not None]
        for each in taken:
            typer.echo(f"{_name(text)}\t{each.outcome or 'left out'}\t{each.id or ''}")
    return failures


@contextmanager
def _desk(*, local: bool) -> Iterator[Desk]:
    with Desk.opened(size=1, offline=False, local=local, lists=[]) as desk:
        yield desk


def _written(out: Path, text: str) -> Path:
    """Write a badge into a folder, unless it is there, and return its file."""
    path = out / _name(text)
    if path.exists() and path.read_text("utf-8") != text:
        raise AlreadyThere(f"{path} is already there, and is another file: choose another folder")
    path.write_text(text, "utf-8", newline="")
    return path


def _name(text: str) -> str:
    """Return a file's name for a badge: what it is called, and the beginning of its digest."""
    try:
        named = verify_content.name_of(opening.opened_text(text).document) or ""
    except IssuerError:
        named = ""
    plain = unicodedata.normalize("NFKD", named).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-") or "badge"
    suffix = "jwt" if jose.looks_compact(text) else "json"
    return f"{words}-{sha256(text.encode()).hexdigest()[:12]}.{suffix}"


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return elsewhere.alone(container.unwrap(file.read(elsewhere.MAX_FILE + 1)))


def _door(host: str, *, local: bool) -> tuple[Ask, str]:
    """Return how a host is asked, and its address, or raise `BadHost` or `RefusedAddress`."""
    client, base = GuardedClient(_SECONDS, max_bytes=_MOST, allow_loopback=local), hosts.address(host)
    client.check(hosts.discovery_url(base))
    return client.ask, base


def _token(
    door: Ask, base: str, token_file: Path | None, callback: str | None, scopes: tuple[str, ...]
) -> str:
    """Return an access token: that of a file, or one to which somebody consents now."""
    if token_file is not None:
        token = token_file.read_text("utf-8").strip()
        if not re.fullmatch(r"[!-~]{1,4000}", token):
            raise NotAToken(f"{token_file} does not hold one access token, on one line")
        return token
    described = talking.discover(door, base)
    back = callback or f"{Settings().public_url}/oauth/callback"
    asked = asking.ask(door, described, back, scopes)
    typer.echo(f"Open this address, and allow it:\n\n{asked.url}\n", err=True)
    answer = typer.prompt("The address to which the browser was sent in the end, or its code", err=True)
    return asking.heard(door, asked, answer).access_token


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this command has no context
