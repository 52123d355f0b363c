"""DID documents, addresses, and a badge's place in a status list."""

import pytest

from issuer.core.addresses import Addresses
from issuer.core.documents import Document
from issuer.core.securing import did, multibase
from issuer.core.status import bitstring, entries
from issuer.core.status.entries import InvalidStatusEntry, StatusEntry
from tests.support import badges

GOOD: Document = {
    "id": "https://badges.example.org/status/1#7",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "7",
    "statusListCredential": "https://badges.example.org/status/1",
}
PLACE = StatusEntry("https://badges.example.org/status/1", 7, "revocation")


@pytest.mark.parametrize(
    ("base", "owns", "name", "document"),
    [
        ("https://a.example", True, "did:web:a.example", "https://a.example/.well-known/did.json"),
        ("https://a.example", False, "did:web:a.example:i:alder", "https://a.example/i/alder/did.json"),
        ("https://a.example:8443", True, "did:web:a.example%3A8443", None),
        ("https://a.example/x", True, "did:web:a.example:x", "https://a.example/x/did.json"),
        ("https://a.example/x", False, "did:web:a.example:x:i:alder", "https://a.example/x/i/alder/did.json"),
    ],
)
def test_a_did_of_the_web_method_stands_for_the_address_of_its_document(
    base: str, name: str, document: str | None, *, owns: bool
) -> None:
    found = Addresses(base, "alder", owns_origin=owns)

    assert found.did == name
    assert document is None or found.did_document == document


def test_a_did_document_lists_every_key_for_assertions() -> None:
    other = multibase.multikey(bytes(range(32)))

    found = did.did_document("did:web:a.example", [badges.MULTIKEY, other])

    ids = [f"did:web:a.example#{badges.MULTIKEY}", f"did:web:a.example#{other}"]
    assert found["assertionMethod"] == ids == [method["id"] for method in found["verificationMethod"]]
    assert {method["controller"] for method in found["verificationMethod"]} == {"did:web:a.example"}


def test_a_did_document_holds_no_private_key() -> None:
    text = str(badges.KEYS)

    assert "private" not in text.lower()
    assert multibase.encode(b"\x80\x26" + badges.KEY.private_bytes_raw()) not in text


def test_a_did_key_stands_for_its_own_document() -> None:
    own = f"did:key:{badges.MULTIKEY}"

    assert did.did_key_document(own) == did.did_document(own, [badges.MULTIKEY])


@pytest.mark.parametrize("ending", [" ", "\n", "#x", "?a", "1"])
def test_a_did_key_with_something_behind_it_is_refused(ending: str) -> None:
    with pytest.raises(did.InvalidDid):
        did.did_key_document(f"did:key:{badges.MULTIKEY}{ending}")


def test_an_entry_is_read_back_as_it_was_written() -> None:
    assert entries.read_entry(PLACE.document()) == PLACE
    assert PLACE.document() == GOOD


def test_an_index_that_is_a_number_is_tolerated() -> None:
    assert entries.read_entry({**GOOD, "statusListIndex": 7}) == PLACE


@pytest.mark.parametrize(
    "change",
    [
        *[{"statusListIndex": text} for text in ("", "-1", "+1", "07", "1e3", "1.0", "٣", "7 ", "7\n")],
        {"statusListIndex": None},
        {"statusListIndex": True},
        {"statusListIndex": -1},
        {"statusListIndex": 7.0},
        {"statusListIndex": [7]},
        {"statusListIndex": "1" * 13},
        {"statusListCredential": None},
        {"statusListCredential": ["https://badges.example.org/status/1"]},
        {"statusPurpose": None},
        {"statusPurpose": ["revocation"]},
        {"id": "https://badges.example.org/status/1"},
    ],
    ids=str,
)
def test_an_entry_that_is_none_is_refused(change: Document) -> None:
    with pytest.raises(InvalidStatusEntry):
        entries.read_entry({**GOOD, **change})


def test_one_entry_stands_alone_and_revocation_comes_first_of_two() -> None:
    hold = StatusEntry("https://badges.example.org/status/2", 7, "suspension")

    assert entries.credential_status((PLACE,)) == GOOD
    assert entries.credential_status((PLACE, hold)) == [GOOD, hold.document()]


def test_a_list_names_its_issuer_in_plain_text_and_one_purpose() -> None:
    bits = bitstring.pack([7], bitstring.MINIMUM_LENGTH)

    found = entries.list_credential(
        url=PLACE.list_url, issuer_did="did:web:a.example", purpose="revocation", bits=bits, now=badges.NOW
    )
    subject = found["credentialSubject"]

    assert found["issuer"] == "did:web:a.example"
    assert found["id"] == PLACE.list_url
    assert isinstance(subject, dict)
    assert (subject["statusPurpose"], subject["ttl"]) == ("revocation", 60_000)
    assert bitstring.decode(subject["encodedList"]) == bits
