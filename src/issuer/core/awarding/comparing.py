"""What differs between two versions of a definition: where, and what stood there before and after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from issuer.core import documents
from issuer.core.documents import Document, Path


@dataclass(frozen=True)
class Change:
    """One place (RFC 6901) that differs. None stands for what is not there."""

    pointer: str
    before: object
    after: object


def changes(before: Document, after: Document) -> list[Change]:
    """Return every place that differs, in the order of the later version; what has an id is known by it."""
    return list(_changes(before, after, ()))


def _changes(before: object, after: object, place: Path) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*after, *before]):
            yield from _changes(before.get(name), after.get(name), (*place, name))
    elif isinstance(before, list) and isinstance(after, list) and _ids(before) and _ids(after):
        yield from _of_lists(before, after, place)
    else:
        yield Change(documents.pointer(*place), before, after)


def _of_lists(before: list[Document], after: list[Document], place: Path) -> Iterator[Change]:
    """Yield what differs in lists of parts with ids: one that moved is the same, and its order is told."""
    earlier, later = dict(zip(_ids(before), before, strict=True)), dict(zip(_ids(after), after, strict=True))
    for key in dict.fromkeys([*later, *earlier]):
        yield from _changes(earlier.get(key), later.get(key), (*place, key))
    kept = [key for key in earlier if key in later]
    if kept != [key for key in later if key in earlier]:
        yield Change(documents.pointer(*place), list(earlier), list(later))


def _ids(parts: Sequence[object]) -> list[str]:
    """Return the ids of parts, none where one has none or two have the same."""
    found = [str(each.get("id") or each.get("kind") or "") for each in parts if isinstance(each, dict)]
    return found if len(set(found)) == len(parts) and all(found) else []
