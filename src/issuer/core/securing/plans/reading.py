"""What the texts of a shape are in RDF, and which of them documents must share to share a plan."""

from collections.abc import Sequence
from typing import TypeAlias

from issuer.core.securing.plans import marks
from issuer.core.securing.plans.marks import Role

Roles: TypeAlias = Sequence[Role | None]

Distinction: TypeAlias = tuple[tuple[int, ...], tuple[tuple[int, str], ...]]
"""Which of the IRIs are the same, and the texts that a plan holds for constant, with their places."""


class Reading:
    """What the texts of a shape are in RDF; `roles` is None for a shape that has no plan."""

    def __init__(self, roles: Roles | None) -> None:
        self.roles = roles
        self._iris = [place for place, role in enumerate(roles or ()) if role == "iri"]
        self._constant = [place for place, role in enumerate(roles or ()) if role is None]

    def distinction(self, texts: Sequence[str]) -> Distinction:
        """Return what must be the same for two documents of the shape to share a plan."""
        constant = [(place, texts[place]) for place in self._constant]
        iris = [texts[place] for place in self._iris]
        if not all(map(marks.IRI, iris)):
            constant += [(place, texts[place]) for place in self._iris if not marks.IRI(texts[place])]
            iris = [text for text in iris if marks.IRI(text)]
        first: dict[str, int] = {}
        return tuple([first.setdefault(text, number) for number, text in enumerate(iris)]), tuple(constant)
