"""Many badges withdrawn at once: what one withdrawal does, done to all of them, and files that name them."""

from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.db import credentials
from issuer.db.tables import Credential, Message, StatusList
from issuer.services import revoke, status_lists
from issuer.services.revoke import AlreadyRevoked, Change, InvalidReason, InvalidReplacement, Order
from tests.support import process
from tests.support.world import World, make_world

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def order(world: World, what: Change = "revoke", reason: str | None = "other") -> Order:
    return Order(what, reason, "private note", world.client, "req_test")


def badges(world: World, count: int) -> list[str]:
    return [world.issue().award[0].public_id for _ in range(count)]


def left(world: World, public_ids: list[str]) -> list[tuple[object, ...]]:
    """Return what there is of badges after a change: how each stands, and what was announced of it."""
    found: list[tuple[object, ...]] = []
    with world.context.database.read() as session:
        for public_id in public_ids:
            row = session.scalars(select(Credential).where(Credential.public_id == public_id)).one()
            said = select(Message).where(Message.credential_id == row.id).order_by(Message.id)
            history = [
                (each.topic, each.reason, each.note, each.actor, each.request_id, each.created_at)
                for each in session.scalars(said)
            ]
            found.append((row.revoked_at, row.suspended_at, row.reason, row.replaced_by, history))
    return found


def test_many_at_once_leave_what_one_by_one_leaves(alder: World) -> None:
    alder.publish(suspendable=True)
    together, alone = badges(alder, 4), badges(alder, 4)
    steps: list[tuple[Change, str | None]] = [
        ("suspend", "requirements_not_met"),
        ("reinstate", None),
        ("revoke", "issued_in_error"),
    ]

    for what, reason in steps:
        assert revoke.change_all(alder.context, order(alder, what, reason), together) == ["changed"] * 4
        for public_id in alone:
            revoke.change(
                alder.context, alder.client, public_id, what,
                reason=reason, note="private note", request_id="req_test",
            )  # fmt: skip

    assert left(alder, together) == left(alder, alone)


def test_each_badge_has_its_own_outcome_in_order(alder: World) -> None:
    first, second, gone = badges(alder, 3)
    revoke.change_all(alder.context, order(alder), [gone])

    found = revoke.change_all(alder.context, order(alder, "suspend"), [first, "none", gone, second, first])

    assert (found[0], found[3], found[4]) == ("changed", "changed", "unchanged")
    assert isinstance(found[1], credentials.UnknownCredential)
    assert isinstance(found[2], AlreadyRevoked)


def test_a_repeated_withdrawal_changes_and_announces_nothing(alder: World) -> None:
    public_ids = badges(alder, 3)
    revoke.change_all(alder.context, order(alder), public_ids)
    before = left(alder, public_ids)
    alder.clock.move(hours=1)

    found = revoke.change_all(alder.context, order(alder, reason="replaced"), public_ids)

    assert found == ["unchanged"] * 3
    assert left(alder, public_ids) == before


def test_many_withdrawals_are_one_version_of_their_list(alder: World) -> None:
    public_ids = badges(alder, 5)
    with alder.context.database.read() as session:
        number, before = session.execute(select(StatusList.id, StatusList.version)).one()

    revoke.change_all(alder.context, order(alder), public_ids)

    with alder.context.database.read() as session:
        assert session.scalars(select(StatusList.version)).one() == before + 1
    assert status_lists.differences(alder.context, number) == []


def test_badges_of_another_issuer_are_unknown(alder: World) -> None:
    public_ids = badges(alder, 2)
    birch = make_world(alder.context, alder.clock, "birch", default=False)

    found = revoke.change_all(alder.context, order(birch), public_ids)

    assert all(isinstance(each, credentials.UnknownCredential) for each in found)
    assert all(row[0] is None for row in left(alder, public_ids))


def test_an_order_for_many_needs_a_reason_and_has_no_replacement(alder: World) -> None:
    [public_id, newer] = badges(alder, 2)
    replacing = Order("revoke", "replaced", None, alder.client, "req_test", replaced_by=newer)

    with pytest.raises(InvalidReason):
        revoke.change_all(alder.context, order(alder, reason="because"), [public_id])
    with pytest.raises(InvalidReplacement):
        revoke.change_all(alder.context, replacing, [public_id])


@on_sqlite
def test_a_file_of_awards_is_withdrawn_and_the_unknown_ones_are_named(alder: World, tmp_path: Path) -> None:
    first, second = badges(alder, 2)
    file = tmp_path / "ids.txt"
    file.write_text(f"{first}\n\nhttps://badges.example.org/b/{second}\r\nnobody\n")

    printed = run(alder, "--file", str(file), "--reason", "authority_ended", code=1)
    named = f'https://badges.example.org/b/{first}.json\n{{"line": 1, "award": "{second}"}}'
    again = run(alder, "--file", "-", "--reason", "authority_ended", stdin=named.encode())

    assert "2 changed, 0 already so, 1 refused" in printed
    assert "line 4: unknown-badge: there is no award 'nobody'" in printed
    assert "0 changed, 2 already so, 0 refused" in again
    assert [row[2] for row in left(alder, [first, second])] == ["authority_ended"] * 2


@on_sqlite
def test_one_award_or_a_file_is_named_not_both_and_not_neither(alder: World, tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("")

    for named in ([], ["award", "--file", str(file)]):
        assert "name one award, or a file" in run(alder, *named, "--reason", "other", code=1)


def run(world: World, *arguments: str, code: int = 0, stdin: bytes = b"") -> str:
    """Run `issuer award revoke` and return what it printed."""
    with process.running(world, "award", "revoke", *arguments) as found:
        answer, besides = found.communicate(stdin, timeout=200)
    printed = answer.decode() + besides.decode()
    assert found.returncode == code, printed
    assert "Traceback" not in printed
    return printed
