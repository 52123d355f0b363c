"""What in an SVG picture would run, or show a page, in the browser of whoever opens it."""

import re
from collections.abc import Iterable
from typing import Final

from lxml import etree
from lxml.etree import _Element

from issuer.errors import Invalid

_XHTML: Final = "http://www.w3.org/1999/xhtml"
_ELEMENTS: Final = frozenset({"script", "foreignobject", "handler", "listener", "iframe", "embed", "object"})
_ADDRESSES: Final = frozenset({"href", "src", "action", "formaction", "from", "to", "by", "values"})
"""Attributes that are followed, or that an animation sets one that is followed to."""

_IGNORED: Final = re.compile(r"[\x00-\x20\x7f-\x9f]")
"""What browsers leave out of an address before they look at its scheme."""

_RUNS: Final = re.compile(
    r"(?:^|;)(?:javascript:|vbscript:|data:(?!image/(?:png|jpe?g|gif|webp|avif)[;,]))", re.IGNORECASE
)


class ActiveImage(Invalid):
    """The picture holds something that a browser runs, and a badge image is only looked at."""

    code = "active-image"


def refuse(elements: Iterable[_Element]) -> None:
    """Raise `ActiveImage` where one of a picture's elements, the root first, is more than a drawing.

    Pictures in a page run nothing (SVG Integration, 5), but a badge is downloaded, and opened on its own.
    """
    for number, element in enumerate(elements):
        if number == 0 and _has_stylesheet(element):
            raise _refusal("a style sheet of another file")
        name = etree.QName(element)
        if name.namespace == _XHTML or name.localname.lower() in _ELEMENTS:
            raise _refusal(f"the element <{name.localname}>")
        for attribute, value in element.attrib.items():
            _refuse_attribute(str(attribute), str(value))


def _has_stylesheet(root: _Element) -> bool:
    """Return whether a style sheet is named before the root: XSLT makes a page of a picture."""
    instructions = root.itersiblings(etree.ProcessingInstruction, preceding=True)
    return any(getattr(each, "target", None) == "xml-stylesheet" for each in instructions)


def _refuse_attribute(attribute: str, value: str) -> None:
    local = etree.QName(attribute).localname.lower()
    if local.startswith("on"):  # no attribute of SVG but its events begins so
        raise _refusal(f"the attribute {local}")
    if local in _ADDRESSES and _RUNS.search(_IGNORED.sub("", value)):
        raise _refusal(f"an address in {local} that runs or holds a page")


def _refusal(what: str) -> ActiveImage:
    return ActiveImage(
        f"The SVG picture holds {what}, and a badge image must only be a drawing: take it out."
    )
