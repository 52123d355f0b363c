"""A JSON text of a shape, with places for the texts in which its documents differ."""

from collections.abc import Callable, Collection, Sequence
from json.encoder import encode_basestring

from issuer.core.documents import Document
from issuer.core.securing.plans import forms, marks, shapes
from issuer.core.securing.plans.shapes import Fixed


class TextPlan:
    """The compiled text of a shape: what `write` would write of a document, but for what is constant."""

    def __init__(
        self, write: Callable[[Document], str], document: Document, fixed: Fixed, kept: Collection[int]
    ) -> None:
        marked = shapes.replaced(
            document, lambda place, text: text if place in kept else marks.mark(place), fixed
        )
        self._form = forms.form([write(marked)], {})

    def fill(self, texts: Sequence[str], *, plain: bool = False) -> str:
        """Return the JSON text of the document of this shape with these texts.

        `plain` says that none of them has a character that is written as an escape.
        """
        return self._form.fill(texts if plain else [encode_basestring(text)[1:-1] for text in texts])
