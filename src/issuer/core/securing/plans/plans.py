"""What is compiled for a shape: the text that is served, and the two forms of which one is hashed."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from issuer.core.documents import Document
from issuer.core.securing import canonical
from issuer.core.securing.plans import shapes
from issuer.core.securing.plans.plan import Plan, is_plain
from issuer.core.securing.plans.reader import Read
from issuer.core.securing.plans.shapes import NotCovered
from issuer.core.securing.plans.text import TextPlan


@dataclass
class Plans:
    """The forms of a shape: the one that is stored and served, and two of which one is hashed.

    `constants` are the texts that all its documents have, `iris` the places of the others that are IRIs, and
    `key` is what tells documents that share these plans from others.
    `read` is there once code was made for what we issue often.
    `notes` are for whoever issues: what was found to hold for all documents of the shape.
    """

    canonical: Plan
    sorted: TextPlan
    text: TextPlan
    constants: Mapping[int, str]
    iris: Sequence[int]
    key: Hashable = None
    uses: int = 0
    read: Read | None = None
    notes: set[Hashable] = field(default_factory=set)

    def fill(self, texts: Sequence[str], *, jcs: bool = False) -> tuple[str, str]:
        """Return the canonical form and the text of the document with these texts, or raise `NotCovered`.

        The form is canonical N-Quads, or sorted JSON where `jcs` asks for it.
        """
        whole = "".join(texts)
        if len(whole) > shapes.MOST_CHARACTERS:
            raise NotCovered("the document is too large")
        plain = is_plain(whole)
        form = self.sorted if jcs else self.canonical
        return form.fill(texts, plain=plain), self.text.fill(texts, plain=plain)


def sorted_text(document: Document) -> str:
    """Return the form of RFC 8785."""
    return canonical.jcs(document).decode()
