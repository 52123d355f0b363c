"""A compact JWS is read in one way only, and verified by the algorithm of its key."""

import hashlib
import hmac
import pickle

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as joserfc
from joserfc.jwk import OKPKey

from issuer.core.documents import Document
from issuer.core.securing import jose, keys, multibase, proofs
from issuer.errors import Invalid
from tests.support import reference, tokens
from tests.support.tokens import ED25519, KID, P256, PAYLOAD, PRIVATE, RSA, handmade, signed

PUBLIC = {name: key.public_key() for name, key in PRIVATE.items()}
ALGORITHMS = list(PRIVATE)
EDDSA: Document = {"alg": "EdDSA", "kid": KID}
RAW_KEY = ED25519.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
PEM_KEY = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

RFC7515_PAYLOAD = (
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
)
RFC7515_MODULUS = (
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt"
    "0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSX"
    "ndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5"
    "IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
)
RFC7515_SIGNATURE = (
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W"
    "2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkS"
    "jtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnv"
    "Wh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)
RFC7515: list[tuple[Document, str, str]] = [
    (
        {
            "kty": "RSA",
            "n": RFC7515_MODULUS,
            "e": "AQAB",
        },
        "eyJhbGciOiJSUzI1NiJ9",
        RFC7515_SIGNATURE,
    ),
    (
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        },
        "eyJhbGciOiJFUzI1NiJ9",
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    ),
]
"""RFC 7515 appendices A.2 and A.3."""


class TestWhatOthersSigned:
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_a_token_of_pyjwt_is_read_and_verifies(self, algorithm: str) -> None:
        found = jose.parse(signed(algorithm=algorithm))

        jose.verify(found, PUBLIC[algorithm])
        assert found.payload == PAYLOAD
        assert found.header == {"alg": algorithm, "kid": KID, "typ": "JWT"}

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_a_token_of_a_stranger_does_not_verify_here_nor_by_pyjwt(self, algorithm: str) -> None:
        found = jose.parse(
            signed({**PAYLOAD, "name": "Another"}, algorithm).rpartition(".")[0]
            + "."
            + (signed(algorithm=algorithm).rpartition(".")[2])
        )

        with pytest.raises(proofs.InvalidProof, match="does not match"):
            jose.verify(found, PUBLIC[algorithm])
        with pytest.raises(jwt.InvalidSignatureError):
            jwt.decode(found.text, PUBLIC[algorithm], [algorithm], options={"verify_aud": False})

    def test_the_newer_name_of_eddsa_is_accepted(self) -> None:
        text = joserfc.serialize_compact(
            {"alg": "Ed25519", "kid": KID}, b"{}", OKPKey.import_key(ED25519), ["Ed25519"]
        )

        jose.verify(jose.parse(text), PUBLIC["EdDSA"])

    @pytest.mark.parametrize(("jwk", "header", "signature"), RFC7515, ids=["RS256", "ES256"])
    def test_the_examples_of_the_standard_verify(self, jwk: Document, header: str, signature: str) -> None:
        found = jose.parse(f"{header}.{RFC7515_PAYLOAD}.{signature}")

        jose.verify(found, keys.public_key_of_jwk(jwk))
        assert found.payload["iss"] == "joe"

    def test_the_validators_own_token_is_read(self) -> None:
        text = reference.path("openbadges-3.0", "validator-fixtures", "simple.jwt").read_text()

        found = jose.parse(text)

        credential = jose.credential_of(found)
        assert credential == found.payload["vc"]
        assert not jose.claim_faults(found, credential)

    def test_a_token_survives_the_way_to_another_process(self) -> None:
        found = jose.parse(signed())

        assert pickle.loads(pickle.dumps(found)) == found


