"""`python -m tests.killing`: run the trials and the mutants, print a table, write kill-test.json."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from issuer import telemetry
from issuer.settings import PREFIX
from tests.killing import mutants, points
from tests.killing.disk import NoMount
from tests.killing.load import Load, Progress
from tests.killing.mutants import MUTANTS
from tests.killing.points import POINTS, Point
from tests.killing.stage import temporary
from tests.killing.trials import LONG, SHORT, TRIALS, Outcome, Scale, Setting, Trial

_WIDTH = 130
_COLUMNS = ("events", "strikes", "replays", "withdrawn", "unanswered", "refused", "badges", "seconds")


def main() -> int:
    """Run what was asked for, and return 1 where a fault was found, or a mutant was not."""
    telemetry.configure("error")
    _forget_settings()
    given, console = _arguments(), Console(highlight=False, soft_wrap=True, width=_WIDTH)
    scale = _scale(given)
    chosen = [trial for trial in TRIALS if _is_asked_for(trial, given)]
    chosen_points = POINTS if given.point is None else (Point(given.point, points.sending),)
    tried = [_run(console, trial, scale, chosen_points) for trial in chosen]
    outcomes = [outcome for outcome in tried if outcome is not None]
    bitten = {} if given.only else _bitten(console)
    _show(console, outcomes, bitten)
    result = {"trials": [asdict(outcome) for outcome in outcomes], "mutants": bitten}
    Path(given.json).write_text(json.dumps(result, indent=1) + "\n")
    return int(any(outcome.faults for outcome in outcomes) or not all(bitten.values()))


def _forget_settings() -> None:
    """Leave out the settings of whoever calls this: the fleet has its own, and keys are made for it."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:  # noqa: TID251
        del os.environ[name]  # noqa: TID251


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.killing", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few minutes instead of half an hour")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="one kind alone")
    parser.add_argument("--only", nargs="+", choices=sorted({trial.name for trial in TRIALS}))
    parser.add_argument("--events", type=int, help="how many events a trial sends")
    parser.add_argument("--strikes", type=int, help="how often something is struck in a trial")
    parser.add_argument("--point", help="one failpoint, reached by sending events, for the trial of crashes")
    parser.add_argument("--json", default="kill-test.json", help="where the result is written")
    return parser.parse_args()


def _scale(given: argparse.Namespace) -> Scale:
    scale = SHORT if given.short else LONG
    return Scale(
        *(
            Load(given.events or load.events, given.strikes or load.strikes)
            for load in (scale.kills, scale.outages, scale.full)
        )
    )


def _is_asked_for(trial: Trial, given: argparse.Namespace) -> bool:
    return given.database in {None, trial.kind} and (given.only is None or trial.name in given.only)


def _run(console: Console, trial: Trial, scale: Scale, where: Sequence[Point]) -> Outcome | None:
    """Return a trial's outcome, or None where this machine forbids it."""
    console.print(f"{trial.name}, {trial.kind}")
    with temporary() as folder:
        try:
            outcome = trial.run(Setting(folder, trial.kind, scale, Progress(console.print), where))
        except NoMount as error:
            console.print(f"  not tried: no disk can be mounted here ({error})")
            return None
    console.print(f"  {json.dumps(asdict(outcome))}")
    return outcome


def _bitten(console: Console) -> dict[str, bool]:
    """Return which mutants were found by the check that has to find them."""
    found = {}
    for mutant in MUTANTS:
        with temporary() as folder:
            found[mutant.name] = mutant.found_by in mutants.faults(mutant, folder)
        console.print(f"mutant: {mutant.name}: {'caught' if found[mutant.name] else 'NOT CAUGHT'}")
    return found


def _show(console: Console, outcomes: Sequence[Outcome], bitten: dict[str, bool]) -> None:
    table = Table("trial", "database", *_COLUMNS, "faults")
    for outcome in outcomes:
        values = asdict(outcome)
        faults = ", ".join(f"{name}: {len(found)}" for name, found in outcome.faults.items())
        table.add_row(
            outcome.trial, outcome.database, *(str(values[name]) for name in _COLUMNS), faults or "none"
        )
    console.print(table)
    for outcome in outcomes:
        for name, found in outcome.faults.items():
            console.print(f"{outcome.trial}, {outcome.database}: {name}: {found[:5]}")
    for name, caught in bitten.items():
        console.print(f"mutant, {name}: {'caught' if caught else 'NOT CAUGHT'}")


if __name__ == "__main__":
    sys.exit(main())
