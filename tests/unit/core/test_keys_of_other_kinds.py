"""A key of a kind that is not verified with here says nothing against the badge."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.core.documents import Document
from issuer.core.securing import jose, multibase
from issuer.core.verifying import report
from issuer.core.verifying.materials import Materials, Obtained, Want
from tests.support import badges
from tests.support.badges import ADDRESSES, METHOD, NOW

POINT = ec.generate_private_key(ec.SECP384R1()).public_key()
NUMBERS = POINT.public_numbers()
P384_JWK: Document = {
    "kty": "EC",
    "crv": "P-384",
    "x": multibase.encode_base64url(NUMBERS.x.to_bytes(48, "big")),
    "y": multibase.encode_base64url(NUMBERS.y.to_bytes(48, "big")),
}
P384_MULTIKEY = multibase.encode(
    b"\x81\x24" + POINT.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
)
FORMS: dict[str, Document] = {
    "JWK": {"publicKeyJwk": P384_JWK},
    "Multikey": {"publicKeyMultibase": P384_MULTIKEY},
}


def published(*methods: Document) -> dict[Want, Obtained]:
    named = [
        {"id": f"{ADDRESSES.did}#{number}", "type": "JsonWebKey", "controller": ADDRESSES.did, **method}
        for number, method in enumerate(methods)
    ]
    listing: Document = {
        "id": ADDRESSES.did,
        "verificationMethod": named,
        "assertionMethod": [each["id"] for each in named],
    }
    return {Want("controller", ADDRESSES.did): Obtained(listing, NOW)}


def sealed_with(method: Document) -> Materials:
    given = badges.materials(badges.badge())
    proof = {**dict(given.document["proof"]), "verificationMethod": f"{ADDRESSES.did}#0"}
    return replace(
        given, document={**given.document, "proof": proof}, library={**given.library, **published(method)}
    )


def in_a_jwt(header: Document, *methods: Document) -> Materials:
    given = badges.materials(badges.badge())
    bare = {name: value for name, value in given.document.items() if name != "proof"}
    envelope = jose.Jws("e30.e30.c2ln", {"typ": "vc+jwt", **header}, bare)
    return replace(given, document=bare, envelope=envelope, library={**given.library, **published(*methods)})


@pytest.mark.parametrize("method", FORMS.values(), ids=FORMS)
def test_a_listed_key_of_another_kind_is_unsupported_and_not_missing(method: Document) -> None:
    found = report.report(sealed_with(method))

    assert found.result == "unsupported"
    assert [check.code for check in found.checks if check.id == "integrity"] == ["unsupported_seal"]


@pytest.mark.parametrize("method", FORMS.values(), ids=FORMS)
def test_a_jwt_whose_issuer_lists_only_keys_of_other_kinds_is_unsupported(method: Document) -> None:
    assert report.report(in_a_jwt({"alg": "ES384"}, method)).result == "unsupported"


def test_a_jwt_that_shows_a_key_of_another_kind_is_unsupported() -> None:
    shown = {"alg": "ES384", "jwk": P384_JWK}

    assert report.report(in_a_jwt(shown, {"publicKeyJwk": P384_JWK})).result == "unsupported"


def test_a_key_of_another_kind_in_the_list_does_not_stand_in_the_way_of_the_one_that_signed() -> None:
    other, own = {"publicKeyJwk": P384_JWK}, {"publicKeyMultibase": badges.MULTIKEY}

    assert report.report(in_a_jwt({"alg": "EdDSA"}, other, own)).result == "altered"


def test_a_revoked_key_of_another_kind_is_missing() -> None:
    revoked = {"publicKeyJwk": P384_JWK, "revoked": "2026-01-01T00:00:00Z"}

    assert report.report(sealed_with(revoked)).result == "issuer_key_missing"


def test_a_broken_key_is_missing_and_not_of_another_kind() -> None:
    assert report.report(sealed_with({"publicKeyMultibase": METHOD})).result == "issuer_key_missing"
