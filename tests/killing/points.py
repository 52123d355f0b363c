"""One crash at each named point: before and after every commit, and between a signature and its storing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from issuer.db import tenants
from tests.killing import imported
from tests.killing.fleet import Member
from tests.killing.sender import events
from tests.killing.stage import Stage

_DIED = -9
_EVENTS = 6


@dataclass(frozen=True)
class Point:
    """A name that the code reaches, and what makes it: the crash happens there, or the trial fails."""

    name: str
    provoke: Callable[[Stage, str], None]

    @property
    def label(self) -> str:
        return f"{self.provoke.__name__.strip('_')}: {self.name}"


class NotReached(AssertionError):
    """The process did not die at the point, so nothing was tried."""


def crash(stage: Stage, point: Point) -> None:
    """Let the process die at a point, and bring about that everything was acknowledged all the same."""
    point.provoke(stage, point.name)


def sending(stage: Stage, name: str) -> None:
    """The API dies while it issues; the platform sends again what was not acknowledged."""
    api = _restarted(stage, name)
    work = stage.sender.begin(events(name, _EVENTS))
    _await_death(stage, api.wait())
    api.start()
    work.finish()


def _finishing(stage: Stage, name: str) -> None:
    """The worker dies while it finishes what a crash of the API left."""
    api = _restarted(stage, "recorded")
    work = stage.sender.begin(events(f"{name}-draft", _EVENTS))
    _await_death(stage, api.wait())
    _await_death(stage, stage.fleet.command("worker", "--once", failpoint=name))
    api.start()
    work.finish()


def _withdrawing(stage: Stage, name: str) -> None:
    """The API dies while it withdraws a badge; the platform asks again."""
    award_id = _an_award(stage, name)
    api = _restarted(stage, name)
    with ThreadPoolExecutor(1) as platform:
        asked = platform.submit(stage.sender.withdraw, award_id)
        _await_death(stage, api.wait())
        api.start()
        asked.result()


def _publishing(stage: Stage, name: str) -> None:
    """The worker dies while it publishes a status list."""
    stage.sender.withdraw(_an_award(stage, name))
    _await_death(stage, stage.fleet.command("worker", "--once", failpoint=name))
    stage.take_over()


def _rotating(stage: Stage, name: str) -> None:
    """The operator's command dies while it rotates keys; it is given again, and signs what comes next."""
    _await_death(stage, stage.fleet.command("keys", "rotate", failpoint=name))
    stage.sender.begin(events(f"{name}-between", 1)).finish()
    stage.run("keys", "rotate")
    stage.sender.begin(events(f"{name}-after", 1)).finish()


def _retiring(stage: Stage, name: str) -> None:
    """The operator's command dies while it retires a key; it is given again, and the file is gone."""
    _an_award(stage, name)
    with stage.world.context.database.read() as session:
        key = tenants.signing_key(session, stage.world.tenant.id)
    assert key is not None
    stage.run("keys", "rotate")
    _await_death(stage, stage.fleet.command("keys", "retire", key.id, failpoint=name))
    stage.run("keys", "retire", key.id)
    assert not list(stage.world.context.settings.keys_dir.glob(f"{key.id}*"))


def _importing(stage: Stage, name: str) -> None:
    """The import of a file dies; the same command goes on where it was, and names every award once."""
    given = imported.file(stage, name, _EVENTS)
    _await_death(stage, stage.fleet.command(*given.command, failpoint=name))
    stage.run(*given.command)
    given.acknowledge(stage)


def _restarted(stage: Stage, failpoint: str) -> Member:
    api = stage.fleet.apis[0]
    api.kill()
    api.start(failpoint)
    return api


def _an_award(stage: Stage, name: str) -> str:
    event = events(f"{name}-award", 1)
    stage.sender.begin(event).finish()
    return next(iter(stage.ledger.awards[str(event[0]["id"])]))


def _await_death(stage: Stage, exit_code: int | None) -> None:
    if exit_code != _DIED:
        raise NotReached(f"the process ended with {exit_code} instead of dying there: {stage.fleet.told()}")


_ISSUING = ("recording", "recorded", "signed", "publishing", "published")
_IMPORTING = ("chunk-issued", "chunk-remembered")
_WITHDRAWING = ("withdrawing", "withdrawn")
_LISTING = ("list-signed", "list-publishing", "list-published")
_ROTATING = ("key-made", "key-recording", "key-recorded", "key-activating", "key-activated")
_RETIRING = ("key-retiring", "key-retired")

POINTS: Final = (
    *(Point(name, sending) for name in _ISSUING),
    *(Point(name, _finishing) for name in _ISSUING[2:]),
    *(Point(name, _importing) for name in (*_ISSUING, *_IMPORTING)),
    *(Point(name, _withdrawing) for name in _WITHDRAWING),
    *(Point(name, _publishing) for name in _LISTING),
    *(Point(name, _rotating) for name in _ROTATING),
    *(Point(name, _retiring) for name in _RETIRING),
)
