"""How much an SVG picture draws in the end, when its parts stand for other parts."""

from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree
from lxml.etree import _Element

from issuer.core.artwork import svg_allowed, svg_styles
from issuer.core.artwork.svg_styles import Reach
from issuer.core.artwork.uploaded import UnsafeArtwork

MAX_DRAWN: Final = 10_000
"""The most elements that are drawn, each counted as often as something refers to it."""


def refuse_too_many(root: _Element, reaches: Sequence[Reach]) -> None:
    """Raise `UnsafeArtwork` where references multiply a picture, or lead back to where they began.

    A few lines of SVG can draw millions of shapes (SVG 2, 5.6). Gradients draw nothing of their own, and
    count only where gradients refer to them.
    """
    by_id = {str(each.get("id")): each for each in root.iter() if each.get("id")}
    targets = {each: list(_targets(each, by_id, reaches)) for each in root.iter()}
    waiting, count = [root], 1
    while waiting:
        element = waiting.pop()
        found = [*element, *targets[element]]
        count += len(found)
        if count > MAX_DRAWN:
            raise UnsafeArtwork(
                f"the SVG picture draws more than {MAX_DRAWN:,} shapes, or draws itself, by way of its "
                "references: copy the shapes out, or upload a PNG"
            )
        waiting += found


def _targets(element: _Element, by_id: dict[str, _Element], reaches: Sequence[Reach]) -> Iterator[_Element]:
    for name in _names(element, reaches):
        target = by_id.get(name)
        if target is not None and (_is_gradient(element) or not _is_gradient(target)):
            yield target


def _names(element: _Element, reaches: Sequence[Reach]) -> Iterator[str]:
    """Yield what an element refers to, or may refer to by one of the style sheets' rules."""
    for attribute, value in element.attrib.items():
        if attribute in svg_allowed.HREFS:
            yield str(value).removeprefix("#")
        elif attribute == "style" or attribute in svg_allowed.PRESENTATION:
            yield from svg_styles.parts(str(value))
    classes = set((element.get("class") or "").split())
    for reach in reaches:
        if not reach.classes or reach.classes & classes:
            yield from reach.parts


def _is_gradient(element: _Element) -> bool:
    return etree.QName(element).localname in svg_allowed.GRADIENTS
