"""The pages on the way to a host, and what the private page says of hosts and of badges of others."""

from dataclasses import replace

import pytest

from issuer.errors import IssuerError
from issuer.web.pages import host_views, words
from issuer.web.pages.holder_views import OtherView, SendingView
from issuer.web.pages.host_views import HostView
from issuer.web.pages.words import Language
from issuer.web.routes import holder_hosts
from tests.unit.web import samples
from tests.unit.web.reading import Page
from tests.unit.web.test_badge_page import FORBIDDEN
from tests.unit.web.test_escaping import SCRIPT
from tests.unit.web.test_holder_page import TOKEN, UNTIL, html

GO = HostView(
    kind="go",
    home="https://badges.alder.example",
    issuer=samples.DISTRICT,
    url="https://backpack.example/authorize?state=x&code_challenge=y",
    host="Backpack",
    name="backpack.example",
    back="../token?",
    switch="../token?",
)
SENDING = SendingView(
    id="0197669f-6f10-7c44-a1d3-5b1f3c9e2a10",
    title="Backpack",
    name="backpack.example",
    since=UNTIL,
    sent=3,
    waiting=2,
    refused=(f"too large {SCRIPT}",),
)
OTHER = OtherView(
    id="0197669f-6f10-7c44-a1d3-5b1f3c9e2a11", name=SCRIPT, issuer=SCRIPT, issued=UNTIL, suffix="json"
)


@pytest.mark.parametrize("lang", words.LANGUAGES)
class TestInEveryLanguage:
    @pytest.mark.parametrize("kind", ["go", "back", "denied", "failed"])
    def test_each_page_has_one_heading_speaks_plainly_and_is_told_to_nobody(
        self, lang: Language, kind: str
    ) -> None:
        page = Page(host_views.page(replace(GO, kind=kind, said=SCRIPT), lang))  # type: ignore[arg-type]

        assert len(page.all("h1")) == 1
        assert not FORBIDDEN.search(page.one("main").text.replace(SCRIPT, ""))
        assert page.meta("referrer") == "no-referrer"
        assert page.meta("robots") == "noindex"
        assert not page.all("script")

    def test_the_way_to_the_host_is_a_link_that_names_it(self, lang: Language) -> None:
        page = Page(host_views.page(GO, lang))

        assert GO.url in page.hrefs
        assert "backpack.example" in page.one("main").text
        assert f"../token?lang={lang}#hosts" in page.hrefs

    def test_every_refusal_that_is_told_has_words(self, lang: Language) -> None:
        kinds: tuple[type[IssuerError], ...] = holder_hosts.TOLD
        for code in ("other", *(kind.code.replace("-", "_") for kind in kinds)):
            shown = host_views.page(replace(GO, kind="failed", code=code), lang)
            assert words.phrase(lang, f"hosts.{code}") in Page(shown).one("main").text

    def test_a_mistaken_link_is_marked(self, lang: Language) -> None:
        page = Page(host_views.page(replace(GO, kind="back", is_mistaken=True), lang))

        field = page.one("input")
        assert field.attributes["aria-invalid"] == "true"
        assert field.attributes["aria-describedby"] == "hint mistake"

    def test_what_a_host_says_is_text_and_each_button_says_of_which_it_is(self, lang: Language) -> None:
        page = Page(html(lang, hosts=(SENDING, replace(SENDING, id="b", has_ended=True))))

        section = page.one("section", id="hosts").text
        assert SCRIPT in section
        assert not page.all("script")
        assert [each.attributes["value"] for each in page.all("button", name="act")] == [
            "again", "stop", "stop",
        ]  # fmt: skip
        assert {each.attributes["aria-describedby"] for each in page.all("button", name="act")} == {
            f"s-{SENDING.id}", "s-b",
        }  # fmt: skip

    def test_badges_of_others_are_named_as_text_and_each_file_has_its_link(self, lang: Language) -> None:
        page = Page(html(lang, others=(OTHER, replace(OTHER, id="b", name=None, issuer=None, suffix="jwt"))))

        assert not page.all("script")
        assert {f"{TOKEN}/others/{OTHER.id}.json", f"{TOKEN}/others/b.jwt"} <= set(page.hrefs)
        assert words.phrase(lang, "others.nameless") in page.one("section", id="others").text
