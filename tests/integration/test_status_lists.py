"""Published status lists: their bits are those of the rows, whatever happens, and in whatever order."""

import base64
import gzip
import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from issuer.context import Context
from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import multibase, proofs
from issuer.core.status import bitstring
from issuer.db import engine, migrations, published_lists
from issuer.db.list_tables import StatusChange
from issuer.db.tables import Credential, StatusList
from issuer.keys.files import FileKeyring
from issuer.keys.ports import Keyring, Signer
from issuer.services import revoke, status_lists, vc_status
from issuer.services.revoke import AlreadyRevoked, Change
from tests.support import process
from tests.support.world import Clock, World, make_context, make_world

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def change(world: World, what: Change, *public_ids: str) -> None:
    reason = None if what == "reinstate" else "other"
    order = revoke.Order(what, reason, None, world.client, "req_test")
    for outcome in revoke.change_all(world.context, order, public_ids):
        assert isinstance(outcome, str | AlreadyRevoked)


def read_by_hand(signed: str) -> set[int]:
    """Return the set entries of a list, by the text of the standard and none of our code."""
    encoded = json.loads(signed)["credentialSubject"]["encodedList"]
    assert encoded[0] == "u"
    packed = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    digits = "".join(f"{byte:08b}" for byte in packed)
    return {index for index, digit in enumerate(digits) if digit == "1"}


def recorded(world: World, number: int) -> set[int]:
    """Return the entries that the rows of credentials say are set."""
    revoked = select(Credential.revocation_index).where(
        Credential.revocation_list_id == number, Credential.revoked_at.is_not(None)
    )
    held = select(Credential.suspension_index).where(
        Credential.suspension_list_id == number, Credential.suspended_at.is_not(None)
    )
    with world.context.database.read() as session:
        return {
            int(index) for query in (revoked, held) for index in session.scalars(query) if index is not None
        }


def lists_of(world: World) -> list[int]:
    with world.context.database.read() as session:
        return [*session.scalars(select(StatusList.id).order_by(StatusList.id))]


def assert_lists_show_the_rows(world: World) -> None:
    for number in lists_of(world):
        assert read_by_hand(status_lists.published(world.context, number)) == recorded(world, number)
        assert status_lists.differences(world.context, number) == []


def pending(world: World) -> int:
    with world.context.database.read() as session:
        return len(session.scalars(select(StatusChange.version)).all())


@dataclass(frozen=True)
class Step:
    what: Change | None
    badges: tuple[int, ...] = ()


BADGES: Final = 8
steps = st.lists(
    st.one_of(
        st.just(Step(None)),
        st.builds(
            Step,
            st.sampled_from(["revoke", "suspend", "reinstate", "suspend", "reinstate"]),
            st.lists(st.integers(0, BADGES - 1), min_size=1, max_size=4).map(tuple),
        ),
    ),
    max_size=12,
)


@given(steps)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_of_changes_and_publications_leaves_the_bits_as_the_rows(
    alder: World, taken: list[Step]
) -> None:
    alder.publish(suspendable=True)
    badges = [alder.issue().award[0].public_id for _ in range(BADGES)]

    for step in taken:
        if step.what is None:
            for number in lists_of(alder):
                status_lists.published(alder.context, number)
        else:
            change(alder, step.what, *(badges[place] for place in step.badges))

    assert_lists_show_the_rows(alder)
    assert pending(alder) == 0


def test_a_change_is_applied_without_a_look_at_other_badges(alder: World) -> None:
    first, second = (alder.issue().award[0] for _ in range(2))
    change(alder, "revoke", first.public_id)
    before = read_by_hand(status_lists.published(alder.context, first.revocation_list_id))
    with alder.context.database.write.begin() as session:
        session.execute(update(Credential).where(Credential.id == first.id).values(revoked_at=None))

    change(alder, "revoke", second.public_id)

    after = read_by_hand(status_lists.published(alder.context, first.revocation_list_id))
    assert (before, after) == ({first.revocation_index}, {first.revocation_index, second.revocation_index})
    assert status_lists.differences(alder.context, first.revocation_list_id) == [first.revocation_index]


def test_a_list_that_is_wrong_is_made_anew_from_the_rows(alder: World) -> None:
    award = alder.issue().award[0]
    change(alder, "revoke", award.public_id)
    number = award.revocation_list_id
    status_lists.published(alder.context, number)
    with alder.context.database.write.begin() as session:
        session.execute(update(Credential).values(revoked_at=None))

    signed = status_lists.rebuild(alder.context, number)

    assert read_by_hand(signed) == set()
    assert_lists_show_the_rows(alder)


