"""Kills of processes, of PostgreSQL, of connections, and full disks: the short form of every trial."""

from pathlib import Path

import pytest

from tests.killing.disk import NoMount
from tests.killing.trials import SHORT, TRIALS, Setting, Trial

pytestmark = pytest.mark.slow

BY_POINT = "crashes"
"""What test_points.py tries, each point as a test of its own."""

STRUCK = [trial for trial in TRIALS if trial.name != BY_POINT]


@pytest.mark.parametrize("trial", STRUCK, ids=[f"{trial.name}, {trial.kind}" for trial in STRUCK])
def test_what_was_acknowledged_is_there_once_whatever_was_struck(tmp_path: Path, trial: Trial) -> None:
    try:
        outcome = trial.run(Setting(tmp_path, trial.kind, SHORT))
    except NoMount:
        pytest.skip("no disk can be mounted here")

    assert outcome.faults == {}
    assert outcome.badges == outcome.events > 0
    assert outcome.strikes > 0
