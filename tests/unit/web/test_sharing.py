"""What a badge's page offers to show it elsewhere, and what it says of itself to other sites."""

import json
from dataclasses import replace
from email.message import EmailMessage
from hashlib import sha256
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from issuer.core.documents import Document
from issuer.db.credentials import UnknownCredential
from issuer.web import oembed, person_match
from issuer.web.pages import head, render, share, share_pages, structured, words
from issuer.web.pages.issuer_views import Identifier
from issuer.web.pages.share_views import FrameView, InformationView, PersonView, Topic
from issuer.web.pages.views import SILENT, BadgeContent, Image, State
from issuer.web.pages.words import Language
from tests.unit.web import samples
from tests.unit.web.reading import Page

HOSTILE = "\"'></title></style></script><script>alert(1)</script><!--<script><img src=x onerror=alert(1)>"
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)
ROSA: Document = {
    "type": "IdentityObject",
    "identityType": "emailAddress",
    "hashed": True,
    "identityHash": "sha256$" + sha256(b"rosa@alder.examplesalt").hexdigest(),
    "salt": "salt",
}
PRIVATE = replace(samples.badge(), share="token", json_url="")


def page(state: State = "current", lang: Language = "en") -> Page:
    return Page(render.badge(samples.badge(state), lang))


def named(name: str, issuer: str | None = None) -> BadgeContent:
    ref = replace(samples.DISTRICT, name=issuer or name)
    return replace(samples.CONTENT, name=name, issuer=ref, holder=name)


def data(html: str) -> Document:
    (block,) = Page(html).all("script")
    assert block.attributes == {"type": "application/ld+json"}
    found: Document = json.loads(block.words[0])
    return found


def frame_in(html: str) -> dict[str, str]:
    frames: list[dict[str, str]] = []

    class Frames(HTMLParser):
        @override
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag == "iframe"
            frames.append({name: value or "" for name, value in attrs})

    Frames().feed(html)
    (found,) = frames
    return found


class TestHead:
    def test_a_preview_has_a_png_card_with_its_size_its_kind_and_its_words(self) -> None:
        found = page()

        assert found.meta("og:image") == f"{samples.PAGE}/card.png"
        assert found.meta("og:image:type") == "image/png"
        assert (found.meta("og:image:width"), found.meta("og:image:height")) == ("1200", "630")
        assert found.meta("og:image:alt") == "Feedback that Moves Learning, Alder County School District."
        assert found.meta("twitter:card") == "summary_large_image"

    def test_both_languages_and_the_one_for_everybody_else_are_named(self) -> None:
        found = page(lang="es")

        alternates = {
            link.attributes["hreflang"]: link.attributes["href"]
            for link in found.all("link", rel="alternate")
            if "hreflang" in link.attributes
        }
        assert alternates == {
            "en": f"{samples.PAGE}?lang=en",
            "es": f"{samples.PAGE}?lang=es",
            "x-default": samples.PAGE,
        }
        assert (found.meta("og:locale"), found.meta("og:locale:alternate")) == ("es_US", "en_US")

    @pytest.mark.parametrize("state", sorted(set(samples.STATES) - SILENT))
    def test_previews_name_the_badge_and_never_the_holder(self, state: State) -> None:
        found = page(state)

        assert (found.meta("og:title") or "").endswith(samples.CONTENT.name)
        previews = [
            element.attributes["content"]
            for element in found.all("meta")
            if element.attributes.get("property", "").startswith("og:")
            or element.attributes.get("name") == "description"
        ]
        assert not [said for said in previews if "Rosa" in said or "Delgado" in said]

    @pytest.mark.parametrize(
        ("state", "first"), [("revoked", "Withdrawn"), ("suspended", "On hold"), ("superseded", "Replaced")]
    )
    def test_what_stopped_counting_says_so_in_its_preview(self, state: State, first: str) -> None:
        found = page(state)

        assert (found.meta("og:title") or "").startswith(f"{first}: ")
        assert (found.meta("og:description") or "").startswith(first)

    def test_other_sites_find_how_to_show_the_badge(self) -> None:
        link = page().one("link", type="application/json+oembed").attributes["href"]

        assert urlsplit(link)[:3] == ("https", "badges.alder.example", "/oembed")
        assert parse_qs(urlsplit(link).query) == {"url": [samples.PAGE], "format": ["json"]}

    @pytest.mark.parametrize("state", sorted(SILENT))
    def test_a_badge_that_nobody_vouched_for_has_nothing_to_preview(self, state: State) -> None:
        html = render.badge(samples.badge(state), "en")

        assert not [sign for sign in ("og:", "twitter:", "oembed", "ld+json") if sign in html]

    def test_a_private_page_that_a_link_opened_tells_nobody_of_it(self) -> None:
        html = render.badge(PRIVATE, "en")

        found = Page(html)
        signs = ("og:", "twitter:", "oembed", "ld+json", "canonical", "card.png", 'name="description"')
        assert not [sign for sign in signs if sign in html]
        assert (found.meta("robots"), found.meta("referrer")) == ("noindex", "no-referrer")

    def test_pictures_of_achievements_and_issuers_are_shown_unless_they_are_drawings_in_svg(self) -> None:
        png = Image(url=f"{samples.ORIGIN}/images/1.png", alt="A tree")
        svg = Image(url=f"{samples.ORIGIN}/images/1.svg")

        shown = Page(render.achievement(replace(samples.ACHIEVEMENT, image=png), "en"))
        drawn = Page(render.achievement(replace(samples.ACHIEVEMENT, image=svg), "en"))

        assert (shown.meta("og:image"), shown.meta("og:image:alt")) == (png.url, "A tree")
        assert drawn.meta("og:image") is None
        assert drawn.meta("twitter:card") == "summary"


