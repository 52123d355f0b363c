"""`python -m tests.bench`: measure, print a table, write bench.json."""

import json
import os
import platform
from collections.abc import Collection
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from issuer import telemetry
from tests.bench import asking, reading, serving, signing, verifying

_LIBRARIES = ("PyLD", "cryptography", "fastapi", "uvicorn", "sqlalchemy", "psycopg")
PARTS = ("signing", "verifying", "serving", "asking", "reading")
_PROCESSORS = Path("/proc/cpuinfo")


def main() -> None:
    """Run what BENCH names, everything when it is not set."""
    telemetry.configure("error")
    console = Console(highlight=False, soft_wrap=True)
    wanted = os.environ.get("BENCH")  # noqa: TID251
    chosen = PARTS if wanted is None else tuple(wanted.split())
    found = measured(console, chosen)
    Path("bench.json").write_text(json.dumps(found, indent=1) + "\n")
    console.print("\nwritten to bench.json")


def measured(
    console: Console, parts: Collection[str] = PARTS, *, rounds: int = signing.ROUNDS
) -> dict[str, object]:
    """Print the machine and the tables of these parts, and return everything as bench.json holds it."""
    machine = _machine()
    console.print(
        f"Python {machine['python']}, {machine['cores']} cores, {machine['processor']}, {machine['system']}"
    )
    console.print(", ".join(f"{name} {version(name)}" for name in _LIBRARIES) + "\n")
    found: dict[str, object] = {"machine": machine}
    if "signing" in parts:
        found["signing"] = _signing(console, rounds)
    if "verifying" in parts:
        found["verifying"] = _verifying(console, rounds)
    if "serving" in parts:
        found["events"] = _serving(console)
    if "asking" in parts:
        found["verifications"] = _asking(console)
    if "reading" in parts:
        found["readings"] = _reading(console)
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


def _signing(console: Console, rounds: int) -> dict[str, float]:
    found = signing.measure(rounds)
    table = Table("SIGNING, ONE PROCESS", "badges per CPU second", "of the limit", box=None, pad_edge=False)
    for name, text in (
        ("limit_per_s", "bare limit: Ed25519 and two SHA-256"),
        ("plain_per_s", "PyLD by itself"),
        ("general_per_s", "the general path: any document"),
        ("shape_per_s", "by the plan of its shape"),
        ("compiled_per_s", "by the plan of its achievement"),
        ("compiled_checked_per_s", "the same, verified before it is published"),
    ):
        table.add_row(text, f"{found[name]:,.0f}", f"{found[name] / found['limit_per_s']:.4f}")
    console.print(table)
    size, canonical = found["badge_bytes"], found["canonical_bytes"]
    console.print(f"a badge of {size:,.0f} bytes signed, {canonical:,.0f} in canonical form\n")
    return found


def _serving(console: Console) -> dict[str, dict[str, float]]:
    found = serving.measure()
    columns = ("POST /v1/events", "per second", "p50 ms", "p95 ms", "p99 ms", "of the peer")
    table = Table(*columns, box=None, pad_edge=False)
    for name, row in found.items():
        peer = found[f"{serving.PEER}, {name.partition(', ')[2]}"]["per_s"]
        cells = [f"{row[key]:,.1f}" for key in ("per_s", "p50_ms", "p95_ms", "p99_ms")]
        table.add_row(name, *cells, f"{row['per_s'] / peer:.4f}")
    console.print(table)
    return found


def _verifying(console: Console, rounds: int) -> dict[str, dict[str, float]]:
    found = verifying.measure(rounds)
    columns = ("VERIFYING, ONE PROCESS", "per CPU s", "of limit", "Digital Bazaar", "times theirs")
    table = Table(*columns, box=None, pad_edge=False)
    for name, row in found.items():
        theirs = [f"{row['peer_per_s']:,.0f}", f"{row['of_peer']:.2f}"] if "of_peer" in row else ["-", "-"]
        table.add_row(f"{name} badge", f"{row['per_s']:,.0f}", f"{row['of_limit']:.4f}", *theirs)
    limit = found["own"]["limit_per_s"]
    table.add_row("bare limit", f"{limit:,.0f}", "1", "-", "-")
    console.print(table, "")
    return found


def _asking(console: Console) -> dict[str, dict[str, float]]:
    found = asking.measure()
    columns = ("POST /v1/verify", "per second", "p50 ms", "p95 ms", "p99 ms")
    table = Table(*columns, box=None, pad_edge=False)
    for name, row in found.items():
        table.add_row(name, *(f"{row[key]:,.1f}" for key in ("per_s", "p50_ms", "p95_ms", "p99_ms")))
    console.print("", table)
    return found


def _reading(console: Console) -> dict[str, dict[str, float]]:
    found = reading.measure()
    columns = ("READING", "per second", "of a bare answer", "p50 ms", "p95 ms", "p99 ms")
    table = Table(*columns, box=None, pad_edge=False)
    for name, row in found.items():
        cells = [f"{row[key]:,.1f}" for key in ("p50_ms", "p95_ms", "p99_ms")]
        table.add_row(name, f"{row['per_s']:,.0f}", f"{row['of_peer']:.3f}", *cells)
    console.print("", table)
    return found


if __name__ == "__main__":
    main()
