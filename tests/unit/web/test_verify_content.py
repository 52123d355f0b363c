"""Whatever a stranger's badge says, it can be shown, and stays text."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.documents import Document
from issuer.web import verify_content
from issuer.web.pages import render
from issuer.web.pages.verify_views import PartView
from issuer.web.pages.views import Result
from tests.support import badges
from tests.unit.web.checks import answer, page, stranger
from tests.unit.web.test_escaping import HARMFUL, SCRIPT

# fmt: off
MEMBERS = [
    "@value", "id", "type", "name", "issuer", "url", "email", "achievement", "achievementType",
    "criteria", "narrative", "description", "credentialSubject", "identifier", "identityType",
    "identityHash", "hashed", "result", "resultDescription", "rubricCriterionLevel",
    "achievedLevel", "value", "status", "evidence", "genre", "validFrom", "validUntil",
    "awardedDate", "inLanguage",
]
# fmt: on
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["name", "2026-06-12T00:00:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6),
    max_leaves=30,
)


class TestWhatAStrangerSays:
    @given(st.dictionaries(st.sampled_from(MEMBERS), VALUES))
    def test_anything_under_a_whole_seal_can_be_shown(self, document: Document) -> None:
        claims = verify_content.claims(document, linked=True)

        assert render.verify_answer(answer("valid", claims=claims), "en")

    def test_a_script_in_any_text_stays_text(self) -> None:
        claims = verify_content.claims(stranger(SCRIPT), linked=True)
        parts = (PartView(code="valid", name=SCRIPT, issuer=SCRIPT),)

        found = page(answer("valid", claims=claims, contained=parts, link=SCRIPT, recognized_by=SCRIPT))

        assert not found.all("script")
        assert not [element for element in found.elements if "onerror" in element.attributes]

    @pytest.mark.parametrize("address", [*HARMFUL, SCRIPT])
    def test_an_address_that_is_not_of_the_web_is_never_a_link(self, address: str) -> None:
        claims = verify_content.claims(stranger(address), linked=True)

        found = page(answer("valid", claims=claims))
        assert not [href for href in found.hrefs if not href.startswith(("#", "?", "./"))]

    def test_no_link_leads_to_an_issuer_that_nobody_knows(self) -> None:
        claims = verify_content.claims(stranger("https://evil.example/x"), linked=False)

        found = page(answer("issuer_unrecognized", claims=claims))
        assert not [href for href in found.hrefs if "evil" in href]

    def test_a_link_to_a_known_issuer_passes_nothing_on(self) -> None:
        claims = verify_content.claims(stranger("https://alder.example/x"), linked=True)

        away = [a for a in page(answer("valid", claims=claims)).all("a") if "alder" in a.attributes["href"]]
        assert len(away) == 3
        assert {a.attributes["rel"] for a in away} == {"noopener noreferrer nofollow"}

    def test_an_id_at_another_host_lends_the_badge_no_name(self) -> None:
        document = {"id": "https://alder.example/b/1", "issuer": {"id": "did:web:evil.example"}}

        assert verify_content.claims(document, linked=False).credential_id is None
        assert (
            verify_content.claims({**document, "id": "urn:uuid:1"}, linked=False).credential_id
            == "urn:uuid:1"
        )

    def test_a_badge_of_ours_is_read_whole(self) -> None:
        claims = verify_content.claims(badges.badge(), linked=True)

        assert claims.name == "Feedback that Moves Learning"
        assert claims.holder == "Zoë Example"
        assert claims.issuer.domain == "badges.example.org"
        assert claims.results == (Result(criterion="Quality", level="Proficient", needed="Proficient"),)
        assert [each.name for each in claims.evidence] == ["Plan", "Film"]
        assert claims.valid_until == datetime(2031, 6, 30, 23, 59, 59, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("issuer", "domain"),
        [
            ("did:web:alder.example", "alder.example"),
            ("did:web:Alder.example%3A8443:i:x", "alder.example:8443"),
            ("https://alder.example/i/1", "alder.example"),
            ("did:web:\u0430lder.example", "xn--lder-43d.example"),
            ("did:key:z6Mk", None),
            ("https://[", None),
            ("did:web:" + "a" * 70 + ".example", None),
            ("mailto:x@alder.example", None),
            (None, None),
        ],
    )
    def test_the_domain_of_an_issuer_is_where_its_id_stands(
        self, issuer: str | None, domain: str | None
    ) -> None:
        assert verify_content.domain_of(issuer) == domain
