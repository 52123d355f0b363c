"""What the API answers about exports, and what it takes."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field

from issuer.context import Context
from issuer.core import fields
from issuer.core.awarding.profile import plain
from issuer.core.exchange.exports.receipts import FIXES
from issuer.db.export_tables import ExportDownload, ExportReceipt
from issuer.services.exports import manifests
from issuer.services.exports.answering import Taken
from issuer.services.exports.profiles import Export
from issuer.services.exports.reconciling import Reconciled
from issuer.web.answers import Answer

OutcomeAsked: TypeAlias = Literal["accepted", "rejected", "held"]
RequestId = Annotated[str, Field(alias="request_id")]


class ExportChange(fields.Strict):
    """Whether a profile is turned off."""

    disabled: bool


class ExportShown(Answer):
    """A profile, its version, and where it is read."""

    name: str
    version: int
    profile: dict[str, Any]
    manifest_url: str
    dictionary_url: str
    created_at: datetime
    disabled_at: datetime | None


class ExportOut(Answer):
    """A profile."""

    export: ExportShown
    request_id: RequestId


class ExportsOut(Answer):
    """All profiles of the issuer."""

    exports: list[ExportShown]
    request_id: RequestId


class ManifestOut(Answer):
    """A manifest, signed by the issuer (eddsa-jcs-2022). Its members are those of the signed document."""

    model_config = ConfigDict(extra="allow")


class ChangesOut(Answer):
    """Rows of what changed, in the order in which it was committed, and the cursor after them."""

    rows: list[dict[str, Any]]
    cursor: str
    more: bool
    request_id: RequestId


class RefusedReceipt(Answer):
    """A line that was not taken, and why."""

    line: int
    detail: str


class ReceiptsTakenOut(Answer):
    """How many receipts were kept, and which lines were not."""

    kept: int
    refused: list[RefusedReceipt]
    request_id: RequestId


class ReceiptCount(Answer):
    """How many badges have an outcome for a reason, and the next step at the district."""

    outcome: str
    reason: str | None
    count: int
    fix: str | None


class ReceiptOut(Answer):
    """What the agency said of one badge."""

    award: str
    seq: int
    outcome: str
    reason: str | None
    fix: str | None
    agency_record_id: str | None
    note: str | None
    received_at: datetime


class ReceiptsOut(Answer):
    """What the agency said: the counts, and a page of the badges with the outcome that was asked for."""

    counts: list[ReceiptCount]
    receipts: list[ReceiptOut]
    next: str | None
    request_id: RequestId


class PartitionOut(Answer):
    """An achievement in a month of awards: how many rows, and the checksum over them."""

    achievement_code: str
    month: str
    count: int
    checksum: str


class ReconciliationOut(Answer):
    """Counts and checksums as they are at a cursor: read up to it before you compare."""

    cursor: str
    partitions: list[PartitionOut]
    request_id: RequestId


class DownloadOut(Answer):
    """Who fetched what, and when."""

    client: str
    what: str
    at: datetime
    request_id: RequestId


class DownloadsOut(Answer):
    """What was fetched of an export, the newest first."""

    downloads: list[DownloadOut]
    request_id: RequestId


def shown(context: Context, export: Export) -> ExportShown:
    """Return a profile as it is shown."""
    return ExportShown(
        name=export.row.name,
        version=export.row.version,
        profile=plain(export.profile),
        manifest_url=manifests.address(context, export, "manifest"),
        dictionary_url=f"{context.addresses(export.tenant).issuer}/exports/{export.row.name}",
        created_at=export.row.created_at,
        disabled_at=export.row.disabled_at,
    )


def taken(found: Taken, request_id: str) -> ReceiptsTakenOut:
    """Return what became of receipts."""
    refused = [RefusedReceipt(line=each.line, detail=each.detail) for each in found.refused]
    return ReceiptsTakenOut(kept=found.kept, refused=refused, request_id=request_id)


def count(found: tuple[str, str | None, int]) -> ReceiptCount:
    """Return how many have an outcome for a reason."""
    outcome, reason, many = found
    return ReceiptCount(outcome=outcome, reason=reason, count=many, fix=_fix(reason))


def receipt(row: ExportReceipt) -> ReceiptOut:
    """Return what was said of one badge."""
    return ReceiptOut(
        award=row.credential,
        seq=row.seq,
        outcome=row.outcome,
        reason=row.reason,
        fix=_fix(row.reason),
        agency_record_id=row.agency_record_id,
        note=row.note,
        received_at=row.received_at,
    )


def reconciled(found: Reconciled, request_id: str) -> ReconciliationOut:
    """Return the sums."""
    partitions = [
        PartitionOut(
            achievement_code=each.partition.achievement,
            month=each.partition.month,
            count=each.count,
            checksum=each.checksum,
        )
        for each in found.sums
    ]
    return ReconciliationOut(cursor=found.cursor, partitions=partitions, request_id=request_id)


def download(row: ExportDownload) -> DownloadOut:
    """Return who fetched what."""
    return DownloadOut(client=row.client_id, what=row.what, at=row.at, request_id=row.request_id)


def _fix(reason: str | None) -> str | None:
    return next((fix for named, fix in FIXES.items() if named == reason), None)
