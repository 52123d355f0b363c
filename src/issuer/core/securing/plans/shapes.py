"""The shape of a document: what it shares with others like it, apart from the texts in which they differ."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from issuer.core.documents import Document

Shape: TypeAlias = tuple[object, ...]
"""Names, brackets, types, contexts, numbers and booleans, in the order of the document."""

Fixed: TypeAlias = Mapping[int, Hashable]
"""Names of parts that are the same in many documents, by `id()`. A name may stand for one content only."""
NOTHING_FIXED: Final[Fixed] = MappingProxyType({})

MOST_TEXTS: Final = 2_000
_TYPES: Final = frozenset({"type", "@type", "@context"})
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
    _Reader(fixed, shape, texts).read_object(document)
    if len(texts) > MOST_TEXTS:
        raise NotCovered("the document has too many texts")
    return tuple(shape), texts


def replaced(
    document: Document, replacement: Callable[[int, str], str], fixed: Fixed = NOTHING_FIXED
) -> Document:
    """Return a copy whose texts are replaced, each by what is returned for its place and itself."""
    counter = iter(range(MOST_TEXTS + 1))

    def copy(name: str, value: object) -> object:
        if name in _TYPES:
            return value
        if isinstance(value, str):
            return replacement(next(counter), value)
        if isinstance(value, dict) and id(value) not in fixed:
            return {key: copy(key, member) for key, member in value.items()}
        return [copy("", item) for item in value] if isinstance(value, list) else value

    return {key: copy(key, member) for key, member in document.items()}


class _Reader:
    """One walk over a document, in which what was found is collected."""

    def __init__(self, fixed: Fixed, shape: list[object], texts: list[str]) -> None:
        self._fixed = fixed
        self._shape = shape
        self._texts = texts

    def read_object(self, document: Document) -> None:
        shape = self._shape
        for name, value in document.items():
            shape.append(name)
            if name in _TYPES:
                shape.extend(_named(value))
            elif name[:1] == "@":
                raise NotCovered(f"{name!r} is read by rules of its own")
            elif type(value) is str:
                shape.append(_TEXT)
                self._texts.append(value)
            else:
                self._read(value)

    def _read(self, value: object) -> None:
        kind, shape = type(value), self._shape
        if kind is str:
            shape.append(_TEXT)
            self._texts.append(value)  # type: ignore[arg-type]
        elif kind is dict:
            if id(value) in self._fixed:
                shape.append((_FIXED, self._fixed[id(value)]))
                return
            shape.append(_OPEN)
            self.read_object(value)  # type: ignore[arg-type]
            shape.append(_CLOSE)
        elif kind is list:
            shape.append(_ITEMS)
            for item in value:  # type: ignore[attr-defined]
                self._read(item)
            shape.append(_CLOSE)
        else:
            shape.append((kind, value))


def _named(value: object) -> Iterator[object]:
    """Yield the names in a type or a context. An inline context is outside of what plans cover."""
    yield _ITEMS if isinstance(value, list) else _TEXT
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, str):
            raise NotCovered("a type or a context is not a name")
        yield item
    yield _CLOSE
