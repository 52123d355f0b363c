"""Credentials inside a credential have words of their own, and only a transcript answers for them."""

import jwt
import pytest

from issuer.core.documents import Document
from issuer.core.verifying import needs, opening, parts, report
from issuer.core.verifying.findings import Outcome
from issuer.core.verifying.materials import Materials, Want
from issuer.core.verifying.opening import Opened
from issuer.core.verifying.report import Report
from tests.support import badges, strangers, tokens

COLLEGE, GUILD, BOARD = (strangers.stranger(name) for name in ("a college", "a guild", "a board"))
GOOD = GUILD.sign(strangers.badge(GUILD, 1))
EXPIRED = GUILD.sign(strangers.badge(GUILD, 2, validUntil="2026-02-01T00:00:00Z"))
TAMPERED = GUILD.sign(strangers.badge(GUILD, 3)) | {"name": "Brain surgery"}
ENDORSED: str = GOOD["id"]
PRAISE = BOARD.sign(strangers.endorsement(BOARD, ENDORSED))
FORGED = PRAISE | {"name": "An endorsement by somebody grander"}
ELSEWHERE = BOARD.sign(strangers.endorsement(BOARD, "urn:uuid:00000000-0000-4000-8009-000000000009"))


def reported(document: Document, *, known: dict[str, str] | None = None) -> Report:
    issuers = {each.did: each.keys for each in (COLLEGE, GUILD, BOARD)}
    library = badges.library(issuers, {})
    return report.report(Materials(document=document, now=badges.NOW, library=library, known=known or {}))


def transcript(*held: object) -> Document:
    return COLLEGE.sign(strangers.transcript(COLLEGE, *held))


def endorsed(*endorsements: object, **changes: object) -> Document:
    return GUILD.sign(strangers.badge(GUILD, 1, endorsement=list(endorsements), **changes))


def places(found: tuple[Report, ...]) -> dict[str, str]:
    return {each.at: each.result for each in found}


class TestTranscripts:
    def test_each_badge_in_it_has_its_own_result(self) -> None:
        found = reported(transcript(GOOD, EXPIRED, TAMPERED))

        assert places(found.contained) == {
            "/credentialSubject/verifiableCredential/0": "issuer_unrecognized",
            "/credentialSubject/verifiableCredential/1": "expired",
            "/credentialSubject/verifiableCredential/2": "altered",
        }

    def test_a_tampered_badge_in_it_makes_it_worthless_though_its_own_seal_holds(self) -> None:
        found = reported(transcript(EXPIRED, TAMPERED))

        assert found.result == "altered"
        assert {check.id: check.outcome for check in found.checks}["integrity"] is Outcome.PASSED
        assert found.checks[-1].id == "contained"
        assert "1 altered, 1 expired" in found.checks[-1].message

    def test_an_expired_badge_in_it_leaves_it_as_good_as_it_is(self) -> None:
        known = {COLLEGE.did: "a list"}

        assert reported(transcript(GOOD, EXPIRED), known=known).result == "valid"

    def test_the_tampered_badge_shows_no_content(self) -> None:
        [held] = reported(transcript(TAMPERED)).contained

        assert held.credential is None

    def test_nothing_in_it_is_shown_where_its_own_seal_does_not_hold(self) -> None:
        found = reported(transcript(GOOD) | {"name": "Another"})

        assert found.result == "altered"
        assert found.credential is None
        assert found.contained == ()

    def test_a_badge_in_it_may_be_a_jws(self) -> None:
        found = reported(transcript(tokens.signed()))

        assert list(places(found.contained)) == ["/credentialSubject/verifiableCredential/0"]

    @pytest.mark.parametrize("held", [7, None, "rubbish", {"type": ["Profile"]}])
    def test_what_is_no_credential_makes_it_worse_than_valid(self, held: object) -> None:
        found = reported(transcript(GOOD, held), known={COLLEGE.did: "a list"})

        assert found.result not in {"valid", "issuer_unrecognized"}

    def test_a_transcript_in_it_is_not_gone_into_and_so_not_vouched_for(self) -> None:
        found = reported(transcript(transcript(TAMPERED)), known={COLLEGE.did: "a list"})

        assert found.result == "too_complex"

    def test_more_than_is_looked_at_is_said(self) -> None:
        held = [strangers.badge(GUILD, number) for number in range(parts.MAX_CONTAINED + 1)]

        assert parts.has_more(strangers.transcript(COLLEGE, *held))
        assert not parts.has_more(strangers.transcript(COLLEGE, *held[1:]))

    def test_the_keys_of_everybody_in_it_are_asked_for(self) -> None:
        wanted = needs.missing(Opened(transcript(endorsed(PRAISE))), {})

        assert set(wanted) >= {Want("controller", COLLEGE.did), Want("controller", GUILD.did)}


