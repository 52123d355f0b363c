"""`python -m tests.bench`: measure, print a table for each part, write bench.json."""

import json
import os
import platform
from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pytest
from rich.console import Console
from rich.table import Table

from issuer import telemetry
from tests.bench import (
    asking,
    exporting,
    issuing,
    lists,
    million,
    reading,
    serving,
    signing,
    storage,
    tables,
    verifying,
    workers,
)

_LIBRARIES = ("PyLD", "cryptography", "fastapi", "uvicorn", "sqlalchemy", "psycopg")
_PROCESSORS = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Part:
    """A benchmark: its name in bench.json, how it is measured, and how that is shown."""

    key: str
    measure: Callable[..., Any]
    table: Callable[[Any], Table]


PARTS: Final = {
    "signing": Part("signing", signing.measure, tables.signing),
    "verifying": Part("verifying", verifying.measure, tables.verifying),
    "serving": Part("events", serving.measure, tables.events),
    "asking": Part("verifications", asking.measure, tables.verifications),
    "reading": Part("readings", reading.measure, tables.readings),
    "issuing": Part("issuing", issuing.measure, tables.issuing),
    "lists": Part("lists", lists.measure, tables.lists),
    "workers": Part("workers", workers.measure, tables.workers),
    "storage": Part("storage", storage.measure, tables.storage),
    "exporting": Part("exporting", exporting.measure, tables.exporting),
    "million": Part("million", million.measure, tables.million),
}


def main() -> None:
    """Run what BENCH names, everything when it is not set."""
    telemetry.configure("error")
    console = Console(highlight=False, soft_wrap=True)
    wanted = os.environ.get("BENCH")  # noqa: TID251
    chosen = tuple(wanted.split()) if wanted else tuple(PARTS)
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        raise SystemExit(f"there is no benchmark {', '.join(unknown)}: choose from {', '.join(PARTS)}")
    found = measured(console, chosen)
    Path("bench.json").write_text(json.dumps(found, indent=1) + "\n")
    console.print("\nwritten to bench.json")


def measured(console: Console, parts: Collection[str] = tuple(PARTS), **how: int) -> dict[str, object]:
    """Print the machine and the tables of these parts, and return everything as bench.json holds it."""
    machine = _machine()
    console.print(
        f"Python {machine['python']}, {machine['cores']} cores, {machine['processor']}, {machine['system']}"
    )
    console.print(", ".join(f"{name} {version(name)}" for name in _LIBRARIES))
    found: dict[str, object] = {"machine": machine}
    for part in (PARTS[name] for name in PARTS if name in parts):
        try:
            with console.status(f"measuring: {part.key}"):
                found[part.key] = part.measure(**how)
        except pytest.skip.Exception as reason:  # what tests raise where there are no binaries of PostgreSQL
            console.print(f"\n{part.key}: not measured: {reason}")
        else:
            console.print("", part.table(found[part.key]))
    return found


def _machine() -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def _processor() -> str:
    """Return the processor's name as Linux knows it, or as much as Python does."""
    lines = _PROCESSORS.read_text().splitlines() if _PROCESSORS.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
