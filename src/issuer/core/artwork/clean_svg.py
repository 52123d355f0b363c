"""An SVG picture of somebody else's, written anew from the parts of it that only draw."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, cast

from lxml import etree
from lxml.etree import _Element

from issuer.core.artwork import svg_allowed, svg_references, svg_size, svg_source, svg_styles
from issuer.core.artwork.svg_allowed import SVG, XLINK
from issuer.core.artwork.svg_styles import Reach, UnsafeStyle
from issuer.core.artwork.uploaded import Picture, UnsafeArtwork, kept, refuse_large
from issuer.errors import Fault

MAX_FAULTS: Final = 20
MAX_TEXT: Final = 10_000
"""The most characters of text that a picture holds."""


@dataclass
class _Found:
    """What is found on the way through a picture."""

    faults: list[Fault] = field(default_factory=list)
    reaches: list[Reach] = field(default_factory=list)
    characters: int = 0

    def refuse(self, element: _Element, sentence: str) -> None:
        self.faults.append(Fault(f"/line/{element.sourceline}", sentence))


def clean(raw: bytes) -> Picture:
    """Return the picture with nothing in it but what draws it, or raise an `Invalid`.

    Notes of drawing programs, comments and badges that were baked in are left out. All else that is not on
    the list of what only draws is refused, by `UnsafeArtwork` with every fault by its line: what would be
    left out could be missed. No font, picture or style from elsewhere is ever named in the result.
    """
    refuse_large(raw)
    source = svg_source.parsed(raw)
    found = _Found()
    # The stubs do not know that the default namespace has the prefix None.
    names = cast("dict[str, str]", {None: SVG, "xlink": XLINK})
    root = etree.Element(f"{{{SVG}}}svg", dict(_attributes(source, found)), names)
    _copy_content(source, root, found)
    found.faults += _repeated(root)
    if found.faults:
        raise _unsafe(found.faults)
    svg_references.refuse_too_many(root, found.reaches)
    width, height = svg_size.settle(root)
    etree.cleanup_namespaces(root)
    return kept(Picture(etree.tostring(root, encoding="utf-8"), "image/svg+xml", width, height))


def _copy_content(source: _Element, made: _Element, found: _Found) -> None:
    """Copy what is in an element: its texts where they are drawn, and the elements that only draw."""
    _add_text(made, source.text, found)
    for child in source:
        name = etree.QName(child)
        if not svg_allowed.is_note(name.namespace) and child.tag != f"{{{SVG}}}metadata":
            if name.namespace != SVG or name.localname not in svg_allowed.ELEMENTS:
                _refuse_element(child, found)
            elif name.localname == "style":
                _copy_sheet(child, made, found)
            else:
                copied = etree.SubElement(made, child.tag, dict(_attributes(child, found)))
                _copy_content(child, copied, found)
        _add_text(made, child.tail, found)


def _add_text(made: _Element, text: str | None, found: _Found) -> None:
    if not text or etree.QName(made).localname not in svg_allowed.TEXTS:
        return
    found.characters += len(text)
    if found.characters > MAX_TEXT:
        raise UnsafeArtwork(f"the SVG picture has more than {MAX_TEXT:,} characters of text: shorten it")
    if len(made):
        made[-1].tail = (made[-1].tail or "") + text
    else:
        made.text = (made.text or "") + text


def _copy_sheet(source: _Element, made: _Element, found: _Found) -> None:
    list(_attributes(source, found))
    if len(source):
        found.refuse(source, "<style>: there are elements in it: leave the text of the style sheet alone")
        return
    try:
        sheet = svg_styles.sheet(source.text or "")
    except UnsafeStyle as error:
        found.refuse(source, f"<style>: {error}")
        return
    found.reaches += sheet.reaches
    etree.SubElement(made, f"{{{SVG}}}style").text = sheet.text


def _attributes(element: _Element, found: _Found) -> Iterator[tuple[str, str]]:
    """Yield the attributes that are kept, and note those that are refused."""
    for attribute, given in element.attrib.items():
        name, value = str(attribute), str(given)
        if svg_allowed.is_dropped(name) or svg_allowed.is_note(etree.QName(name).namespace):
            continue
        try:
            yield name, _value(etree.QName(element).localname, name, value)
        except UnsafeStyle as error:
            local = etree.QName(name).localname
            found.refuse(element, f"{local[:40]} of <{etree.QName(element).localname[:40]}>: {error}")


def _value(element: str, name: str, value: str) -> str:
    """Return an attribute's value as it is kept, or raise `UnsafeStyle`."""
    if name in svg_allowed.HREFS:
        return _reference(element, value)
    if name == "style":
        return svg_styles.declarations(value)
    if name in svg_allowed.PRESENTATION:
        svg_styles.refuse_value(value)
        return value
    pattern = svg_allowed.NUMBERS if name in svg_allowed.GEOMETRY else svg_allowed.WORDS.get(name)
    if pattern is None:
        raise UnsafeStyle(_unknown(name))
    if not pattern.fullmatch(value):
        raise UnsafeStyle(f"the value {value[:60]!r} is not one that draws: correct it, or take it out")
    return value


def _reference(element: str, value: str) -> str:
    if element not in svg_allowed.REFERRING or not svg_allowed.REFERENCE.fullmatch(value.strip()):
        raise UnsafeStyle(
            f"the address {value.strip()[:60]!r} is not accepted: only <use> and gradients name a part of "
            "the same picture, as in #part"
        )
    return value.strip()


def _unknown(name: str) -> str:
    if etree.QName(name).localname.lower().startswith("on"):
        return "it runs in the browser of whoever opens the picture: take it out"
    return "this attribute is not known to draw anything: take it out"


def _refuse_element(element: _Element, found: _Found) -> None:
    name = etree.QName(element)
    if name.namespace == SVG:
        hint = svg_allowed.HINTS.get(name.localname, _hint_of_kind(name.localname))
    else:
        hint = "it is no element of SVG: take it out"
    found.refuse(element, f"<{name.localname[:40]}>: {hint}")


def _hint_of_kind(name: str) -> str:
    if name.startswith("fe"):
        return svg_allowed.HINTS["filter"]
    return "this element is not known to draw anything: take it out"


def _repeated(root: _Element) -> Iterator[Fault]:
    """Yield a fault for each id that stands twice: readers disagree about which one is meant."""
    counted = Counter(str(each.get("id")) for each in root.iter() if each.get("id"))
    for name, times in counted.items():
        if times > 1:
            yield Fault("", f"the id {name[:60]!r} stands {times} times: each may stand once")


def _unsafe(faults: list[Fault]) -> UnsafeArtwork:
    places = ", ".join(
        dict.fromkeys(each.pointer.removeprefix("/line/") for each in faults[:3] if each.pointer)
    )
    more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
    where = f" (line {places})" if places else ""
    sentence = f"the SVG picture holds more than a drawing{where}: {faults[0].detail}{more}"
    return UnsafeArtwork(sentence, faults[:MAX_FAULTS])