class TestDataForSearchEngines:
    def test_a_listed_badge_is_what_its_holder_has(self) -> None:
        found = data(render.badge(replace(samples.badge(), listed=True), "en"))

        held = found["hasCredential"]
        assert (found["@context"], found["@type"]) == ("https://schema.org", "Person")
        assert found["name"] == "Rosa Delgado"
        assert held["@type"] == "EducationalOccupationalCredential"
        assert held["credentialCategory"] == {"@type": "DefinedTerm", "name": "MicroCredential"}
        assert held["expires"] == "2031-06-30T23:59:59+00:00"
        assert held["url"] == samples.PAGE
        assert "recognizedBy" not in held

    @pytest.mark.parametrize("state", ["current", "expired", "not_yet_valid", "revoked", "suspended", "test"])
    def test_a_badge_that_is_not_listed_says_only_what_page_it_is(self, state: State) -> None:
        found = data(render.badge(samples.badge(state), "en"))

        assert found["@type"] == "WebPage"
        assert "Rosa" not in json.dumps(found)

    @pytest.mark.parametrize("state", ["revoked", "suspended", "superseded", "not_yet_valid", "test"])
    def test_a_listed_badge_that_does_not_stand_names_no_person(self, state: State) -> None:
        assert data(render.badge(replace(samples.badge(state), listed=True), "en"))["@type"] == "WebPage"

    def test_a_listed_badge_without_a_name_names_nobody(self) -> None:
        view = replace(samples.badge(content=replace(samples.CONTENT, holder=None)), listed=True)

        assert data(render.badge(view, "en"))["@type"] == "WebPage"

    def test_an_achievement_is_a_credential_that_nobody_is_said_to_recognize(self) -> None:
        found = data(render.achievement(samples.ACHIEVEMENT, "es"))

        assert found["@type"] == "EducationalOccupationalCredential"
        assert found["credentialCategory"]["name"] == "MicroCredential"
        assert found["validFor"] == "P5Y"
        assert found["inLanguage"] == "en"
        assert found["competencyRequired"][0]["termCode"] == "6"
        assert "recognizedBy" not in found

    def test_a_public_body_is_one_by_its_number(self) -> None:
        public = replace(samples.ISSUER, identifiers=(Identifier(label="nces-lea", value="4200030"),))
        other = replace(samples.ISSUER, identifiers=(Identifier(label="Union number", value="7"),))

        assert data(render.issuer(public, "en"))["@type"] == "GovernmentOrganization"
        assert data(render.issuer(other, "en"))["@type"] == "Organization"

    @given(NAMES)
    def test_any_name_stays_inside_its_block(self, name: str) -> None:
        html = str(structured.block({"name": name + HOSTILE}))

        assert html.count("<") == 2
        assert html.count(">") == 2
        assert json.loads(html.partition(">")[2].rpartition("<")[0])["name"] == name + HOSTILE


