"""Which credential a token stands for, and where the claims beside it contradict it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core import moments
from issuer.core.baking import container
from issuer.core.documents import Document
from issuer.core.securing import jose, keys
from issuer.core.securing.jose import Jws, MalformedJws
from tests.support import reference
from tests.support.tokens import CLAIMS, CREDENTIAL, KID, PAYLOAD, handmade, signed

FIRST_MODEL: Document = {
    **{name: value for name, value in CREDENTIAL.items() if not name.startswith("valid")},
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "issuanceDate": CREDENTIAL["validFrom"],
    "expirationDate": CREDENTIAL["validUntil"],
}
BAD_TIMES = [
    True,
    False,
    "1781291040",
    None,
    [],
    {},
    2**53 - 1,
    -(2**53 - 1),
    1e300,
    -1e300,
    "2026-06-12T19:04:00Z",
]
SAMPLES = ["simple-jwt.png", "simple-jwt_v1.png", "simple-jwt.svg"]


def token(payload: Document = PAYLOAD, **header: object) -> Jws:
    """Return a token as it was read."""
    return jose.parse(signed(payload, "EdDSA", **header))


def faulty(payload: Document, **header: object) -> list[str]:
    """Return the claims of a token that contradict its credential."""
    found = token(payload, **header)
    return [fault.pointer.removeprefix("/") for fault in jose.claim_faults(found, jose.credential_of(found))]


def without(*names: str) -> Document:
    """Return the payload without some of its members."""
    return {name: value for name, value in PAYLOAD.items() if name not in names}


class TestTheCredential:
    def test_the_payload_without_its_claims_is_the_credential(self) -> None:
        found = token({**PAYLOAD, "iat": 1_781_291_041, "aud": "did:example:teacher", "x-own": {"kept": []}})

        assert jose.credential_of(found) == {**CREDENTIAL, "x-own": {"kept": []}}

    def test_the_vc_claim_is_the_credential_of_the_first_model(self) -> None:
        assert jose.credential_of(token({**CLAIMS, "vc": FIRST_MODEL, "nonce": "660"})) == FIRST_MODEL

    def test_the_payload_of_vc_jwt_is_the_credential(self) -> None:
        assert jose.credential_of(token(CREDENTIAL, typ="vc+jwt", cty="vc")) == CREDENTIAL

    @pytest.mark.parametrize(
        "beside",
        ["@context", "type", "id", "issuer", "credentialSubject", "validFrom", "credentialStatus", "proof"],
    )
    def test_a_credential_beside_a_vc_claim_is_refused(self, beside: str) -> None:
        with pytest.raises(MalformedJws, match=beside):
            jose.credential_of(token({**CLAIMS, "vc": FIRST_MODEL, beside: FIRST_MODEL.get(beside, "x")}))

    def test_a_vc_claim_in_vc_jwt_is_refused(self) -> None:
        with pytest.raises(MalformedJws, match="typ"):
            jose.credential_of(token({"vc": FIRST_MODEL}, typ="vc+jwt"))

    @pytest.mark.parametrize("value", [None, [], "x", [FIRST_MODEL], 1])
    def test_a_vc_claim_that_is_no_object_is_refused(self, value: object) -> None:
        with pytest.raises(MalformedJws, match="not an object"):
            jose.credential_of(token({**CLAIMS, "vc": value}))

    def test_a_presentation_is_no_credential(self) -> None:
        with pytest.raises(MalformedJws, match="presentation"):
            jose.credential_of(token({"vp": {"verifiableCredential": []}}))


class TestNames:
    def test_claims_that_say_what_the_credential_says_are_no_fault(self) -> None:
        assert not faulty(PAYLOAD)
        assert not faulty(
            {**PAYLOAD, "issuer": CLAIMS["iss"], "credentialSubject": [CREDENTIAL["credentialSubject"]]}
        )
        assert not faulty({**CLAIMS, "vc": FIRST_MODEL})

    @pytest.mark.parametrize("claim", ["iss", "sub", "jti"])
    @pytest.mark.parametrize("value", ["did:web:evil.example", "", None, 1, [], {}, [CLAIMS["iss"]]], ids=str)
    @pytest.mark.parametrize("kind", ["JWT", "vc+jwt"])
    def test_a_claim_of_something_else_is_a_fault(self, claim: str, value: object, kind: str) -> None:
        forged = jose.parse(handmade({"alg": "EdDSA", "kid": KID, "typ": kind}, {**PAYLOAD, claim: value}))

        assert [fault.pointer for fault in jose.claim_faults(forged, CREDENTIAL)] == [f"/{claim}"]

    @pytest.mark.parametrize("claim", ["iss", "jti", "nbf"])
    def test_a_claim_that_a_vc_jwt_must_have_is_missed(self, claim: str) -> None:
        assert faulty(without(claim)) == [claim]
        assert faulty(without(claim), typ=None) == [claim]
        assert not faulty(without(claim), typ="vc+jwt")

    @pytest.mark.parametrize(
        ("claim", "member"), [("iss", "issuer"), ("jti", "id"), ("sub", "credentialSubject")]
    )
    def test_a_claim_of_what_the_credential_does_not_say_is_a_fault(self, claim: str, member: str) -> None:
        assert faulty(without(member)) == [claim]
        assert faulty(without(member), typ="vc+jwt") == [claim]

    def test_a_subject_claim_does_not_choose_among_several_subjects(self) -> None:
        others = [CREDENTIAL["credentialSubject"], {"id": "did:example:other"}]

        assert faulty({**PAYLOAD, "credentialSubject": others}) == ["sub"]

    @pytest.mark.parametrize("typ", ["vc+jwt", "application/vc+jwt", "VC+JWT", "vc+ld+jwt", "vc+ld+json+jwt"])
    def test_vc_jwt_needs_no_claims(self, typ: str) -> None:
        assert not faulty(CREDENTIAL, typ=typ)

    @pytest.mark.parametrize("typ", [None, "JWT", "jwt", "application/jwt"])
    def test_a_vc_jwt_needs_its_claims(self, typ: str | None) -> None:
        assert faulty(CREDENTIAL, typ=typ) == ["iss", "jti", "nbf"]


class TestTimes:
    @pytest.mark.parametrize(("claim", "off"), [("nbf", -1), ("nbf", 1), ("exp", -1), ("exp", 1)])
    def test_another_second_is_a_fault(self, claim: str, off: int) -> None:
        assert faulty({**PAYLOAD, claim: CLAIMS[claim] + off}) == [claim]
        assert faulty({**CLAIMS, "vc": FIRST_MODEL, claim: CLAIMS[claim] + off}) == [claim]

    def test_fractions_of_a_second_are_no_fault(self) -> None:
        assert not faulty({**PAYLOAD, "nbf": CLAIMS["nbf"] + 0.5})
        assert not faulty({**PAYLOAD, "validFrom": "2026-06-12T19:04:00.999Z"})
        assert not faulty({**PAYLOAD, "validFrom": "2026-06-12T21:04:00+02:00"})

    @pytest.mark.parametrize("claim", ["nbf", "exp", "iat"])
    @pytest.mark.parametrize("value", BAD_TIMES, ids=repr)
    def test_a_time_that_is_none_is_a_fault_and_never_an_error(self, claim: str, value: object) -> None:
        forged = jose.parse(handmade({"alg": "EdDSA", "kid": KID}, {**PAYLOAD, claim: value}))

        assert [fault.pointer for fault in jose.claim_faults(forged, CREDENTIAL)] == [f"/{claim}"]

    @pytest.mark.parametrize(
        "value", ["", "yesterday", None, 1_781_291_040, [CREDENTIAL["validFrom"]]], ids=repr
    )
    def test_a_time_in_the_credential_that_is_none_agrees_with_nothing(self, value: object) -> None:
        assert faulty({**PAYLOAD, "validFrom": value}) == ["nbf"]
        assert faulty({**PAYLOAD, "validUntil": value}, typ="vc+jwt") == ["exp"]

    def test_a_start_that_only_the_claim_knows_is_a_fault(self) -> None:
        assert faulty(without("validFrom")) == ["nbf"]

    def test_the_names_of_both_models_must_agree_with_the_claim(self) -> None:
        assert faulty({**PAYLOAD, "issuanceDate": "2020-01-01T00:00:00Z"}) == ["nbf"]
        assert faulty({**PAYLOAD, "expirationDate": "2040-01-01T00:00:00Z"}) == ["exp"]

    def test_the_signature_of_vc_jwt_may_hold_longer_than_the_credential_but_not_shorter(self) -> None:
        wider = {**PAYLOAD, "nbf": CLAIMS["nbf"] - 60, "exp": CLAIMS["exp"] + 60}
        narrower = {**PAYLOAD, "nbf": CLAIMS["nbf"] + 60, "exp": CLAIMS["exp"] - 60}

        assert not faulty(wider, typ="vc+jwt")
        assert faulty(narrower, typ="vc+jwt") == ["nbf", "exp"]

    def test_an_end_that_only_the_claim_knows_counts(self) -> None:
        payload = without("validUntil")

        assert not faulty(payload)
        assert jose.expires(token(payload)) == moments.parse(CREDENTIAL["validUntil"])
        assert jose.not_before(token(payload)) == moments.parse(CREDENTIAL["validFrom"])

    def test_a_token_without_times_ends_and_begins_never(self) -> None:
        assert jose.expires(token(CREDENTIAL)) is None
        assert jose.not_before(token(CREDENTIAL)) is None

    @given(st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
    def test_a_moment_is_read_back_from_its_seconds(self, moment: datetime) -> None:
        whole = moment.replace(microsecond=0)

        assert jose.expires(Jws("", {}, {"exp": int(whole.timestamp())})) == whole


class TestTheKey:
    @pytest.mark.parametrize(
        "kid",
        [
            KID,
            "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169#zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
            "did:web:a.example%3A8443:i:alder#key-1",
            "https://a.example/keys/1",
            "https://a.example:8443/keys#key-1",
        ],
    )
    def test_an_address_of_a_key_is_followed(self, kid: str) -> None:
        assert jose.key_hint(token(kid=kid)) == kid

    @pytest.mark.parametrize(
        "kid",
        [
            *(
                "",
                "key-1",
                "#key-1",
                "did:web:a.example",
                "did:web:a.example#",
                "http://a.example/1",
                "file:///etc/passwd",
            ),
            *(
                "https://",
                "https://u:p@a.example/1",
                "https://a.example/ 1",
                "https://a.example/1\n",
                "//a.example/1",
            ),
            *(
                "did:web:a.example#1\n",
                "../../etc/passwd",
                "1' OR '1'='1",
                "https://a.example/é",
                "https://" + "a/" * 2000,
            ),
        ],
    )
    def test_a_name_that_is_no_address_is_not_followed(self, kid: str) -> None:
        assert jose.key_hint(token(kid=kid)) is None

    def test_a_token_without_a_name_of_a_key_has_none(self) -> None:
        found = jose.parse(handmade({"alg": "EdDSA"}))

        assert jose.key_hint(found) is None
        assert jose.embedded_key(found) is None

    @pytest.mark.parametrize("name", SAMPLES)
    def test_the_validators_samples_verify_by_the_key_in_their_header(self, name: str) -> None:
        raw = reference.path("openbadges-3.0", "validator-fixtures", name).read_bytes()
        found = jose.parse(container.unwrap(raw))

        jose.verify(found, keys.public_key_of_jwk(jose.embedded_key(found)))
        assert not jose.claim_faults(found, jose.credential_of(found))