class TestVerifying:
    @pytest.mark.parametrize("named", ["none", "None", "NONE", "nOnE"])
    @pytest.mark.parametrize("key", PUBLIC.values(), ids=ALGORITHMS)
    def test_a_token_without_signature_is_refused(self, named: str, key: keys.PublicKey) -> None:
        found = jose.parse(handmade({"alg": named}, sign=lambda _: b""))

        with pytest.raises(proofs.InvalidProof, match="not signed"):
            jose.verify(found, key)

    @pytest.mark.parametrize("secret", [RAW_KEY, PEM_KEY], ids=["raw", "pem"])
    @pytest.mark.parametrize("key", PUBLIC.values(), ids=ALGORITHMS)
    def test_a_public_key_is_no_shared_secret(self, secret: bytes, key: keys.PublicKey) -> None:
        forged = handmade({"alg": "HS256"}, sign=lambda data: hmac.digest(secret, data, hashlib.sha256))

        with pytest.raises(proofs.UnsupportedProof, match="HS256"):
            jose.verify(jose.parse(forged), key)

    @pytest.mark.parametrize(
        "named", ["RS512", "PS256", "ES384", "ES256K", "Ed448", "HS512", "", "rs256", "EDDSA"]
    )
    def test_an_algorithm_that_is_not_checked_here_is_unsupported_and_not_false(self, named: str) -> None:
        with pytest.raises(proofs.UnsupportedProof):
            jose.verify(jose.parse(handmade({"alg": named})), PUBLIC["EdDSA"])

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    @pytest.mark.parametrize("other", ALGORITHMS)
    def test_an_algorithm_with_a_key_of_another_kind_is_refused(self, algorithm: str, other: str) -> None:
        if other == algorithm:
            return
        with pytest.raises(proofs.InvalidProof, match="another kind"):
            jose.verify(jose.parse(signed(algorithm=algorithm)), PUBLIC[other])

    def test_the_name_in_the_header_does_not_choose_the_algorithm(self) -> None:
        found = jose.parse(handmade({"alg": "ES256"}))

        with pytest.raises(proofs.InvalidProof, match="another kind"):
            jose.verify(found, PUBLIC["EdDSA"])

    def test_a_key_of_another_curve_fits_nothing(self) -> None:
        with pytest.raises(proofs.InvalidProof, match="another kind"):
            jose.verify(
                jose.parse(signed(algorithm="ES256")), ec.generate_private_key(ec.SECP384R1()).public_key()
            )

    @pytest.mark.parametrize("signature", [b"", bytes(64), bytes(63), bytes(65), b"\xff" * 64])
    @pytest.mark.parametrize(("algorithm", "key"), PUBLIC.items(), ids=ALGORITHMS)
    def test_a_signature_of_nothing_is_refused(
        self, algorithm: str, key: keys.PublicKey, signature: bytes
    ) -> None:
        with pytest.raises(proofs.InvalidProof):
            jose.verify(jose.parse(handmade({"alg": algorithm}, sign=lambda _: signature)), key)

    def test_an_ecdsa_signature_in_der_is_refused(self) -> None:
        from_der = handmade({"alg": "ES256"}, sign=lambda data: P256.sign(data, ec.ECDSA(SHA256())))

        with pytest.raises(proofs.InvalidProof):
            jose.verify(jose.parse(from_der), PUBLIC["ES256"])

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    @pytest.mark.parametrize("put", ["A", "B", "_", ".", "="])
    def test_no_character_of_a_token_can_be_changed(self, algorithm: str, put: str) -> None:
        token = signed({"id": "urn:x"}, algorithm)

        for place, character in enumerate(token):
            if character != put:
                with pytest.raises(Invalid):
                    jose.verify(jose.parse(token[:place] + put + token[place + 1 :]), PUBLIC[algorithm])


@given(
    st.text(max_size=300) | st.from_regex(r"ey[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_=-]{0,40}\.[A-Za-z0-9_-]{0,90}")
)
def test_no_text_raises_anything_but_a_refusal(text: str) -> None:
    try:
        found = jose.parse(text)
        jose.claim_faults(found, jose.credential_of(found))
        jose.verify(found, PUBLIC["EdDSA"])
    except Invalid:
        return
    pytest.fail("a random text verified")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.sampled_from([*PAYLOAD, "vc", "vp", "iat", "aud", "issuanceDate", "expirationDate"])


@given(
    st.dictionaries(st.sampled_from(["alg", "kid", "jwk", "typ", "cty", "crit"]), JSON),
    st.dictionaries(MEMBERS, JSON),
)
def test_no_json_in_a_token_raises_anything_but_a_refusal(header: Document, payload: Document) -> None:
    try:
        found = jose.parse(handmade({**EDDSA, **header}, payload))
        jose.claim_faults(found, jose.credential_of(found))
        jose.expires(found), jose.not_before(found), jose.key_hint(found)
        jose.verify(found, PUBLIC["EdDSA"])
        keys.public_key_of_jwk(jose.embedded_key(found))
    except Invalid:
        return


@given(st.binary(max_size=100))
def test_base64url_is_read_back_and_has_no_padding(raw: bytes) -> None:
    text = multibase.encode_base64url(raw)

    assert multibase.decode_base64url(text) == raw
    assert text == tokens.encoded(raw)
