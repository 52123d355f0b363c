"""Every document that we sign, byte for byte as it was."""

import json
import os
from pathlib import Path

import pytest

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import proofs
from issuer.core.status import bitstring
from tests.support import badges

FOLDER = Path(__file__).parent
GOLDEN: dict[str, Document] = {
    "badge-minimal": badges.badge(badges.MINIMAL),
    "badge-full": badges.badge(badges.FULL),
    "badge-suspendable": badges.badge(badges.MINIMAL, suspendable=True),
    "badge-jcs": badges.badge(badges.MINIMAL, cryptosuite=proofs.EDDSA_JCS),
    "did-document": badges.KEYS,
}


@pytest.mark.parametrize("name", GOLDEN)
def test_what_we_sign_is_what_we_signed(name: str) -> None:
    path = FOLDER / f"{name}.json"
    text = json.dumps(json.loads(documents.text(GOLDEN[name])), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("ISSUER_TEST_WRITE_GOLDEN"):  # noqa: TID251
        path.write_text(text)

    assert text == path.read_text()


def test_a_status_list_is_what_it_was_but_for_the_spelling_of_its_compression() -> None:
    found = badges.status_list(badges.INDEX)
    found["credentialSubject"]["encodedList"] = found["proof"]["proofValue"] = "…"
    path = FOLDER / "status-list.json"
    if os.environ.get("ISSUER_TEST_WRITE_GOLDEN"):  # noqa: TID251
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")

    assert found == json.loads(path.read_text())


@pytest.mark.parametrize("name", [name for name in GOLDEN if name.startswith("badge")])
def test_the_seal_of_a_kept_badge_is_whole(name: str) -> None:
    kept = documents.parse((FOLDER / f"{name}.json").read_bytes())

    proofs.verify(kept, kept["proof"], badges.KEY.public_key())
    assert badges.result(kept) == "valid"


def test_the_entries_of_a_status_list_are_what_they_were() -> None:
    bits = bitstring.decode(badges.status_list(badges.INDEX)["credentialSubject"]["encodedList"])

    ones = [index for index in range(len(bits) * 8) if bitstring.is_set(bits, index)]
    assert (ones, len(bits) * 8) == ([badges.INDEX], bitstring.MINIMUM_LENGTH)
