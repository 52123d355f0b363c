"""What an agency answers of each row, kept for the district with what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.exchange.exports.receipts import Receipt
from issuer.db import export_receipts, tenants
from issuer.errors import Invalid
from issuer.services.exports.profiles import Export

MOST: Final = 250_000
"""How many lines are taken at a time: what is said of those that are not is in memory until the answer."""

_TOGETHER: Final = 1_000


class TooManyReceipts(Invalid):
    """There are more lines than are taken at a time."""

    code = "too-many-receipts"


@dataclass(frozen=True)
class Refused:
    """A line that was not taken, by its number from 1, and why."""

    line: int
    detail: str


@dataclass
class Taken:
    """How many receipts were kept, and which lines were not."""

    kept: int = 0
    refused: list[Refused] = field(default_factory=list)


def take(context: Context, export: Export, raw: bytes) -> Taken:
    """Keep the receipts in NDJSON. A line that cannot be taken says why, and takes no other one with it.

    Sent again they change nothing; what is said of a badge later counts. Raises `TooManyReceipts`.
    """
    if raw.count(b"\n") > MOST:
        raise TooManyReceipts(f"there are more than {MOST} lines: send the receipts in several parts")
    taken, lines = Taken(), raw.split(b"\n")
    for start in range(0, len(lines), _TOGETHER):
        read = _read(lines[start : start + _TOGETHER], start + 1, taken)
        _keep(context, export, read, taken)
    taken.refused.sort(key=lambda each: each.line)
    return taken


def _read(lines: Sequence[bytes], first: int, taken: Taken) -> dict[int, Receipt]:
    found = {}
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        try:
            found[number] = fields.read(Receipt, documents.parse(line))
        except Invalid as error:
            said = "; ".join(f"{each.pointer}: {each.detail}".removeprefix(": ") for each in error.faults[:3])
            taken.refused.append(Refused(number, said or error.detail))
    return found


def _keep(context: Context, export: Export, read: dict[int, Receipt], taken: Taken) -> None:
    base = context.addresses(export.tenant).badge("")
    named = {number: each.credential_id.removeprefix(base) for number, each in read.items()}
    with context.database.write.begin() as session:
        tenants.hold(session, export.tenant.id)  # two answers at once for one badge would clash
        known = export_receipts.known(session, export.tenant.id, sorted(set(named.values())))
        rows = {
            named[number]: _row(context, named[number], each)
            for number, each in read.items()
            if named[number] in known
        }
        if rows:
            export_receipts.put(session, export.tenant.id, export.id, list(rows.values()))
    strange = [number for number in read if named[number] not in known]
    taken.refused += [Refused(number, "/credential_id: no badge of this export has it") for number in strange]
    taken.kept += len(read) - len(strange)


def _row(context: Context, public_id: str, receipt: Receipt) -> dict[str, object]:
    return {
        "credential": public_id,
        "seq": receipt.seq,
        "outcome": receipt.outcome,
        "reason": receipt.reason,
        "agency_record_id": receipt.agency_record_id,
        "note": receipt.note,
        "received_at": context.clock(),
    }
