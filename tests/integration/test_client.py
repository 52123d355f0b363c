"""The Python client against the real service."""

from collections.abc import Iterator

import httpx
import pytest

from issuer.services import clients, trials
from issuer_client import Issued, IssuerClient, Problem
from tests.support.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def client(http: httpx.Client, alder: World) -> Iterator[IssuerClient]:
    with IssuerClient(str(http.base_url), alder.api_key, sleep=lambda _: None) as opened:
        yield opened


def test_an_event_is_issued_once_and_its_award_is_looked_at_and_withdrawn(
    client: IssuerClient, alder: World
) -> None:
    event = alder.event()

    tried = client.try_event(event)
    first, again = client.send(event), client.send(event)
    on_hold = client.suspend(first.award.id, "other")
    back = client.reinstate(first.award.id)
    gone = client.revoke(first.award.id, "issued_in_error", note="a test")
    report = client.verify(
        httpx.get(first.credential_url.replace(alder.context.settings.public_url, str(client.url))).json()
    )
    link = client.holder_link(first.award.id)

    assert tried.result == "would_issue"
    assert (first.outcome, again.outcome) == ("issued", "already_processed")
    assert first.award.achievement == "MC-FEEDBACK"
    assert [on_hold.status, back.status, gone.status] == ["suspended", "active", "revoked"]
    assert report["result"] == "revoked"
    assert link.startswith(f"{alder.context.settings.public_url}/h/")
    assert first.holder_url not in repr(first)


def test_many_events_are_answered_in_order_each_by_itself(client: IssuerClient, alder: World) -> None:
    events = [alder.event(), alder.event(achievement="MC-NONE"), alder.event()]

    lines = list(client.send_all(iter(events)))

    assert [line.id for line in lines] == [event["id"] for event in events]
    assert [isinstance(line.answer, Issued) for line in lines] == [True, False, True]
    assert isinstance(lines[1].answer, Problem)


def test_more_events_than_a_connection_holds_the_answers_to_are_sent(client: IssuerClient) -> None:
    refused = {"id": "event", **{f"member-{number}-{'x' * 60}": 1 for number in range(50)}}

    numbers = [line.number for line in client.send_all(refused for _ in range(6_000))]

    assert numbers == list(range(1, 6_001))


def test_a_refusal_says_what_is_wrong_and_where(client: IssuerClient, alder: World) -> None:
    with pytest.raises(Problem) as refused:
        client.send(alder.event(recipient={"name": "Nobody"}))

    assert (refused.value.status, refused.value.code) == (422, "invalid-fields")
    assert refused.value.errors[0]["pointer"] == "/recipient"
    assert not refused.value.may_pass


def test_what_is_not_there_at_the_moment_is_tried_again(http: httpx.Client, alder: World) -> None:
    trial = trials.opened(alder.context, alder.tenant)
    _, key = clients.create(alder.context, trial, "tests", clients.SCOPES)
    waits: list[float] = []

    with (
        IssuerClient(str(http.base_url), key, tries=3, sleep=waits.append) as client,
        pytest.raises(Problem) as refused,
    ):
        client.send(alder.event(recipient={"email": "unavailable@test.example"}))

    assert refused.value.may_pass
    assert waits == [5.0, 5.0]


def test_a_key_that_is_unknown_is_a_problem_for_one_event_and_for_many(
    http: httpx.Client, alder: World
) -> None:
    with IssuerClient(str(http.base_url), "sk_live_nobody") as client:
        for call in (lambda: client.send(alder.event()), lambda: list(client.send_all([alder.event()]))):
            with pytest.raises(Problem) as refused:
                call()
            assert refused.value.status == 401
