"""The directory of a source: whom its ids mean, imported from CSV as learning systems export it."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from issuer.context import Context
from issuer.core import fields
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.core.intake.mapping import Known
from issuer.db import sources, tenants
from issuer.errors import Fault, Invalid

MAX_PEOPLE: Final = 200_000
_FAULTS: Final = 20
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("id", "external_id", "sourcedid", "user_id", "uuid", "canvas_user_id"),
    "name": ("name", "full_name", "fullname", "display_name"),
    "given": ("givenname", "given_name", "first_name", "firstname"),
    "family": ("familyname", "family_name", "last_name", "lastname"),
    "email": ("email", "email_address", "mail"),
    "identifier": ("identifier", "system_id", "sis_user_id", "username"),
}
"""What columns are called: by us, by OneRoster's users.csv, and by the exports of learning systems."""


class UnreadableDirectory(Invalid):
    """The file is not a directory of people as CSV."""

    code = "unreadable-directory"


def read(raw: bytes) -> list[Known]:
    """Return everybody in a CSV file with a header, or raise `UnreadableDirectory` or `InvalidFields`.

    OneRoster's users.csv (1.1 and 1.2) is read as it is: those whom it calls deleted are left out.
    """
    try:
        rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        named = _named([str(name) for name in rows.fieldnames or ()])
        found = list(_people(rows, named))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableDirectory(f"it is not CSV in UTF-8: {str(error)[:100]}") from error
    return found


def save(context: Context, tenant_id: str, name: str, people: list[Known], *, whole: bool) -> int:
    """Write people into a source's directory, in the place of all who were there if it is `whole`.

    Returns how many it has now. Raises `UnknownSource`.
    """
    rows = {
        each.id: {
            "external_id": each.id,
            "name": each.name,
            "email": each.email,
            "identifier": each.identifier,
        }
        for each in people
    }
    with context.database.write.begin() as session:
        tenants.hold(session, tenant_id)
        source = sources.by_name(session, tenant_id, name)
        if whole:
            sources.clear_people(session, tenant_id, source.id)
        sources.put_people(session, tenant_id, source.id, list(rows.values()), context.clock())
        return sources.count_people(session, tenant_id, source.id)


def _named(header: list[str]) -> dict[str, str]:
    """Return the header's own name of each column that is looked at."""
    plain = {name.strip().lower().replace(" ", "_"): name for name in header}
    found = {
        column: next((plain[name] for name in names if name in plain), "")
        for column, names in _COLUMNS.items()
    }
    if not found["id"] or not (found["email"] or found["identifier"]):
        detail = "a header with id (or sourcedId) and email is needed"
        raise UnreadableDirectory("the columns do not say who is who", [Fault("/0", detail)])
    return {column: name for column, name in found.items() if name}


def _people(rows: Iterator[dict[str, str]], named: dict[str, str]) -> Iterator[Known]:
    faults: list[Fault] = []
    for number, row in enumerate(rows, 1):
        if number > MAX_PEOPLE:
            raise UnreadableDirectory(f"send at most {MAX_PEOPLE} people in one file")
        if (row.get("status") or "").strip().lower() == "tobedeleted":
            continue
        try:
            yield fields.read(Known, _member(row, named), [number])
        except InvalidFields as error:
            faults.extend(error.faults)
            if len(faults) >= _FAULTS:
                break
    if faults:
        raise InvalidFields(f"{len(faults)} faults in the file: nothing was imported", faults)


def _member(row: dict[str, str], named: dict[str, str]) -> Document:
    said = {column: (row.get(name) or "").strip() for column, name in named.items()}
    whole = " ".join(filter(None, (said.get("given"), said.get("family"))))
    found = {
        "id": said["id"],
        "name": said.get("name") or whole,
        "email": said.get("email"),
        "identifier": said.get("identifier"),
    }
    return {name: value for name, value in found.items() if value or name == "id"}