class TestTools:
    def test_everything_is_offered_for_a_current_badge(self) -> None:
        hrefs = page().hrefs

        assert f"{samples.PAGE}.png" in hrefs
        assert f"{samples.PAGE}?print=1&lang=en" in hrefs
        assert [href for href in hrefs if href.startswith("mailto:?subject=")]
        assert [href for href in hrefs if "share-offsite/?url=https%3A%2F%2Fbadges" in href]
        assert [href for href in hrefs if "profile/add" in href]

    def test_an_expired_badge_keeps_its_certificate_and_its_stamped_image_alone(self) -> None:
        found = page("expired")

        section = next(each for each in found.all("section") if "Use this badge" in each.text)
        assert "The image says that the badge has expired." in section.text
        assert f"{samples.PAGE}?print=1&lang=en" in found.hrefs
        assert not [href for href in found.hrefs if "linkedin" in href or href.startswith("mailto:?")]
        assert "iframe" not in section.text

    @pytest.mark.parametrize(
        "state",
        ["test", "revoked", "suspended", "superseded", "not_yet_valid", "status_unknown", *sorted(SILENT)],
    )
    def test_nothing_is_offered_for_what_does_not_stand(self, state: State) -> None:
        found = page(state)

        assert "Use this badge" not in found.one("main").text
        assert f"{samples.PAGE}.png" not in found.hrefs

    def test_nothing_is_offered_for_a_private_badge(self) -> None:
        assert "Use this badge" not in Page(render.badge(PRIVATE, "en")).one("main").text

    @pytest.mark.parametrize("lang", words.LANGUAGES)
    def test_the_pieces_to_copy_are_shown_as_text(self, lang: Language) -> None:
        codes = [code.text for code in page(lang=lang).all("code")]

        frame = frame_in(codes[0])
        assert frame["src"] == f"{samples.ORIGIN}/embed/b/{samples.NUMBER}?lang={lang}"
        assert frame["title"] == "Feedback that Moves Learning, Alder County School District"
        assert frame["loading"] == "lazy"
        assert frame["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
        assert (frame["width"], frame["height"]) == ("480", "220")
        picture = Page(codes[1])
        assert picture.one("a").attributes["href"] == samples.PAGE
        assert picture.one("img").attributes["src"] == f"{samples.PAGE}/card.png"
        assert samples.CONTENT.name in picture.one("img").attributes["alt"]

    @given(NAMES | st.text(max_size=40), st.sampled_from(words.LANGUAGES))
    def test_a_letter_has_a_subject_and_a_body_and_no_other_field(self, name: str, lang: Language) -> None:
        url = share.mail(samples.PAGE, named(name, f"x\r\nBcc: a@evil.example&cc=b {name}"), lang)

        query = url.removeprefix("mailto:?")
        fields = dict(each.split("=") for each in query.split("&"))
        subject, body = unquote(fields["subject"]), unquote(fields["body"])
        assert list(fields) == ["subject", "body"]
        assert len(subject.splitlines()) == 1
        EmailMessage()["subject"] = subject  # refuses a line break
        assert samples.PAGE in body.split("\r\n")


class TestOEmbed:
    def test_a_badge_is_a_frame_with_a_title(self) -> None:
        found = oembed.document(samples.badge(), "en")

        frame = frame_in(found["html"])
        assert (found["version"], found["type"]) == ("1.0", "rich")
        assert frame["title"] == "Feedback that Moves Learning, Alder County School District"
        assert (frame["width"], frame["height"]) == (str(found["width"]), str(found["height"]))
        assert found["thumbnail_url"] == f"{samples.PAGE}/card.png"
        assert (found["thumbnail_width"], found["thumbnail_height"]) == (1200, 630)
        assert found["author_name"] == "Alder County School District"

    @given(st.integers(1, 3000), st.integers(1, 3000))
    def test_it_is_never_wider_nor_higher_than_asked_for(self, width: int, height: int) -> None:
        found = oembed.document(samples.badge(), "en", max_width=width, max_height=height)

        assert found["width"] == min(480, width)
        assert found["height"] == min(220, height)
        assert ("thumbnail_url" in found) is (width >= 1200 and height >= 630)

    def test_the_state_comes_first_in_the_title(self) -> None:
        assert oembed.document(samples.badge("revoked"), "es")["title"].startswith("Retirada: ")

    @pytest.mark.parametrize("state", sorted(SILENT))
    def test_what_nobody_vouched_for_is_not_repeated(self, state: State) -> None:
        text = json.dumps(oembed.document(samples.badge(state), "en"))

        assert not [said for said in ("Feedback", "Rosa", "Alder County", "card.png") if said in text]

    @given(NAMES, NAMES)
    def test_any_name_gives_one_frame_and_the_same_name_again(self, name: str, issuer: str) -> None:
        view = samples.badge(content=named(name, issuer + HOSTILE))

        found = json.loads(json.dumps(oembed.document(view, "en")))

        assert found["title"] == name
        wanted = " ".join(f"{name}, {issuer}{HOSTILE}".split())
        assert frame_in(found["html"])["title"] == wanted

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/b/7HqyV2cWmX4tKfRz9aBnPd",
            "http://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd",
            "https://badges.alder.example:8443/b/7HqyV2cWmX4tKfRz9aBnPd",
            "https://badges.alder.example@evil.example/b/7HqyV2cWmX4tKfRz9aBnPd",
            "https://badges.alder.example/i/alder",
            "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd/more",
            "https://badges.alder.example/b/short",
            "https://badges.alder.example/b/",
            "https://[",
            "javascript:alert(1)",
            "",
        ],
    )
    def test_what_is_not_a_badge_of_this_origin_is_unknown(self, url: str) -> None:
        with pytest.raises(UnknownCredential):
            oembed.badge_id(url, samples.ORIGIN)

    @pytest.mark.parametrize("suffix", ["", "?lang=es", "#top"])
    def test_the_page_of_a_badge_is_known_however_it_was_opened(self, suffix: str) -> None:
        assert oembed.badge_id(samples.PAGE + suffix, samples.ORIGIN) == samples.NUMBER
        assert oembed.badge_id(f"https://x.example/pre/b/{samples.NUMBER}", "https://x.example/pre")


