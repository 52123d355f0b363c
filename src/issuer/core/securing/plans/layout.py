"""How the canonical N-Quads of a shape are laid out: what is constant, and what follows from its values.

What RDFC-1.0 does beside sorting is to name the blank nodes. Where their first-degree hashes all differ,
the names follow from the order of those hashes (RDFC-1.0, 4.4.3 step 4), so only the hashes of blank nodes
beside a text are worked out anew. Lines are sorted in blocks of one subject: a subject ends in `>` or a
space, so that the order of whole blocks is the order of their lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from issuer.core.securing.plans import forms, marks
from issuer.core.securing.plans.forms import Form, Piece
from issuer.core.securing.plans.shapes import NotCovered
from issuer.core.securing.quads import Quad, seen_from


@dataclass(frozen=True)
class Layout:
    """The constant and the varying parts of a canonical form.

    Of each blank node, `hashes` has the first-degree hash, or the lines that it is the hash of.
    """

    names: list[str]
    hashes: list[bytes | list[Piece]]
    constant_blocks: list[str]
    blocks: list[list[Piece]]

    def write(self, values: list[str]) -> str:
        """Return the canonical form with these values; `NotCovered` if two blank nodes look alike."""
        whole = values + self.named(
            [
                each if isinstance(each, bytes) else sha256(forms.joined(each, values).encode()).digest()
                for each in self.hashes
            ]
        )
        blocks = self.constant_blocks + [forms.joined(block, whole) for block in self.blocks]
        blocks.sort()
        return "".join(blocks)

    def named(self, hashes: Sequence[bytes]) -> list[str]:
        """Return the canonical name of each blank node, in the order of their first-degree hashes."""
        names = dict(zip(sorted(hashes), self.names, strict=True))
        if len(names) < len(hashes):
            raise NotCovered("two blank nodes look alike")
        return [names[each] for each in hashes]


def layout(lines: list[Quad], texts: int) -> Layout:
    """Return the layout of marked quads, all different, of a document with so many texts."""
    found = dict.fromkeys(term for line in lines for term in line if term.startswith("_:"))
    blanks = {blank: texts + at for at, blank in enumerate(found)}
    constant_blocks, blocks = _by_subject(lines, blanks)
    names = [f"_:c14n{number}" for number in range(len(blanks))]
    return Layout(names, [_first_degree(lines, blank) for blank in blanks], constant_blocks, blocks)


def _first_degree(lines: list[Quad], blank: str) -> bytes | list[Piece]:
    """Return the hash of a blank node that no text touches, or how to write what another's is made of."""
    around = [seen_from(blank, line) for line in lines if blank in line]
    seen = _in_order(around, {})
    if any(marks.PATTERN.search(term) for line in around for term in line):
        return seen
    return sha256(forms.joined(seen, ()).encode()).digest()


def _by_subject(lines: list[Quad], blanks: Mapping[str, int]) -> tuple[list[str], list[list[Piece]]]:
    """Return the blocks that are always the same, and how to fill in the others."""
    subjects: dict[str, list[Quad]] = {}
    for line in lines:
        subjects.setdefault(line[0], []).append(line)
    constant, varying = [], []
    for own in subjects.values():
        block = _in_order(own, blanks)
        if any(_varies(term, blanks) for line in own for term in line):
            varying.append(block)
        else:
            constant.append(forms.joined(block, ()))
    return constant, varying


def _in_order(lines: list[Quad], blanks: Mapping[str, int]) -> list[Piece]:
    """Return lines in their order, which is settled here as far as no value decides it."""
    subjects = {line[0] for line in lines if line[0].startswith("<")}
    if len(subjects) > 1 and any(map(marks.PATTERN.search, subjects)):
        return [_sorted_later(lines, blanks)]
    groups: dict[tuple[str, str], list[Quad]] = {}
    for line in sorted(lines, key=_order):
        groups.setdefault(line[:2], []).append(line)
    pieces: list[Piece] = []
    settled: list[str] = []
    for group in groups.values():
        if len(group) > 1 and any(_varies(term, blanks) for line in group for term in line[2:]):
            pieces += [forms.form(settled, blanks), _sorted_later(group, blanks)]
            settled = []
        else:
            settled += [term for line in group for term in _terms(line)]
    return [*pieces, forms.form(settled, blanks)]


def _sorted_later(lines: list[Quad], blanks: Mapping[str, int]) -> list[Form]:
    return [forms.form(_terms(line), blanks) for line in lines]


def _varies(term: str, blanks: Mapping[str, int]) -> bool:
    return term in blanks or bool(marks.PATTERN.search(term))


def _order(line: Quad) -> tuple[bool, str, str]:
    """Return a key in whose order lines stand: a subject that is an IRI stands before every blank node."""
    return not line[0].startswith("<"), f"{line[0]} {line[1]} ", "".join(_terms(line))


def _terms(line: Quad) -> Iterator[str]:
    """Yield the terms of a line and what stands between them (RDFC-1.0, section 5)."""
    for term in filter(None, line):
        yield term
        yield " "
    yield ".\n"
