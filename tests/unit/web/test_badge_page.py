"""The badge page: how it stands first, then what, who, by whom and when."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from issuer.web.pages import render, words
from issuer.web.pages.views import SILENT, STOPPED, BadgeView, State
from issuer.web.pages.words import Language
from tests.unit.web import samples
from tests.unit.web.reading import Page

FORBIDDEN = re.compile(
    r"(?i:cryptographic|signature|proof|hash|issuer key|blockchain|revoked)|\b(?:DID|JSON)\b",
)
HEADLINES: dict[State, str] = {
    "current": "✓ Verified: this badge is genuine and current",
    "expired": "! Expired on June 14, 2026",
    "suspended": "! On hold: do not rely on this badge for now",
    "revoked": "✕ Withdrawn: do not rely on this badge",
    "not_yet_valid": "! Not valid yet",
    "status_unknown": "! Genuine, but we could not confirm it is still valid",
    "altered": "✕ Do not rely on this badge: it does not match its digital seal",
    "issuer_key_missing": "✕ We could not match this badge to its issuer",
    "could_not_check": "! We could not finish the check",
}
TITLES: dict[State, str] = {
    "current": "Feedback that Moves Learning \N{EN DASH} Rosa Delgado \N{EN DASH} Alder County",
    "expired": "Expired: Feedback",
    "suspended": "On hold: Feedback",
    "revoked": "Withdrawn: Feedback",
    "not_yet_valid": "Not valid yet: Feedback",
    "status_unknown": "Not confirmed: Feedback",
    "altered": "Do not rely on this badge: it does not match its digital seal",
    "issuer_key_missing": "We could not match this badge to its issuer",
    "could_not_check": "We could not finish the check",
}
EARNED = ("What Rosa Delgado has shown", "How it was assessed", "Evidence submitted", "Use this badge")


def page(state: State = "current", lang: Language = "en") -> Page:
    return Page(render.badge(samples.badge(state), lang))


def panel(found: Page) -> str:
    return found.all("section")[0].text


@pytest.mark.parametrize("state", samples.STATES)
class TestEveryState:
    def test_the_headline_is_the_first_thing_in_the_page(self, state: State) -> None:
        main = page(state).one("main")

        assert main.text.startswith(HEADLINES[state])

    def test_the_title_starts_with_the_state(self, state: State) -> None:
        title = page(state).one("title")

        assert title.text.startswith(TITLES[state])

    @pytest.mark.parametrize("lang", words.LANGUAGES)
    def test_the_panel_speaks_plainly(self, state: State, lang: Language) -> None:
        said = panel(page(state, lang))

        assert not FORBIDDEN.search(said)

    @pytest.mark.parametrize("lang", words.LANGUAGES)
    def test_the_panel_lists_the_same_four_checks_in_words(self, state: State, lang: Language) -> None:
        lines = [item.text for item in page(state, lang).all("li")[:4]]

        names = [
            words.phrase(lang, f"check.{name}") for name in ("integrity", "status", "validity", "issuer")
        ]
        outcomes = [
            words.phrase(lang, f"outcome.{name}") for name in ("passed", "failed", "unknown", "skipped")
        ]
        assert all(f"{name}: " in line for name, line in zip(names, lines, strict=True))
        assert all(line.partition(": ")[2] in outcomes for line in lines)

    def test_the_panel_says_when_it_was_checked(self, state: State) -> None:
        assert "Checked June 15, 2026, 2:05 PM UTC." in panel(page(state))

    def test_it_has_one_h1_and_its_landmarks(self, state: State) -> None:
        found = page(state)

        assert [len(found.all(tag)) for tag in ("h1", "main", "header", "nav", "footer")] == [1] * 5
        assert found.one("a", class_="skip").attributes["href"] == "#main"

    def test_search_engines_are_asked_not_to_list_it(self, state: State) -> None:
        assert page(state).meta("robots") == "noindex"


@pytest.mark.parametrize("state", sorted(STOPPED))
class TestWithdrawnOrOnHold:
    def test_what_the_badge_stood_for_is_not_shown(self, state: State) -> None:
        found = page(state).one("main").text

        assert not [heading for heading in EARNED if heading in found]
        assert samples.CONTENT.description not in render.badge(samples.badge(state), "en")

    def test_there_is_nothing_to_share_it_with(self, state: State) -> None:
        assert not [href for href in page(state).hrefs if "linkedin" in href]

    def test_who_what_and_when_are_shown(self, state: State) -> None:
        found = page(state).one("main").text

        assert "Awarded to Rosa Delgado by Alder County School District" in found
        assert "Awarded June 12, 2026" in found

    def test_it_is_never_listed(self, state: State) -> None:
        view = replace(samples.badge(state), listed=True)

        assert Page(render.badge(view, "en")).meta("robots") == "noindex"


@pytest.mark.parametrize("state", sorted(SILENT))
class TestUnvouchedFor:
    def test_nothing_that_the_file_says_is_repeated(self, state: State) -> None:
        html = render.badge(samples.badge(state), "en")

        assert not [said for said in ("Feedback", "Rosa", "Alder County", "MicroCredential") if said in html]

    def test_it_needs_no_content(self, state: State) -> None:
        view = replace(samples.badge(state), content=None)

        assert HEADLINES[state] in Page(render.badge(view, "en")).one("main").text


def test_a_withdrawn_badge_says_since_when_why_and_whom_to_ask() -> None:
    assert (
        "Alder County School District withdrew this badge on June 14, 2026. "
        "Reason: issued in error. Questions: badges@alder.example."
    ) in panel(page("revoked"))


def test_an_expired_badge_says_from_when_to_when_it_was_valid() -> None:
    assert "It was valid from June 12, 2026 to June 14, 2026. It is not current." in panel(page("expired"))


def test_a_current_badge_shows_everything_in_order() -> None:
    found = page().one("main").text

    places = [found.index(heading) for heading in (*EARNED, "Check it yourself", "Technical details")]
    assert places == sorted(places)


def test_only_a_listed_badge_is_indexed() -> None:
    view = replace(samples.badge(), listed=True)

    assert Page(render.badge(view, "en")).meta("robots") == "index,follow"


def test_the_head_says_what_previews_and_programs_need() -> None:
    found = page()

    assert found.one("link", rel="canonical").attributes["href"] == samples.PAGE
    assert found.one("link", type="application/vc").attributes["href"] == f"{samples.PAGE}.json"
    assert found.one("link", hreflang="es").attributes["href"] == f"{samples.PAGE}?lang=es"
    assert found.meta("og:title") == "Feedback that Moves Learning"
    assert found.meta("og:url") == samples.PAGE
    assert found.meta("og:type") == "website"
    assert found.meta("og:site_name") == "Alder County School District"
    assert found.meta("og:description") == samples.CONTENT.description


def test_the_signed_text_is_marked_with_its_own_language() -> None:
    found = page(lang="es")

    assert found.one("html").attributes["lang"] == "es"
    assert found.one("h1").attributes["lang"] == "en"
    assert "lang" not in page().one("h1").attributes


def test_the_language_switch_is_a_plain_link() -> None:
    assert page().one("a", lang="es").attributes["href"] == "?lang=es"
    assert page(lang="es").one("a", lang="en").attributes["href"] == "?lang=en"


def test_a_badge_without_a_name_says_so() -> None:
    html = render.badge(samples.badge(content=replace(samples.CONTENT, holder=None)), "en")

    assert "The holder's name is not part of this badge." in Page(html).one("main").text
    assert (
        Page(html).one("title").text
        == "Feedback that Moves Learning \N{EN DASH} Alder County School District"
    )


def test_linkedin_is_offered_every_field() -> None:
    (link,) = [href for href in page().hrefs if "linkedin" in href]

    fields = {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}
    assert fields == {
        "startTask": "CERTIFICATION_NAME",
        "name": "Feedback that Moves Learning",
        "organizationName": "Alder County School District",
        "issueYear": "2026",
        "issueMonth": "6",
        "expirationYear": "2031",
        "expirationMonth": "6",
        "certUrl": samples.PAGE,
        "certId": samples.NUMBER,
    }


@pytest.mark.parametrize("state", ["expired", "not_yet_valid", "status_unknown"])
def test_what_is_not_current_is_not_offered_to_linkedin(state: State) -> None:
    assert not [href for href in page(state).hrefs if "linkedin" in href]


def test_a_checker_elsewhere_is_named_only_if_it_can_reach_the_file() -> None:
    local: BadgeView = replace(samples.badge(), json_url="http://localhost:8000/b/x.json")

    assert any("verifierplus.org" in href for href in page().hrefs)
    assert not any("verifierplus.org" in href for href in Page(render.badge(local, "en")).hrefs)


def test_a_badge_that_says_nothing_more_has_no_empty_sections() -> None:
    bare = replace(
        samples.CONTENT, criteria=None, results=(), evidence=(), alignments=(), credit_hours=None,
        assessed_by=None, achievement_url=None, narrative=None, valid_until=None, activity_start=None,
    )  # fmt: skip
    found = Page(render.badge(samples.badge(content=bare), "en"))

    assert [heading.text for heading in found.all("h2")] == [
        "What Rosa Delgado has shown",
        "Use this badge",
        "Check it yourself",
    ]
    assert "Valid until No end date" in found.one("dl", class_="facts").text


@pytest.mark.parametrize("state", ["revoked", "suspended", "expired", "current"])
def test_a_state_without_its_facts_is_refused(state: State) -> None:
    with pytest.raises(ValueError, match=state):
        BadgeView(
            state=state,
            checks=samples.badge().checks,
            checked_at=samples.NOW,
            page_url=samples.PAGE,
            json_url=samples.PAGE,
            content=replace(samples.CONTENT, valid_until=None) if state != "current" else None,
        )
