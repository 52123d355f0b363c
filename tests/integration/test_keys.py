import json
from pathlib import Path

import pytest

from issuer.core.documents import Document
from issuer.db.tables import Credential
from issuer.keys.files import FileKeyring
from issuer.keys.ports import KeyUnavailable, UnsafeKey
from issuer.services import finish, keys, status_lists
from issuer.services.keys import KeyInUse
from tests.support.interrupted import unsign
from tests.support.world import World, make_context


def method_of(secured: str | None) -> str:
    proof: Document = json.loads(str(secured))["proof"]
    return str(proof["verificationMethod"])


def test_after_a_rotation_the_new_key_signs_and_earlier_badges_verify(alder: World) -> None:
    before = alder.issue().award[0].secured

    rotated = keys.rotate(alder.context, alder.tenant)
    after = alder.issue().award[0].secured

    assert method_of(after).endswith(rotated.id)
    assert method_of(before) != method_of(after)
    assert alder.verify(str(before)).result == "valid"
    assert alder.verify(str(after)).result == "valid"


def test_a_rotation_is_seen_by_another_process_without_a_restart(alder: World) -> None:
    other = make_context(
        Path(alder.context.settings.keys_dir).parent,
        alder.context.settings.database_url.get_secret_value(),
        alder.clock,
    )
    alder.issue()

    rotated = keys.rotate(other, alder.tenant)

    assert method_of(alder.issue().award[0].secured).endswith(rotated.id)
    other.database.engine.dispose()


def test_a_status_list_published_after_a_rotation_verifies_under_the_new_key(alder: World) -> None:
    number = alder.issue().award[0].revocation_list_id
    rotated = keys.rotate(alder.context, alder.tenant)

    assert method_of(status_lists.published(alder.context, number)).endswith(rotated.id)


def test_a_retired_key_signs_no_more_and_stays_in_the_did_document(alder: World) -> None:
    old = alder.issue().award[0]
    keys.rotate(alder.context, alder.tenant)

    keys.retire(alder.context, alder.tenant, old.key_id)

    assert alder.verify(str(old.secured)).result == "valid"
    with pytest.raises(KeyUnavailable):
        alder.context.keyring.signer(old.key_id)
    with pytest.raises(KeyUnavailable):
        keys.rotate(alder.context, alder.tenant, old.key_id)


def test_the_key_that_signs_cannot_be_retired(alder: World) -> None:
    key_id = alder.issue().award[0].key_id

    with pytest.raises(KeyInUse):
        keys.retire(alder.context, alder.tenant, key_id)


def test_a_key_that_an_unfinished_badge_waits_for_cannot_be_retired(alder: World) -> None:
    award = alder.issue().award[0]
    with alder.context.database.write.begin() as session:
        row = session.get(Credential, award.id)
        assert row is not None
        unsign(row)
    keys.rotate(alder.context, alder.tenant)

    with pytest.raises(KeyInUse):
        keys.retire(alder.context, alder.tenant, award.key_id)
    finished = finish.finish(alder.context, alder.tenant.id, award.id, actor="worker", request_id="worker")

    assert finished.secured == award.secured


PASSPHRASE = b"correct horse battery staple"


def test_key_files_are_encrypted_and_for_the_owner_alone(tmp_path: Path) -> None:
    ring = FileKeyring(tmp_path / "keys", PASSPHRASE, strict=True)

    key_id = ring.generate()

    path = tmp_path / "keys" / f"{key_id}.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in path.read_bytes()
    assert len(FileKeyring(tmp_path / "keys", PASSPHRASE, strict=True).signer(key_id).sign(b"x")) == 64


def test_production_refuses_keys_that_others_can_read(tmp_path: Path) -> None:
    ring = FileKeyring(tmp_path, PASSPHRASE, strict=True)
    path = tmp_path / f"{ring.generate()}.pem"
    path.chmod(0o644)

    with pytest.raises(UnsafeKey, match="chmod 600"):
        FileKeyring(tmp_path, PASSPHRASE, strict=True).check()


def test_production_refuses_unencrypted_keys(tmp_path: Path) -> None:
    FileKeyring(tmp_path, None, strict=False).generate()

    with pytest.raises(UnsafeKey, match="not encrypted"):
        FileKeyring(tmp_path, PASSPHRASE, strict=True).check()
    with pytest.raises(UnsafeKey, match="PASSPHRASE"):
        FileKeyring(tmp_path, None, strict=True).generate()


@pytest.mark.parametrize("damage", ["passphrase", "flip", "truncate", "swap"])
def test_a_wrong_passphrase_and_a_damaged_or_swapped_file_are_named(tmp_path: Path, damage: str) -> None:
    ring = FileKeyring(tmp_path, PASSPHRASE, strict=True)
    path = tmp_path / f"{ring.generate()}.pem"
    other = tmp_path / f"{ring.generate()}.pem"
    raw = path.read_bytes()
    if damage == "flip":
        path.write_bytes(raw[:120] + bytes([raw[120] ^ 1]) + raw[121:])
    elif damage == "truncate":
        path.write_bytes(raw[:100])
    elif damage == "swap":
        other.replace(path)

    wrong = FileKeyring(tmp_path, b"wrong" if damage == "passphrase" else PASSPHRASE, strict=True)

    with pytest.raises(UnsafeKey, match=r"z6Mk.*\.pem"):
        wrong.check()
