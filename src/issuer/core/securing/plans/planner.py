"""Which plan a document is filled into: found by its shape, compiled and checked when first seen."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts
from issuer.core.securing.plans import marks, shapes
from issuer.core.securing.plans.marks import Role
from issuer.core.securing.plans.plan import Plan
from issuer.core.securing.plans.shapes import NOTHING_FIXED, Fixed, NotCovered
from issuer.core.securing.plans.text import TextPlan
from issuer.errors import Invalid

MOST_SHAPES: Final = 200
OFTEN: Final = 20
"""Uses of a plan for what we issue before code is made for it: some two milliseconds that have to pay."""

_MOST_DISTINCTIONS: Final = 8

Roles: TypeAlias = Sequence[Role | None]
Item = TypeVar("Item")


@dataclass
class Plans:
    """Both forms of a shape: the one that is hashed, and the one that is stored and served."""

    canonical: Plan
    text: TextPlan
    uses: int = 0


class Planner:
    """Plans for one set of contexts: those used last are kept. Safe to use from many threads.

    `counts` says how often a document was `filled` in, how often plans were `compiled`, how often the
    `general` path answered, and how often a new plan was a `mismatch` and thrown away.
    """

    def __init__(self, known: contexts.ContextSet, most: int = MOST_SHAPES) -> None:
        self.counts: Counter[str] = Counter()
        self._known = known
        self._shapes = _Recent[_Planned | None](most)

    def rdfc(self, document: Document) -> bytes:
        """Return the canonical N-Quads of a document, as `canonical.rdfc` does and with what it raises."""
        try:
            plans, texts = self.plans(document)
            found = plans.canonical.fill(texts).encode()
        except NotCovered:
            self.counts["general"] += 1
            return canonical.rdfc(document, self._known)
        self.counts["filled"] += 1
        return found

    def plans(self, document: Document, fixed: Fixed = NOTHING_FIXED) -> tuple[Plans, list[str]]:
        """Return the plans of a document and the texts to fill in, or raise `NotCovered`.

        Of `fixed` parts the plans hold the content, which is not looked at again.
        """
        shape, texts = shapes.read(document, fixed)
        planned = self._shapes.get(shape)
        if isinstance(planned, _Absent):
            planned = self._shapes.keep(shape, self._read(document, fixed, len(texts)))
        if planned is None:
            raise NotCovered("the shape has no plan")
        distinction = _distinguished(texts, planned)
        plans = planned.plans.get(distinction)
        if isinstance(plans, _Absent):
            compiled = self._compiled(document, fixed, texts, planned.roles, distinction)
            plans = planned.plans.keep(distinction, compiled)
        if plans is None:
            raise NotCovered("the shape has no plan")
        if fixed:
            plans.uses += 1
            if plans.uses == OFTEN:
                plans.canonical.specialize()
        return plans, texts

    def _read(self, document: Document, fixed: Fixed, count: int) -> "_Planned | None":
        """Return what becomes of each text of a shape in RDF; None where marks would not be safe."""
        if marks.PREFIX in documents.text(document):
            return None
        marked = shapes.replaced(document, lambda place, _text: marks.mark(place), fixed)
        try:
            quads = marks.quads(canonical.dataset(marked, self._known))
        except Invalid:
            return None  # the general path says what is wrong with the document itself
        return _Planned(marks.roles(quads, count))

    def _compiled(
        self,
        document: Document,
        fixed: Fixed,
        texts: Sequence[str],
        roles: Roles,
        distinction: "_Distinction",
    ) -> Plans | None:
        """Return the plans of a shape whose texts are told apart so; None where they give other bytes."""
        self.counts["compiled"] += 1
        pattern, constant = distinction
        kept = {place for place, _ in constant}
        iris = [place for place, role in enumerate(roles) if role == "iri" and place not in kept]
        stands_for = {place: iris[first] for place, first in zip(iris, pattern, strict=True)}
        marked = shapes.replaced(
            document,
            lambda place, text: text if place in kept else marks.mark(stands_for.get(place, place)),
            fixed,
        )
        try:
            quads = marks.quads(canonical.dataset(marked, self._known))
        except Invalid:
            return None
        found = marks.roles(quads, len(texts))
        merged = {at for at, first in stands_for.items() if at != first}
        if found != [None if at in kept | merged else role for at, role in enumerate(roles)]:
            return None
        plans = Plans(Plan(quads, found), TextPlan(document, fixed, kept))
        if not self._agree(plans, texts, document):
            self.counts["mismatch"] += 1
            return None
        return plans

    def _agree(self, plans: Plans, texts: Sequence[str], document: Document) -> bool:
        """Return whether plans give what the general path does, for the document that they are of."""
        general = canonical.rdfc(document, self._known).decode()
        return plans.canonical.fill(texts) == general and plans.text.fill(texts) == documents.text(document)


def planner(known: contexts.ContextSet) -> Planner:
    """Return the one planner of a set of contexts."""
    found = known.remembered.get(Planner)
    if not isinstance(found, Planner):
        found = Planner(known)
        known.remembered[Planner] = found
    return found


_Distinction: TypeAlias = tuple[tuple[int, ...], tuple[tuple[int, str], ...]]
"""Which of the IRIs are the same, and the texts that a plan holds for constant, with their places."""


def _distinguished(texts: Sequence[str], planned: "_Planned") -> _Distinction:
    """Return what must be the same for two documents of a shape to share a plan, beside the shape."""
    constant = [(place, texts[place]) for place in planned.constant]
    iris = [texts[place] for place in planned.iris]
    if not all(map(marks.IRI, iris)):
        constant += [(place, texts[place]) for place in planned.iris if not marks.IRI(texts[place])]
        iris = [text for text in iris if marks.IRI(text)]
    first: dict[str, int] = {}
    return tuple([first.setdefault(text, number) for number, text in enumerate(iris)]), tuple(constant)


class _Planned:
    """What the texts of a shape are in RDF, and its plans by what sets its documents apart."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self.iris = [place for place, role in enumerate(roles) if role == "iri"]
        self.constant = [place for place, role in enumerate(roles) if role is None]
        self.plans = _Recent[Plans | None](_MOST_DISTINCTIONS)


class _Absent:
    """What is kept for a key that was never asked for."""


_ABSENT: Final = _Absent()


class _Recent(Generic[Item]):
    """The items used last, by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: OrderedDict[Hashable, Item] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Item | _Absent:
        try:
            item = self._items[key]
            self._items.move_to_end(key)
        except KeyError:  # never there, or thrown out by another thread between the two
            return _ABSENT
        return item

    def keep(self, key: Hashable, item: Item) -> Item:
        with self._lock:
            self._items[key] = item
            if len(self._items) > self._most:
                self._items.popitem(last=False)
        return item