@pytest.mark.parametrize("lang", words.LANGUAGES)
class TestFrame:
    def test_it_says_how_the_badge_stands_then_what_and_by_whom(self, lang: Language) -> None:
        for state in samples.STATES:
            html = share_pages.frame(FrameView(badge=samples.badge(state)), lang)
            found = Page(html)
            said = words.phrase(lang, f"headline.{state}").partition("{")[0]
            assert found.one("main").text.startswith(("✓ ", "✕ ", "! "))
            assert head.bare(said).strip() in found.one("main").text
            assert len(html.encode()) <= 6000
            link = found.one("a").attributes
            assert link["href"] == f"{samples.PAGE}?lang={lang}"
            assert (link["target"], link["rel"]) == ("_blank", "noopener")
            assert found.meta("robots") == "noindex"

    def test_it_has_nothing_to_share_and_no_name_of_the_holder(self, lang: Language) -> None:
        html = share_pages.frame(FrameView(badge=samples.badge()), lang)

        assert not [part for part in ("linkedin", "og:", "Rosa", "<form", "<script") if part in html]

    @pytest.mark.parametrize("code", ["private-badge", "badge-removed", "unknown-badge"])
    def test_a_badge_that_is_not_shown_is_a_small_page_too(self, lang: Language, code: str) -> None:
        html = share_pages.frame(FrameView(missing=code), lang)

        assert words.phrase(lang, f"error_title.{code.replace('-', '_')}") in Page(html).one("main").text
        assert not Page(html).all("a")


