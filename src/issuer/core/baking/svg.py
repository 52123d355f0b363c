"""The credential in an SVG image, put in or read without a DTD, an entity or a look elsewhere."""

import re
from collections.abc import Iterator
from typing import Final, cast

from lxml import etree
from lxml.etree import _Element

from issuer.core import markup
from issuer.core.baking import active, refusals
from issuer.core.baking.carried import carried
from issuer.core.baking.refusals import UnreadableImage

MAX_DEPTH: Final = 200
MAX_ELEMENTS: Final = 50_000

_PREFIX: Final = "openbadges"
_OPEN_BADGES: Final = "https://purl.imsglobal.org/ob/v3p0"
_CREDENTIAL: Final = f"{{{_OPEN_BADGES}}}credential"
_CREDENTIALS: Final = frozenset({_CREDENTIAL, "{https://purl.imsglobal.org/clr/v2p0}credential"})
_ASSERTION: Final = "{http://openbadges.org}assertion"
_ROOTS: Final = frozenset({"{http://www.w3.org/2000/svg}svg", "svg"})

_MOST: Final = markup.Most(MAX_ELEMENTS, MAX_DEPTH)

_DECLARED: Final = re.compile(r"""<\?xml[^>?]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]*)["']""")
_UTF_8: Final = frozenset({"utf-8", "utf8"})
_LIKE_ASCII: Final = frozenset({"us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_PROLOG: Final = re.compile(r"(?:\s++|(?><!--.*?-->)|(?><\?.*?\?>))*+", re.DOTALL)
_DOCTYPE: Final = re.compile(r"""<!DOCTYPE\s(?:[^\[\]<>"']++|"[^"]*+"|'[^']*+')*+>""")


def bake(image: bytes, credential: str) -> bytes:
    """Return an SVG image with the credential in it (Open Badges 3.0, 5.3.2), or raise an `Invalid`.

    It is the first thing in the picture, in the place of every badge before. The drawing stays; a DOCTYPE is
    left out, and a picture that is more than a drawing is refused.
    """
    text = carried(credential)
    refusals.refuse_large_image(image)
    source = _without_doctype(_decoded(image.removeprefix(markup.BYTE_ORDER_MARK)))
    elements = list(_elements(source.encode()))
    active.refuse(elements)
    for element in elements:
        if element.tag in _CREDENTIALS or element.tag == _ASSERTION:
            _take_out(element)
    root = _renewed(elements[0])
    _put_in(root, text)
    tree = root.getroottree()
    made = etree.tostring(tree, encoding="utf-8", xml_declaration=source.startswith("<?xml"))
    unbake(made)  # with the credential in it, the image must still be one that is read
    return made


def unbake(raw: bytes) -> str:
    """Return the text of the one credential in an SVG image (Open Badges 3.0, 5.3.2), or raise an `Invalid`.

    It is JSON in the element, or a compact JWS in the element's `verify`; it is not judged here.
    """
    refusals.refuse_large_image(raw)
    baked, before = _found(_without_doctype(_decoded(raw.removeprefix(markup.BYTE_ORDER_MARK))).encode())
    if baked:
        return _text(baked[0])
    if before:
        raise refusals.open_badges_two()
    raise refusals.nothing("SVG")


def _decoded(raw: bytes) -> str:
    """Return an SVG file's text. Refused is what two readers could decode differently (XML 1.0, 4.3.3)."""
    try:
        text = raw.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise UnreadableImage(
            "The SVG file is not UTF-8 text: save it as UTF-8, or ask for another."
        ) from error
    declared = _DECLARED.match(text)
    encoding = declared[1].lower() if declared else "utf-8"
    if encoding in _UTF_8 or (encoding in _LIKE_ASCII and text.isascii()):
        return text
    raise UnreadableImage("The SVG file says that it is not UTF-8: save it as UTF-8, or ask for another.")


def _without_doctype(text: str) -> str:
    """Return the text without a DOCTYPE, so that the parser knows no DTD and refuses every entity.

    The samples of the specification name an external DTD, which adds nothing to a badge. A DTD inside the
    file could define entities and attributes, and is refused.
    """
    start = _after_prolog(text)
    if not text.startswith("<!DOCTYPE", start):
        return text
    doctype = _DOCTYPE.match(text, start)
    # A space stands for it: nothing may become the file's first character that was not.
    without = text[:start] + " " + text[doctype.end() :] if doctype else text
    if without.startswith("<!DOCTYPE", _after_prolog(without)):
        raise UnreadableImage("The SVG file defines a document type of its own, which no badge needs.")
    return without


def _after_prolog(text: str) -> int:
    prolog = _PROLOG.match(text)
    return prolog.end() if prolog else 0


def _found(raw: bytes) -> tuple[list[_Element], list[_Element]]:
    """Return the elements of Open Badges 3.0 and CLR 2.0, and those of the versions before."""
    baked: list[_Element] = []
    before: list[_Element] = []
    for element in _elements(raw):
        if element.tag in _CREDENTIALS:
            baked.append(element)
        elif element.tag == _ASSERTION:
            before.append(element)
        refusals.only_one(len(baked))
    return baked, before


def _elements(raw: bytes) -> Iterator[_Element]:
    """Yield every element as it begins: its content is there when the last one was yielded."""
    is_first = True
    try:
        for kind, element in markup.parts(raw, _MOST, exact=True):
            if kind == "pi":
                continue
            if is_first and element.tag not in _ROOTS:
                raise UnreadableImage(
                    "This is an XML file, but not an SVG picture: ask for the badge itself."
                )
            is_first = False
            yield element
    except markup.MalformedMarkup as error:
        raise UnreadableImage(
            "The SVG file is damaged, it is not well-formed XML: ask for the original."
        ) from error
    except markup.TooManyParts as error:
        raise UnreadableImage(
            "The SVG file is more deeply nested or has more parts than any badge image."
        ) from error


def _take_out(element: _Element) -> None:
    """Take an element out of its parent, and leave the text that follows it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is None:
        parent.text = (parent.text or "") + (element.tail or "")
    else:
        before.tail = (before.tail or "") + (element.tail or "")
    parent.remove(element)


def _renewed(root: _Element) -> _Element:
    """Return the root with `xmlns:openbadges` of Open Badges 3.0 on it, whatever it declared before.

    Some readers look for the name `openbadges:credential` as it is written, and no prefix can be declared on
    an element that is there already.
    """
    names = {prefix: name for prefix, name in root.nsmap.items() if name != _OPEN_BADGES}
    names[_PREFIX] = _OPEN_BADGES
    attributes = {str(name): str(value) for name, value in root.attrib.items()}
    # The stubs do not know that the default namespace has the prefix None.
    renewed = etree.Element(root.tag, attributes, cast("dict[str, str]", names))
    for each in reversed(list(root.itersiblings(preceding=True))):
        renewed.addprevious(each)
    for each in reversed(list(root.itersiblings())):
        renewed.addnext(each)
    renewed.text = root.text
    renewed.extend(list(root))
    return renewed


def _put_in(root: _Element, text: str) -> None:
    """Put the credential directly behind the root's tag: JSON as text, a JWS in `verify`."""
    element = etree.Element(_CREDENTIAL)
    if text.startswith("{"):
        element.text = etree.CDATA(text)
    else:
        element.set("verify", text)
    element.tail, root.text = root.text, None
    root.insert(0, element)


def _text(element: _Element) -> str:
    """Return what the element carries: its text or its `verify`, never both (Open Badges 3.0, 5.3.2)."""
    if len(element):
        raise UnreadableImage(
            "The credential in the SVG file is mixed with other parts: ask for the original."
        )
    text, verify = (element.text or "").strip(), (element.get("verify") or "").strip()
    if text and element.get("verify") is not None:
        raise refusals.SeveralBaked(
            "The SVG file carries one credential as text and one in `verify`: nothing says which is meant. "
            "Ask the issuer for an image with one badge."
        )
    refusals.refuse_large_text(len((text or verify).encode()))
    if not text and not verify:
        raise refusals.nothing("SVG")
    return text or verify
