"""The texts of a document fetched by code made for its shape, which sees at once that another is no such one.

To walk a full badge takes some 10 µs, and to find its plan by what was seen 5 µs more; this code does both in
5 µs. Like `generated`, which tells what the two gain, it is made for shapes of our own alone, and what is
constant in them is handed to it as values, never as code.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from typing import TypeAlias, cast

from issuer.core.documents import Document
from issuer.core.securing.plans import shapes
from issuer.core.securing.plans.shapes import Fixed

Read: TypeAlias = Callable[[Document, Fixed], list[str] | None]
"""Returns the texts of a document in order; None for one of another shape, or with other constants."""


def reader(document: Document, fixed: Fixed, constants: Mapping[int, str], iris: Sequence[int]) -> Read:
    """Return code that reads documents of this one's shape, whose IRIs are the same where its own are.

    `constants` are the texts that all of them must have, by place.
    """
    writing = _Writing(fixed)
    lines = [*writing.taken("document", document), *writing.apart(constants, iris)]
    texts = ", ".join(writing.texts)
    source = "\n    ".join(["def read(document, fixed):", *lines, f"return [{texts}]"])
    exec(compile(source, "<reader>", "exec"), writing.scope)  # noqa: S102 - names of its own alone, see above
    return cast("Read", writing.scope["read"])


class _Writing:
    """The code so far: how many names it has used, where the texts are, and the values it compares with."""

    def __init__(self, fixed: Fixed) -> None:
        self.texts: list[str] = []
        self.scope: dict[str, object] = {}
        self._fixed = fixed
        self._values: dict[str, str] = {}
        self._used = 0

    def taken(self, name: str, document: Document) -> Iterator[str]:
        """Yield lines that take an object apart, if it has these members in this order."""
        members = [self._name() for _ in document]
        yield self._unless(f"type({name}) is dict and tuple({name}) == {self._known(tuple(document))}")
        if members:
            yield f"{', '.join(members)}, = {name}.values()"
        for member, (key, value) in zip(members, document.items(), strict=True):
            yield from self._member(member, key, value)

    def apart(self, constants: Mapping[int, str], iris: Sequence[int]) -> Iterator[str]:
        """Yield lines that see whether constants are the same, and IRIs the same where they must be."""
        for place, text in constants.items():
            yield self._unless(f"{self.texts[place]} == {self._known(text)}")
        first: dict[str, str] = {}
        for place in iris:
            name, text = self.texts[place], self._values[self.texts[place]]
            if text in first:
                yield self._unless(f"{name} == {first[text]}")
            first.setdefault(text, name)
        if len(first) > 1:
            yield self._unless(f"len({{{', '.join(first.values())}}}) == {len(first)}")

    def _member(self, name: str, key: str, value: object) -> Iterator[str]:
        if key in shapes.TYPES:
            yield self._unless(f"{name} == {self._known(copy(value))}")
        else:
            yield from self._value(name, value)

    def _value(self, name: str, value: object) -> Iterator[str]:
        if isinstance(value, str):
            self._values[name] = value
            self.texts.append(name)
            yield self._unless(f"type({name}) is str")
        elif isinstance(value, dict) and id(value) in self._fixed:
            yield self._unless(f"fixed.get(id({name})) == {self._known(self._fixed[id(value)])}")
        elif isinstance(value, dict):
            yield from self.taken(name, value)
        elif isinstance(value, list):
            yield from self._items(name, value)
        else:
            same = (
                f"type({name}) is {self._known(type(value))} and repr({name}) == {self._known(repr(value))}"
            )
            yield self._unless(same)

    def _items(self, name: str, value: list[object]) -> Iterator[str]:
        items = [self._name() for _ in value]
        yield self._unless(f"type({name}) is list and len({name}) == {len(items)}")
        if items:
            yield f"{', '.join(items)}, = {name}"
        for item, each in zip(items, value, strict=True):
            yield from self._value(item, each)

    def _unless(self, condition: str) -> str:
        return f"if not ({condition}): return None"

    def _known(self, value: object) -> str:
        """Return the name under which the code finds a value to compare with."""
        name = f"k{len(self.scope)}"
        self.scope[name] = value
        return name

    def _name(self) -> str:
        self._used += 1
        return f"v{self._used}"
