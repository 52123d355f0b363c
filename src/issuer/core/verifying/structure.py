"""Whether a credential is written as the standard wants it, without asking again what its shape decides.

Most rules look at names, types and brackets alone, and those are the same in thousands of badges. Of a shape
that came before, only the rules that read texts are looked at anew. What is remembered was found on the shape
itself, with every text left blank, so that no text of one credential can speak for another; and only that no
rule is broken is remembered. Everything else goes the plain way, which words the faults.
"""

from functools import cache
from typing import Final, TypeAlias

from issuer.core.credentials import rules_of
from issuer.core.credentials.rules import Rule
from issuer.core.documents import Document
from issuer.core.securing.plans import shapes
from issuer.core.securing.plans.recent import Recent
from issuer.core.securing.plans.shapes import NotCovered, Shape
from issuer.core.verifying import form
from issuer.errors import Fault

DECIDED_BY_SHAPE: Final = frozenset(
    {
        *("contexts", "types", "issuer", "subject", "parts", "kinds", "nothing-empty"),
        *("contexts-1.1", "one-model", "endorses", "clr-contexts", "clr-subject"),
    }
)
"""The rules that read no text but types and contexts. One that is not named here is always looked at."""

_MOST_BYTES: Final = 16_000_000
_BYTES_A_CHARACTER: Final = 4

_Left: TypeAlias = tuple[Rule, ...]
"""The rules that are left to be looked at where the shape breaks none of the others."""


def faults(document: Document) -> list[Fault]:
    """Return every way in which a credential breaks the standard; none for a good one.

    A document that is respelled is held to nothing else: see `form`.
    """
    left = _left(document)
    if left is not None and not any(fault for rule in left for fault in rule.look(document)):
        return []
    return plainly(document)


def plainly(document: Document) -> list[Fault]:
    """Return the same, with nothing remembered."""
    return form.respelled(document) or [fault for _, fault in rules_of.breaches(document)]


def _left(document: Document) -> _Left | None:
    """Return the rules that the document's shape leaves open; None where it is not known to be sound."""
    try:
        shape, _ = shapes.read(document)
    except NotCovered:
        return None
    known = _sound_shapes()
    left = known.get(shape)
    if left is None and known.is_worth_it(shape):
        left = _looked_at(document)
        if left is not None:
            known.keep(shape, left, _weight(shape))
    return left


def _looked_at(document: Document) -> _Left | None:
    blank = shapes.replaced(document, lambda _place, _text: "")
    found = rules_of.rules_for(blank)
    decided = [rule for rule in found if rule.name in DECIDED_BY_SHAPE]
    if form.respelled(blank) or any(fault for rule in decided for fault in rule.look(blank)):
        return None
    return tuple(rule for rule in found if rule not in decided)


@cache
def _sound_shapes() -> Recent[_Left]:
    return Recent(_MOST_BYTES)


def _weight(shape: Shape) -> int:
    """Return more bytes than a shape takes: a stranger chose how long the names and numbers in it are."""
    return _BYTES_A_CHARACTER * len(repr(shape))
