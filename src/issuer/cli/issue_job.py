"""Issue one chunk of a file's events after another, and remember each once it is committed."""

import json
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from issuer import failpoints
from issuer.cli import issue_lines, issue_words
from issuer.cli.issue_lines import Line, Mark, Reader
from issuer.cli.issue_words import Answer, Row
from issuer.context import Context
from issuer.core import documents
from issuer.core.intake import parse
from issuer.core.intake.parse import Received
from issuer.errors import Invalid, IssuerError, Unavailable
from issuer.services.sending import Sender, Sent

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

Judge: TypeAlias = Callable[[Sequence[Sent]], Sequence[Answer]]


@dataclass(frozen=True)
class Job:
    """What is to be read from where, as sent by whom, and where what becomes of it is noted."""

    context: Context
    sender: Sender
    judge: Judge
    reader: Reader
    start: Mark
    size: int
    state: Path | None
    results: BinaryIO | None
    refused: Callable[[Row], None]
    output: Path | None = None

    @property
    def owner(self) -> str:
        """Whose progress it is: what one client sent says nothing of another's, nor of another database.

        It is that of one file of results, too: of lines before, another one would say nothing.
        """
        results = self.output.resolve() if self.output else "no results"
        return f"{self.sender.tenant_id} {self.sender.client_id} {results}"


def marks(job: Job) -> Iterator[Mark]:
    """Yield how far it is after each chunk. Raises `KeyboardInterrupt` when told to stop, between two chunks.

    Raises `Unavailable`, or what the database raises, where no event could be issued now, whichever it is:
    what the mark before says stays true.
    """
    mark = job.start
    while lines := job.reader.chunk(job.size):
        with _unbroken() as interrupted:
            mark = _done(job, mark, lines)
        yield mark
        if interrupted.is_set():
            raise KeyboardInterrupt


@contextmanager
def _unbroken() -> Iterator[threading.Event]:
    """Only note that somebody wants to stop. Whoever says so twice does not want to wait."""
    noted = threading.Event()

    def note(*_: object) -> None:
        if noted.is_set():
            raise KeyboardInterrupt
        noted.set()

    before = [(number, signal.signal(number, note)) for number in SIGNALS]
    try:
        yield noted
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _done(job: Job, mark: Mark, lines: Sequence[Line]) -> Mark:
    events = [_understood(line.text) for line in lines]
    answers = _answers(job, [event for _, event in events])
    failpoints.reach("chunk-issued")
    for line, (event_id, _), answer in zip(lines, events, answers, strict=True):
        _note(job, issue_words.row(job.context, line, event_id, answer))
    outcomes = [issue_words.outcome(answer) for answer in answers]
    after = Mark(
        offset=job.reader.offset,
        line=job.reader.line,
        sha256=job.reader.sha256,
        issued=mark.issued + outcomes.count("issued"),
        refused=mark.refused + outcomes.count("refused"),
        already=mark.already + sum(outcome.startswith("already") for outcome in outcomes),
        written=_written(job),
    )
    if job.state is not None:
        issue_lines.remember(job.state, job.owner, after)
    failpoints.reach("chunk-remembered")
    return after


def _understood(text: bytes) -> tuple[str | None, Received | IssuerError]:
    """Return the id of the event in a line, and the event as `POST /v1/events` would take it, or why not."""
    event_id = None
    try:
        document = documents.parse(text)
        event_id = document["id"] if isinstance(document.get("id"), str) else None
        try:
            return event_id, parse.received(document, {})
        except Invalid as error:
            return event_id, _without_trace(parse.relocated(error, document))
    except IssuerError as error:
        return event_id, _without_trace(error)


def _without_trace(error: IssuerError) -> IssuerError:
    """Return the error alone: its trace leads to the lines of its chunk, and would keep them and itself."""
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


def _answers(job: Job, events: Sequence[Received | IssuerError]) -> list[Answer]:
    judged = iter(job.judge([Sent(job.sender, event) for event in events if isinstance(event, Received)]))
    answers = [event if isinstance(event, IssuerError) else next(judged) for event in events]
    for answer in answers:
        if isinstance(answer, Unavailable):
            raise answer
    return answers


def _note(job: Job, row: Row) -> None:
    if job.results is not None:
        job.results.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    elif row["outcome"] == "refused":
        job.refused(row)


def _written(job: Job) -> int:
    """Return the length of the results, which are with the system: they outlive this process."""
    if job.results is None:
        return 0
    job.results.flush()
    return job.results.tell()