class TestPerson:
    def asked(self, document: Document, email: str) -> str:
        return person_match.compared(document, email, seal_holds=True)

    @pytest.mark.parametrize(
        ("subject", "answer"),
        [
            ({"identifier": [ROSA]}, "match"),
            ({"identifier": ROSA}, "match"),
            ({"identifier": [{**ROSA, "salt": "other"}]}, "no_match"),
            ({"identifier": [{**ROSA, "identityType": "name"}]}, "no_identifier"),
            ({"id": "mailto:rosa@alder.example"}, "match"),
            ({"id": "mailto:juan@alder.example"}, "no_match"),
            ({"id": "did:key:z6Mk"}, "no_identifier"),
            ({}, "no_identifier"),
        ],
    )
    def test_an_address_is_compared_with_the_ones_that_a_badge_carries(
        self, subject: Document, answer: str
    ) -> None:
        assert self.asked({"credentialSubject": subject}, "rosa@alder.example") == answer

    def test_nothing_is_compared_with_a_badge_that_nobody_vouched_for(self) -> None:
        document = {"credentialSubject": {"identifier": [ROSA]}}

        assert person_match.compared(document, "rosa@alder.example", seal_holds=False) == "not_compared"

    @pytest.mark.parametrize(
        ("text", "mistake"),
        [
            ("", "empty"),
            ("  ", "empty"),
            ("Rosa Delgado", "not_an_address"),
            ("@alder.example", "not_an_address"),
            ("a b@alder.example", "not_an_address"),
            ("a@" + "b" * 320, "too_long"),
            (" rosa@alder.example ", None),
            ("rosa+x@álder.example", None),
        ],
    )
    def test_what_is_no_address_is_told_and_kept(self, text: str, mistake: str | None) -> None:
        typed = person_match.typed(text)

        assert typed.mistake == mistake
        assert typed.email in text

    @pytest.mark.parametrize("lang", words.LANGUAGES)
    @pytest.mark.parametrize("state", samples.STATES)
    def test_the_form_is_wherever_the_badge_is_shown(self, state: State, lang: Language) -> None:
        forms = page(state, lang).all("form")

        assert len(forms) == (state not in SILENT)
        assert not [form for form in forms if form.attributes["method"] != "post"]

    def test_a_mistake_is_said_beside_the_field_which_keeps_what_was_typed(self) -> None:
        view = PersonView(badge=samples.badge(), email="rosa at alder", mistake="not_an_address")
        found = Page(share_pages.person(view, "en"))

        field = found.one("input")
        assert field.attributes["value"] == "rosa at alder"
        assert field.attributes["aria-invalid"] == "true"
        assert "mistake" in field.attributes["aria-describedby"]
        assert found.one("title").text.startswith("Error: ")
        assert "This is not an e-mail address." in found.one("section", role="alert").text

    def test_an_answer_stands_under_how_the_badge_stands(self) -> None:
        view = PersonView(badge=samples.badge("revoked"), compared="match")
        text = Page(share_pages.person(view, "en")).one("main").text

        withdrawn = text.index("Withdrawn: do not rely on this badge")
        assert withdrawn < text.index("Yes, this badge was issued to that e-mail address.")

    def test_a_private_badge_keeps_its_link(self) -> None:
        form = Page(render.badge(PRIVATE, "en")).one("form")
        back = Page(share_pages.person(PersonView(badge=PRIVATE, compared="match"), "en"))

        assert form.attributes["action"] == f"/b/{samples.NUMBER}/person?lang=en&share=token"
        assert f"/b/{samples.NUMBER}?lang=en&share=token" in back.hrefs


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("topic", ["accessibility", "privacy", "withdrawal"])
class TestInformation:
    def test_it_says_everything_there_is_to_say(self, topic: Topic, lang: Language) -> None:
        used = {
            f"{topic}.{key}" for part in share_pages.PARTS[topic] for key in (part.heading, *part.paragraphs)
        }

        keys = {key for key in words.phrases(lang) if key.startswith(f"{topic}.")}
        assert keys == used | {f"{topic}.title", f"{topic}.lead"}

    def test_it_names_its_issuer_or_nobody(self, topic: Topic, lang: Language) -> None:
        named_view = InformationView(
            topic=topic, home=samples.ORIGIN, issuer=samples.DISTRICT, records_years=8
        )
        nobody = Page(share_pages.information(InformationView(topic=topic, home=samples.ORIGIN), lang))

        found = Page(share_pages.information(named_view, lang))
        assert "badges@alder.example" in found.one("main").text
        assert len(found.all("h1")) == len(nobody.all("h1")) == 1
        assert "Alder" not in nobody.one("main").text
        assert ("8" in found.one("main").text) is (topic == "privacy")


@given(NAMES, st.sampled_from(samples.STATES), st.sampled_from(words.LANGUAGES))
def test_any_name_gives_well_formed_pages(name: str, state: State, lang: Language) -> None:
    view = samples.badge(state, named(name, name + HOSTILE))

    for html in (
        render.badge(replace(view, listed=True), lang),
        share_pages.frame(FrameView(badge=view), lang),
        share_pages.person(PersonView(badge=view, email=name + HOSTILE, mistake="not_an_address"), lang),
        share_pages.information(
            InformationView(topic="privacy", home=samples.ORIGIN, issuer=named(name).issuer), lang
        ),
    ):
        found = Page(html)
        assert len(found.all("h1")) == 1
        assert not [each for each in found.elements if "onerror" in each.attributes]
        assert {each.attributes.get("type") for each in found.all("script")} <= {"application/ld+json"}
