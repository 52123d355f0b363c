"""Processes that judge strangers' credentials: killed when over, and never mistaken for one another."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from issuer.core.verifying import report
from issuer.core.verifying.holder import Claimed
from issuer.core.verifying.materials import Materials
from issuer.core.verifying.report import Report
from issuer.sandbox import judging
from issuer.sandbox.judging import Busy, Sandbox
from tests.support import badges

SECONDS = 0.5
GOOD = badges.materials(badges.badge())
SECRET = "a word of the badge"


def judge(materials: Materials, claimed: Claimed | None) -> Report:
    """Judge as ever, but for a badge whose name says what to do instead: it runs in a process of its own."""
    match materials.document.get("name"):
        case "endless":
            while True:
                pass
        case "hungry":
            held = []
            while True:
                held.append(bytearray(10_000_000))
        case "broken":
            raise ValueError(SECRET)
        case "slow":
            time.sleep(2)
    return report.report(materials, claimed)


def named(name: str) -> Materials:
    return replace(GOOD, document={**GOOD.document, "name": name})


@contextmanager
def places(size: int = 1, seconds: float = SECONDS) -> Iterator[Sandbox]:
    found = Sandbox(size, seconds=seconds, judge=judge)
    try:
        yield found
    finally:
        found.close()


def test_a_badge_is_judged_in_a_process_as_it_is_here() -> None:
    whose = Claimed("emailAddress", "teacher@alder.example")

    with places(seconds=10) as found:
        assert found.judge(GOOD, whose) == report.report(GOOD, whose)


def test_what_takes_for_ever_is_given_up_and_the_next_badge_is_judged() -> None:
    with places() as found:
        found.judge(GOOD)
        started = time.monotonic()
        endless = found.judge(named("endless"))
        taken = time.monotonic() - started

        assert (endless.result, endless.credential) == ("too_complex", None)
        assert taken < SECONDS + 1
        assert [found.judge(GOOD).result for _ in range(2)] == ["valid", "valid"]


def test_what_eats_memory_is_given_up_and_the_next_badge_is_judged() -> None:
    with places(seconds=20) as found:
        hungry = found.judge(named("hungry"))

        assert (hungry.result, hungry.credential) == ("too_complex", None)
        assert "memory" in hungry.checks[0].message
        assert found.judge(GOOD).result == "valid"


def test_a_fault_in_the_judge_is_no_verdict_and_is_not_repeated(capfd: pytest.CaptureFixture[str]) -> None:
    with places(seconds=20) as found:
        broken = found.judge(named("broken"))
        after = found.judge(GOOD)

    assert (broken.result, after.result) == ("could_not_check", "valid")
    assert SECRET not in str(broken) + "".join(capfd.readouterr())


def test_an_answer_that_comes_too_late_is_never_the_next_badges() -> None:
    with places() as found:
        late = found.judge(named("slow"))
        time.sleep(2)

        assert late.result == "too_complex"
        assert found.judge(replace(GOOD, document={})).result == "not_a_badge"


def test_a_process_that_somebody_killed_is_replaced() -> None:
    with places(seconds=10) as found:
        found.judge(GOOD)
        worker = found._idle.get()  # noqa: SLF001 - nothing outside knows the process
        assert worker is not None
        worker.process.kill()
        worker.process.join()
        found._idle.put(worker)  # noqa: SLF001

        assert found.judge(GOOD).result == "valid"


def test_who_finds_no_place_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_PATIENCE", 0.1)
    with places(seconds=2) as found:
        found.judge(GOOD)
        at_work = threading.Thread(target=found.judge, args=(named("endless"),))
        at_work.start()
        while not found._idle.empty():  # noqa: SLF001
            time.sleep(0.01)

        with pytest.raises(Busy, match="try again"):
            found.judge(GOOD)
        at_work.join()
        assert found.judge(GOOD).result == "valid"


def test_several_places_are_used_at_once() -> None:
    with places(2, seconds=6) as found:  # starting the second place takes its time on a busy machine
        for _ in range(2):
            found.judge(GOOD)
        endless = threading.Thread(target=found.judge, args=(named("endless"),))
        endless.start()

        assert found.judge(GOOD).result == "valid"
        assert endless.is_alive()
        endless.join()