def test_a_version_whose_changes_are_not_noted_is_made_from_the_rows(alder: World) -> None:
    award = alder.issue().award[0]
    status_lists.published(alder.context, award.revocation_list_id)
    change(alder, "revoke", award.public_id)
    with alder.context.database.write.begin() as session:
        session.execute(delete(StatusChange))

    assert_lists_show_the_rows(alder)


def test_an_older_version_never_takes_the_place_of_a_newer_one(alder: World) -> None:
    award = alder.issue().award[0]
    number, tenant_id = award.revocation_list_id, alder.tenant.id
    status_lists.published(alder.context, number)
    change(alder, "revoke", award.public_id)
    newest = status_lists.published(alder.context, number)

    with alder.context.database.write.begin() as session:
        late = published_lists.publish(session, tenant_id, number, (1, 2), "late")

    assert not late
    assert status_lists.published(alder.context, number) == newest


def test_processes_that_publish_while_others_withdraw_lose_nothing(alder: World) -> None:
    badges = [alder.issue().award[0] for _ in range(40)]
    number = badges[0].revocation_list_id
    others = [another_process(alder) for _ in range(2)]
    barrier, shown = threading.Barrier(4), list[list[set[int]]]()

    def publish(world: World) -> None:
        barrier.wait()
        shown.append([read_by_hand(status_lists.published(world.context, number)) for _ in range(12)])

    def withdraw(world: World, ours: list[Credential]) -> None:
        barrier.wait()
        for badge in ours:
            change(world, "revoke", badge.public_id)

    threads = [threading.Thread(target=publish, args=(world,)) for world in others]
    threads += [
        threading.Thread(target=withdraw, args=(alder, badges[:20])),
        threading.Thread(target=withdraw, args=(others[0], badges[20:])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert_lists_show_the_rows(alder)
    assert recorded(alder, number) == {badge.revocation_index for badge in badges}
    assert all(earlier <= later for seen in shown for earlier, later in pairwise(seen))
    for world in others:
        world.context.database.engine.dispose()


def test_those_who_ask_at_once_are_served_by_one_publication(alder: World) -> None:
    award = alder.issue().award[0]
    number, signer = award.revocation_list_id, Counting(alder.context.keyring)
    context = replace(alder.context, keyring=signer)
    status_lists.published(context, number)
    change(alder, "revoke", award.public_id)
    barrier, texts = threading.Barrier(8), list[str]()

    def ask() -> None:
        barrier.wait()
        texts.append(status_lists.published(context, number))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {frozenset(read_by_hand(each)) for each in texts} == {frozenset({award.revocation_index})}
    assert signer.asked == 2


class Counting:
    """The keyring that it was given, which counts how often a signer was asked for."""

    def __init__(self, keyring: Keyring) -> None:
        self.asked = 0
        self._keyring = keyring

    def signer(self, key_id: str) -> Signer:
        self.asked += 1
        return self._keyring.signer(key_id)

    def generate(self) -> str:
        return self._keyring.generate()

    def destroy(self, key_id: str) -> None:
        self._keyring.destroy(key_id)

    def check(self) -> None:
        self._keyring.check()


def another_process(world: World) -> World:
    """Return the same issuer as another process has it: the database, the keys, and nothing else."""
    chosen = world.context.settings
    context = Context(
        settings=chosen,
        database=engine.connect(chosen.database_url.get_secret_value()),
        keyring=FileKeyring(chosen.keys_dir, chosen.passphrase(), strict=chosen.encrypts_keys),
        clock=world.clock,
        chance=world.context.chance,
    )
    return replace(world, context=context)


def test_statuses_of_the_vc_api_are_in_the_list_too(alder: World) -> None:
    document = {"id": "urn:uuid:3a6f8a9e-1111-4222-8333-944445555666"}
    given_back = vc_status.with_status(
        alder.context, alder.tenant, document, ["revocation", "suspension"], None
    )
    entries = {entry["statusPurpose"]: entry for entry in given_back["credentialStatus"]}

    for purpose, value in (("revocation", True), ("suspension", True), ("suspension", False)):
        vc_status.change(alder.context, alder.tenant.id, document["id"], purpose, value=value)
        number = int(entries[purpose]["statusListCredential"].rpartition("/")[2])
        index = int(entries[purpose]["statusListIndex"])

        shown = read_by_hand(status_lists.published(alder.context, number))

        assert shown == ({index} if value else set())
        assert status_lists.differences(alder.context, number) == []


@on_sqlite
@pytest.mark.parametrize("length", [131_072, 1_048_576])
def test_a_list_of_each_size_reads_as_it_was_packed(length: int, database_url: str, tmp_path: Path) -> None:
    context = make_context(tmp_path, database_url, Clock(), status_list_length=length)
    world = make_world(context, Clock())
    world.publish()
    award = world.issue().award[0]
    number = award.revocation_list_id
    ones = {*random.Random(length).sample(range(length), length // 10), award.revocation_index}
    status_lists.published(context, number)
    change(world, "revoke", award.public_id)
    set_bits(world, number, ones, is_set=True)

    signed: Document = {}
    assert read_by_hand(status_lists.published(context, number)) == ones
    for index in sorted(ones)[:3]:  # a plan is made of a shape that comes back: these are signed by it
        set_bits(world, number, {index}, is_set=False)
        signed = documents.parse(
            status_lists.published(context, number).encode(), documents.STATUS_LIST_LIMITS
        )
        proofs.verify(signed, signed["proof"], multibase.public_key(award.key_id))
    assert world.verify(str(award.secured)).result == "revoked"
    ones -= {*sorted(ones)[:3]}
    bits = bitstring.decode(signed["credentialSubject"]["encodedList"])
    assert read_by_hand(documents.text(signed)) == ones
    assert {index for index in range(length) if bitstring.is_set(bits, index)} == ones
    context.database.engine.dispose()


def set_bits(world: World, number: int, indices: set[int], *, is_set: bool) -> None:
    with world.context.database.write.begin() as session:
        published_lists.record(session, world.tenant.id, number, sorted(indices), is_set=is_set)


def test_lists_of_an_older_database_stay_and_what_was_withdrawn_there_shows(alder: World) -> None:
    first, second = (alder.issue().award[0] for _ in range(2))
    number = first.revocation_list_id
    change(alder, "revoke", first.public_id)
    kept = status_lists.published(alder.context, number)
    migrations.downgrade(alder.context.database, "0007")
    assert stored_before(alder) == kept

    migrations.upgrade(alder.context.database)
    assert status_lists.published(alder.context, number) == kept
    migrations.downgrade(alder.context.database, "0007")
    with alder.context.database.write.begin() as session:  # as the version before withdrew
        session.execute(
            update(Credential).where(Credential.id == second.id).values(revoked_at=alder.clock.now)
        )
        session.execute(update(StatusList).values(version=StatusList.version + 1))
    migrations.upgrade(alder.context.database)

    assert_lists_show_the_rows(alder)
    assert recorded(alder, number) == {first.revocation_index, second.revocation_index}


def stored_before(world: World) -> str:
    with world.context.database.read() as session:
        return str(session.scalar(text("SELECT secured FROM status_list WHERE secured IS NOT NULL")))


@on_sqlite
def test_an_operator_checks_the_lists_and_has_a_wrong_one_made_anew(alder: World) -> None:
    award = alder.issue().award[0]
    change(alder, "revoke", award.public_id)
    status_lists.published(alder.context, award.revocation_list_id)
    sound = run(alder, "check")
    with alder.context.database.write.begin() as session:
        session.execute(update(Credential).values(revoked_at=None))

    wrong = run(alder, "check", code=1)
    run(alder, "rebuild", str(award.revocation_list_id))

    assert sound.split() == [str(award.revocation_list_id), "revocation", "0", "wrong"]
    assert "1 wrong" in wrong
    assert run(alder, "check") == sound


def run(world: World, *arguments: str, code: int = 0) -> str:
    """Run `issuer status-list` and return what it printed."""
    with process.running(world, "status-list", *arguments) as found:
        answer, besides = found.communicate(timeout=200)
    assert found.returncode == code, besides.decode()
    return answer.decode()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_that_open_the_first_list_at_once_open_one(alder: World) -> None:
    waiting = threading.Barrier(2, timeout=30)

    def take(_: int) -> int:
        with alder.context.database.write.begin() as session:
            session.execute(select(StatusList.id))
            waiting.wait()
            return status_lists.take_places(alder.context, session, alder.tenant.id, "revocation", 3)[0][0]

    with ThreadPoolExecutor(2) as both:
        numbers = set(both.map(take, range(2)))

    with alder.context.database.read() as session:
        assert set(session.scalars(select(StatusList.id))) == numbers
    assert len(numbers) == 1
