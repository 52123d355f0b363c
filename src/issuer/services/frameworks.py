"""Import competency frameworks, search them, and complete what a definition says of their items."""

from collections.abc import Sequence

from sqlalchemy import Row

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.awarding.frameworks import Item
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.db import frameworks, tenants
from issuer.db.framework_tables import Framework, FrameworkItem
from issuer.errors import Fault

_CASE_TYPE = "CFItem"


def save(context: Context, tenant_id: str, name: str, items: Sequence[Item]) -> int:
    """Store a framework in the place of the one of its name, and return how many items it has."""
    given = Framework(id=context.new_key(), tenant_id=tenant_id, name=name, imported_at=context.clock())
    with context.database.write.begin() as session:
        tenants.hold(session, tenant_id)
        frameworks.put(session, tenant_id, given, items)
    return len(items)


def search(
    context: Context, tenant_id: str, text: str, framework: str | None, limit: int
) -> Sequence[Row[FrameworkItem, str]]:
    """Return items whose codes and statements have all words of a text in them."""
    with context.database.read() as session:
        return frameworks.search(session, tenant_id, text.split(), framework, limit)


def completed(context: Context, tenant_id: str, definition: Document) -> Document:
    """Return a definition whose alignments say all that an imported framework says of their codes.

    Those with an address of their own stay as they are. Raises `InvalidFields` that points at each code which
    no imported framework has.
    """
    given = definition.get("alignment")
    if not isinstance(given, list):
        return definition
    wanting = {key for each in given if (key := _key(each)) is not None}
    if not wanting:
        return definition
    with context.database.read() as session:
        known = frameworks.items(session, tenant_id, wanting)
    faults = [
        Fault(
            documents.pointer("alignment", index, "targetCode"),
            f"no imported framework {key[0]!r} has the code {key[1]!r}: import it, or give name and url too",
        )
        for index, each in enumerate(given)
        if (key := _key(each)) is not None and key not in known
    ]
    if faults:
        raise InvalidFields(fields.refusal(faults), faults)
    return {
        **definition,
        "alignment": [_completed(each, known.get(_key(each) or ("", ""))) for each in given],
    }


def _key(alignment: object) -> tuple[str, str] | None:
    """Return the framework and the code of an alignment that says nothing else."""
    if not isinstance(alignment, dict) or alignment.get("targetUrl"):
        return None
    name, code = alignment.get("targetFramework"), alignment.get("targetCode")
    return (name, code) if isinstance(name, str) and isinstance(code, str) else None


def _completed(alignment: Document, item: FrameworkItem | None) -> Document:
    if item is None:
        return alignment
    found = {
        "targetName": item.statement[:500],
        "targetUrl": item.uri,
        **({"targetType": _CASE_TYPE} if item.is_case else {}),
    }
    return {**found, **{name: value for name, value in alignment.items() if value}}
