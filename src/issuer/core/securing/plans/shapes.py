"""The shape of a document: what it shares with others like it, apart from the texts in which they differ."""

from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from issuer.core.documents import Document

Shape: TypeAlias = tuple[object, ...]
"""Names, brackets, types, contexts, numbers and booleans, in the order of the document."""

Fixed: TypeAlias = Mapping[int, Hashable]
"""Names of parts that are the same in many documents, by `id()`. A name may stand for one content only."""
NOTHING_FIXED: Final[Fixed] = MappingProxyType({})

MOST_TEXTS: Final = 400
MOST_CHARACTERS: Final = 200_000
"""What a plan is made for at most. A full badge has some sixty texts of four thousand characters; a status
list of 1,048,576 entries has one of up to 175,000."""

TYPES: Final = frozenset({"type", "@type", "@context"})
"""Members whose texts decide how everything else is read, so that they belong to the shape."""

_TEXT: Final = object()
_OPEN: Final = object()
_CLOSE: Final = object()
_ITEMS: Final = object()
_FIXED: Final = object()


class NotCovered(Exception):
    """The document, or a text in it, is outside what a plan can vouch for: the general path answers."""


def read(document: Document, fixed: Fixed = NOTHING_FIXED) -> tuple[Shape, list[str]]:
    """Return the shape of a document and its texts in order, or raise `NotCovered`.

    Of a part that is `fixed`, its name alone is in the shape.
    """
    shape: list[object] = []
    texts: list[str] = []
    _read_object(document, fixed, shape, texts)
    if len(texts) > MOST_TEXTS or sum(map(len, texts)) > MOST_CHARACTERS:
        raise NotCovered("the document is too large")
    return tuple(shape), texts


def replaced(
    document: Document, replacement: Callable[[int, str], str], fixed: Fixed = NOTHING_FIXED
) -> Document:
    """Return a copy whose texts are replaced, each by what is returned for its place and itself."""
    counter = iter(range(MOST_TEXTS + 1))

    def copy(name: str, value: object) -> object:
        if name in TYPES:
            return value
        if isinstance(value, str):
            return replacement(next(counter), value)
        if isinstance(value, dict) and id(value) not in fixed:
            return {key: copy(key, member) for key, member in value.items()}
        return [copy("", item) for item in value] if isinstance(value, list) else value

    return {key: copy(key, member) for key, member in document.items()}


def _read_object(document: Document, fixed: Fixed, shape: list[object], texts: list[str]) -> None:
    """Collect the shape of an object and its texts. A name that nothing follows stands for a text."""
    for name, value in document.items():
        shape.append(name)
        if type(value) is str and name not in TYPES and name[:1] != "@":
            texts.append(value)
        elif name in TYPES:
            shape.append(_named(value))
        elif name[:1] == "@":
            raise NotCovered(f"{name!r} is read by rules of its own")
        else:
            _read_value(value, fixed, shape, texts)


def _read_value(value: object, fixed: Fixed, shape: list[object], texts: list[str]) -> None:
    kind = type(value)
    if kind is dict:
        if id(value) in fixed:
            shape.append((_FIXED, fixed[id(value)]))
            return
        shape.append(_OPEN)
        _read_object(value, fixed, shape, texts)  # type: ignore[arg-type]
        shape.append(_CLOSE)
    elif kind is list:
        shape.append(_ITEMS)
        for item in value:  # type: ignore[attr-defined]
            _read_value(item, fixed, shape, texts)
        shape.append(_CLOSE)
    elif kind is str:
        shape.append(_TEXT)
        texts.append(value)  # type: ignore[arg-type]
    else:
        shape.append((kind, repr(value)))  # 0.0 equals -0.0, and is not written so


def _named(value: object) -> tuple[object, ...]:
    """Return the names in a type or a context. An inline context is outside of what plans cover."""
    names = value if isinstance(value, list) else [_TEXT, value]
    for name in names[-1:] if names[:1] == [_TEXT] else names:
        if type(name) is not str:
            raise NotCovered("a type or a context is not a name")
    return tuple(names)
