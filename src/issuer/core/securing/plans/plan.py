"""A plan: the canonical N-Quads of a shape, with places for the texts in which its documents differ."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from issuer.core.securing import canonical
from issuer.core.securing.plans import forms, generated, marks
from issuer.core.securing.plans.layout import layout
from issuer.core.securing.plans.marks import Quad, Role
from issuer.core.securing.plans.shapes import NotCovered

_SPECIAL: Final = re.compile(r'[\x00-\x1f\x7f"\\]').search


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

    def fill(self, texts: Sequence[str]) -> str:
        """Return the canonical N-Quads of the document of this shape with these texts, or `NotCovered`."""
        values = list(texts)
        self._check_iris(values)
        for place in self._literals:
            if _SPECIAL(values[place]):
                values[place] = canonical.escape(values[place])
        for group in self._apart:
            if len({pattern % chosen(values) for pattern, _, chosen in group}) < len(group):
                raise NotCovered("two values of one property are the same")
        return self._write(values)

    def specialize(self) -> None:
        """Fill in from now on by code made for this plan. Never for a shape that a stranger chose."""
        self._write = generated.writer(self._layout, self._count)

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
