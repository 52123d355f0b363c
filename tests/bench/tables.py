"""What the benchmarks found, as tables: each figure beside its limit or its peer of the same run."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from tests.bench import serving

Row = Mapping[str, float]

_SIGNING = (
    ("limit_per_s", "bare limit: Ed25519 and two SHA-256", "limit_per_s"),
    ("plain_per_s", "PyLD by itself", "limit_per_s"),
    ("digital_bazaar_per_s", "Digital Bazaar's library", "limit_per_s"),
    ("dcc_per_s", "issue() of the Digital Credentials Consortium", "limit_per_s"),
    ("general_per_s", "the general path: any document", "limit_per_s"),
    ("compiling_per_s", "compiling the plan of an unseen shape", "limit_per_s"),
    ("shape_per_s", "by the plan of its shape", "limit_per_s"),
    ("compiled_per_s", "by the plan of its achievement", "limit_per_s"),
    ("compiled_checked_per_s", "the same, checked before it is published", "limit_per_s"),
    ("jcs_limit_per_s", "bare limit of eddsa-jcs-2022", "jcs_limit_per_s"),
    ("jcs_per_s", "eddsa-jcs-2022, by plan", "jcs_limit_per_s"),
    ("jwt_limit_per_s", "bare limit of a VC-JWT: Ed25519", "jwt_limit_per_s"),
    ("jwt_per_s", "VC-JWT", "jwt_limit_per_s"),
)
_VERIFYING = (
    ("proof_seen", "its proof alone, of a seen shape", "peer_proof_per_s"),
    ("report_seen", "the whole report, of a seen shape", "peer_per_s"),
    ("report_unseen", "the whole report, of an unseen shape", "peer_per_s"),
)
_TIMES = ("p50_ms", "p95_ms", "p99_ms")


def signing(found: Row) -> Table:
    """Return how fast each path signs, and its share of the limit."""
    size, canonical = found["badge_bytes"], found["canonical_bytes"]
    table = _table("SIGNING, ONE PROCESS", "badges per CPU second", "of its limit", "times plain")
    table.caption = f"a badge of {size:,.0f} bytes signed, {canonical:,.0f} in canonical form"
    for name, text, limit in _SIGNING:
        if name in found:
            rate = found[name]
            of_limit, times = f"{rate / found[limit]:.4f}", f"{rate / found['plain_per_s']:.1f}"
            table.add_row(text, f"{rate:,.0f}", of_limit, times)
    return table


def verifying(found: Mapping[str, Row]) -> Table:
    """Return how fast each kind of badge is verified, here and by the peer."""
    table = _table("VERIFYING, ONE PROCESS", "per CPU s", "of limit", "Digital Bazaar", "times theirs")
    for name, row in found.items():
        table.add_row(f"{name} badge: bare limit", f"{row['bare_per_s']:,.0f}", "1", "-", "-")
        for what, text, peer in _VERIFYING:
            theirs = [f"{row[peer]:,.0f}", f"{row[f'{what}_of_peer']:.2f}"] if peer in row else ["-", "-"]
            rates = f"{row[f'{what}_per_s']:,.0f}", f"{row[f'{what}_of_limit']:.4f}"
            table.add_row(f"{name} badge: {text}", *rates, *theirs)
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
    table = Table(box=None, pad_edge=False, caption_justify="left")
    for name in (title, *columns):
        table.add_column(name, no_wrap=True)
    return table


def _headings(names: Sequence[str]) -> list[str]:
    return [name.replace("_", " ") for name in names]


def _cells(row: Row, names: Sequence[str]) -> list[str]:
    return [f"{row[name]:,.1f}" for name in names]
