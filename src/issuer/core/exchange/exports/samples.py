"""Rows that nobody earned, in the form of the real ones: an importer can be tried before all is agreed."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from issuer.core import moments
from issuer.core.exchange.exports import rows
from issuer.core.exchange.exports.columns import Column
from issuer.core.exchange.exports.profile import ExportProfile, columns_of
from issuer.core.exchange.exports.rows import Row

COUNT: Final = 100
_BASE: Final = "https://badges.example/b/sample"
_START: Final = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
_GIVEN: Final = ("Ana", "Ben", "Chidi", "Dolores", "Élise", "Farah", "Gao", "Hana", "Ines", "Jo")
_FAMILY: Final = ("O'Neill", "Müller", "Nguyễn", "García López", "Smith-Jones", "de la Cruz", "Ng")
_STATUSES: Final = ("active",) * 17 + ("revoked", "suspended", "expired")
_BLANK: Final = {"string": "", "integer": 1, "number": 1.5, "boolean": True, "list": []}


def sample(profile: ExportProfile) -> list[Row]:
    """Return a hundred made-up rows with a profile's columns, of every status, the same each time."""
    found = columns_of(profile)
    return [_row(profile, found, number) for number in range(1, COUNT + 1)]


def _row(profile: ExportProfile, found: tuple[Column, ...], number: int) -> Row:
    told = _told(profile, number)
    made = {each.name: told.get(each.name, _made_up(each, number)) for each in found}
    made["row_sha256"] = rows.checksum(made)
    return made


def _told(profile: ExportProfile, number: int) -> Row:
    given, family = _GIVEN[number % len(_GIVEN)], _FAMILY[number % len(_FAMILY)]
    status = _STATUSES[number % len(_STATUSES)]
    address = f"{_BASE}-{number:04d}"
    return {
        "seq": number,
        "op": "upsert",
        "credential_id": address,
        "page_url": address,
        "credential_url": f"{address}.json",
        "version": 1,
        "supersedes": None,
        "status": status,
        "status_reason": None if status in {"active", "expired"} else "issued_in_error",
        "state_educator_id": f"{9_000_000 + number}",
        "state_educator_id_type": profile.identifier_type,
        "given_name": given,
        "family_name": family,
        "name_at_award": f"{given} {family}",
        "credit_type": "clock_hour",
        "credit_amount": 15,
        "credit_jurisdiction": profile.jurisdiction,
        "content_sha256": sha256(address.encode()).hexdigest(),
        "achievement_code": f"SAMPLE-{number % 5}",
    }


def _made_up(column: Column, number: int) -> Any:  # noqa: ANN401 - a cell is of its column's kind
    if column.kind == "datetime":
        return moments.stamp(_START + timedelta(days=number))
    if column.kind == "date":
        return (_START + timedelta(days=number)).date().isoformat()
    if column.kind == "string":
        return f"Sample {column.name.replace('_', ' ')}"
    return _BLANK[column.kind]
