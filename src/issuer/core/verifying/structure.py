"""Whether a credential is written as the standard wants it, without asking again what its shape decides.

Most rules look at names, types and brackets alone, and those are the same in thousands of badges. Of a shape
that came before, only the rules that read texts are looked at anew. What is remembered was found on the shape
itself, with every text left blank, so that no text of one credential can speak for another; and only that no
rule is broken is remembered. Everything else goes the plain way, which words the faults.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from issuer.core.credentials import rules_of
from issuer.core.credentials.rules import Rule
from issuer.core.documents import Document
from issuer.core.securing.plans import recent, shapes
from issuer.core.securing.plans.recent import Recent
from issuer.core.securing.plans.shapes import NotCovered
from issuer.core.verifying import form, parts
from issuer.errors import Fault

DECIDED_BY_SHAPE: Final = frozenset(
    {
        *("contexts", "types", "issuer", "subject", "parts", "kinds", "nothing-empty"),
        *("contexts-1.1", "one-model", "endorses", "clr-contexts", "clr-subject"),
    }
)
"""The rules that read no text but types and contexts. One that is not named here is always looked at."""

_MOST_BYTES: Final = 16_000_000


@dataclass(frozen=True)
class Sound:
    """What a shape that breaks no rule leaves open: the rules that read texts, and any endorsements."""

    left: tuple[Rule, ...]
    endorsed: bool


def known(document: Document) -> Sound | None:
    """Return what is known of a credential by its shape, or None: it is new, or may break a rule."""
    try:
        shape, _ = shapes.read(document)
    except NotCovered:
        return None
    remembered = _sound_shapes()
    sound = remembered.get(shape)
    if sound is None and remembered.is_worth_it(shape):
        sound = _looked_at(document)
        if sound is not None:
            remembered.keep(shape, sound, recent.weight(shape))
    return sound


def faults(document: Document, sound: Sound | None) -> list[Fault]:
    """Return every way in which a credential breaks the standard; none for a good one.

    `sound` is what is `known` of it. A document that is respelled is held to nothing else: see `form`.
    """
    if sound is not None and not any(fault for rule in sound.left for fault in rule.look(document)):
        return []
    return form.respelled(document) or [fault for _, fault in rules_of.breaches(document)]


def _looked_at(document: Document) -> Sound | None:
    blank = shapes.replaced(document, lambda _place, _text: "")
    found = rules_of.rules_for(blank)
    decided = [rule for rule in found if rule.name in DECIDED_BY_SHAPE]
    if form.respelled(blank) or any(fault for rule in decided for fault in rule.look(blank)):
        return None
    return Sound(tuple(rule for rule in found if rule not in decided), parts.has_endorsements(blank))


@cache
def _sound_shapes() -> Recent[Sound]:
    return Recent(_MOST_BYTES)
