"""A list of withdrawn badges that was believed before is believed for what it was, and no further."""

from datetime import timedelta

import pytest

from issuer.core.documents import Document
from issuer.core.securing import did
from issuer.core.status import bitstring, legacy
from issuer.core.verifying import held, report
from tests.support import badges, strangers

BADGE = badges.badge()
LIST = badges.ADDRESSES.status_list(1)


def result(published: Document, **changes: object) -> str:
    return badges.result(BADGE, status_lists={LIST: published}, **changes)


@pytest.fixture
def known() -> Document:
    """Return a list that was read and believed."""
    published = badges.status_list()
    for _ in range(3):
        assert result(published) == "valid"
    return published


def test_a_list_with_other_bits_under_a_known_seal_is_not_believed(known: Document) -> None:
    other = badges.status_list(badges.INDEX)
    forged = {**other, "proof": known["proof"]}

    assert result(forged) == "status_unknown"
    assert result(known | {"proof": other["proof"]}) == "status_unknown"
    assert result(known | {"validFrom": "2020-01-01T00:00:00Z"}) == "status_unknown"
    assert result(other) == "revoked"


def test_a_known_list_is_not_believed_once_its_time_is_over() -> None:
    published = badges.sign({**without_proof(badges.status_list()), "validUntil": "2026-06-12T20:00:00Z"})

    found = [result(published, now=badges.NOW + timedelta(hours=hours)) for hours in (0, 0, 3, 0)]

    assert found == ["valid", "valid", "status_unknown", "valid"]


def test_a_known_list_is_not_believed_once_its_key_is_revoked(known: Document) -> None:
    entry = badges.KEYS["verificationMethod"][0] | {"revoked": "2026-06-12T19:00:00Z"}
    materials = badges.materials(
        BADGE, controllers={badges.ADDRESSES.did: badges.KEYS | {"verificationMethod": [entry]}}
    )

    status = {check.id: check for check in report.report(materials).checks}["status"]

    assert status.code == "status_list_wrong_key", known


def test_a_known_list_says_nothing_under_another_key_of_the_same_name(known: Document) -> None:
    other = strangers.stranger("another")
    entry = badges.KEYS["verificationMethod"][0] | {"publicKeyMultibase": other.multikey}
    keys = did.did_document(badges.ADDRESSES.did, [badges.MULTIKEY]) | {"verificationMethod": [entry]}

    found = report.report(badges.materials(BADGE, controllers={badges.ADDRESSES.did: keys}))

    status = {check.id: check for check in found.checks}["status"]
    assert status.code == "status_list_altered", known


def test_the_same_text_read_in_another_way_is_not_the_same_list() -> None:
    encoded = bitstring.encode(bitstring.pack([3], bitstring.MINIMUM_LENGTH))

    assert held.bits(encoded, bitstring.decode) == bitstring.decode(encoded)
    assert held.bits(encoded[1:], legacy.decode_2021) == bitstring.decode(encoded)
    with pytest.raises(bitstring.InvalidStatusList):
        held.bits(encoded[1:], bitstring.decode)


def without_proof(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "proof"}
