"""From an award as it stands to the row that an agency imports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal, TypeAlias

import orjson

from issuer.core import documents, moments, naming
from issuer.core.awarding.particulars import Credit, Particulars
from issuer.core.documents import Document
from issuer.core.exchange.exports.columns import Column
from issuer.core.exchange.exports.profile import ExportProfile
from issuer.core.status.standing import Standing

Row: TypeAlias = dict[str, Any]
Departure: TypeAlias = Literal["privacy", "merged", "test", "out_of_scope"]
"""Why a row leaves."""

_STATUSES: Final[dict[Standing, str]] = {
    "current": "active",
    "not_yet_valid": "active",
    "expired": "expired",
    "suspended": "suspended",
    "revoked": "revoked",
    "superseded": "superseded",
}
_OUTSIDE: Final = ("seq", "op", "updated_at", "row_sha256")
"""Members that say something of the export, not of the badge: the checksum of a row is without them."""

_LEA: Final = "nces-lea"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What is known of an award: its signed text, and what its row in the database tells besides."""

    text: str
    code: str
    standing: Standing
    changed_at: datetime | None
    reason: str | None
    version: int
    supersedes: str | None
    educator_id: str | None
    awarded_at: datetime
    content_sha256: str
    particulars: Particulars
    page_url: str
    credential_url: str


def row(profile: ExportProfile, fact: Fact, columns: Sequence[Column], seq: int, now: datetime) -> Row:
    """Return the row of an award with a profile's columns, in their order, and its own checksum."""
    document: Document = orjson.loads(fact.text)
    found = _whole(profile, fact, document)
    if profile.signed:
        found["credential"] = fact.text
    found |= {"seq": seq, "op": "upsert", "updated_at": moments.stamp(now)}
    cut = {each.name: found.get(each.name) for each in columns if each.name != "row_sha256"}
    cut["row_sha256"] = checksum(cut)
    return {each.name: cut[each.name] for each in columns}


@dataclass(frozen=True, kw_only=True)
class Departed:
    """A badge that leaves: its address, and what tells it where that was not stored.

    Of somebody who was erased no identifier is known any more.
    """

    address: str
    code: str
    awarded_at: datetime
    reason: Departure
    educator_id: str | None = None


def tombstone(profile: ExportProfile, departed: Departed, seq: int, now: datetime) -> Row:
    """Return the row of a badge that leaves. It names nobody to an agency whose rows name nobody."""
    is_named = profile.columns is None or "state_educator_id" in profile.columns
    educator_id = departed.educator_id if is_named else None
    return {
        "seq": seq,
        "op": "delete",
        "credential_id": departed.address,
        "state_educator_id": educator_id,
        "state_educator_id_type": profile.identifier_type if educator_id else None,
        "achievement_code": departed.code,
        "awarded_date": departed.awarded_at.date().isoformat(),
        "deleted_at": moments.stamp(now),
        "reason": departed.reason,
    }


def checksum(found: Row) -> str:
    """Return the SHA-256 of what a row says of a badge, as canonical JSON (RFC 8785)."""
    said = {name: value for name, value in found.items() if name not in _OUTSIDE}
    return sha256(documents.canonical_bytes(said)).hexdigest()


