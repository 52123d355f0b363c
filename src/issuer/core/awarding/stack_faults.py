"""What is wrong with the rule of a stack: parts that nobody could satisfy, or that no one could follow."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeAlias

from pydantic import TypeAdapter, ValidationError

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.fields import Code, Line
from issuer.errors import Fault

Path: TypeAlias = tuple[str | int, ...]

MOST_LEVELS: Final = 5
MOST_PARTS: Final = 200
MOST_USED: Final = 50
"""How many badges a stack is made of: a verifier recomputes it from no more."""

MOST_POINTS: Final = 1_000
LONGEST_LABEL: Final = 200

_MOST_FAULTS: Final = 50
_CODE: Final[TypeAdapter[str]] = TypeAdapter(Code)
_LINE: Final[TypeAdapter[str]] = TypeAdapter(Line)
_MEMBERS: Final[dict[str, frozenset[str]]] = {
    "badge": frozenset({"badge", "minLevel"}),
    "all": frozenset({"all", "label"}),
    "any": frozenset({"any", "of", "label"}),
    "points": frozenset({"points", "of", "label"}),
}
_WEIGHTED: Final = frozenset({"badge", "weight"})
_LANGUAGES: Final = frozenset({"en", "es"})


def faults(value: Any, place: Path = ()) -> list[Fault]:  # noqa: ANN401 - JSON of any kind
    """Return the faults of a JSON value that is to be a rule, the first fifty; `place` is where it stands."""
    if _size(value, 1) > MOST_PARTS:
        return [_fault(place, f"the rule has more than {MOST_PARTS} parts: make it several stacks")]
    found = list(islice(_of_rule(value, place, 1), _MOST_FAULTS))
    if not found and _most_used(value) > MOST_USED:
        detail = (
            f"it can take more than {MOST_USED} badges, and no verifier looks at more: make it several stacks"
        )
        return [_fault(place, detail)]
    return found


def _most_used(value: Document | str) -> int:
    """Return how many badges a rule without faults takes at most, where each part takes as many as it may."""
    if isinstance(value, str) or "badge" in value:
        return 1
    if "points" in value:
        return len(value["of"])
    most = sorted(map(_most_used, value.get("all") or value["of"]), reverse=True)
    return sum(most[: value.get("any", len(most))])


def _size(value: object, level: int) -> int:
    """Return how many parts a rule has, none of them further down than a rule may go."""
    if level > MOST_LEVELS or not isinstance(value, dict):
        return 1
    lists = [value[name] for name in ("all", "of") if isinstance(value.get(name), list)]
    return 1 + sum(_size(each, level + 1) for items in lists for each in items)


def _of_rule(value: object, place: Path, level: int) -> Iterator[Fault]:
    if level > MOST_LEVELS:
        yield _fault(place, f"the rule is more than {MOST_LEVELS} levels deep: make it several stacks")
    elif isinstance(value, str):
        yield from _of_code(value, place)
    elif not isinstance(value, dict):
        yield _fault(place, "a rule is the code of a badge, or an object with badge, all, any or points")
    else:
        yield from _of_object(value, place, level)


def _of_object(value: Document, place: Path, level: int) -> Iterator[Fault]:
    kinds = [kind for kind in _MEMBERS if kind in value]
    if len(kinds) != 1:
        yield _fault(place, "a rule has exactly one of badge, all, any and points")
        return
    yield from _unknown(value, place, _MEMBERS[kinds[0]])
    if kinds[0] == "badge":
        yield from _of_code(value["badge"], (*place, "badge"))
        if "minLevel" in value:
            yield from _of_code(value["minLevel"], (*place, "minLevel"))
        return
    yield from _of_label(value, (*place, "label"))
    yield from _of_group(kinds[0], value, place, level)


def _of_group(kind: str, value: Document, place: Path, level: int) -> Iterator[Fault]:
    at = (*place, "all" if kind == "all" else "of")
    items = value.get(str(at[-1]))
    if not isinstance(items, list) or not items:
        yield _fault(at, "list at least one part: an empty list would be satisfied by nobody's work")
        return
    yield from _twice(items, at)
    if kind == "points":
        yield from _of_points(value, items, place)
        return
    for index, each in enumerate(items):
        yield from _of_rule(each, (*at, index), level + 1)
    if kind == "any" and not _counts(value["any"], len(items)):
        yield _fault((*place, "any"), f"it is not a whole number from 1 to {len(items)}, the number of parts")


def _of_points(value: Document, items: Sequence[object], place: Path) -> Iterator[Fault]:
    found = [fault for index, each in enumerate(items) for fault in _of_weighted(each, (*place, "of", index))]
    yield from found
    if found:
        return  # how many points there are is not known
    most = sum(each["weight"] for each in items if isinstance(each, dict))
    if not _counts(value["points"], most):
        detail = f"it is not a whole number from 1 to {most}: all the badges together bring no more points"
        yield _fault((*place, "points"), detail)


def _of_weighted(value: object, place: Path) -> Iterator[Fault]:
    if not isinstance(value, dict) or "badge" not in value:
        yield _fault(place, "points come from badges: each part has badge and weight")
        return
    yield from _unknown(value, place, _WEIGHTED)
    yield from _of_code(value["badge"], (*place, "badge"))
    if not _counts(value.get("weight"), MOST_POINTS):
        yield _fault((*place, "weight"), f"it is not a whole number from 1 to {MOST_POINTS}")


def _of_code(value: object, place: Path) -> Iterator[Fault]:
    try:
        _CODE.validate_python(value, strict=True)
    except ValidationError:
        yield _fault(place, "it is not a code: 1 to 64 letters, digits, dots, hyphens and underscores")


def _of_label(value: Document, place: Path) -> Iterator[Fault]:
    if "label" not in value:
        return
    label = value["label"]
    if not isinstance(label, dict) or not label:
        yield _fault(place, "a label is an object with en, es or both")
        return
    yield from _unknown(label, place, _LANGUAGES)
    for lang in sorted(_LANGUAGES & label.keys()):
        yield from _of_line(label[lang], (*place, lang))


def _of_line(value: object, place: Path) -> Iterator[Fault]:
    try:
        found = _LINE.validate_python(value, strict=True)
    except ValidationError:
        found = ""
    if not 0 < len(found) <= LONGEST_LABEL or "\n" in found:
        yield _fault(place, f"it is not one line of 1 to {LONGEST_LABEL} characters")


def _twice(items: Sequence[object], at: Path) -> Iterator[Fault]:
    """Yield the places where a group names a badge again, whatever level it asks for."""
    seen: set[str] = set()
    for index, item in enumerate(items):
        code = item.get("badge") if isinstance(item, dict) else item
        if not isinstance(code, str):
            continue
        if code in seen:
            yield _fault((*at, index), "this badge is in the group already: it counts once")
        seen.add(code)


def _unknown(value: Document, place: Path, known: frozenset[str]) -> Iterator[Fault]:
    return (_fault((*place, name), "this member is not known here") for name in value if name not in known)


def _counts(value: object, most: int) -> bool:
    return type(value) is int and 1 <= value <= most  # True is an int to Python


def _fault(place: Path, detail: str) -> Fault:
    return Fault(documents.pointer(*place), detail)
