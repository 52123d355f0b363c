"""The head of an HTML page: its links to other forms of what it shows, and the base of its addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from issuer.net.weblinks import Alternate, alternate

_PIECE: Final = 16_384
_MAX_LINKS: Final = 100


@dataclass
class Head:
    """What the parser tells of a head, until it ends. No tree is built: libxml2 needs quadratic time for one.

    A link in the body may be what a visitor wrote: it is left out, as browsers do (HTML, 4.2.4).
    """

    base: str | None = None
    alternates: list[Alternate] = field(default_factory=list)
    over: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take a start tag."""
        self.over = self.over or tag == "body" or len(self.alternates) >= _MAX_LINKS
        if self.over:
            return
        if tag == "base" and self.base is None:
            self.base = attributes.get("href")
        elif tag == "link":
            named = (attributes.get(name, "") for name in ("rel", "href", "type"))
            stated = alternate(*named)
            self.alternates += [stated] if stated else []

    def end(self, tag: str) -> None:
        """Take an end tag."""
        self.over = self.over or tag == "head"

    def close(self) -> None:
        """Take the end of the page."""


def head_of(html: bytes) -> Head:
    """Return the head of a page. One that cannot be read says nothing. Nothing that it names is loaded."""
    head = Head()
    # The stubs want methods for text and comments too, which lxml calls only where a target has them.
    parser = etree.HTMLParser(target=head, no_network=True, huge_tree=False)  # type: ignore[arg-type]
    try:
        for begin in range(0, len(html), _PIECE):
            parser.feed(html[begin : begin + _PIECE])
            if head.over:
                break
        parser.close()
    except etree.LxmlError:
        return head
    return head
