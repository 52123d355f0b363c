"""From the bytes of a stranger's XML file to its elements, without a DTD, an entity or a look elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

from lxml import etree
from lxml.etree import _Element

from issuer.errors import Invalid

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

Kind: TypeAlias = Literal["start", "pi"]

_PIECE: Final = 16_384
"""The bytes that are parsed before what is in them is counted."""


class MalformedMarkup(Invalid):
    """The file is no well-formed XML without entities of its own."""

    code = "malformed-markup"

    def __init__(self, line: int | None) -> None:
        super().__init__(f"the file is no well-formed XML, near line {line}: ask for the original")
        self.line = line


class TooManyParts(Invalid):
    """The XML file has more elements, or nests them deeper, than anything here needs."""

    code = "too-many-parts"


@dataclass(frozen=True)
class Most:
    """How many elements a file may have, and how many may stand in one another."""

    elements: int
    depth: int


def parts(raw: bytes, most: Most, *, exact: bool) -> Iterator[tuple[Kind, _Element]]:
    """Yield every element and every processing instruction as it begins, from UTF-8 (XML 1.0, 2.1).

    The content of an element is there once all were yielded. With `exact`, comments and CDATA sections stay
    as they are. Raises `MalformedMarkup` and `TooManyParts`, soon after what is wrong was read.
    """
    depth = count = 0
    for event, element in _events(raw, exact=exact):
        if event == "pi":
            yield "pi", element
            continue
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > most.depth or count > most.elements:
            raise TooManyParts(
                f"the file has more than {most.elements:,} parts, or nests them more than {most.depth} deep: "
                "simplify it"
            )
        if event == "start":
            yield "start", element


def _events(raw: bytes, *, exact: bool) -> Iterator[tuple[str, _Element]]:
    parser = etree.XMLPullParser(
        ("start", "end", "pi"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=not exact,
        strip_cdata=not exact,
    )
    try:
        for start in range(0, len(raw), _PIECE):
            parser.feed(raw[start : start + _PIECE])
            yield from cast("Iterator[tuple[str, _Element]]", parser.read_events())
        parser.close()
    except etree.XMLSyntaxError as error:
        raise MalformedMarkup(error.lineno) from error
