"""Badges that other software signed, before this engine."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from openbadgeslib.ob3.credential import Achievement, Issuer, OpenBadgeCredential
from openbadgeslib.ob3.ldp import OB3LdpSigner
from openbadgeslib.ob3.signer import OB3Signer

from issuer.core.documents import Document
from issuer.core.verifying import opening, report
from issuer.core.verifying.materials import Materials
from tests.conformance import outside
from tests.support import badges, pictures, strangers, tokens

pytestmark = pytest.mark.conformance

NAME = "a guild with other software"
GUILD = strangers.stranger(NAME)
SITE = "did:web:guild.example"
CREATED = "2024-02-01T00:00:00Z"
PLAIN = strangers.badge(GUILD, validFrom="2024-01-01T00:00:00Z")
FULL = PLAIN | {
    "name": "Soldering “with” 😀 \t 學",
    "description": 'Line one\nline "two" \\ three',
    "awardedDate": "2024-01-01T09:00:00+05:30",
    "evidence": [{"id": "https://guild.example/e/1", "type": ["Evidence"], "narrative": "Ten *joints*."}],
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "identityHash": "learner@guild.example",
                "identityType": "emailAddress",
                "hashed": False,
            }
        ],
        "creditsEarned": 7.5,
        "achievement": strangers.achievement(
            tag=["soldering", "safety"],
            alignment=[
                {"type": ["Alignment"], "targetName": "Joining", "targetUrl": "https://frameworks.example/1"}
            ],
        ),
    },
}


def result(raw: bytes | str, controllers: Mapping[str, Document] | None = None) -> str:
    """Return the headline for a badge in any form, as of now: other software knows no other time."""
    found = opening.opened(raw if isinstance(raw, bytes) else raw.encode())
    materials = Materials(
        document=found.document,
        envelope=found.envelope,
        now=datetime.now(UTC),  # noqa: TID251
        library=badges.library(controllers or {GUILD.did: GUILD.keys}, {}),
    )
    return report.report(materials).result


class TestDigitalBazaar:
    @pytest.mark.parametrize("badge", [PLAIN, FULL], ids=["plain", "full"])
    @pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
    def test_what_it_signs_we_verify(self, suite: str, badge: Document) -> None:
        outside.require_javascript()
        [signed] = outside.signed_by_digital_bazaar(
            [badge],
            {GUILD.did: GUILD.keys},
            seed=sha256(NAME.encode()).hexdigest(),
            controller=GUILD.did,
            method=f"{GUILD.did}#{GUILD.multikey}",
            created=CREATED,
            cryptosuite=suite,
        )

        assert signed["proof"]["cryptosuite"] == suite
        assert result(json.dumps(signed)) == "issuer_unrecognized"
        assert result(json.dumps(signed | {"name": "Brain surgery"})) == "altered"


def private(key: Any) -> bytes:  # noqa: ANN401 - a private key of any kind
    found: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return found


def credential(issuer: str, **changes: Any) -> OpenBadgeCredential:  # noqa: ANN401 - a model of others
    return OpenBadgeCredential(
        issuer=Issuer(id=issuer, name="A Guild", url="https://guild.example"),
        recipient_id="did:example:learner",
        achievement=Achievement(
            id="https://guild.example/soldering",
            name="Soldering",
            description="Solders without burns.",
            criteria_narrative="Solder *ten* joints.",
        ),
        issuance_date=datetime(2024, 1, 1, tzinfo=UTC),
        **changes,
    )


SIGNERS: dict[str, Callable[[], Any]] = {
    "Data Integrity": lambda: OB3LdpSigner(private(GUILD.key)),
    "VC-JWT": lambda: OB3Signer(private(GUILD.key), "EdDSA"),
}


def signed(by: str, made: OpenBadgeCredential) -> str:
    found = SIGNERS[by]().sign(made)
    return found if isinstance(found, str) else json.dumps(found)


@pytest.mark.parametrize("signer", list(SIGNERS))
class TestOpenbadgeslib:
    def test_what_it_signs_we_verify(self, signer: str) -> None:
        assert result(signed(signer, credential(GUILD.did))) == "issuer_unrecognized"

    def test_what_it_bakes_into_a_png_we_verify(self, signer: str) -> None:
        baked = SIGNERS[signer]().sign_into_png(credential(GUILD.did), pictures.png_by_pillow())

        assert result(baked) == "issuer_unrecognized"

    def test_what_it_bakes_into_an_svg_we_verify(self, signer: str) -> None:
        plain = (
            b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'
        )

        baked = SIGNERS[signer]().sign_into_svg(credential(GUILD.did), plain)

        assert result(baked) == "issuer_unrecognized"

    def test_an_ended_badge_of_its_making_is_expired(self, signer: str) -> None:
        ended = credential(GUILD.did, expiration_date=datetime(2024, 3, 1, tzinfo=UTC))

        assert result(signed(signer, ended)) == "expired"

    def test_a_badge_in_the_name_of_somebody_else_is_not_theirs(self, signer: str) -> None:
        other = strangers.stranger("somebody else")

        found = result(
            signed(signer, credential(other.did)), {each.did: each.keys for each in (GUILD, other)}
        )

        assert found == "issuer_key_missing"

    def test_a_badge_of_an_issuer_that_does_not_answer_is_not_called_false(self, signer: str) -> None:
        found = result(signed(signer, credential(GUILD.did)), {"did:web:else.example": {}})

        assert found == "could_not_check"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_token_of_openbadgeslib_verifies_where_a_did_web_lists_its_key(algorithm: str) -> None:
    signer = OB3Signer(private(tokens.PRIVATE[algorithm]), algorithm)
    key = {name: each for name, each in signer._public_jwk().items() if name != "key_ops"}  # noqa: SLF001
    method = {"id": f"{SITE}#1", "type": "JsonWebKey", "controller": SITE, "publicKeyJwk": key}
    text = signer.sign(credential(SITE))

    assert result(text, {SITE: {"id": SITE, "assertionMethod": [method]}}) == "issuer_unrecognized"
    assert result(text, {SITE: {"id": SITE, "verificationMethod": [method]}}) == "issuer_key_missing"
