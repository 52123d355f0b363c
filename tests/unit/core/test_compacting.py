"""Texts in little room: what comes out is what went in, and what they have in common names nobody."""

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core import compacting, documents
from issuer.core.documents import Document

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SHARED = st.none() | st.binary(min_size=1, max_size=3_000)

SIGNED: Final[Document] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "https://badges.example.org/b/7HqyV2cWmX4tKfRz9aBnPd",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Feedback that Moves Learning",
    "issuer": {"id": "did:web:badges.example.org", "type": ["Profile"], "name": "Alder County"},
    "validFrom": "2026-06-12T19:03:50Z",
    "validUntil": "2031-06-30T23:59:59Z",
    "credentialSubject": {
        "id": "did:key:canary-did",
        "type": ["AchievementSubject"],
        "identifier": [{"type": "IdentityObject", "identityHash": "canary-name", "salt": "canary-salt"}],
        "narrative": "canary-narrative",
        "role": "canary-role",
        "result": [{"type": ["Result"], "value": "canary-value"}],
        "source": {"id": "https://canary.example", "type": ["Profile"], "name": "canary-assessor"},
        "achievement": {
            "id": "https://badges.example.org/i/alder/a/F",
            "name": "Feedback",
            "tag": ["x" * 900],
        },
    },
    "evidence": [{"id": "https://canary.example/e", "type": ["Evidence"], "name": "canary-evidence"}],
    "credentialStatus": {
        "id": "https://badges.example.org/status/1#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": "https://badges.example.org/status/1",
    },
}
PROOF: Final[Document] = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-06-12T19:04:00Z",
    "verificationMethod": "did:web:badges.example.org#z6Mkp5o9nyWMqcF1uA4z6HMvcPxD7HZSbEoDrpvFkcaKtrmv",
    "proofPurpose": "assertionMethod",
}


@given(TEXTS, SHARED)
def test_unpacking_undoes_packing(text: str, shared: bytes | None) -> None:
    assert compacting.unpacked(compacting.packed(text, shared), shared) == text


@given(TEXTS, TEXTS, TEXTS, SHARED)
def test_a_text_that_was_continued_is_whole_whatever_it_was_begun_with(
    start: str, rest: str, other: str, shared: bytes | None
) -> None:
    begun = compacting.begun(start, shared)

    for whole in (start + rest, other):
        assert compacting.unpacked(compacting.continued(begun, whole), shared) == whole


@pytest.mark.parametrize("size", [500, 5_000, 30_000, 200_000])
def test_texts_and_dictionaries_may_be_of_any_size(size: int) -> None:
    text = json.dumps([f"{number:x}" for number in range(size // 6)])

    for shared in (b"short", text[: size // 2].encode(), text.encode()):
        begun = compacting.begun(text, shared)
        assert compacting.unpacked(compacting.continued(begun, text + text), shared) == text + text


def test_what_badges_have_in_common_has_nothing_of_a_person() -> None:
    content = compacting.dictionary(SIGNED, PROOF).content.decode()

    assert "canary" not in content
    for value in ("7HqyV2cWmX4tKfRz9aBnPd", "94567", "2026-06", "2031"):
        assert value not in content
    assert all(value in content for value in ("Alder County", "x" * 900, PROOF["verificationMethod"]))


@given(st.dictionaries(st.text("abc"), st.text("äöü", min_size=3)))
def test_whatever_else_a_badge_says_is_not_taken(added: dict[str, Any]) -> None:
    subject = {**added, **SIGNED["credentialSubject"]}

    found = compacting.dictionary({**added, **SIGNED, "credentialSubject": subject}, PROOF)

    assert found == compacting.dictionary(SIGNED, PROOF)


def test_a_badge_takes_a_fraction_of_its_text() -> None:
    shared = compacting.dictionary(SIGNED, PROOF).content
    signed = documents.text({**SIGNED, "proof": {**PROOF, "proofValue": "z"}})

    assert len(compacting.packed(signed, shared)) < len(signed) / 4
