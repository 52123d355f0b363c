import json
import threading

import pytest
from sqlalchemy import select

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import proofs
from issuer.core.status import bitstring
from issuer.db import credentials
from issuer.db.tables import Message
from issuer.services import revoke, status_lists
from issuer.services.clients import Client
from issuer.services.revoke import AlreadyRevoked, Change, InvalidReason
from tests.support.world import World, make_world


def change(world: World, public_id: str, what: Change, reason: str | None = "other") -> credentials.Award:
    return revoke.change(
        world.context, world.client, public_id, what, reason=reason, note="private note", request_id="req"
    )


def published_bit(world: World, entry: Document) -> bool:
    number = int(str(entry["statusListCredential"]).rpartition("/")[2])
    text = status_lists.published(world.context, number)
    found = documents.parse(text.encode(), documents.STATUS_LIST_LIMITS)
    bits = bitstring.decode(found["credentialSubject"]["encodedList"])
    return bitstring.is_set(bits, int(entry["statusListIndex"]))


def entries(award: credentials.Award) -> list[Document]:
    found = json.loads(str(award[0].secured))["credentialStatus"]
    return found if isinstance(found, list) else [found]


def test_a_withdrawal_shows_in_the_check_and_in_the_published_list(alder: World) -> None:
    award = alder.issue().award
    other = alder.issue().award
    assert not published_bit(alder, entries(award)[0])

    change(alder, award[0].public_id, "revoke", "issued_in_error")

    assert alder.verify(str(award[0].secured)).result == "revoked"
    assert published_bit(alder, entries(award)[0])
    assert not published_bit(alder, entries(other)[0])


def test_a_withdrawal_cannot_be_undone(alder: World) -> None:
    public_id = alder.issue().award[0].public_id
    change(alder, public_id, "revoke")

    for what in ("suspend", "reinstate"):
        with pytest.raises(AlreadyRevoked):
            change(alder, public_id, what)
    change(alder, public_id, "revoke")


def test_a_hold_can_be_lifted_and_strangers_see_both(alder: World) -> None:
    alder.publish(suspendable=True)
    award = alder.issue().award
    entry = entries(award)[1]

    change(alder, award[0].public_id, "suspend")
    held = published_bit(alder, entry)
    change(alder, award[0].public_id, "reinstate", None)

    assert held
    assert not published_bit(alder, entry)
    assert alder.verify(str(award[0].secured)).result == "valid"


def test_a_badge_without_a_second_entry_can_be_held_here_alone(alder: World) -> None:
    award = alder.issue().award

    change(alder, award[0].public_id, "suspend")

    assert alder.verify(str(award[0].secured)).result == "suspended"
    assert not published_bit(alder, entries(award)[0])


def test_a_reason_outside_the_closed_list_is_refused(alder: World) -> None:
    public_id = alder.issue().award[0].public_id

    with pytest.raises(InvalidReason) as refused:
        change(alder, public_id, "revoke", "because I say so")

    assert refused.value.faults[0].pointer == "/reason"


def test_concurrent_withdrawals_lose_nothing(alder: World) -> None:
    awards = [alder.issue().award for _ in range(30)]
    barrier = threading.Barrier(len(awards) + 2)

    def withdraw(award: credentials.Award) -> None:
        barrier.wait()
        change(alder, award[0].public_id, "revoke")

    def publish() -> None:
        barrier.wait()
        for _ in range(10):
            status_lists.published(alder.context, awards[0][0].revocation_list_id)

    threads = [threading.Thread(target=withdraw, args=(award,)) for award in awards]
    threads += [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(published_bit(alder, entries(award)[0]) for award in awards)


def test_an_unchanged_list_is_not_signed_anew(alder: World) -> None:
    number = alder.issue().award[0].revocation_list_id
    first = status_lists.published(alder.context, number)
    alder.clock.move(hours=1)

    alder.issue()

    assert status_lists.published(alder.context, number) == first


def test_every_change_is_announced_once_with_its_reason(alder: World) -> None:
    public_id = alder.issue().award[0].public_id
    change(alder, public_id, "suspend", "requirements_not_met")
    change(alder, public_id, "suspend", "requirements_not_met")
    change(alder, public_id, "reinstate", None)
    change(alder, public_id, "revoke", "holder_request")

    with alder.context.database.read() as session:
        found = session.execute(select(Message.topic, Message.reason).order_by(Message.id)).all()

    assert [tuple(row) for row in found] == [
        ("award.issued", None),
        ("award.suspended", "requirements_not_met"),
        ("award.reinstated", None),
        ("award.revoked", "holder_request"),
    ]


def test_another_tenant_cannot_touch_the_badge(alder: World) -> None:
    public_id = alder.issue().award[0].public_id
    birch = make_world(alder.context, alder.clock, "birch", default=False)
    stranger = Client("x", birch.tenant.id, frozenset())

    with pytest.raises(credentials.UnknownCredential):
        revoke.change(
            alder.context, stranger, public_id, "revoke", reason="other", note=None, request_id="req"
        )


def test_awards_are_found_by_name_by_address_by_id_and_by_standing(alder: World) -> None:
    rosa = alder.issue(recipient={"email": "Rosa@alder.example", "name": "Rosa Delgado"}).award
    alder.issue(recipient={"email": "sam@alder.example", "name": "Sam 100% Whitehorse"})
    change(alder, rosa[0].public_id, "revoke")

    def found(**conditions: str) -> list[str | None]:
        with alder.context.database.read() as session:
            rows = credentials.search(
                session,
                alder.tenant.id,
                now=alder.clock.now,
                limit=10,
                **conditions,  # type: ignore[arg-type]
            )
        return [row[3] for row in rows]

    assert found(query="delg") == ["Rosa Delgado"]
    assert found(query="ROSA@alder.example") == ["Rosa Delgado"]
    assert found(query=rosa[0].public_id) == ["Rosa Delgado"]
    assert found(query="100%") == ["Sam 100% Whitehorse"]
    assert found(query="%") == ["Sam 100% Whitehorse"]
    assert found(state="revoked") == ["Rosa Delgado"]
    assert found(state="active") == ["Sam 100% Whitehorse"]
    assert found(code="NONE") == []


@pytest.mark.parametrize(
    "change", [{"id": "https://badges.example.org/b/1111111111111111111111"}, {"name": "Another"}]
)
def test_a_badge_made_with_a_stolen_key_is_never_said_to_stand(alder: World, change: Document) -> None:
    award = alder.issue().award[0]
    honest = json.loads(str(award.secured))
    proof = {name: value for name, value in honest["proof"].items() if name != "proofValue"}
    forged = {
        name: value for name, value in honest.items() if name not in {"proof", "credentialStatus"}
    } | change
    signature = alder.context.keyring.signer(award.key_id).sign(proofs.signing_input(forged, proof))

    found = alder.verify(documents.text(proofs.attach(forged, proof, signature)))

    assert found.result == "status_unknown"
    assert found.checks[1].code == "unchanged"
