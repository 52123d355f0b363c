"""Whatever a name, a text or an address says, it stays text."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

import pytest

from issuer.web.pages import links, render, words
from issuer.web.pages.views import ErrorView, Evidence, Image
from tests.unit.web import samples
from tests.unit.web.reading import Element, Page

SCRIPT: Final = "\"'></title></style><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{0}"
HARMFUL: Final = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//evil.example/x",
    "https:evil",
    "https://",
    "https://good.example@evil.example/",
    "https://evil.example\\@good.example",
    "https://[",
    "mailto:a@b.example",
)
PAGES: Final[dict[str, Callable[[str, Callable[[str], bool]], str]]] = {
    **{
        state: lambda text, wanted, state=state: render.badge(  # type: ignore[misc]
            _replaced(samples.badge(state), text, wanted), "en"
        )
        for state in samples.STATES
    },
    "achievement": lambda text, wanted: render.achievement(
        _replaced(samples.ACHIEVEMENT, text, wanted), "en"
    ),
    "issuer": lambda text, wanted: render.issuer(_replaced(samples.ISSUER, text, wanted), "en"),
}
_CHOSEN: Final = {
    "state",
    "reason",
    "about",
    "language",
    "valid_for",
    "ends_on",
    *samples.badge().checks.__dict__,
}


def is_address(name: str) -> bool:
    return name.endswith("url") or name == "website"


def is_text(name: str) -> bool:
    return not is_address(name) and name not in _CHOSEN


@pytest.mark.parametrize("page", PAGES)
def test_a_script_in_any_text_stays_text(page: str) -> None:
    html = PAGES[page](SCRIPT, is_text)

    found = Page(html)
    assert not _programs(found)
    assert not [element for element in found.elements if "onerror" in element.attributes]
    assert "49" not in found.one("title").text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("address", [*HARMFUL, SCRIPT])
def test_an_address_that_is_not_of_the_web_is_never_a_link(page: str, address: str) -> None:
    found = Page(PAGES[page](address, is_address))

    own = {"#main", f"mailto:{samples.DISTRICT.email}", *(f"?lang={lang}" for lang in words.LANGUAGES)}
    assert not [href for href in found.hrefs if href not in own and not links.is_web(href)]
    assert not [element for element in found.elements if address in element.attributes.values()]
    assert not _programs(found)


@pytest.mark.parametrize("address", HARMFUL)
def test_an_address_that_is_not_of_the_web_is_shown_as_text(address: str) -> None:
    evidence = (Evidence(name="A plan", url=address),)
    found = Page(render.badge(samples.badge(content=replace(samples.CONTENT, evidence=evidence)), "en"))

    assert "A plan" in found.one("main").text
    assert "A plan" not in [link.text for link in found.all("a")]


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/x.png", "http://badges.alder.example/x.png", "data:image/png,x", "/x"]
)
def test_a_picture_from_elsewhere_gives_way_to_the_emblem(url: str) -> None:
    content = replace(samples.CONTENT, image=Image(url=url))

    assert not Page(render.badge(samples.badge(content=content), "en")).all("img")


def test_a_picture_of_our_own_is_shown_and_described() -> None:
    content = replace(samples.CONTENT, image=Image(url=f"{samples.ORIGIN}/images/1.png"))

    image = Page(render.badge(samples.badge(content=content), "en")).one("img")
    assert image.attributes["alt"] == "Badge image: Feedback that Moves Learning"


def test_links_that_lead_away_pass_nothing_on() -> None:
    away = [
        link
        for link in Page(render.badge(samples.badge(), "en")).all("a")
        if link.attributes["href"].startswith("http") and samples.ORIGIN not in link.attributes["href"][:40]
    ]

    assert {link.attributes.get("rel") for link in away} == {"noopener noreferrer nofollow"}
    assert len(away) == 5


def test_a_name_cannot_turn_the_words_around_it() -> None:
    content = replace(samples.CONTENT, holder="\u202eDelgado")

    html = render.badge(samples.badge(content=content), "en")
    assert "<strong><bdi>\u202eDelgado</bdi></strong>" in html


def test_an_error_is_escaped_too() -> None:
    view = ErrorView(status=404, code=SCRIPT, title=SCRIPT, detail=SCRIPT)

    assert not Page(render.error(view, "es")).all("script")


def _programs(found: Page) -> list[Element]:
    """Return the scripts that are not data: a browser runs no block of another type."""
    return [each for each in found.all("script") if each.attributes.get("type") != "application/ld+json"]


def _replaced(value: Any, text: str, wanted: Callable[[str], bool], name: str = "") -> Any:  # noqa: ANN401
    """Return the view with every wanted member, at any depth, replaced by a text."""
    if is_dataclass(value) and not isinstance(value, type):
        members = {
            member.name: _replaced(getattr(value, member.name), text, wanted, member.name)
            for member in fields(value)
        }
        return replace(value, **members)
    if isinstance(value, tuple):
        return tuple(_replaced(each, text, wanted, name) for each in value)
    return text if isinstance(value, str) and wanted(name) and name not in _CHOSEN else value
