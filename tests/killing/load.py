"""Events sent while something is struck again and again, evenly among them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.killing.sender import events
from tests.killing.stage import Stage

_LOOK_SECONDS = 0.002


@dataclass(frozen=True)
class Load:
    """How many events are sent, and how often something is struck meanwhile."""

    events: int
    strikes: int


@dataclass(frozen=True)
class Progress:
    """Tells whoever waits how far a trial is."""

    show: Callable[[str], None] = lambda _line: None
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def tell(self, what: str) -> None:
        self.show(f"  {self.seconds:6.1f} s  {what}")


def under_load(stage: Stage, load: Load, strike: Callable[[], None], progress: Progress) -> None:
    """Send events to the whole fleet, strike among them, and return once each was acknowledged."""
    stage.fleet.start()
    sending = stage.sender.begin(events("load", load.events))
    began = progress.seconds
    try:
        for number in range(1, load.strikes + 1):
            due = number * load.events // (load.strikes + 1)
            while len(stage.ledger.awards) < due and not sending.ended():
                time.sleep(_LOOK_SECONDS)
            strike()
            done = len(stage.ledger.awards)
            rate = done / (progress.seconds - began)
            progress.tell(
                f"{done} acknowledged, {rate:.0f}/s, {number} strikes, {load.events - done} remaining"
            )
        sending.finish()
    finally:
        sending.abandon()
