"""`python -m tests.bench`: measure, print a table, write bench.json."""

import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from issuer import telemetry
from tests.bench import serving, signing

_LIBRARIES = ("PyLD", "cryptography", "fastapi", "uvicorn", "sqlalchemy", "psycopg")


def main() -> None:
    """Run what BENCH names, everything when it is not set."""
    telemetry.configure("error")
    console = Console(highlight=False)
    found: dict[str, object] = {"machine": _machine(), "signing": _signing(console)}
    if os.environ.get("BENCH") != "signing":  # noqa: TID251 - a benchmark is not the service
        found["events"] = _serving(console)
    Path("bench.json").write_text(json.dumps(found, indent=1) + "\n")
    console.print("\nwritten to bench.json")


def _machine() -> dict[str, object]:
    libraries = {name: version(name) for name in _LIBRARIES}
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "libraries": libraries,
    }


def _signing(console: Console) -> dict[str, float]:
    found = signing.measure()
    table = Table("SIGNING, ONE PROCESS", "badges per CPU second", "of the limit", box=None, pad_edge=False)
    for name, text in (
        ("limit_per_s", "bare limit: Ed25519 and two SHA-256"),
        ("plain_per_s", "plain path, to signed text"),
        ("checked_per_s", "plain path, verified before it is published"),
    ):
        table.add_row(text, f"{found[name]:,.0f}", f"{found[name] / found['limit_per_s']:.4f}")
    console.print(table)
    return found


def _serving(console: Console) -> dict[str, dict[str, float]]:
    found = serving.measure()
    table = Table(
        "POST /v1/events",
        "per second",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "of the bare answer",
        box=None,
        pad_edge=False,
    )
    for name, row in found.items():
        bare = found[f"{name.partition(',')[0]}, bare answer"]["per_s"]
        cells = [f"{row[key]:,.1f}" for key in ("per_s", "p50_ms", "p95_ms", "p99_ms")]
        table.add_row(name, *cells, f"{row['per_s'] / bare:.3f}")
    console.print(table)
    return found


if __name__ == "__main__":
    main()
