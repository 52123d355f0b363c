"""A state's own layout: a file that says which column of ours stands under which heading, and how."""

import json
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from issuer.core.documents import Document
from issuer.core.exchange.exports import columns
from issuer.core.exchange.exports.profile import ExportProfile, columns_of
from issuer.core.exchange.exports.rows import Row
from issuer.core.fields import Line, Strict
from issuer.errors import Fault, Invalid


class UnknownColumn(Invalid):
    """The layout names a column that the export does not have."""

    code = "unknown-column"


class NotADate(Invalid):
    """The layout writes a column as a date that holds none."""

    code = "not-a-date-column"


class Heading(Strict):
    """One heading of a layout: a column of ours, or the same text in every row.

    `date` is how dates are written (`strftime`), `values` what single values become, `length` the most
    characters that fit.
    """

    name: Line
    column: Line | None = None
    text: str | None = None
    date: Annotated[str, Field(max_length=40)] | None = None
    values: dict[str, str] = Field(default_factory=dict)
    length: Annotated[int, Field(ge=1, le=10_000)] | None = None


class Layout(Strict):
    """How a state wants its rows: the headings in their order, and what stands between cells and rows."""

    title: Line
    separator: Literal[",", ";", "|", "\t"] = ","
    line_end: Literal["\r\n", "\n"] = "\r\n"
    header: bool = True
    headings: Annotated[list[Heading], Field(min_length=1, max_length=300)]


_NOTHING: Final = ""


_OF_DELETED: Final = frozenset(columns.TOMBSTONE) - frozenset(columns.NAMES)


def check(layout: Layout, profile: ExportProfile) -> None:
    """Raise `UnknownColumn` with every heading whose column a profile does not have: it would stay empty.

    Raises `NotADate` with every one that writes as a date what is none.
    """
    there = {each.name for each in columns_of(profile)} | _OF_DELETED
    faults = [
        Fault(
            f"/headings/{number}/column",
            f"the profile has no column {each.column!r}: its data dictionary lists those it has",
        )
        for number, each in enumerate(layout.headings)
        if each.column is not None and each.column not in there
    ]
    if faults:
        raise UnknownColumn("the layout names columns that the export does not have", faults)
    undated = [
        Fault(f"/headings/{number}/date", f"{each.column} holds no date")
        for number, each in enumerate(layout.headings)
        if each.date is not None and each.column is not None and not _holds_dates(each.column)
    ]
    if undated:
        raise NotADate("the layout writes as a date what is none", undated)


def cells(layout: Layout, row: Row) -> list[str]:
    """Return the cells of a row in a layout, in the order of its headings."""
    return [_cell(each, row) for each in layout.headings]


def _holds_dates(column: str) -> bool:
    known = columns.BY_NAME.get(column)
    return column == "deleted_at" or (known is not None and known.kind in {"date", "datetime"})


def _cell(heading: Heading, row: Row) -> str:
    if heading.column is None:
        return heading.text or _NOTHING
    said = row.get(heading.column)
    found = heading.values.get(str(said), _NOTHING if said is None else _dated(heading, said))
    return found if heading.length is None else found[: heading.length]


def _dated(heading: Heading, said: Any) -> str:  # noqa: ANN401 - a cell is of its column's kind
    if heading.date is None or not isinstance(said, str):
        return flat(said)
    return datetime.fromisoformat(said).strftime(heading.date)


def flat(said: Any) -> str:  # noqa: ANN401 - as above
    """Return a cell as text: nothing for null, `true` and `false`, and lists as they are in JSON."""
    if said is None:
        return _NOTHING
    if isinstance(said, bool):
        return str(said).lower()
    return _listed(said) if isinstance(said, list) else str(said)


def _listed(said: list[Document]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) if said else _NOTHING
