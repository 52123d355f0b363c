"""Narratives in Markdown: the small part of it that a page shows, and what stays text."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from issuer.web.pages import links, markdown

TAGS = {"p", "strong", "em", "a", "ul", "ol", "li", "br"}
HOSTILE = {
    "brackets": "[" * 10_000,
    "closed brackets": "[" * 5_000 + "]" * 5_000,
    "links in links": "[a](" * 5_000,
    "open addresses": "[a](<" * 4_000,
    "emphasis": "*a_ " * 5_000,
    "stars": "*" * 20_000,
    "mixed marks": "_*" * 10_000,
    "lists": "- " * 10_000,
    "deep lists": "\n".join(" " * depth + "- a" for depth in range(190)),
    "pictures": "![[" * 6_000,
    "ampersands": "&" * 20_000,
    "escapes": "\\[" * 10_000,
}


class Tags(HTMLParser):
    """Which tags a text has, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[dict[str, str | None]] = []
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "a":
            self.links.append(dict(attrs))


def test_paragraphs_lists_and_emphasis_are_shown() -> None:
    html = markdown.rendered("Submit *three* things:\n\n1. a plan\n2. **six** samples\n\n- and\n- more")

    assert "<p>Submit <em>three</em> things:</p>" in html
    assert "<ol>\n<li>a plan</li>\n<li><strong>six</strong> samples</li>\n</ol>" in html
    assert "<ul>\n<li>and</li>" in html


def test_a_line_ends_where_its_writer_ended_it() -> None:
    assert markdown.rendered("One\ntwo") == "<p>One<br>\ntwo</p>\n"


@pytest.mark.parametrize("level", range(1, 7))
def test_a_heading_is_a_bold_paragraph(level: int) -> None:
    assert markdown.rendered(f"{'#' * level} What to do") == "<p><strong>What to do</strong></p>\n"


def test_a_link_to_the_web_passes_nothing_on() -> None:
    assert markdown.rendered("[guide](https://alder.example/a?b=1)") == (
        '<p><a href="https://alder.example/a?b=1" rel="noopener noreferrer nofollow">guide</a></p>\n'
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#115;cript:alert(1)",
        "javascript&colon;alert(1)",
        "&#x6A;avascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//evil.example",
        "/verify",
        "mailto:a@b.example",
        "https://good.example@evil.example/",
    ],
)
def test_a_link_that_leads_elsewhere_stays_text(address: str) -> None:
    html = markdown.rendered(f"[x]({address}) and [y](<{address}>) and <{address}>")

    assert Tags(html).tags == {"p"}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![picture](https://evil.example/x.png)",
        "a <b onmouseover=alert(1)>b</b>",
        "<!-- -->",
        "`<i>`",
        '[x](https://a.example/"onmouseover="alert(1))',
        '[x](https://a.example "title\\" onmouseover=alert(1)")',
        "&lt;script&gt;",
    ],
)
def test_html_and_pictures_stay_text(text: str) -> None:
    found = Tags(markdown.rendered(text))

    assert found.tags <= TAGS
    assert all(set(link) <= {"href", "rel", "title"} for link in found.links)


@given(st.text(alphabet=st.sampled_from("[]()<>*_#!&;:/\\\"' \n-1.ahtps\u202e"), max_size=80))
def test_nothing_but_the_small_part_comes_out_of_any_text(text: str) -> None:
    found = Tags(markdown.rendered(text))

    assert found.tags <= TAGS
    assert all(links.is_web(link["href"]) for link in found.links)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_takes_bounded_time(name: str) -> None:
    started = time.perf_counter()

    html = markdown.rendered(HOSTILE[name])

    assert time.perf_counter() - started < 3
    assert Tags(html).tags <= TAGS


def test_what_is_too_long_is_cut() -> None:
    html = markdown.rendered("a" * (markdown.LONGEST + 1))

    assert html == f"<p>{'a' * markdown.LONGEST}…</p>\n"
