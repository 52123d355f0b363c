"""The badge page: how it stands first, then what, who, by whom and when."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from issuer.web.pages import render, words
from issuer.web.pages.views import SILENT, STOPPED, BadgeView, Evidence, Image, State
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
    "superseded": "! Replaced by a newer badge",
    "not_yet_valid": "! Not valid yet",
    "test": "! Test badge: not a real award",
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
    "superseded": "Replaced: Feedback",
    "not_yet_valid": "Not valid yet: Feedback",
    "test": "TEST: Feedback",
    "status_unknown": "Not confirmed: Feedback",
    "altered": "Do not rely on this badge: it does not match its digital seal",
    "issuer_key_missing": "We could not match this badge to its issuer",
    "could_not_check": "We could not finish the check",
}
NO_SHARING = ("linkedin", "facebook", "mailto:?", "print=1", ".png")
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
        if samples.badge(state).checks.issuer == "passed":
            own = words.phrase(lang, "check.own_records")
            names[-1] = words.phrase(lang, "check.issuer_by").format(list=own)
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
        assert not [href for href in page(state).hrefs if any(tool in href for tool in NO_SHARING)]

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


def test_a_replaced_badge_says_since_when_and_leads_to_the_current_one() -> None:
    found = page("superseded")

    assert (
        "Alder County School District replaced this badge on June 14, 2026. See the current badge."
    ) in panel(found)
    assert found.all("a", href=samples.NEWER)[0].text == "See the current badge."


def test_a_test_badge_is_marked_all_over_and_not_offered_to_linkedin() -> None:
    main = page("test").one("main")

    assert main.attributes["class"] == "test"
    assert main.attributes["data-stamp"] == "Test"
    assert samples.CONTENT.description in main.text
    assert not [href for href in page("test").hrefs if "linkedin" in href]


@pytest.mark.parametrize("state", samples.STATES)
def test_paper_bears_the_state_of_what_is_not_current(state: State) -> None:
    stamped = "data-stamp" in page(state).one("main").attributes

    assert stamped is (state != "current" and state not in SILENT)


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
    (link,) = [href for href in page().hrefs if "linkedin.com/profile" in href]

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
        "Is this your applicant's badge?",
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


def test_a_replaced_badge_without_the_newer_one_is_refused() -> None:
    view = samples.badge("superseded")

    with pytest.raises(ValueError, match="superseded"):
        replace(view, change=replace(samples.STOPPED_THEN, newer_url=None))


def test_one_sentence_says_by_whom_and_against_what_it_was_assessed() -> None:
    sentences = {lang: [each.text for each in page(lang=lang).all("p")] for lang in words.LANGUAGES}

    assert "Assessed by Alder County School District against 2 criteria." in sentences["en"]
    assert "Evaluación a cargo de Alder County School District según 2 criterios." in sentences["es"]


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"results": ()}, "Assessed by Alder County School District."),
        ({"assessed_by": None}, "Assessed against 2 criteria."),
        (
            {"results": samples.CONTENT.results[:1]},
            "Assessed by Alder County School District against 1 criterion.",
        ),
    ],
)
def test_the_sentence_says_no_more_than_is_known(members: dict[str, Any], sentence: str) -> None:
    html = render.badge(samples.badge(content=replace(samples.CONTENT, **members)), "en")

    assert sentence in [paragraph.text for paragraph in Page(html).all("p")]


def test_each_result_says_what_was_reached_and_what_was_needed() -> None:
    rows = [row.text for row in page().all("tr")]

    assert rows == [
        "CriterionResult",
        "Quality of feedbackDistinguishedNeeded: Proficient",
        "Student use of feedbackProficientNeeded: Proficient",
    ]


@pytest.mark.parametrize(("count", "more"), [(20, 0), (21, 1), (100, 80)])
def test_many_pieces_of_evidence_are_counted_and_the_first_shown(count: int, more: int) -> None:
    evidence = tuple(Evidence(name=f"Piece {number}") for number in range(count))
    found = Page(render.badge(samples.badge(content=replace(samples.CONTENT, evidence=evidence)), "en"))

    assert len([item for item in found.all("li") if item.text.startswith("Piece")]) == count - more
    assert [each.text for each in found.all("p") if each.text.startswith("And")] == (
        [f"And {more} more."] if more else []
    )


def test_a_long_text_is_shortened_and_leads_to_where_all_of_it_is() -> None:
    long = ("Gives feedback that students use. " * 20 + "\n\n") * 20
    content = replace(samples.CONTENT, description=long, criteria=long, narrative=long)
    found = Page(render.badge(samples.badge(content=content), "en"))

    links = [each.attributes["href"] for each in found.all("a") if each.text == "Read all"]
    assert links == [samples.CONTENT.achievement_url] * 2
    assert len([each for each in found.all("small") if each.text == "This text is shortened."]) == 1
    assert len(found.one("main").text) < 10_000


def test_signed_words_are_marked_with_their_language_wherever_they_stand() -> None:
    content = replace(samples.CONTENT, role="Teacher", assessed_by="Somebody else", narrative="It helped.")
    found = Page(render.badge(samples.badge(content=content), "es"))

    marked = {each.text for each in found.elements if each.attributes.get("lang") == "en"}
    said = {content.name, content.description, "Teacher", content.assessed_by, content.criteria, "It helped."}
    assert {word for word in said if word} <= marked


def test_the_contact_of_an_issuer_is_a_link_only_where_it_is_a_plain_address() -> None:
    def letters(email: str) -> set[str]:
        issuer = replace(samples.DISTRICT, email=email)
        html = render.badge(samples.badge("revoked", replace(samples.CONTENT, issuer=issuer)), "en")
        return {href for href in Page(html).hrefs if href.startswith("mailto:")}

    assert letters("a+b%c@alder.example") == {"mailto:a%2Bb%25c@alder.example"}
    assert letters("a@alder.example?cc=eve@evil.example") == set()
    assert letters("a b@alder.example") == set()


def test_evidence_without_a_link_is_kept_by_the_issuer() -> None:
    unlinked = replace(samples.CONTENT, evidence=samples.CONTENT.evidence[:1])

    assert "Alder County School District keeps what has no link." in page().one("main").text
    assert (
        "Kept by Alder County School District."
        in Page(render.badge(samples.badge(content=unlinked), "en")).one("main").text
    )


def test_narratives_are_markdown() -> None:
    content = replace(samples.CONTENT, narrative="She **listens**.", criteria="- one\n- two")

    html = render.badge(samples.badge(content=content), "en")
    assert "<strong>listens</strong>" in html
    assert "<li>one</li>" in html


def test_the_role_is_that_of_the_time() -> None:
    html = render.badge(samples.badge(content=replace(samples.CONTENT, role="Teacher")), "en")

    assert "Role at the time Teacher" in Page(html).one("dl", class_="facts").text


def test_the_code_for_telephones_has_its_address_beside_it() -> None:
    found = page()

    code = found.one("svg", class_="qr")
    assert code.attributes["aria-hidden"] == "true"
    assert [each for each in found.all("span", class_="url") if each.text == samples.PAGE]


def test_paper_says_when_it_was_checked_and_where_to_look_today() -> None:
    (paper,) = page().all("span", class_="paper")

    assert paper.text == (
        "Printed copy, checked June 15, 2026, 2:05 PM UTC. See how the badge stands today at"
    )


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_same_four_pages_are_in_every_footer(lang: Language) -> None:
    ends = [[urlsplit(href).path for href in page(state, lang).hrefs[-4:]] for state in samples.STATES]

    assert ends == [["/accessibility", "/privacy", "/policy", "/verify"]] * len(ends)


def test_the_issuers_logo_is_shown_from_our_own_origin_only() -> None:
    def logos(url: str) -> list[str]:
        issuer = replace(samples.DISTRICT, logo=Image(url=url))
        html = render.badge(samples.badge(content=replace(samples.CONTENT, issuer=issuer)), "en")
        return [image.attributes["src"] for image in Page(html).all("img")]

    assert logos(f"{samples.ORIGIN}/art/1.png") == [f"{samples.ORIGIN}/art/1.png"]
    assert logos("https://elsewhere.example/logo.png") == []


def test_initials_stand_wherever_the_name_would() -> None:
    html = render.badge(samples.badge(content=replace(samples.CONTENT, holder="R. D.")), "en")

    assert "Rosa" not in html
    assert "Awarded to R. D. by" in Page(html).one("main").text
