"""How signed texts are stored: small, whole, and as nothing else than what was signed."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Final

import httpx
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from issuer.core import compacting
from issuer.core.documents import Document
from issuer.db import engine, migrations, texts
from issuer.db.tables import Credential
from issuer.db.text_tables import TextDictionary
from issuer.services import finish, keys, tenants
from tests.support.interrupted import unsign
from tests.support.world import PROFILE, Clock, World, make_context, make_world

PERSON: Final[Document] = {
    "recipient": {"email": "canary@alder.example", "name": "Canary Person", "role": "canary-role"},
    "narrative": "canary-narrative",
    "evidence": [{"url": "https://lms.example/canary", "name": "canary-evidence"}],
}


def rows(world: World) -> list[Credential]:
    with world.context.database.read() as session:
        return list(session.scalars(select(Credential).order_by(Credential.id)))


def dictionaries(world: World) -> list[TextDictionary]:
    with world.context.database.read() as session:
        return list(session.scalars(select(TextDictionary)))


def test_a_badge_is_served_byte_for_byte_from_a_fraction_of_its_bytes(
    alder: World, http: httpx.Client
) -> None:
    award = alder.issue(**PERSON).award[0]
    [row] = rows(alder)

    served = http.get(f"/b/{award.public_id}.json").content

    assert served.decode() == award.secured == row.secured
    assert sha256(served).hexdigest() == row.secured_sha256
    assert len(row.packed or b"") < len(served) / 3


def test_a_published_row_has_its_signed_text_and_no_draft(alder: World) -> None:
    alder.issue()

    assert [(row.draft, row.proof, row.packed is None) for row in rows(alder)] == [(None, None, False)]


@pytest.mark.parametrize("column", ["draft", "proof"])
def test_no_row_has_both(alder: World, column: str) -> None:
    alder.issue()
    value = {"draft": b"x", "proof": "x"}[column]

    with pytest.raises(IntegrityError), alder.context.database.write.begin() as session:
        session.execute(update(Credential).values({column: value}))


def test_badges_of_a_version_share_what_they_have_in_common(alder: World) -> None:
    for _ in range(3):
        alder.issue()
    alone = dictionaries(alder)
    alder.publish(description="Gives feedback that everybody uses.")
    alder.issue()
    tenants.update_profile(alder.context, alder.tenant.id, {**PROFILE, "name": "Birch County"})
    alder.issue()
    keys.rotate(alder.context, alder.tenant)
    alder.issue()

    assert len(alone) == 1
    assert len(dictionaries(alder)) == 4
    assert len({row.dictionary_id for row in rows(alder)}) == 4
    assert all(alder.verify(str(row.secured)).result == "valid" for row in rows(alder))


def test_what_they_have_in_common_has_nothing_of_a_person(alder: World) -> None:
    alder.issue(**PERSON)

    [found] = dictionaries(alder)

    assert b"canary" not in found.content.lower()
    assert b"Canary" not in found.content


def test_two_processes_may_meet_a_version_at_once(alder: World, tmp_path: Path, database_url: str) -> None:
    other = make_context(tmp_path, database_url, alder.clock)
    mine = compacting.dictionary(*_parts(str(alder.issue().award[0].secured)))
    with other.database.write.begin() as session:
        texts.add(session, alder.tenant.id, [mine], alder.clock.now)
    other.database.engine.dispose()

    alder.issue()

    assert [each.id for each in dictionaries(alder)] == [mine.id]


def _parts(secured: str) -> tuple[Document, Document]:
    document: Document = json.loads(secured)
    return document, document["proof"]


@pytest.mark.parametrize("damage", [b"", b"\xff" * 20, b"\x01", b"{}"])
def test_damage_to_what_is_stored_is_found(alder: World, http: httpx.Client, damage: bytes) -> None:
    award = alder.issue().award[0]
    with alder.context.database.write.begin() as session:
        row = session.scalars(select(Credential)).one()
        row.packed = (row.packed or b"")[: 40 if damage else 0] + damage

    answer = http.get(f"/b/{award.public_id}.json")

    assert answer.json()["type"].endswith("/problems/damaged-badge")


def test_a_text_that_is_stored_as_it_is_can_be_read_and_finished(alder: World) -> None:
    signed = [alder.issue().award[0].secured]
    alder.clock.move(seconds=1)
    signed.append(alder.issue().award[0].secured)
    with alder.context.database.write.begin() as session:
        plain, draft = session.scalars(select(Credential).order_by(Credential.id))
        plain.secured = plain.secured
        unsign(draft)

    assert finish.finish_all(alder.context, finish.LEFT_ALONE * 0) == 1
    assert [row.secured for row in rows(alder)] == signed
    assert {row.dictionary_id for row in rows(alder)} == {None}


def test_migrations_keep_every_text(database_url: str, tmp_path: Path) -> None:
    clock = Clock()
    world = make_world(make_context(tmp_path, database_url, clock), clock)
    world.publish()
    signed = [world.issue(**PERSON).award[0].secured]
    clock.move(seconds=1)
    signed.append(world.issue().award[0].secured)
    database = engine.connect(database_url)
    with database.write.begin() as session:
        unsign(session.scalars(select(Credential).order_by(Credential.id)).all()[1])

    migrations.downgrade(database, "0006")
    with database.engine.connect() as connection:
        query = text("SELECT secured, draft, proof FROM credential ORDER BY id")
        before = connection.execute(query).all()
    migrations.upgrade(database)

    whole = json.loads(str(signed[1]))
    proof = {name: value for name, value in whole.pop("proof").items() if name != "proofValue"}
    assert [row[0] for row in before] == [signed[0], None]
    assert (json.loads(before[1][1]), json.loads(before[1][2])) == (whole, proof)
    assert json.loads(before[0][1])["credentialSubject"]["narrative"] == "canary-narrative"
    assert migrations.drift(database) == []
    assert finish.finish_all(world.context, finish.LEFT_ALONE * 0) == 1
    assert [row.secured for row in rows(world)] == signed
    database.engine.dispose()
    world.context.database.engine.dispose()
