"""Which plan a document is filled into: found by its shape, compiled and checked when that comes back."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from operator import length_hint
from typing import Final, cast

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, quads
from issuer.core.securing.plans import marks, shapes
from issuer.core.securing.plans.plan import Plan
from issuer.core.securing.plans.plans import Plans, sorted_text
from issuer.core.securing.plans.reader import reader
from issuer.core.securing.plans.reading import Distinction, Reading, Roles
from issuer.core.securing.plans.recent import Recent, weight
from issuer.core.securing.plans.shapes import NOTHING_FIXED, Fixed, NotCovered, Shape
from issuer.core.securing.plans.text import TextPlan
from issuer.errors import Invalid

OFTEN: Final = 20
"""Uses of a plan for what we issue before code is made for it: some two milliseconds that have to pay."""

MOST_BLANK_NODES: Final = 100
_READERS: Final = 256
"""How many readers are at hand: one for each outline of a badge of each version that is awarded now."""

_OURS: Final = 128_000_000
_OTHERS: Final = 32_000_000
"""How many bytes the plans of what we issue, and those of other documents, may take together."""

_BYTES_A_CHARACTER: Final = 7
_BYTES_A_TEXT: Final = 300
"""What a plan takes for each character of its canonical form, and a shape for each text: rounded up."""


class Planner:
    """Plans for one set of contexts. Safe to use from many threads.

    `counts` says how often a document was `filled` in, how often plans were `compiled`, how often the
    `general` path answered, and how often plans were a `mismatch`: they are thrown away, and none are made
    in their place.
    """

    def __init__(self, known: contexts.ContextSet, ours: int = _OURS, others: int = _OTHERS) -> None:
        self.counts: Counter[str] = Counter()
        self._known = known
        self._readers = Recent[Plans](_READERS)
        self._stopped: set[Hashable] = set()
        self._ours = _Memories(ours)
        self._others = _Memories(others)

    @property
    def weight(self) -> int:
        """How many bytes all plans are taken to need."""
        return sum(memories.weight for memories in (self._ours, self._others))

    def rdfc(self, document: Document) -> bytes:
        """Return the canonical N-Quads of a document, as `canonical.rdfc` does and with what it raises."""
        try:
            plans, texts = self._plans(self._others, document)
            found = plans.canonical.fill(texts).encode()
        except NotCovered:
            self.counts["general"] += 1
            return canonical.rdfc(document, self._known)
        self.counts["filled"] += 1
        return found

    def filled(
        self, document: Document, fixed: Fixed = NOTHING_FIXED, *, jcs: bool = False, sampled: bool = False
    ) -> tuple[str, str]:
        """Return the canonical form and the text of a document that we issue, or raise `NotCovered`.

        The form is canonical N-Quads, or the one of RFC 8785 where `jcs` asks for it. Of `fixed` parts the
        plans hold the content, which is not looked at again. What is `sampled` is compared with the general
        path: plans that differ are stopped, and counted as a mismatch.
        """
        return self.planned(document, fixed, jcs=jcs, sampled=sampled)[1]

    def planned(
        self, document: Document, fixed: Fixed = NOTHING_FIXED, *, jcs: bool = False, sampled: bool = False
    ) -> tuple[Plans, tuple[str, str]]:
        """Return the plans as well as what they are `filled` to, or raise `NotCovered`."""
        try:
            plans, texts = self.plans(document, fixed)
            found = plans.fill(texts, jcs=jcs)
            if sampled:
                self._check(plans, found, self._generally(document, jcs=jcs))
        except NotCovered:
            self.counts["general"] += 1
            raise
        self.counts["filled"] += 1
        return plans, found

    def plans(self, document: Document, fixed: Fixed = NOTHING_FIXED) -> tuple[Plans, list[str]]:
        """Return the plans of a document that we issue and the texts to fill in, or raise `NotCovered`."""
        if not fixed:  # it may be a stranger's shape, for which no code is made
            return self._plans(self._others, document)
        # How long each part is tells shapes apart well enough without a look into them: reading makes sure.
        outline = (*fixed.values(), *map(length_hint, document.values()))
        plans = self._readers.get(outline)
        texts = plans.read(document, fixed) if plans and plans.read else None
        if plans is None or texts is None:
            plans, texts = self._plans(self._ours, document, fixed)
            self._met(plans, outline, document, fixed)
        self._refuse_stopped(plans)
        return plans, texts

    def distrust(self, plans: Plans) -> None:
        """Stop plans that were found to be wrong: the general path answers for all documents of theirs.

        What was noted of them holds no more, also for what was prepared by them and is not published yet.
        """
        self._stopped.add(plans.key)
        plans.notes.clear()
        self.counts["mismatch"] += 1

    def _refuse_stopped(self, plans: Plans) -> None:
        if self._stopped and plans.key in self._stopped:
            raise NotCovered("the plans were stopped")

    def _check(self, plans: Plans, found: tuple[str, str], general: tuple[str, str]) -> None:
        if found != general:
            self.distrust(plans)
            raise NotCovered("the plans are wrong")

    def _generally(self, document: Document, *, jcs: bool = False) -> tuple[str, str]:
        form = canonical.jcs(document) if jcs else canonical.rdfc(document, self._known)
        return form.decode(), documents.text(document)

    def _plans(
        self, memories: "_Memories", document: Document, fixed: Fixed = NOTHING_FIXED
    ) -> tuple[Plans, list[str]]:
        shape, texts = shapes.read(document, fixed)
        reading = memories.readings.get(shape)
        if reading is None:
            reading = self._read(memories, shape, document, fixed, len(texts))
        if reading.roles is None:
            raise NotCovered("the shape has no plan")
        distinction = reading.distinction(texts)
        outcome = memories.outcomes.get((shape, distinction))
        if outcome is None:
            given = _Given(document, fixed, texts, reading.roles)
            outcome = self._outcome(memories, (shape, distinction), given)
        if outcome.plans is None:
            raise NotCovered("the shape has no plan")
        return outcome.plans, texts

    def _met(self, plans: Plans, outline: tuple[Hashable, ...], document: Document, fixed: Fixed) -> None:
        """Count a use of plans that had to be looked for, and have code made for them once that is often."""
        self._refuse_stopped(plans)
        plans.uses += 1
        if plans.uses < OFTEN:
            return
        if plans.read is None:
            self._make_code(plans, document, fixed)
        self._readers.keep(outline, plans, 1)

    def _make_code(self, plans: Plans, document: Document, fixed: Fixed) -> None:
        """Give code to plans once it agrees with the general path: before, no other thread can use it."""
        coded = replace(plans, canonical=plans.canonical.specialized())
        read = reader(document, fixed, plans.constants, plans.iris)
        texts = read(document, fixed)
        if texts is None or not _agree(coded, texts, document, self._generally(document)):
            self.distrust(plans)
            raise NotCovered("the code for the plans is wrong")
        plans.canonical, plans.read = coded.canonical, read

    def _read(
        self, memories: "_Memories", shape: Shape, document: Document, fixed: Fixed, count: int
    ) -> Reading:
        if not memories.readings.is_worth_it(shape):
            raise NotCovered("the shape was not met before")
        reading = Reading(self._roles(document, fixed, count))
        memories.readings.keep(shape, reading, _BYTES_A_TEXT * (count + 10) + weight(shape))
        return reading

    def _roles(self, document: Document, fixed: Fixed, count: int) -> Roles | None:
        """Return what becomes of each text of a shape in RDF; None where marks would not be safe."""
        bare = shapes.replaced(document, lambda _place, _text: "", fixed)
        if marks.PREFIX in documents.text(bare):
            return None
        marked = shapes.replaced(document, lambda place, _text: marks.mark(place), fixed)
        lines = self._quads(marked)
        return None if lines is None else marks.roles(lines, count)

    def _outcome(self, memories: "_Memories", key: tuple[Shape, Distinction], given: "_Given") -> "_Outcome":
        if key in self._stopped or not memories.outcomes.is_worth_it(key):
            raise NotCovered("the texts were not told apart so before")
        self.counts["compiled"] += 1
        general = self._generally(given.document)
        plans = self._compiled(given, key)
        try:
            if plans is not None and not _agree(plans, given.texts, given.document, general):
                self.counts["mismatch"] += 1
                plans = None
        except NotCovered:
            memories.outcomes.postpone(key)
            raise
        outcome = _Outcome(plans)
        filled = _BYTES_A_CHARACTER * len(general[0]) if plans else _BYTES_A_TEXT
        memories.outcomes.keep(key, outcome, filled + weight(key))
        return outcome

    def _compiled(self, given: "_Given", key: tuple[Shape, Distinction]) -> Plans | None:
        """Return the plans of a shape whose texts are told apart so; None where marks would not be safe."""
        _, (pattern, constant) = key
        kept = {place for place, _ in constant}
        if any(marks.PREFIX in text for _, text in constant):
            return None
        iris = [place for place, role in enumerate(given.roles) if role == "iri" and place not in kept]
        stands_for = {place: iris[first] for place, first in zip(iris, pattern, strict=True)}
        marked = shapes.replaced(
            given.document,
            lambda place, text: text if place in kept else marks.mark(stands_for.get(place, place)),
            given.fixed,
        )
        lines = self._quads(marked)
        if lines is None:
            return None
        merged = {place for place, first in stands_for.items() if place != first}
        found = marks.roles(lines, len(given.roles))
        if found != [None if place in kept | merged else role for place, role in enumerate(given.roles)]:
            return None
        return Plans(
            canonical=Plan(lines, found),
            sorted=TextPlan(sorted_text, given.document, given.fixed, kept),
            text=TextPlan(documents.text, given.document, given.fixed, kept),
            constants=dict(constant),
            iris=iris,
            key=key,
        )

    def _quads(self, marked: Document) -> list[quads.Quad] | None:
        """Return the quads of a marked document; None if it is no JSON-LD, or has too many blank nodes.

        What is wrong with a document itself, the general path says.
        """
        try:
            found = quads.of(canonical.dataset(marked, self._known))
        except Invalid:
            return None
        blanks = {term for quad in found for term in quad if term.startswith("_:")}
        return found if len(blanks) <= MOST_BLANK_NODES else None


def planner(known: contexts.ContextSet) -> Planner:
    """Return the one planner of a set of contexts."""
    found = known.kept.get(Planner)
    if not isinstance(found, Planner):
        found = known.kept.setdefault(Planner, Planner(known))
    return cast("Planner", found)


def _agree(plans: Plans, texts: Sequence[str], document: Document, general: tuple[str, str]) -> bool:
    """Return whether all that plans fill in is what the general path makes of the document."""
    return plans.fill(texts) == general and plans.sorted.fill(texts) == sorted_text(document)


@dataclass(frozen=True)
class _Given:
    """A document that is planned for: its fixed parts, its texts, and what they are in RDF."""

    document: Document
    fixed: Fixed
    texts: Sequence[str]
    roles: Roles


@dataclass(frozen=True)
class _Outcome:
    """What compiling came to: plans, or None where there are none for documents like it."""

    plans: Plans | None


class _Memories:
    """What is remembered of shapes: how they are read, and what compiling them came to."""

    def __init__(self, most: int) -> None:
        self.readings = Recent[Reading](most // 4)
        self.outcomes = Recent[_Outcome](most * 3 // 4)

    @property
    def weight(self) -> int:
        return self.readings.weight + self.outcomes.weight
