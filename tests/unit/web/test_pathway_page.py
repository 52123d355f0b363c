"""The page of a pathway and the picture of progress: light, plain, and the same in words."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given

from issuer.core.awarding import stack_rule
from issuer.core.awarding.stack_credit import Credit
from issuer.core.awarding.stack_progress import Part, evaluate, left
from issuer.core.awarding.stack_rule import Badge
from issuer.web.pages import pathway_views, progress_picture, render, styles, words
from issuer.web.pages.issuer_views import VersionRef
from issuer.web.pages.pathway_views import BadgeLine, PartView, PathwayView, ProgressFrame, ProgressView
from issuer.web.pages.rule_words import BadgeName
from issuer.web.pages.words import Language
from tests.support import rules
from tests.unit.core.test_stack_rule import SPECIALIST
from tests.unit.web import samples
from tests.unit.web.reading import Page

RULE = stack_rule.parse(SPECIALIST)
HERE = f"{samples.ORIGIN}/i/alder/p/AFL"
UNPLAIN = (
    "cryptographic",
    "signature",
    "DID",
    "JSON",
    "proof",
    "hash",
    "issuer key",
    "blockchain",
    "revoked",
)
NAMES = {code: BadgeName(code.removeprefix("MC-").title()) for code in stack_rule.codes(RULE)}
HELD = frozenset((code, None) for code in ("MC-PLAN-FEEDBACK", "MC-PEER", "MC-LESSON-STUDY"))


def lines(part: Part, *, states: bool) -> PartView:
    badge = part.rule.code if isinstance(part.rule, Badge) else None
    return PartView(
        rule=part.rule,
        badge=BadgeLine(name=badge, url=f"{samples.ORIGIN}/i/alder/a/{badge}", hours=5) if badge else None,
        weight=part.weight,
        parts=tuple(lines(each, states=states) for each in part.parts),
        state=part.state if states else None,
    )


VIEW = PathwayView(
    name="Feedback Specialist",
    url=HERE,
    rule=RULE,
    names=NAMES,
    description="Plans, gives and teaches feedback.",
    issuer=samples.DISTRICT,
    json_url=f"{HERE}/v1.json",
    number=1,
    published=datetime(2026, 6, 12, tzinfo=UTC),
    part=lines(evaluate(RULE, frozenset()), states=False),
    brings=BadgeLine(name="Specialist", url=f"{samples.ORIGIN}/i/alder/a/MC-SPECIALIST"),
    credit=Credit(20, 35),
    versions=(VersionRef(name="1", url=f"{HERE}/v1", published=datetime(2026, 6, 12, tzinfo=UTC)),),
    listed=True,
)


def shown(lang: Language) -> Page:
    return Page(render.page("pathway", lang, pathway_views.head_of(VIEW, lang), VIEW))


def progress(held: frozenset[tuple[str, str | None]]) -> ProgressView:
    part = evaluate(RULE, held)
    return ProgressView(
        name="Feedback Specialist",
        url=HERE,
        rule=RULE,
        names=NAMES,
        evaluated=part,
        part=lines(part, states=True),
        left=left(RULE, held),
    )


def framed(held: frozenset[tuple[str, str | None]], lang: Language) -> Page:
    view = ProgressFrame(progress=progress(held), issuer=samples.DISTRICT)
    return Page(render.page("pathway_frame", lang, pathway_views.head_of_frame(view, lang), view))


@pytest.mark.parametrize("lang", words.LANGUAGES)
class TestThePage:
    def test_it_has_one_heading_and_the_list_of_the_rule(self, lang: Language) -> None:
        found = shown(lang)

        assert found.one("h1").text == "Feedback Specialist"
        assert len(found.all("ul", class_="rule")) == 3
        listed = [href for href in found.hrefs if "/a/" in href]
        assert [each.rpartition("/")[2] for each in listed] == [*stack_rule.codes(RULE), "MC-SPECIALIST"]

    def test_it_is_light_and_its_policy_refuses_nothing_of_it(self, lang: Language) -> None:
        html = render.page("pathway", lang, pathway_views.head_of(VIEW, lang), VIEW)

        attributes = {name for element in Page(html).elements for name in element.attributes}
        assert len(html.encode()) < 30_000
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]

    def test_its_words_are_plain(self, lang: Language) -> None:
        text = shown(lang).one("main").text.partition("Technical")[0].partition("Detalles")[0]

        assert [word for word in UNPLAIN if re.search(rf"\b{word}\b", text)] == []

    def test_the_sheets_are_small(self, lang: Language) -> None:
        del lang

        for name in ("pathway", "pathway_frame"):
            assert len(styles.sheet(name, "#14574f").encode()) < 4096


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_list_says_in_words_what_the_picture_shows(lang: Language) -> None:
    found = framed(HELD, lang)

    earned, needed = (words.phrase(lang, f"progress.{state}") for state in ("earned", "needed"))
    items = [item.text for item in found.all("li") if item.text[0] in "✓○◌"]
    assert [text[0] for text in items] == ["✓", "✓", "○", "○", "✓", "○", "○"]
    assert all((earned if text[0] == "✓" else needed) in text for text in items)
    label = found.one("svg", role="img").attributes["aria-label"]
    assert label.startswith("Feedback Specialist: 75")
    assert [element.attributes.get("aria-hidden") for element in found.all("span", class_="sign")] == [
        "true"
    ] * 7


def test_the_head_of_a_frame_is_for_nobody_else() -> None:
    found = framed(HELD, "en")

    assert found.meta("robots") == "noindex"
    assert found.meta("referrer") == "no-referrer"
    assert found.meta("og:title") is None


@given(rules.rules, rules.holdings)
def test_a_picture_has_a_circle_for_each_badge_and_a_tick_for_each_earned(
    value: rules.Value, held: frozenset[tuple[str, str | None]]
) -> None:
    rule = stack_rule.parse(value)
    part = evaluate(rule, held)

    found = Page(progress_picture.drawn(part, 'A "label"'))

    circles = found.all("circle")
    assert len(circles) == len(list(stack_rule.badges(rule)))
    ticks = sum((each.code, each.min_level) in held for each in stack_rule.badges(rule))
    assert len(found.all("path")) == ticks
    dotted = [each for each in circles if "stroke-dasharray" in each.attributes]
    assert len(dotted) == (len(circles) - ticks if part.satisfied else len(dotted))
    svg = found.one("svg")
    assert svg.attributes["aria-label"] == 'A "label"'
    assert int(svg.attributes["width"]) <= 256
    assert all(int(each.attributes["cx"]) < int(svg.attributes["width"]) for each in circles)
    assert all(int(each.attributes["cy"]) < int(svg.attributes["height"]) for each in circles)
