"""What the benchmarks found, as tables: each figure beside its limit or its peer of the same run."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from tests.bench import lists as bench_lists

Row = Mapping[str, float]

_SIGNING = (
    ("limit_per_s", "bare limit: Ed25519 and two SHA-256", "limit_per_s"),
    ("plain_per_s", "PyLD by itself", "limit_per_s"),
    ("digital_bazaar_per_s", "Digital Bazaar's library", "limit_per_s"),
    ("dcc_per_s", "issue() of the Digital Credentials Consortium", "limit_per_s"),
    ("general_per_s", "the general path: any document", "limit_per_s"),
    ("compiling_per_s", "compiling the plan of an unseen shape", "limit_per_s"),
    ("shape_per_s", "by the plan of its shape", "limit_per_s"),
    ("uncoded_per_s", "by the plan of its achievement, without code", "limit_per_s"),
    ("compiled_per_s", "by the plan of its achievement", "limit_per_s"),
    ("compiled_checked_per_s", "the same, checked before it is published", "limit_per_s"),
    ("jcs_limit_per_s", "bare limit of eddsa-jcs-2022", "jcs_limit_per_s"),
    ("jcs_per_s", "eddsa-jcs-2022, by plan", "jcs_limit_per_s"),
    ("jwt_limit_per_s", "bare limit of a VC-JWT: Ed25519", "jwt_limit_per_s"),
    ("jwt_per_s", "VC-JWT", "jwt_limit_per_s"),
)
_VERIFYING = (
    ("proof_seen", "its proof alone, of a seen shape", "peer_proof_per_s"),
    ("proof_unseen", "its proof alone, of an unseen shape", "peer_proof_per_s"),
    ("report_seen", "the whole report, of a seen shape", "peer_per_s"),
    ("report_unseen", "the whole report, of an unseen shape", "peer_per_s"),
)
_ISSUING = (
    ("chunk_per_s", "events a CPU second, in chunks of 500", ",.0f"),
    ("alone_per_s", "events a CPU second, one by one", ",.0f"),
    ("alone_p50_ms", "ms for one alone, by the clock, median", ".2f"),
    ("store_per_s", "rows of that size that are only stored, a CPU second", ",.0f"),
    ("limit_per_s", "bare signatures and hashes a CPU second", ",.0f"),
    ("ratio_to_store", "chunks, of what only storing takes", ".3f"),
    ("ratio_to_limit", "chunks, of the bare limit", ".4f"),
    ("chunk_statements", "SQL statements for a chunk", ".0f"),
    ("alone_statements", "SQL statements for one alone", ".0f"),
)
_LISTS = (
    ("updated_ms", "bits flipped, compressed, signed, verified", ".2f"),
    ("limit_ms", "bare limit: compression and signature", ".2f"),
    ("packed_anew_ms", "packed from all indices and compressed", ".2f"),
    ("gzip_6_ms", "compressed at gzip's usual level", ".2f"),
    ("of_limit", "of the limit", ".3f"),
    ("characters", "characters of the published list", ",.0f"),
)
_WORKERS = (
    ("one_per_s", "events a second, one process", ",.0f"),
    ("two_per_s", "events a second, two processes", ",.0f"),
    ("ratio", "times as fast, by the clock", ".2f"),
    ("one_cpu_ms", "CPU ms for an event, one process", ".3f"),
    ("two_cpu_ms", "CPU ms for an event, two processes", ".3f"),
    ("cpu_ratio", "times as fast, by CPU time", ".2f"),
)
_STORAGE = (
    ("text_bytes", "bytes of a signed text", ",.0f"),
    ("packed_bytes", "the same, packed with its dictionary", ",.0f"),
    ("bytes_credential", "on disk a badge: its own row", ",.0f"),
    ("bytes_all_tables", "rows of all tables", ",.0f"),
    ("bytes_all_indices", "indices", ",.0f"),
    ("begun_us", "CPU us to pack a draft", ".1f"),
    ("continued_us", "CPU us to pack what a signature adds", ".1f"),
    ("unpacked_us", "CPU us to unpack a text", ".1f"),
)
_MILLION = (
    ("cpu_seconds", "CPU seconds", ",.0f"),
    ("wall_seconds", "seconds by the clock", ",.0f"),
    ("per_cpu_s", "badges a CPU second", ",.0f"),
    ("first_per_cpu_s", "of the first 20,000", ",.0f"),
    ("last_per_cpu_s", "of the last 20,000", ",.0f"),
    ("last_of_first", "the last, of the first", ".3f"),
    ("read_at_1000_p50_ms", "ms to read one of 1,000, median", ".3f"),
    ("read_p50_ms", "ms to read one of all, median", ".3f"),
    ("memory_early_mb", "MB of memory after the first 20,000", ",.0f"),
    ("memory_mb", "MB of memory in the end", ",.0f"),
    ("memory_growth", "growth of memory", "+.1%"),
    ("table_bytes_a_badge", "bytes a badge on disk, without indices", ",.0f"),
    ("index_bytes_a_badge", "bytes a badge in indices", ",.0f"),
    ("withdrawn", "then withdrawn at once", ",.0f"),
    ("withdrawal_s", "seconds until that was published", ",.1f"),
    ("publications", "lists published", ".0f"),
    ("publication_s", "seconds of these for publishing", ".2f"),
)
_EXPORTING = (
    ("full_s", "seconds for all of it, by the clock", ",.1f"),
    ("limit_s", "the same rows as JSON through gzip alone", ",.1f"),
    ("of_limit", "of that limit", ".3f"),
    ("full_mb", "MB, compressed", ",.1f"),
    ("files", "files", ".0f"),
    ("memory_mb", "MB of memory above what the process had", ",.0f"),
    ("delta_bytes", "bytes of a delta", ",.0f"),
    ("delta_few_ms", "ms for a delta among few badges, median", ",.0f"),
    ("delta_ms", "ms for the same among all, median", ",.0f"),
    ("delta_growth", "times as long", ".2f"),
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
    """Return how fast events are answered over HTTP, beside the limits and the peer of the same rounds."""
    shares = ("of_hello", "of_stored", "of_service", "of_stored_by_cpu")
    columns = ("per second", *_headings(_TIMES), "cpu ms", *_headings(shares))
    table = _table("POST /v1/events", *columns)
    for name, row in found.items():
        ratios = [f"{row[share]:,.3f}" if share in row else "-" for share in shares]
        cpu = f"{row['cpu_ms']:,.2f}" if "cpu_ms" in row else "-"
        table.add_row(name, *_cells(row, ("per_s", *_TIMES)), cpu, *ratios)
    return table


def issuing(found: Row) -> Table:
    """Return how fast events become stored badges, on SQLite and on PostgreSQL."""
    table = _table("ISSUING, ONE PROCESS", "SQLite", "PostgreSQL")
    for name, text, form in _ISSUING:
        cells = [format(found[key], form) if key in found else "-" for key in (name, f"postgresql_{name}")]
        table.add_row(text, *cells)
    return table


def lists(found: Row) -> Table:
    """Return what bringing a status list up to date takes, beside its compression and signature."""
    table = _table("STATUS LISTS, CPU ms", *(f"{length:,} entries" for length in bench_lists.LENGTHS))
    for name, text, form in _LISTS:
        table.add_row(text, *(format(found[f"{name}_{length}"], form) for length in bench_lists.LENGTHS))
    return table


def workers(found: Row) -> Table:
    """Return how much faster two importing processes are than one, by the clock and by their CPU time."""
    return _figures("TWO PROCESSES ON POSTGRESQL", found, _WORKERS)


def storage(found: Row) -> Table:
    """Return what a badge takes on disk, and what packing its text costs."""
    return _figures("WHAT A BADGE TAKES", found, _STORAGE)


def million(found: Row) -> Table:
    """Return what a great many badges take, in the beginning and in the end."""
    return _figures(f"{found['badges']:,.0f} BADGES FROM NDJSON", found, _MILLION)


def exporting(found: Row) -> Table:
    """Return what an agency's export takes, whole and as the changes of a night."""
    title = (
        f"EXPORT OF {found['rows']:,.0f} BADGES, DELTA OF {found['changes']:,.0f} (FEW: {found['few']:,.0f})"
    )
    return _figures(title, found, _EXPORTING)


def _figures(title: str, found: Row, names: Sequence[tuple[str, str, str]]) -> Table:
    table = _table(title, "")
    for name, text, form in names:
        table.add_row(text, format(found[name], form))
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
