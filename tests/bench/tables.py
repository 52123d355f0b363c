"""What the benchmarks found, as tables: each figure beside its limit or its peer of the same run."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from tests.bench import serving

Row = Mapping[str, float]

_SIGNING = (
    ("limit_per_s", "bare limit: Ed25519 and two SHA-256"),
    ("plain_per_s", "PyLD by itself"),
    ("general_per_s", "the general path: any document"),
    ("shape_per_s", "by the plan of its shape"),
    ("compiled_per_s", "by the plan of its achievement"),
    ("compiled_checked_per_s", "the same, verified before it is published"),
)
_TIMES = ("p50_ms", "p95_ms", "p99_ms")


def signing(found: Row) -> Table:
    """Return how fast each path signs, and its share of the limit."""
    size, canonical = found["badge_bytes"], found["canonical_bytes"]
    table = _table("SIGNING, ONE PROCESS", "badges per CPU second", "of the limit")
    table.caption = f"a badge of {size:,.0f} bytes signed, {canonical:,.0f} in canonical form"
    for name, text in _SIGNING:
        table.add_row(text, f"{found[name]:,.0f}", f"{found[name] / found['limit_per_s']:.4f}")
    return table


def verifying(found: Mapping[str, Row]) -> Table:
    """Return how fast each kind of badge is verified, here and by the peer."""
    table = _table("VERIFYING, ONE PROCESS", "per CPU s", "of limit", "Digital Bazaar", "times theirs")
    for name, row in found.items():
        theirs = [f"{row['peer_per_s']:,.0f}", f"{row['of_peer']:.2f}"] if "of_peer" in row else ["-", "-"]
        table.add_row(f"{name} badge", f"{row['per_s']:,.0f}", f"{row['of_limit']:.4f}", *theirs)
    table.add_row("bare limit", f"{found['own']['limit_per_s']:,.0f}", "1", "-", "-")
    return table


def events(found: Mapping[str, Row]) -> Table:
    """Return how fast events are answered over HTTP, beside a peer that only echoes them."""
    table = _table("POST /v1/events", "per second", *_headings(_TIMES), "of the peer")
    for name, row in found.items():
        peer = found[f"{serving.PEER}, {name.partition(', ')[2]}"]["per_s"]
        table.add_row(name, *_cells(row, ("per_s", *_TIMES)), f"{row['per_s'] / peer:.4f}")
    return table


def verifications(found: Mapping[str, Row]) -> Table:
    """Return how fast credentials are judged over HTTP."""
    table = _table("POST /v1/verify", "per second", *_headings(_TIMES))
    for name, row in found.items():
        table.add_row(name, *_cells(row, ("per_s", *_TIMES)))
    return table


def readings(found: Mapping[str, Row]) -> Table:
    """Return how fast what anybody reads is answered, beside an answer with nothing in it."""
    table = _table("READING", "per second", "of a bare answer", *_headings(_TIMES))
    for name, row in found.items():
        table.add_row(name, f"{row['per_s']:,.0f}", f"{row['of_peer']:.3f}", *_cells(row, _TIMES))
    return table


def _table(title: str, *columns: str) -> Table:
    return Table(title, *columns, box=None, pad_edge=False, caption_justify="left")


def _headings(names: Sequence[str]) -> list[str]:
    return [name.replace("_", " ") for name in names]


def _cells(row: Row, names: Sequence[str]) -> list[str]:
    return [f"{row[name]:,.1f}" for name in names]
