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

Form: TypeAlias = tuple[str, Callable[[Sequence[str]], tuple[str, ...] | str]]
"""A pattern, and what picks its values out of all: each text, escaped, then the name of each blank node."""

Piece: TypeAlias = Form | list[Form]
"""A part of the canonical form, or lines whose order their values decide."""

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
        self._apart = [[self._form([value]) for value in group] for group in _must_differ(lines)]
        self._constant_hashes, self._hashes = self._first_degree(lines, blanks)
        self._constant_blocks, blocks = self._by_subject(lines)
        self._blocks = [block for block in blocks if len(block) > 1 or isinstance(block[0], list)]
        self._forms = [block[0] for block in blocks if len(block) == 1 and isinstance(block[0], tuple)]

    def fill(self, texts: Sequence[str]) -> str:
        """Return the canonical N-Quads of the document of this shape with these texts, or `NotCovered`."""
        values = list(texts)
        self._check_iris(values)
        for place in self._literals:
            if _SPECIAL(values[place]):
                values[place] = canonical.escape(values[place])
        for group in self._apart:
            if len({pattern % chosen(values) for pattern, chosen in group}) < len(group):
                raise NotCovered("two values of one property are the same")
        if self._names:
            values += self._named(values)
        blocks = self._constant_blocks + [pattern % chosen(values) for pattern, chosen in self._forms]
        blocks += [_joined(block, values) for block in self._blocks]
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
            (sha256(_joined(seen, values).encode()).digest(), blank) for blank, seen in self._hashes
        ]
        hashes.sort()
        names = [""] * len(hashes)
        before = b""
        for (digest, blank), name in zip(hashes, self._names, strict=True):
            if digest == before:
                raise NotCovered("two blank nodes look alike")
            before, names[blank] = digest, name
        return names

    def _first_degree(
        self, lines: list[Quad], blanks: list[str]
    ) -> tuple[list[tuple[bytes, int]], list[tuple[int, list[Piece]]]]:
        """Return the hashes of blank nodes that no text touches, and how to work out those of the others."""
        constant, varying = [], []
        for number, blank in enumerate(blanks):
            around = [_seen_from(blank, line) for line in lines if blank in line]
            seen = self._in_order(around)
            if any(marks.PATTERN.search(term) for line in around for term in line):
                varying.append((number, seen))
            else:
                constant.append((sha256(_joined(seen, ()).encode()).digest(), number))
        return constant, varying

    def _by_subject(self, lines: list[Quad]) -> tuple[list[str], list[list[Piece]]]:
        """Return the blocks that are always the same, and how to fill in the others."""
        subjects: dict[str, list[Quad]] = {}
        for line in lines:
            subjects.setdefault(line[0], []).append(line)
        constant, varying = [], []
        for lines_of_one in subjects.values():
            block = self._in_order(lines_of_one)
            if any(self._varies(term) for line in lines_of_one for term in line):
                varying.append(block)
            else:
                constant.append(_joined(block, ()))
        return constant, varying

    def _in_order(self, lines: list[Quad]) -> list[Piece]:
        """Return lines in their order, which is settled here as far as no text decides it."""
        subjects = {line[0] for line in lines if line[0].startswith("<")}
        if len(subjects) > 1 and any(map(marks.PATTERN.search, subjects)):
            return [[self._form(_terms(line)) for line in lines]]
        groups: dict[tuple[str, str], list[Quad]] = {}
        for line in sorted(lines, key=_order):
            groups.setdefault(line[:2], []).append(line)
        pieces: list[Piece] = []
        settled: list[str] = []
        for group in groups.values():
            if len(group) > 1 and any(self._varies(term) for line in group for term in line[2:]):
                pieces += [self._form(settled), [self._form(_terms(line)) for line in group]]
                settled = []
            else:
                settled += [term for line in group for term in _terms(line)]
        return [*pieces, self._form(settled)]

    def _varies(self, term: str) -> bool:
        return term in self._numbers or bool(marks.PATTERN.search(term))

    def _form(self, terms: Iterable[str]) -> Form:
        """Return how to join terms, with values in the place of their marks and of the blank nodes."""
        pattern: list[str] = []
        numbers: list[int] = []
        for term in terms:
            if term in self._numbers:
                pattern.append("%s")
                numbers.append(self._numbers[term])
            else:
                pattern.append(marks.PATTERN.sub("%s", term.replace("%", "%%")))
                numbers += map(int, marks.PATTERN.findall(term))
        return "".join(pattern), itemgetter(*numbers) if numbers else _nothing


def _nothing(_values: Sequence[str]) -> tuple[str, ...]:
    return ()


def _joined(pieces: list[Piece], values: Sequence[str]) -> str:
    """Return pieces filled in, the lines sorted whose order was left to their values."""
    return "".join(
        [
            "".join(sorted([pattern % chosen(values) for pattern, chosen in piece]))
            if isinstance(piece, list)
            else piece[0] % piece[1](values)
            for piece in pieces
        ]
    )


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
