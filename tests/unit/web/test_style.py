"""The one stylesheet, the policy that lets it in, and the weight of the pages."""

import gzip
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from typing import TypeAlias

import pytest

from issuer.web.pages import render, styles, words
from issuer.web.pages.views import ErrorView, Evidence, Result
from issuer.web.pages.words import Language
from tests.unit.web import samples
from tests.unit.web.reading import Page

BADGE = 30_000
COMPRESSED = 14_000
SHEET = 4096


def pages(lang: Language) -> list[str]:
    return [
        *(render.badge(samples.badge(state), lang) for state in samples.STATES),
        render.achievement(samples.ACHIEVEMENT, lang),
        render.issuer(samples.ISSUER, lang),
        render.error(ErrorView(status=404, code="unknown-badge"), lang),
    ]


@pytest.mark.parametrize("lang", words.LANGUAGES)
class TestEveryPage:
    def test_it_is_light(self, lang: Language) -> None:
        assert max(len(html.encode()) for html in pages(lang)) <= BADGE

    def test_its_policy_lets_exactly_its_style_in(self, lang: Language) -> None:
        for html in pages(lang):
            sheet = Page(html).one("style").words[0]
            digest = b64encode(sha256(sheet.encode()).digest()).decode()
            assert f"style-src 'sha256-{digest}';" in styles.content_security_policy(html)

    def test_it_has_nothing_that_its_policy_would_refuse(self, lang: Language) -> None:
        elements = [element for html in pages(lang) for element in Page(html).elements]

        attributes = {name for element in elements for name in element.attributes}
        assert not {"iframe", "object", "base"} & {element.tag for element in elements}
        data = [element.attributes.get("type") for element in elements if element.tag == "script"]
        assert set(data) <= {"application/ld+json"}
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert not [element for element in elements if "src" in element.attributes]

    def test_its_stylesheet_fetches_nothing(self, lang: Language) -> None:
        assert not [html for html in pages(lang) if "url(" in html or "@import" in html]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_badge_with_much_to_say_comes_in_one_light_answer(lang: Language) -> None:
    evidence = tuple(
        Evidence(
            name=f"Piece of evidence {number}", kind="portfolio", description="Two weeks of writing. " * 4
        )
        for number in range(6)
    )
    results = tuple(
        Result(criterion=f"{name} of feedback", level="Distinguished", needed="Proficient")
        for name in ("Quality", "Timeliness", "Student use", "Reach", "Kindness", "Record")
    )
    content = replace(
        samples.CONTENT,
        issuer=replace(samples.DISTRICT, color="#14574f"),
        evidence=evidence,
        results=results,
        narrative="Students revised after every round of feedback. " * 8,
        role="Teacher of grade 4",
    )

    html = render.badge(samples.badge(content=content), lang).encode()

    assert len(html) <= BADGE
    assert len(gzip.compress(html)) <= COMPRESSED


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("address", ["https://alder.example/work/1", "https://alder.example/" + "w" * 1_900])
def test_the_largest_badge_that_is_accepted_has_a_light_page(lang: Language, address: str) -> None:
    line, prose = "word " * 100, "A word of feedback, and another. " * 600
    evidence = Evidence(name=line, kind=line, description=prose, url=address)
    content = replace(
        samples.CONTENT,
        issuer=replace(samples.DISTRICT, color="#14574f"),
        role=line,
        description=prose,
        narrative=prose,
        criteria=prose,
        evidence=(evidence,) * 100,
        results=(Result(criterion=line, level=line, needed=line),) * 100,
        alignments=(replace(samples.INTASC, name=line, framework=line),) * 100,
    )

    html = render.badge(replace(samples.badge(content=content), listed=True), lang).encode()

    assert len(html) <= BADGE
    assert len(gzip.compress(html)) <= COMPRESSED


def test_an_issuer_page_shows_one_line_of_each_description() -> None:
    long = "Gives feedback that students use. " * 500 + "\nThen more."
    offers = tuple(replace(each, description=long) for each in samples.ISSUER.achievements * 20)

    html = render.issuer(replace(samples.ISSUER, achievements=offers), "en")

    assert "Then more" not in html
    assert len(html) < 3 * BADGE


def test_the_policy_allows_nothing_else() -> None:
    assert styles.content_security_policy("<title>T</title><style>b{}</style>") == (
        "default-src 'none'; img-src 'self'; "
        "style-src 'sha256-7yqHVAesot11p6HczDsgKRipvI5UPgs97z80zNXlans='; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def test_every_sheet_is_small() -> None:
    sheets = [Page(html).one("style").words[0] for html in pages("en")]

    assert max(len(sheet.encode()) for sheet in sheets) < SHEET


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "card", "good", "warn", "bad"])
def test_every_color_of_words_can_be_read_on_every_ground(scheme: int, ground: str) -> None:
    tokens = _tokens(scheme)
    below = tokens[ground] if ground in {"paper", "card"} else _mixed(tokens[ground], tokens["card"], 0.08)

    inks = (
        ("ink", "soft", "link", "good", ground)
        if ground not in {"paper", "card"}
        else ("ink", "soft", "link")
    )
    assert min(_contrast(tokens[ink], below) for ink in inks) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_a_button_and_a_mark_can_be_read(scheme: int) -> None:
    tokens = _tokens(scheme)

    inks = ("link", "good", "warn", "bad")
    assert min(_contrast(tokens["card"], tokens[ground]) for ground in inks) >= 4.5


Color: TypeAlias = tuple[float, float, float]


def _tokens(scheme: int) -> dict[str, Color]:
    sheet = re.findall(r":root\{([^}]*--paper[^}]*)\}", styles.sheet("badge"))[scheme]
    return {name: _channels(color) for name, color in re.findall(r"--(\w+):(#[0-9a-f]+)", sheet)}


def _channels(color: str) -> Color:
    digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
    red, green, blue = (float(int(digits[place : place + 2], 16)) for place in (0, 2, 4))
    return red, green, blue


def _mixed(over: Color, under: Color, share: float) -> Color:
    red, green, blue = (a * share + b * (1 - share) for a, b in zip(over, under, strict=True))
    return red, green, blue


def _contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
