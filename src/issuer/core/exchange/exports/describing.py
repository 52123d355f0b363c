"""A profile's rows described for machines: JSON Schema (2020-12) and Frictionless Data Package."""

from collections.abc import Mapping
from typing import Any, Final

from issuer.core.documents import Document
from issuer.core.exchange.exports import columns
from issuer.core.exchange.exports.columns import Column
from issuer.core.exchange.exports.profile import ExportProfile, columns_of

_JSON: Final[Mapping[str, Document]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "list": {"type": "array"},
}
_FRICTIONLESS: Final = {"list": "array"}
_ENUMS: Final[Mapping[str, list[str]]] = {
    "op": ["upsert"],
    "status": ["active", "expired", "suspended", "revoked", "superseded"],
}
_DELETED: Final[Document] = {
    "type": "object",
    "description": "A badge that leaves: remove its row",
    "required": list(columns.TOMBSTONE),
    "properties": {
        "seq": {"type": "integer"},
        "op": {"const": "delete"},
        "credential_id": {"type": "string"},
        "state_educator_id": {"type": ["string", "null"]},
        "state_educator_id_type": {"type": ["string", "null"]},
        "achievement_code": {"type": "string"},
        "awarded_date": {"type": "string", "format": "date"},
        "deleted_at": {"type": "string", "format": "date-time"},
        "reason": {"enum": ["privacy", "merged", "test", "out_of_scope"]},
    },
}


def schema(profile: ExportProfile, address: str) -> Document:
    """Return the JSON Schema of a profile's rows, as one line of NDJSON has them."""
    found = columns_of(profile)
    upsert = {
        "type": "object",
        "description": "A badge: load it, in the place of an earlier row of its credential_id",
        "required": [each.name for each in found],
        "additionalProperties": False,
        "properties": {each.name: _property(each) for each in found},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": profile.title,
        "oneOf": [upsert, _DELETED],
    }


def package(profile: ExportProfile, name: str) -> Document:
    """Return the Frictionless Data Package (v1) of a profile: the table, its types and its key."""
    described = [
        {
            "name": each.name,
            "type": _FRICTIONLESS.get(each.kind, each.kind),
            "description": each.means,
            "constraints": {"required": each.required},
        }
        for each in columns_of(profile)
    ]
    return {
        "name": name,
        "title": profile.title,
        "resources": [
            {
                "name": "badges",
                "format": profile.format,
                "schema": {"fields": described, "primaryKey": "credential_id"},
            }
        ],
    }


def _property(column: Column) -> Document:
    found: dict[str, Any] = {**_JSON[column.kind], "description": column.means}
    if not column.required:
        found["type"] = [found["type"], "null"]
    if column.name in _ENUMS:
        found["enum"] = _ENUMS[column.name]
    return found
