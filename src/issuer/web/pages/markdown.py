"""From the Markdown of Open Badges' narratives to the few kinds of HTML that a page lets in."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from issuer.web.pages import links

LONGEST: Final = 20_000
"""Characters that are read at most: no narrative of ours is longer."""

_RULES: Final = ("list", "emphasis", "link", "heading", "newline", "escape", "entity")
_DEEPEST: Final = 12
_AWAY: Final = "noopener noreferrer nofollow"


def rendered(text: str) -> Markup:
    """Return a narrative as paragraphs, lists, emphasis and links (CommonMark 0.31.2, without the rest).

    HTML and pictures stay text, and so does a link that does not lead to the web. A heading becomes a bold
    paragraph, so that the page's own outline holds. What is past `LONGEST` is cut off.
    """
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return Markup(_reader().render(cut))  # noqa: S704 - the reader escapes all text


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"breaks": True, "maxNesting": _DEEPEST}).enable(list(_RULES))
    reader.validateLink = links.is_web  # type: ignore[method-assign]  # as its manual says
    reader.add_render_rule("heading_open", _bold_from)
    reader.add_render_rule("heading_close", _bold_to)
    reader.add_render_rule("link_open", _link)
    return reader


def _bold_from(_self: RendererHTML, *_rest: object) -> str:
    return "<p><strong>"


def _bold_to(_self: RendererHTML, *_rest: object) -> str:
    return "</strong></p>\n"


def _link(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    place: int,
    options: OptionsDict,
    _env: Mapping[str, Any],
) -> str:
    tokens[place].attrSet("rel", _AWAY)
    return renderer.renderToken(tokens, place, options, {})
