"""From the bytes of somebody's SVG file to elements, without a DTD, an entity or a look elsewhere."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.etree import _Element

from issuer.core import markup
from issuer.core.artwork.svg_allowed import SVG
from issuer.core.artwork.uploaded import UnreadableArtwork, UnsafeArtwork
from issuer.errors import Fault

MAX_ELEMENTS: Final = 5_000
MAX_DEPTH: Final = 64

_MOST: Final = markup.Most(MAX_ELEMENTS, MAX_DEPTH)
_DECLARED: Final = re.compile(r"""<\?xml[^>?]*?\sencoding\s*=\s*["']([^"']*)["']""")
_UTF_8: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_DTD: Final = re.compile(r"<!(DOCTYPE|ENTITY|ATTLIST|ELEMENT|NOTATION)", re.IGNORECASE)


def parsed(raw: bytes) -> _Element:
    """Return the root of an SVG file, without its comments.

    Raises `UnreadableArtwork` for what is no well-formed SVG in UTF-8, and `UnsafeArtwork` for what has a
    document type, processing instructions or too many parts (XML 1.0, 2.6, 2.8 and 4.3.3).
    """
    text = _decoded(raw.removeprefix(markup.BYTE_ORDER_MARK))
    found = _DTD.search(text)
    if found is not None:
        # Looked for before anything is parsed, and within comments too: no reader may find one.
        raise _unsafe(text.count("\n", 0, found.start()) + 1, f"<!{found[1]} …>", "take it out")
    root: _Element | None = None
    for element in _elements(text.encode()):
        if root is None:
            root = element
            _refuse_no_svg(root)
    if root is None:
        raise UnreadableArtwork("the file is no SVG picture: it has no element")
    return root


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise UnreadableArtwork("the SVG file is not UTF-8 text: save it as UTF-8") from error
    declared = _DECLARED.match(text)
    if declared is not None and declared[1].lower() not in _UTF_8:
        raise UnreadableArtwork("the SVG file says that it is not UTF-8: save it as UTF-8")
    return text


def _elements(raw: bytes) -> Iterator[_Element]:
    """Yield every element as it begins: its content is there when the last one was yielded."""
    try:
        for kind, element in markup.parts(raw, _MOST, exact=False):
            if kind == "pi":
                target = str(getattr(element, "target", ""))
                raise _unsafe(_line(element), f"<?{target[:40]} …?>", "take this instruction out")
            yield element
    except markup.MalformedMarkup as error:
        raise UnreadableArtwork(
            f"the SVG file is not well-formed XML, near line {error.line}: export it again",
        ) from error
    except markup.TooManyParts as error:
        raise UnsafeArtwork(
            f"the SVG file has more than {MAX_ELEMENTS:,} parts, or nests them more than {MAX_DEPTH} "
            "deep: simplify it, or upload a PNG"
        ) from error


def _refuse_no_svg(root: _Element) -> None:
    name = etree.QName(root)
    if name.localname != "svg" or name.namespace != SVG:
        raise UnreadableArtwork(
            f'the file is no SVG picture: it must begin with <svg xmlns="{SVG}">, and begins with '
            f"<{name.localname[:40]}>"
        )


def _line(element: _Element) -> int:
    found: object = element.sourceline  # the stubs have no type for it
    return found if isinstance(found, int) else 0


def _unsafe(line: int, what: str, step: str) -> UnsafeArtwork:
    return UnsafeArtwork(f"the SVG picture holds {what}: {step}", [Fault(f"/line/{line}", f"{what}: {step}")])
