"""`issuer verify` tells whether badges are real and still valid, with no database and no settings."""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from issuer.cli import printing, verify_words
from issuer.cli.verify_desk import Desk
from issuer.core.verifying import findings
from issuer.core.verifying.holder import Claimed
from issuer.core.verifying.report import Report
from issuer.errors import Invalid

NOT_VALID, COULD_NOT_CHECK = 1, 2
_BADGE_FILES = frozenset({".json", ".jwt", ".jws", ".png", ".svg"})
_LONG_RUN = 10
"""From how many badges on a bar shows how far it is, and the answers are a table."""


class UnreadableClaim(Invalid):
    """A person was named in a way that cannot be compared with a badge."""

    code = "unreadable-claim"


def verify(
    sources: Annotated[
        list[str],
        typer.Argument(help="Files, folders or addresses; - is standard input.", metavar="FILE|URL|-..."),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON for each.")] = False,
    known: Annotated[
        list[str] | None,
        typer.Option(
            "--known", help="A list of known issuers: a file, or an https address.", metavar="FILE|URL"
        ),
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", help="Also say whether it is this person's.", metavar="ADDRESS")
    ] = None,
    holder: Annotated[
        str | None,
        typer.Option(
            "--holder", help="The same for another identityType: name=…, id=did:…", metavar="TYPE=VALUE"
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody; say what that leaves open.")
    ] = False,
    local: Annotated[
        bool, typer.Option("--local", help="This machine may be asked for anything that a badge names.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", help="How many to check at once.", min=1, max=64)] = 8,
) -> None:
    """Verify badges: JSON, JWT, PNG or SVG, by file or by address.

    Exit code 0: genuine and current. 1: not. 2: it could not be checked. The issuer's keys and its list of
    withdrawn badges are fetched from the issuer. For many badges the exit code is the worst: 1 before 2. This
    machine itself is asked for the keys and lists of a service like this one; for anything else with --local.
    """
    claimed = _claimed(email, holder)
    every = list(_expanded(sources))
    results = []
    with Desk.opened(size=min(jobs, len(every)), offline=offline, local=local, lists=known or []) as desk:
        for source, found in _checked(desk, every, claimed, jobs):
            results.append(found.result)
            _show(source, found, as_json=as_json, many=len(every) > _LONG_RUN)
    if len(every) > _LONG_RUN and not as_json:
        verify_words.summary(results)
    raise typer.Exit(exit_code(results))


def exit_code(results: Sequence[str]) -> int:
    """Return the exit code for some results: the worst, where wrong weighs more than not checked."""
    if any(result not in findings.TRUSTED | findings.UNDECIDED for result in results):
        return NOT_VALID
    return COULD_NOT_CHECK if any(result in findings.UNDECIDED for result in results) else 0


def _expanded(sources: Sequence[str]) -> Iterator[str]:
    """Yield every source, with the badge files of a folder in its place."""
    for source in sources:
        if source != "-" and "://" not in source and _is_folder(source):
            found = [
                path
                for path in sorted(Path(source).rglob("*"))
                if path.suffix.lower() in _BADGE_FILES and path.is_file()
            ]
            yield from map(str, found) if found else [source]  # nothing checked must not end as all well
        else:
            yield source


def _is_folder(source: str) -> bool:
    """Return whether a source is a folder. What cannot even be a file's name is none."""
    try:
        return Path(source).is_dir()
    except (OSError, ValueError):
        return False


def _checked(
    desk: Desk, sources: Sequence[str], claimed: Claimed | None, jobs: int
) -> Iterator[tuple[str, Report]]:
    """Yield the reports in the order of the sources, with a bar on standard error where it takes long."""
    columns = (TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shows = len(sources) > _LONG_RUN and sys.stderr.isatty()
    with (
        Progress(*columns, disable=not shows, transient=True, console=printing.errors()) as bar,
        ThreadPoolExecutor(jobs) as pool,
    ):
        task = bar.add_task("", total=len(sources))
        for source, found in zip(
            sources, pool.map(lambda each: desk.report(each, claimed), sources), strict=True
        ):
            bar.advance(task)
            yield source, found


def _show(source: str, found: Report, *, as_json: bool, many: bool) -> None:
    if as_json:
        printing.as_json(verify_words.line(source, found))
    elif many:
        verify_words.row(source, found)
    else:
        verify_words.whole(source, found)


def _claimed(email: str | None, holder: str | None) -> Claimed | None:
    if email is not None:
        return Claimed("emailAddress", email)
    if holder is None:
        return None
    kind, equals, value = holder.partition("=")
    if not equals or not kind or not value:
        raise UnreadableClaim(
            f"--holder takes a type and a value, such as name='Example Teacher', not {holder!r}"
        )
    return Claimed(kind, value)
