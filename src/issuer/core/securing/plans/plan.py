"""A plan: the canonical N-Quads of a shape, with places for the texts in which its documents differ."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from typing import Self

from issuer.core.securing.plans import forms, generated, marks
from issuer.core.securing.plans.layout import layout
from issuer.core.securing.plans.marks import Role
from issuer.core.securing.plans.shapes import NotCovered
from issuer.core.securing.quads import Quad, escape


def is_plain(text: str) -> bool:
    """Return whether surely no character of a text is written as an escape, in N-Quads or in JSON."""
    return text.isprintable() and '"' not in text and "\\" not in text


class Plan:
    """The compiled canonical form of a shape. It may be filled in from many threads at once."""

    def __init__(self, quads: Iterable[Quad], roles: Sequence[Role | None]) -> None:
        lines = list(dict.fromkeys(quads))
        used = {int(place) for line in lines for term in line for place in marks.PATTERN.findall(term)}
        self._iris = [place for place in sorted(used) if roles[place] == "iri"]
        self._literals = [place for place in sorted(used) if roles[place] == "literal"]
        self._constants = {term[1:-1] for line in lines for term in line if term.startswith("<")}
        self._apart = [[forms.form([value], {}) for value in group] for group in _must_differ(lines)]
        self._count = len(roles)
        self._layout = layout(lines, self._count)
        self._write: Callable[[list[str]], str] = self._layout.write

    def fill(self, texts: Sequence[str], *, plain: bool = False) -> str:
        """Return the canonical N-Quads of the document of this shape with these texts, or `NotCovered`.

        `plain` says that `is_plain` holds for all of them.
        """
        values = list(texts)
        self._check_iris(values)
        for place in () if plain else self._literals:
            if not is_plain(values[place]):
                values[place] = escape(values[place])
        for group in self._apart:
            if len({value.fill(values) for value in group}) < len(group):
                raise NotCovered("two values of one property are the same")
        return self._write(values)

    def specialized(self) -> Self:
        """Return a copy filled in by code made for this plan. Never for a shape that a stranger chose."""
        coded = copy(self)
        coded._write = generated.writer(self._layout, self._count)  # noqa: SLF001 - of its own kind
        return coded

    @property
    def is_generated(self) -> bool:
        """Whether it is filled in by code of its own."""
        return self._write != self._layout.write

    def _check_iris(self, values: Sequence[str]) -> None:
        for place in self._iris:
            if marks.IRI(values[place]) is None:
                raise NotCovered("a text is not an IRI of a scheme that plans know")
            if values[place] in self._constants:
                raise NotCovered("a text names something that the plan holds for constant")


def _must_differ(lines: list[Quad]) -> list[list[str]]:
    """Return the literals that would make one quad if they were equal, where a text decides whether they are.

    Of IRIs, the planner has seen which are the same.
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    for subject, predicate, value, graph in lines:
        if value.startswith('"'):
            groups.setdefault((subject, predicate, graph), []).append(value)
    return [group for group in groups.values() if len(group) > 1 and any(map(marks.PATTERN.search, group))]
