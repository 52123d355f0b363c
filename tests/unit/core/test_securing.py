import json
import time
from typing import Any

import base58
import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, did, multibase, proofs
from issuer.core.securing.canonical import TooComplex, UnsafeDocument
from issuer.errors import Invalid
from tests.support import badges

PRIME = 2**255 - 19
SMALL = [
    0,
    1,
    PRIME - 1,
    PRIME,
    PRIME + 1,
    int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
    ),
    int.from_bytes(
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
    ),
]


@given(st.binary(max_size=80))
def test_multibase_is_read_back_and_equals_another_implementation(raw: bytes) -> None:
    assert multibase.decode(multibase.encode(raw)) == raw
    assert multibase.encode(raw) == "z" + base58.b58encode(raw).decode()


@given(st.text(multibase.ALPHABET, max_size=100))
def test_no_two_texts_stand_for_the_same_bytes(digits: str) -> None:
    assert multibase.encode(multibase.decode(f"z{digits}")) == f"z{digits}"


@pytest.mark.parametrize(
    "text", ["", "b", "z0", "zO", "zI", "zl", "z 1", "z1 ", "z1\n", "u1", "1", "z" + "1" * 200]
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(multibase.InvalidMultibase):
        multibase.decode(text)


@pytest.mark.parametrize("sign", [0, 1 << 255])
@pytest.mark.parametrize("y", SMALL)
def test_keys_for_which_anybody_can_sign_are_refused(y: int, sign: int) -> None:
    key = multibase.multikey((y | sign).to_bytes(32, "little"))

    with pytest.raises(multibase.InvalidKey):
        multibase.public_key(key)


def small(**changes: object) -> Document:
    """Return the least document that has something to sign."""
    return {
        "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES],
        "id": "urn:uuid:0b6a3f0e-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "A",
        "issuer": {"id": "did:example:a", "type": ["Profile"]},
        **changes,
    }


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"issuer": {"id": "did:example:a", "type": ["Profile"], "nested": "x"}},
        {"id": ""},
        {"id": "relative"},
        {"type": ["VerifiableCredential", "Undefined"]},
        {"issuer": {"id": "https://a.example/with space", "type": ["Profile"]}},
        {"name": {"@value": "A", "@language": 'en .\n<a:b> <a:b> "c"'}},
        {"@context": [contexts.CREDENTIALS_V2, {"@vocab": 5}]},
        {"credentialStatus": {"id": "https://a.example/1", "type": "1EdTechRevocationList"}},
    ],
)
def test_what_a_signature_would_not_cover_is_refused(change: Document) -> None:
    with pytest.raises(UnsafeDocument):
        canonical.rdfc(small(**change))


def test_an_unknown_context_is_named() -> None:
    with pytest.raises(contexts.UnknownContext, match=r"evil\.example"):
        canonical.rdfc(small(**{"@context": [contexts.CREDENTIALS_V2, "https://evil.example/x"]}))


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_literals_are_escaped_as_another_implementation_escapes_them(text: str) -> None:
    ours = canonical.rdfc(small(name=text)).decode()

    dataset = pyoxigraph.Dataset(pyoxigraph.parse(ours, format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    theirs = "".join(sorted(f"{quad} .\n" for quad in dataset))
    assert sorted(ours.splitlines()) == sorted(theirs.splitlines())


def test_badges_are_canonicalised_as_another_implementation_does() -> None:
    for event in (badges.MINIMAL, badges.FULL):
        unsigned = {name: value for name, value in badges.badge(event).items() if name != "proof"}
        ours = canonical.rdfc(unsigned).decode()
        dataset = pyoxigraph.Dataset(pyoxigraph.parse(ours, format=pyoxigraph.RdfFormat.N_QUADS))
        dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
        assert sorted(ours.splitlines()) == sorted(f"{quad} ." for quad in dataset)


def poisons() -> dict[str, Document]:
    def clique(size: int) -> list[Any]:
        names = [f"_:b{number}" for number in range(size)]
        return [
            {
                "id": name,
                "type": ["Evidence"],
                "https://a.example/p": [{"id": other} for other in names if other != name],
            }
            for name in names
        ]

    twins = [{"type": ["Alignment"], "targetName": "x", "targetUrl": "https://a.example/"}] * 8
    results = [{"type": ["Result"], "alignment": twins}] * 8
    return {
        "clique of 8": small(evidence=clique(8)),
        "clique of 12": small(evidence=clique(12)),
        "identical results": small(credentialSubject={"type": ["AchievementSubject"], "result": results}),
    }


@pytest.mark.parametrize("poison", poisons().values(), ids=poisons())
def test_a_poisoned_document_costs_next_to_nothing(poison: Document) -> None:
    started = time.process_time()

    with pytest.raises((TooComplex, UnsafeDocument)):
        canonical.rdfc(json.loads(json.dumps(poison)))

    assert time.process_time() - started < 1


@pytest.mark.parametrize("suite", proofs.CRYPTOSUITES)
class TestProofs:
    def test_a_proof_holds_for_its_key_alone(self, suite: str) -> None:
        badge = badges.badge(cryptosuite=suite)
        other = multibase.public_key("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")

        proofs.verify(badge, badge["proof"], badges.KEY.public_key())
        with pytest.raises(proofs.InvalidProof):
            proofs.verify(badge, badge["proof"], other)

    @pytest.mark.parametrize(
        "value",
        [
            None,
            5,
            "",
            "z",
            "zz",
            "z1",
            multibase.encode(bytes(63)),
            multibase.encode(bytes(65)),
            "z" + "1" * 64 + " ",
        ],
    )
    def test_a_value_that_is_no_signature_is_refused(self, suite: str, value: object) -> None:
        badge = badges.badge(cryptosuite=suite)

        with pytest.raises(proofs.InvalidProof):
            proofs.verify(badge, badge["proof"] | {"proofValue": value}, badges.KEY.public_key())

    def test_the_same_bytes_give_the_same_proof(self, suite: str) -> None:
        assert badges.badge(cryptosuite=suite) == badges.badge(cryptosuite=suite)


def test_a_jcs_proof_under_other_contexts_is_refused() -> None:
    badge = badges.badge(cryptosuite=proofs.EDDSA_JCS)
    changed = badge | {"@context": [contexts.CREDENTIALS_V2]}

    with pytest.raises(proofs.InvalidProof):
        proofs.verify(changed, badge["proof"], badges.KEY.public_key())


@pytest.mark.parametrize(
    "text",
    ["did:key:", "did:key:z6Mk", "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme", "did:web:a"],
)
def test_a_did_key_that_is_no_ed25519_key_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        did.did_key_document(text)
