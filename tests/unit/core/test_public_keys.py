"""Public keys of strangers: read from every form that is in use, and refused where they prove nothing."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from issuer.core.documents import Document
from issuer.core.securing import did, keys, multibase
from issuer.core.securing.multibase import InvalidKey
from issuer.errors import Invalid
from tests.support import badges
from tests.support.tokens import ED25519, P256, RSA, encoded

ED25519_JWK: Document = json.loads(OKPAlgorithm.to_jwk(ED25519.public_key()))
P256_JWK: Document = json.loads(ECAlgorithm.to_jwk(P256.public_key()))
RSA_JWK: Document = json.loads(RSAAlgorithm.to_jwk(RSA.public_key()))
JWKS: list[Document] = [ED25519_JWK, P256_JWK, RSA_JWK]
NUMBERS: list[tuple[Document, str]] = [
    (ED25519_JWK, "x"),
    (P256_JWK, "x"),
    (P256_JWK, "y"),
    (RSA_JWK, "n"),
    (RSA_JWK, "e"),
]
PUBLIC: list[keys.PublicKey] = [ED25519.public_key(), P256.public_key(), RSA.public_key()]
P256_POINT = P256.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
P256_MULTIKEY = multibase.encode(b"\x80\x24" + P256_POINT)
P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
P256_BASE_Y = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5
P256_BASE_X = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296


def number(value: int) -> str:
    """Return a number as a JWK writes it."""
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def coordinate(value: int) -> str:
    """Return a coordinate of a P-256 point as a JWK writes it."""
    return encoded(value.to_bytes(32, "big"))


class TestJwk:
    @pytest.mark.parametrize(("jwk", "key"), list(zip(JWKS, PUBLIC, strict=True)), ids=["OKP", "EC", "RSA"])
    def test_a_jwk_of_pyjwt_is_the_key(self, jwk: Document, key: keys.PublicKey) -> None:
        plain = {name: value for name, value in jwk.items() if name not in {"key_ops", "use", "alg"}}

        assert keys.public_key_of_jwk(jwk) == key
        assert keys.public_key_of_jwk({**plain, "kid": "1", "use": "sig", "x5t": "a"}) == key

    def test_the_key_of_rfc_8037_is_read(self) -> None:
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}

        assert keys.public_key_of_jwk(jwk) == multibase.public_key(
            multibase.multikey(
                bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
            )
        )

    @pytest.mark.parametrize("jwk", JWKS, ids=["OKP", "EC", "RSA"])
    @pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
    def test_a_private_key_is_refused_and_not_repeated(self, jwk: Document, member: str) -> None:
        with pytest.raises(InvalidKey, match="private") as refused:
            keys.public_key_of_jwk({**jwk, member: "hush"})
        assert "hush" not in str(refused.value)

    @pytest.mark.parametrize(
        "change",
        [
            {"use": "enc"},
            {"use": None},
            {"key_ops": ["encrypt"]},
            {"key_ops": []},
            {"key_ops": "verify"},
            {"alg": "none"},
            {"alg": "HS256"},
            {"alg": None},
            {"alg": ["RS256"]},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("jwk", JWKS, ids=["OKP", "EC", "RSA"])
    def test_a_key_that_is_for_something_else_is_refused(self, jwk: Document, change: Document) -> None:
        with pytest.raises(InvalidKey, match="meant"):
            keys.public_key_of_jwk({**jwk, **change})

    @pytest.mark.parametrize(
        "jwk",
        [
            None,
            [],
            "x",
            {},
            {"kty": "oct"},
            {"kty": ["RSA"]},
            {**ED25519_JWK, "crv": "Ed448"},
            {**ED25519_JWK, "crv": "X25519"},
            {**ED25519_JWK, "crv": "P-256"},
            {**P256_JWK, "crv": "P-384"},
            {**P256_JWK, "crv": "secp256k1"},
            {**P256_JWK, "crv": ["P-256"]},
            {**RSA_JWK, "crv": "P-256"},
        ],
        ids=[f"case {number}" for number in range(13)],
    )
    def test_a_key_of_another_kind_is_refused(self, jwk: object) -> None:
        with pytest.raises(InvalidKey):
            keys.public_key_of_jwk(jwk)

    @pytest.mark.parametrize(("jwk", "name"), NUMBERS)
    @pytest.mark.parametrize("ending", ["=", "==", " ", "\n", "+", "/", "é", "."])
    def test_another_spelling_of_a_number_is_refused(self, jwk: Document, name: str, ending: str) -> None:
        with pytest.raises(InvalidKey, match="base64url"):
            keys.public_key_of_jwk({**jwk, name: jwk[name] + ending})

    @pytest.mark.parametrize(("jwk", "name"), NUMBERS)
    @pytest.mark.parametrize("raw", [b"", b"\0" * 32, b"\0" + b"\1" * 32, b"\1" * 31, b"\0" + b"\xff" * 256])
    def test_a_number_of_another_length_is_refused(self, jwk: Document, name: str, raw: bytes) -> None:
        with pytest.raises(InvalidKey):
            keys.public_key_of_jwk({**jwk, name: encoded(raw)})

    @pytest.mark.parametrize(("jwk", "name"), NUMBERS)
    @pytest.mark.parametrize("value", [None, 1, [], {}, True])
    def test_a_number_that_is_no_text_is_refused(self, jwk: Document, name: str, value: object) -> None:
        with pytest.raises(InvalidKey, match="not text"):
            keys.public_key_of_jwk({**jwk, name: value})


class TestWeakKeys:
    @pytest.mark.parametrize("bits", [8, 512, 1024, 2047, 8193, 16_384])
    def test_an_rsa_key_of_another_size_is_refused(self, bits: int) -> None:
        with pytest.raises(InvalidKey, match="2048 to 8192"):
            keys.public_key_of_jwk({"kty": "RSA", "n": number((1 << (bits - 1)) | 1), "e": "AQAB"})

    @pytest.mark.parametrize("bits", [2048, 3072, 4096, 8192])
    def test_an_rsa_key_of_a_usual_size_is_read(self, bits: int) -> None:
        found = keys.public_key_of_jwk({"kty": "RSA", "n": number((1 << (bits - 1)) | 1), "e": "AQAB"})

        assert isinstance(found, rsa.RSAPublicKey)
        assert found.key_size == bits

    def test_an_rsa_modulus_that_is_even_is_refused(self) -> None:
        with pytest.raises(InvalidKey):
            keys.public_key_of_jwk({"kty": "RSA", "n": number(1 << 2047), "e": "AQAB"})

    @pytest.mark.parametrize("exponent", [1, 2, 3, 17, 65_535, 65_536, 65_538, 2**32 + 1, 2**2047 + 1])
    def test_an_rsa_exponent_that_no_key_has_is_refused(self, exponent: int) -> None:
        with pytest.raises(InvalidKey, match="exponent"):
            keys.public_key_of_jwk({**RSA_JWK, "e": number(exponent)})

    @pytest.mark.parametrize(
        ("x", "y"),
        [
            (0, 0),
            (1, 1),
            (P256_PRIME, 0),
            (P256_BASE_X, P256_BASE_Y + 1),
            (2**256 - 1, 1),
        ],
    )
    def test_a_point_off_the_curve_is_refused(self, x: int, y: int) -> None:
        with pytest.raises(InvalidKey, match="point"):
            keys.public_key_of_jwk({"kty": "EC", "crv": "P-256", "x": coordinate(x), "y": coordinate(y)})

    @pytest.mark.parametrize("y", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18])
    def test_an_ed25519_key_for_which_anybody_can_sign_is_refused(self, y: int) -> None:
        with pytest.raises(InvalidKey, match="anybody"):
            keys.public_key_of_jwk({"kty": "OKP", "crv": "Ed25519", "x": encoded(y.to_bytes(32, "little"))})


class TestMethods:
    def test_a_method_holds_its_key_in_either_form_or_both(self) -> None:
        multikey = {"type": "Multikey", "publicKeyMultibase": P256_MULTIKEY}

        assert keys.public_key_of(badges.KEYS["verificationMethod"][0]) == badges.KEY.public_key()
        assert keys.public_key_of(multikey) == P256.public_key()
        assert keys.public_key_of({"type": "JsonWebKey", "publicKeyJwk": RSA_JWK}) == RSA.public_key()
        assert keys.public_key_of({**multikey, "publicKeyJwk": P256_JWK}) == P256.public_key()

    @pytest.mark.parametrize("jwk", [ED25519_JWK, RSA_JWK, {**P256_JWK, "y": "AA"}, None])
    def test_two_keys_in_one_method_are_refused(self, jwk: object) -> None:
        with pytest.raises(InvalidKey):
            keys.public_key_of({"publicKeyMultibase": P256_MULTIKEY, "publicKeyJwk": jwk})

    @pytest.mark.parametrize(
        "method", [{}, {"publicKeyBase58": "x"}, {"publicKeyPem": "x"}, {"publicKeyMultibase": None}]
    )
    def test_a_method_without_a_key_that_is_read_here_is_refused(self, method: Document) -> None:
        with pytest.raises(InvalidKey):
            keys.public_key_of(method)

    @pytest.mark.parametrize(
        "member", ["secretKeyMultibase", "privateKeyMultibase", "secretKeyJwk", "privateKeyJwk"]
    )
    def test_a_method_that_publishes_its_private_key_is_refused(self, member: str) -> None:
        with pytest.raises(InvalidKey, match="private"):
            keys.public_key_of({"publicKeyMultibase": P256_MULTIKEY, member: "hush"})


class TestP256Multikey:
    @pytest.mark.parametrize(
        "text",
        [
            "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
            "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv",
        ],
    )
    def test_the_examples_of_the_did_key_method_are_read(self, text: str) -> None:
        found = keys.public_key_of_multikey(text)
        document = did.did_key_document(f"did:key:{text}")

        assert isinstance(found, ec.EllipticCurvePublicKey)
        point = found.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        assert multibase.encode(b"\x80\x24" + point) == text
        assert document["verificationMethod"][0]["publicKeyMultibase"] == text
        assert document["assertionMethod"] == [f"did:key:{text}#{text}"]

    @given(st.integers(1, 2**200))
    def test_a_key_is_read_back_from_its_multikey(self, secret: int) -> None:
        public = ec.derive_private_key(secret, ec.SECP256R1()).public_key()
        point = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

        assert keys.public_key_of_multikey(multibase.encode(b"\x80\x24" + point)) == public

    @pytest.mark.parametrize(
        "point",
        [
            b"",
            b"\0",
            P256_POINT[:-1],
            P256_POINT + b"\0",
            b"\x04" + P256_POINT[1:],
            b"\x00" + P256_POINT[1:],
            b"\x05" + P256_POINT[1:],
            b"\x02" + b"\xff" * 32,
            b"\x02" + P256_PRIME.to_bytes(32, "big"),
            P256.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        ],
        ids=bytes.hex,
    )
    def test_something_else_than_a_compressed_point_is_refused(self, point: bytes) -> None:
        text = multibase.encode(b"\x80\x24" + point)

        with pytest.raises(InvalidKey):
            keys.public_key_of_multikey(text)
        with pytest.raises(did.InvalidDid):
            did.did_key_document(f"did:key:{text}")

    @pytest.mark.parametrize(
        "prefix", [b"\x81\x24", b"\xe7\x01", b"\xec\x01", b"\x82\x24", b"\x86\x26", b"\x12\x00"]
    )
    def test_a_key_of_another_kind_is_refused(self, prefix: bytes) -> None:
        with pytest.raises(InvalidKey):
            keys.public_key_of_multikey(multibase.encode(prefix + P256_POINT))


def test_each_kind_of_key_has_its_algorithms_and_another_curve_has_none() -> None:
    other = ec.generate_private_key(ec.SECP384R1()).public_key()

    assert [keys.algorithms_of(key) for key in [*PUBLIC, other]] == [
        ("Ed25519", "EdDSA"),
        ("ES256",),
        ("RS256",),
        (),
    ]


JSON: Any = st.none() | st.booleans() | st.integers() | st.text(max_size=50) | st.lists(st.text(), max_size=2)
NAMES = st.sampled_from(["kty", "crv", "x", "y", "n", "e", "alg", "use", "key_ops"])


@given(st.sampled_from(JWKS), st.dictionaries(NAMES, JSON))
def test_no_jwk_raises_anything_but_a_refusal(jwk: Document, change: Document) -> None:
    try:
        keys.public_key_of({"publicKeyJwk": {**jwk, **change}})
    except Invalid:
        return


@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda raw: multibase.encode(b"\x80\x24" + raw)))
def test_no_multikey_raises_anything_but_a_refusal(text: str) -> None:
    try:
        keys.public_key_of({"publicKeyMultibase": text})
    except Invalid:
        return
