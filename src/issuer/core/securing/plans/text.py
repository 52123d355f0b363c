"""The JSON text of a shape, with places for the texts in which its documents differ."""

import re
from collections.abc import Collection, Sequence
from json.encoder import encode_basestring
from typing import Final

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing.plans import marks, shapes
from issuer.core.securing.plans.shapes import Fixed

_MARK: Final = re.compile('"' + marks.PATTERN.pattern + '"')


class TextPlan:
    """The compiled text of a shape: what `documents.text` would write, without writing what is constant."""

    def __init__(self, document: Document, fixed: Fixed, kept: Collection[int]) -> None:
        marked = shapes.replaced(
            document, lambda place, text: text if place in kept else marks.mark(place), fixed
        )
        text = documents.text(marked)
        self._places = [int(place) for place in _MARK.findall(text)]
        self._form = _MARK.sub("%s", text.replace("%", "%%"))

    def fill(self, texts: Sequence[str]) -> str:
        """Return the JSON text of the document of this shape with these texts."""
        return self._form % tuple([encode_basestring(texts[place]) for place in self._places])
