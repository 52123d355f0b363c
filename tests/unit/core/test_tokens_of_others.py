"""Badges in a compact JWS that PyJWT made, through the whole engine, under every way of listing the key."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import jwt
import pytest
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from issuer.core.documents import Document
from issuer.core.securing import multibase
from issuer.core.verifying import needs, opening, report
from issuer.core.verifying.materials import Materials, Want
from tests.support import badges, strangers, tokens

SITE = "did:web:guild.example"
PROFILE = "https://guild.example/issuer"
KEY_AT = "https://guild.example/keys/1"
ENDED = 1_769_904_000
JWK: Mapping[str, Any] = {
    "RS256": json.loads(RSAAlgorithm.to_jwk(tokens.RSA.public_key())),
    "ES256": json.loads(ECAlgorithm.to_jwk(tokens.P256.public_key())),
    "EdDSA": json.loads(OKPAlgorithm.to_jwk(tokens.ED25519.public_key())),
}
MULTIKEY = multibase.multikey(tokens.ED25519.public_key().public_bytes_raw())


def method(controller: str, algorithm: str, name: str = "key-1", **changes: object) -> Document:
    jwk = {each: value for each, value in JWK[algorithm].items() if each != "key_ops"}
    return {
        "id": f"{controller}#{name}",
        "type": "JsonWebKey",
        "controller": controller,
        "publicKeyJwk": jwk,
        **changes,
    }


def listing(controller: str, *methods: Document) -> Document:
    return {
        "id": controller,
        "verificationMethod": list(methods),
        "assertionMethod": [each["id"] for each in methods],
    }


def multikey(controller: str) -> Document:
    found = method(controller, "EdDSA", type="Multikey", publicKeyMultibase=MULTIKEY)
    del found["publicKeyJwk"]
    return found


def credential(issuer: str, **changes: object) -> Document:
    made = strangers.badge(strangers.stranger("nobody"))
    return {**made, "issuer": {"id": issuer, "type": ["Profile"], "name": "A Guild"}, **changes}


def token(issuer: str, algorithm: str, header: Document, **claims: object) -> str:
    document = credential(issuer)
    own = {
        "iss": issuer,
        "sub": document["credentialSubject"]["id"],
        "jti": document["id"],
        "nbf": 1_767_225_600,
    }
    return jwt.encode({**document, **own, **claims}, tokens.PRIVATE[algorithm], algorithm, header)


def result(text: str, *controllers: Document) -> str:
    found = opening.opened_text(text)
    library = badges.library({each["id"]: each for each in controllers}, {})
    materials = Materials(document=found.document, envelope=found.envelope, now=badges.NOW, library=library)
    return report.report(materials).result


@pytest.mark.parametrize("algorithm", list(JWK))
class TestEveryAlgorithm:
    def test_a_key_that_a_did_web_lists_as_jwk_verifies(self, algorithm: str) -> None:
        made = token(SITE, algorithm, {"kid": f"{SITE}#key-1"})

        assert result(made, listing(SITE, method(SITE, algorithm))) == "issuer_unrecognized"

    def test_a_key_that_an_https_profile_lists_as_jwk_verifies(self, algorithm: str) -> None:
        made = token(PROFILE, algorithm, {"kid": f"{PROFILE}#key-1"})

        assert result(made, listing(PROFILE, method(PROFILE, algorithm))) == "issuer_unrecognized"

    def test_a_key_in_the_header_counts_only_where_the_issuer_lists_the_same(self, algorithm: str) -> None:
        made = token(SITE, algorithm, {"jwk": dict(JWK[algorithm])})
        others = [each for each in JWK if each != algorithm]

        assert result(made, listing(SITE, method(SITE, algorithm))) == "issuer_unrecognized"
        assert (
            result(made, listing(SITE, *[method(SITE, each, each) for each in others]))
            == "issuer_key_missing"
        )
        assert result(made, listing(SITE)) == "issuer_key_missing"

    def test_another_payload_under_the_same_signature_is_altered(self, algorithm: str) -> None:
        made = token(SITE, algorithm, {"kid": f"{SITE}#key-1"})
        head, _, signature = made.split(".")
        payload = jwt.decode(made, options={"verify_signature": False}) | {"name": "Brain surgery"}

        forged = f"{head}.{tokens.segment(payload)}.{signature}"

        assert result(forged, listing(SITE, method(SITE, algorithm))) == "altered"

    def test_a_key_that_may_do_everything_but_vouch_is_missing(self, algorithm: str) -> None:
        made = token(SITE, algorithm, {"kid": f"{SITE}#key-1"})
        own = listing(SITE, method(SITE, algorithm))
        own["authentication"] = own.pop("assertionMethod")

        assert result(made, own) == "issuer_key_missing"

    def test_a_key_of_another_kind_under_the_name_is_altered(self, algorithm: str) -> None:
        other = next(each for each in JWK if each != algorithm)
        made = token(SITE, algorithm, {"kid": f"{SITE}#key-1"})

        assert result(made, listing(SITE, method(SITE, other))) == "altered"

    def test_an_ended_badge_is_expired(self, algorithm: str) -> None:
        made = token(SITE, algorithm, {"kid": f"{SITE}#key-1"}, validUntil="2026-02-01T00:00:00Z", exp=ENDED)

        assert result(made, listing(SITE, method(SITE, algorithm))) == "expired"


class TestMultikeys:
    def test_a_profile_may_list_the_key_as_multikey(self) -> None:
        made = token(PROFILE, "EdDSA", {"kid": f"{PROFILE}#key-1"})

        assert result(made, listing(PROFILE, multikey(PROFILE))) == "issuer_unrecognized"

    def test_a_key_may_be_written_out_where_it_is_listed(self) -> None:
        made = token(SITE, "EdDSA", {"kid": f"{SITE}#key-1"})

        own = {"id": SITE, "assertionMethod": [multikey(SITE)]}

        assert result(made, own) == "issuer_unrecognized"


class TestKeysWithDocumentsOfTheirOwn:
    DOCUMENT = method(PROFILE, "ES256") | {"id": KEY_AT}
    TOKEN = token(PROFILE, "ES256", {"kid": KEY_AT})

    def test_one_that_its_owner_lists_verifies(self) -> None:
        owner = {"id": PROFILE, "assertionMethod": [KEY_AT]}

        assert result(self.TOKEN, self.DOCUMENT, owner) == "issuer_unrecognized"

    def test_its_owners_document_is_asked_for_next(self) -> None:
        opened = opening.opened_text(self.TOKEN)
        library = badges.library({KEY_AT: self.DOCUMENT}, {})

        assert needs.missing(opened, {}) == [Want("controller", KEY_AT)]
        assert needs.missing(opened, library) == [Want("controller", PROFILE)]

    @pytest.mark.parametrize(
        "owner",
        [{"id": PROFILE}, {"id": PROFILE, "authentication": [KEY_AT]}, {"id": "https://else.example"}],
    )
    def test_one_that_its_owner_does_not_list_is_missing(self, owner: Document) -> None:
        library = badges.library({KEY_AT: self.DOCUMENT, PROFILE: owner}, {})
        opened = opening.opened_text(self.TOKEN)
        found = report.report(Materials(opened.document, badges.NOW, library, opened.envelope))

        assert found.result == "issuer_key_missing"

    def test_one_that_belongs_to_somebody_else_is_not_the_issuers(self) -> None:
        stranger = "https://else.example/issuer"
        key = self.DOCUMENT | {"controller": stranger}

        found = result(self.TOKEN, key, {"id": stranger, "assertionMethod": [KEY_AT]}, {"id": PROFILE})

        assert found == "issuer_key_missing"


def test_a_token_from_the_future_is_refused() -> None:
    ahead = int((badges.NOW + timedelta(days=1)).timestamp())
    made = token(SITE, "EdDSA", {"kid": f"{SITE}#key-1"}, iat=ahead)

    assert result(made, listing(SITE, multikey(SITE))) == "altered"


def test_claims_that_contradict_the_badge_are_malformed() -> None:
    made = token(SITE, "EdDSA", {"kid": f"{SITE}#key-1"}, sub="did:example:somebody-else")

    assert result(made, listing(SITE, multikey(SITE))) == "malformed"


def test_an_issuer_that_does_not_answer_is_not_a_forger() -> None:
    assert result(token(SITE, "EdDSA", {"kid": f"{SITE}#key-1"})) == "could_not_check"