def _whole(profile: ExportProfile, fact: Fact, document: Document) -> Row:
    subject: Document = document["credentialSubject"]
    achievement: Document = subject["achievement"]
    numbers = {each.achievement: each.number for each in profile.activities}
    return {
        "credential_id": document["id"],
        "version": fact.version,
        "supersedes": fact.supersedes,
        "status": _STATUSES[fact.standing],
        "status_changed_at": moments.stamp(fact.changed_at) if fact.changed_at else None,
        "status_reason": fact.reason,
        **_person(profile, fact, subject),
        "achievement_code": fact.code,
        "achievement_id": achievement["id"],
        "achievement_version": int(achievement["version"]),
        "achievement_name": achievement["name"],
        "achievement_type": achievement["achievementType"],
        "state_provider_number": profile.provider_number,
        "state_activity_number": numbers.get(fact.code),
        "issuer_id": document["issuer"]["id"],
        "issuer_name": document["issuer"]["name"],
        "issuer_nces_lea_id": _lea(document["issuer"]),
        "activity_start": _day(subject.get("activityStartDate")),
        "activity_end": _day(subject.get("activityEndDate")),
        "awarded_date": fact.awarded_at.date().isoformat(),
        "valid_from": document["validFrom"],
        "valid_until": document.get("validUntil"),
        **_credit(profile, fact.particulars),
        **_assessed(fact.particulars, subject, achievement),
        "evidence_count": len(document.get("evidence", [])),
        "evidence_kinds": sorted({each["genre"] for each in document.get("evidence", []) if "genre" in each}),
        "alignment_codes": list(_alignments(achievement)),
        "stack_components": list(_components(document)),
        "page_url": fact.page_url,
        "credential_url": fact.credential_url,
        "content_sha256": fact.content_sha256,
    }


def _person(profile: ExportProfile, fact: Fact, subject: Document) -> Row:
    told = fact.particulars
    return {
        "state_educator_id": fact.educator_id,
        "state_educator_id_type": profile.identifier_type if fact.educator_id else None,
        "given_name": told.given_name,
        "family_name": told.family_name,
        "name_at_award": naming.name_in(subject),
        "employer_nces_lea_id": told.employer_lea,
        "employer_name": told.employer,
    }


def _credit(profile: ExportProfile, particulars: Particulars) -> Row:
    """Return the credit that counts in the profile's jurisdiction: what names another one is left out."""
    counting = [each for each in particulars.credit if each.place in {"", profile.jurisdiction}]
    own = [each for each in counting if each.place] or counting
    first = own[0] if own else None
    return {
        "credit_type": first.type if first else None,
        "credit_amount": documents.number(first.amount) if first else None,
        "credit_category": first.category if first else None,
        "credit_jurisdiction": (first.jurisdiction or profile.jurisdiction) if first else None,
        "credits": [_plain(each) for each in own],
    }


def _plain(credit: Credit) -> Row:
    return {
        "type": credit.type,
        "amount": documents.number(credit.amount),
        "category": credit.category,
        "jurisdiction": credit.jurisdiction,
    }


def _assessed(particulars: Particulars, subject: Document, achievement: Document) -> Row:
    source = subject.get("source")
    return {
        "overall_result": particulars.overall_level,
        "rubric_score": particulars.overall_points,
        "rubric_results": list(_results(subject, achievement)),
        "assessor_org": source.get("name") if isinstance(source, dict) else None,
        "assessor_role": particulars.assessor_role,
        "assessment_method": particulars.method,
    }


def _results(subject: Document, achievement: Document) -> Iterator[Row]:
    """Yield criterion and level by name: ids mean nothing outside the badge."""
    described = {each["id"]: each for each in achievement.get("resultDescription", [])}
    for each in subject.get("result", []):
        criterion = described.get(each.get("resultDescription"), {})
        levels = {level["id"]: level["name"] for level in criterion.get("rubricCriterionLevel", [])}
        yield {
            "criterion": criterion.get("name"),
            "result": levels.get(each.get("achievedLevel")) or each.get("value") or each.get("status"),
        }


def _alignments(achievement: Document) -> Iterator[str]:
    for each in achievement.get("alignment", []):
        if "targetCode" in each:
            yield f"{each.get('targetFramework', '')}:{each['targetCode']}"


def _components(document: Document) -> Iterator[str]:
    """Yield the addresses of the badges of which a stack is made: they lie beside its own."""
    beside = document["id"].rpartition("/")[0] + "/"
    for each in document.get("relatedResource", []):
        if str(each["id"]).startswith(beside):
            yield each["id"]


def _lea(issuer: Document) -> str | None:
    for each in issuer.get("otherIdentifier", []):
        if str(each.get("identifierType", "")).endswith(_LEA):
            return str(each["identifier"])
    return None


def _day(stamp: str | None) -> str | None:
    return stamp[: len("2026-06-05")] if stamp else None
