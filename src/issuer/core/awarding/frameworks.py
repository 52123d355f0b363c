"""Competency frameworks, as registries publish them: CASE 1.0 packages, and plain CSV."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from issuer.core.documents import Document
from issuer.errors import Fault, Invalid

MAX_ITEMS: Final = 50_000
_STATEMENT: Final = 2_000
_CODE: Final = 100
_URL: Final = 2_000
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("code", "humancodingscheme", "human_coding_scheme", "notation"),
    "statement": ("statement", "fullstatement", "full_statement", "name", "description"),
    "uri": ("uri", "url", "link"),
}


class UnreadableFramework(Invalid):
    """The file is not a framework: neither a CASE package nor CSV with codes."""

    code = "unreadable-framework"


@dataclass(frozen=True)
class Item:
    """One competency of a framework: its code, what it says, and its address."""

    code: str
    statement: str
    uri: str
    is_case: bool = False


def of_case(package: Document) -> list[Item]:
    """Return the items of a CFPackage (CASE 1.0, `getCFPackage`), or raise `UnreadableFramework`.

    Items without a code of their own go by their GUID.
    """
    items = package.get("CFItems")
    if not isinstance(items, list) or not isinstance(package.get("CFDocument"), dict):
        fault = Fault("/CFItems", "a CFPackage has a CFDocument and CFItems")
        raise UnreadableFramework("it is no CASE package", [fault])
    return _checked(_of_case(items))


def of_csv(raw: bytes) -> list[Item]:
    """Return the items of a CSV file with the columns code, statement and url, or raise the same."""
    try:
        rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        header = {str(name).strip().lower().replace(" ", "_"): str(name) for name in rows.fieldnames or ()}
        named = {
            column: next((header[name] for name in names if name in header), None)
            for column, names in _COLUMNS.items()
        }
        if None in named.values():
            raise UnreadableFramework("the header needs code, statement and url", [Fault("/0", "name them")])
        return _checked(_of_rows(rows, {column: str(name) for column, name in named.items()}))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFramework(f"it is not CSV in UTF-8: {str(error)[:100]}") from error


def _of_case(items: list[object]) -> Iterator[tuple[str, Item]]:
    for place, each in enumerate(items):
        given: Document = each if isinstance(each, dict) else {}
        code = given.get("humanCodingScheme") or given.get("identifier")
        yield (
            f"/CFItems/{place}",
            Item(_text(code), _text(given.get("fullStatement")), _text(given.get("uri")), is_case=True),
        )


def _of_rows(rows: Iterator[dict[str, str]], named: dict[str, str]) -> Iterator[tuple[str, Item]]:
    for place, row in enumerate(rows, 1):
        code, statement, uri = (_text(row.get(named[column])) for column in ("code", "statement", "uri"))
        yield f"/{place}", Item(code, statement, uri)


def _checked(found: Iterator[tuple[str, Item]]) -> list[Item]:
    """Return items each code of which is met once, the first: registries repeat some for other grades."""
    items: dict[str, Item] = {}
    for place, item in found:
        if not (item.code and item.statement and item.uri.startswith(("https://", "http://"))):
            fault = Fault(place, "a code, a statement and an http address are needed")
            raise UnreadableFramework("an item is not whole", [fault])
        if len(item.code) > _CODE or len(item.uri) > _URL:
            raise UnreadableFramework(
                "an item is too long", [Fault(place, "shorten its code or its address")]
            )
        items.setdefault(item.code, item)
        if len(items) > MAX_ITEMS:
            raise UnreadableFramework(f"a framework has at most {MAX_ITEMS} items")
    if not items:
        raise UnreadableFramework("there is no item in it")
    return list(items.values())


def _text(value: object) -> str:
    return str(value or "").strip()[:_STATEMENT]
