"""A plan: the canonical N-Quads of a shape, with places for the texts in which its documents differ.

What RDFC-1.0 does beside sorting is to name the blank nodes. Where their first-degree hashes all differ,
the names follow from the order of those hashes (RDFC-1.0, 4.4.3 step 4), so only the hashes of blank nodes
beside a text are worked out anew. Lines are sorted in blocks of one subject: a subject ends in `>` or a
space, so that the order of whole blocks is the order of their lines.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from operator import itemgetter
from typing import Final, TypeAlias

from issuer.core.securing import canonical
from issuer.core.securing.plans import marks
from issuer.core.securing.plans.marks import Quad, Role
from issuer.core.securing.plans.shapes import NotCovered

Fill: TypeAlias = Callable[[Sequence[str]], str]
"""From the values (each text escaped, then the name of each blank node) to a piece of the canonical form."""

_SPECIAL: Final = re.compile(r'[\x00-\x1f\x7f"\\]').search


class Plan:
    """The compiled canonical form of a shape. It is immutable, and safe to fill from many threads."""

    def __init__(self, quads: Iterable[Quad], roles: Sequence[Role | None]) -> None:
        lines = list(dict.fromkeys(quads))
        blanks = list(dict.fromkeys(term for line in lines for term in line if term.startswith("_:")))
        self._names = [f"_:c14n{number}" for number in range(len(blanks))]
        self._numbers = {blank: len(roles) + at for at, blank in enumerate(blanks)}
        used = sorted(
            {int(place) for line in lines for term in line for place in marks.PATTERN.findall(term)}
        )
        self._iris = [place for place in used if roles[place] == "iri"]
        self._literals = [place for place in used if roles[place] == "literal"]
        self._constants = {term[1:-1] for line in lines for term in line if term.startswith("<")}
        self._apart = [[self._fill([value]) for value in group] for group in _must_differ(lines)]
        self._constant_hashes, self._hashes = self._first_degree(lines, blanks)
        self._constant_blocks, self._blocks = self._by_subject(lines)

    def fill(self, texts: Sequence[str]) -> str:
        """Return the canonical N-Quads of the document of this shape with these texts, or `NotCovered`."""
        values = list(texts)
        self._check_iris(values)
        for place in self._literals:
            if _SPECIAL(values[place]):
                values[place] = canonical.escape(values[place])
        for group in self._apart:
            if len({fill(values) for fill in group}) < len(group):
                raise NotCovered("two values of one property are the same")
        if self._names:
            values += self._named(values)
        blocks = self._constant_blocks + [fill(values) for fill in self._blocks]
        blocks.sort()
        return "".join(blocks)

    def _check_iris(self, values: Sequence[str]) -> None:
        for place in self._iris:
            if marks.IRI(values[place]) is None:
                raise NotCovered("a text is not an IRI of a scheme that plans know")
            if values[place] in self._constants:
                raise NotCovered("a text names something that the plan holds for constant")

    def _named(self, values: Sequence[str]) -> list[str]:
        """Return the canonical name of each blank node, in the order of their first-degree hashes."""
        hashes = self._constant_hashes + [
            (sha256(fill(values).encode()).hexdigest(), blank) for blank, fill in self._hashes
        ]
        hashes.sort()
        names = [""] * len(hashes)
        before = ""
        for (digest, blank), name in zip(hashes, self._names, strict=True):
            if digest == before:
                raise NotCovered("two blank nodes look alike")
            before, names[blank] = digest, name
        return names

    def _first_degree(
        self, lines: list[Quad], blanks: list[str]
    ) -> tuple[list[tuple[str, int]], list[tuple[int, Fill]]]:
        """Return the hashes of blank nodes that no text touches, and how to work out those of the others."""
        constant, varying = [], []
        for number, blank in enumerate(blanks):
            around = [_seen_from(blank, line) for line in lines if blank in line]
            fill = self._in_order(around)
            if any(marks.PATTERN.search(term) for line in around for term in line):
                varying.append((number, fill))
            else:
                constant.append((sha256(fill(()).encode()).hexdigest(), number))
        return constant, varying

    def _by_subject(self, lines: list[Quad]) -> tuple[list[str], list[Fill]]:
        """Return the blocks that are always the same, and how to fill in the others."""
        subjects: dict[str, list[Quad]] = {}
        for line in lines:
            subjects.setdefault(line[0], []).append(line)
        constant, varying = [], []
        for block in subjects.values():
            fill = self._in_order(block)
            if any(self._varies(term) for line in block for term in line):
                varying.append(fill)
            else:
                constant.append(fill(()))
        return constant, varying

    def _in_order(self, lines: list[Quad]) -> Fill:
        """Return how to fill in lines in their order, which is settled here as far as no text decides it."""
        subjects = {line[0] for line in lines if line[0].startswith("<")}
        if len(subjects) > 1 and any(map(marks.PATTERN.search, subjects)):
            return self._sorting(lines)
        groups: dict[tuple[str, str], list[Quad]] = {}
        for line in sorted(lines, key=_order):
            groups.setdefault(line[:2], []).append(line)
        fills: list[Fill] = []
        settled: list[str] = []
        for group in groups.values():
            if len(group) > 1 and any(self._varies(term) for line in group for term in line[2:]):
                fills += [self._fill(settled), self._sorting(group)]
                settled = []
            else:
                settled += [term for line in group for term in _terms(line)]
        return _joining([*fills, self._fill(settled)])

    def _varies(self, term: str) -> bool:
        return term in self._numbers or bool(marks.PATTERN.search(term))

    def _sorting(self, lines: list[Quad]) -> Fill:
        fills = [self._fill(_terms(line)) for line in lines]
        return lambda values: "".join(sorted([fill(values) for fill in fills]))

    def _fill(self, terms: Iterable[str]) -> Fill:
        """Return how to join terms, with values in the place of their marks and of the blank nodes."""
        form: list[str] = []
        numbers: list[int] = []
        for term in terms:
            if term in self._numbers:
                form.append("%s")
                numbers.append(self._numbers[term])
            else:
                form.append(marks.PATTERN.sub("%s", term.replace("%", "%%")))
                numbers += map(int, marks.PATTERN.findall(term))
        pattern = "".join(form)
        if not numbers:
            constant = pattern.replace("%%", "%")
            return lambda _values: constant
        chosen = itemgetter(*numbers)
        return lambda values: pattern % chosen(values)


def _must_differ(lines: list[Quad]) -> list[list[str]]:
    """Return the literals that would make one quad if they were equal, where a text decides whether they are.

    Of IRIs, the planner has seen which are the same.
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    for subject, predicate, value, graph in lines:
        if value.startswith('"'):
            groups.setdefault((subject, predicate, graph), []).append(value)
    return [group for group in groups.values() if len(group) > 1 and any(map(marks.PATTERN.search, group))]


def _seen_from(blank: str, line: Quad) -> Quad:
    """Return a quad as the first-degree hash of a blank node sees it (RDFC-1.0, 4.6.3)."""
    subject, predicate, value, graph = (
        term if not term.startswith("_:") else "_:a" if term == blank else "_:z" for term in line
    )
    return subject, predicate, value, graph


def _order(line: Quad) -> tuple[bool, str, str]:
    """Return a key in whose order lines stand: a subject that is an IRI stands before every blank node."""
    return not line[0].startswith("<"), f"{line[0]} {line[1]} ", "".join(_terms(line))


def _terms(line: Quad) -> Iterator[str]:
    """Yield the terms of a line and what stands between them (RDFC-1.0, section 5)."""
    for term in filter(None, line):
        yield term
        yield " "
    yield ".\n"


def _joining(fills: list[Fill]) -> Fill:
    if len(fills) == 1:
        return fills[0]
    return lambda values: "".join([fill(values) for fill in fills])