class TestEndorsements:
    @pytest.mark.parametrize(
        ("endorsement", "result"),
        [(PRAISE, "issuer_unrecognized"), (FORGED, "altered"), (ELSEWHERE, "malformed")],
        ids=["good", "forged", "about something else"],
    )
    def test_each_has_its_own_result_and_changes_nothing_about_the_badge(
        self, endorsement: Document, result: str
    ) -> None:
        found = reported(endorsed(endorsement), known={GUILD.did: "a list"})

        assert found.result == "valid"
        assert places(found.endorsements) == {"/endorsement/0": result}

    def test_one_of_the_achievement_is_found_where_it_stands(self) -> None:
        praise = BOARD.sign(strangers.endorsement(BOARD, "https://guild.example/soldering"))
        subject = strangers.badge(GUILD)["credentialSubject"]
        subject["achievement"] = strangers.achievement(endorsement=[praise])
        found = reported(GUILD.sign(strangers.badge(GUILD, credentialSubject=subject)))

        place = "/credentialSubject/achievement/endorsement/0"
        assert places(found.endorsements) == {place: "issuer_unrecognized"}

    def test_another_badge_in_the_place_of_an_endorsement_is_none(self) -> None:
        [found] = reported(endorsed(EXPIRED)).endorsements

        assert found.result == "malformed"

    @pytest.mark.parametrize(
        ("about", "result"),
        [(ENDORSED, "issuer_unrecognized"), ("urn:uuid:00000000-0000-4000-8009-000000000009", "malformed")],
    )
    def test_one_in_a_jws_is_read_as_well(self, about: str, result: str) -> None:
        found = reported(GUILD.sign(strangers.badge(GUILD, 1, endorsementJwt=[in_a_jws(about)])))

        assert places(found.endorsements) == {"/endorsementJwt/0": result}

    def test_a_forged_one_in_a_jws_is_refused(self) -> None:
        head, _, _ = in_a_jws(ENDORSED).rpartition(".")
        _, _, signature = in_a_jws("urn:x:other").rpartition(".")
        badge = GUILD.sign(strangers.badge(GUILD, 1, endorsementJwt=[f"{head}.{signature}"]))

        [found] = reported(badge).endorsements

        assert found.result == "altered"

    def test_none_is_shown_of_a_badge_whose_seal_does_not_hold(self) -> None:
        found = reported(endorsed(PRAISE) | {"name": "Another"})

        assert found.endorsements == ()

    def test_only_the_first_ten_are_looked_at(self) -> None:
        found = parts.endorsements(endorsed(*[PRAISE] * 12))

        assert len(found) == parts.MAX_ENDORSEMENTS

    def test_what_an_endorsement_itself_names_is_no_part_of_the_badge(self) -> None:
        assert "urn:uuid:00000000-0000-4000-8009-000000000009" not in parts.ids_in(endorsed(ELSEWHERE))
        assert ENDORSED in parts.ids_in(endorsed(ELSEWHERE))


def in_a_jws(about: str) -> str:
    """Return an endorsement as VC-JWT has it, signed by PyJWT."""
    document = strangers.endorsement(BOARD, about)
    claims = {"iss": BOARD.did, "sub": about, "jti": document["id"], "nbf": 1_767_225_600}
    method = f"{BOARD.did}#{BOARD.multikey}"
    token = jwt.encode({**document, **claims}, BOARD.key, "EdDSA", {"kid": method})
    assert opening.opened_text(token).envelope is not None
    return token
