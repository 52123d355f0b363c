"""Webhooks by the API and by the command line, as an integrator sets them up."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from issuer import worker
from issuer.net.client import GuardedClient
from issuer.services import clients, tenants
from issuer.web import webhook_examples
from tests.support import process, server
from tests.support.receiver import Receiver, receiving
from tests.support.world import PROFILE, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def here(alder: World) -> World:
    settings = alder.context.settings.model_copy(update={"fetch_loopback": True})
    post = GuardedClient(allow_loopback=True).post
    return replace(alder, context=replace(alder.context, settings=settings, post=post))


@pytest.fixture
def api(here: World) -> Iterator[httpx.Client]:
    with server.serving(here.context) as client:
        client.headers.update(here.headers)
        yield client


def test_a_webhook_lives_from_its_first_secret_to_its_end(
    here: World, api: httpx.Client, receiver: Receiver
) -> None:
    added = api.post("/v1/webhooks", json={"url": receiver.url, "ed25519": True})
    assert added.status_code == 201
    address = f"/v1/webhooks/{added.json()['webhook']['id']}"

    tried = api.post(f"{address}/test").json()
    rotated = api.post(f"{address}/rotate").json()
    receiver.answers = [(500, {})]
    award = here.issue().award[0].public_id
    worker.run_once(here.context)
    [pending] = api.get(f"{address}/deliveries", params={"state": "pending"}).json()["deliveries"]
    replayed = api.post(f"{address}/replay", json={"delivery": pending["id"]}).json()
    worker.run_once(here.context)
    [delivered] = api.get(f"{address}/deliveries").json()["deliveries"]
    off = api.patch(address, json={"disabled": True, "types": ["award.issued"]}).json()["webhook"]

    assert (tried["arrived"], tried["status"]) == (True, 204)
    assert added.json()["secret"] != rotated["secret"]
    assert added.json()["webhook"]["publicKey"] != rotated["webhook"]["publicKey"]
    assert (pending["award"], pending["state"], pending["status"]) == (award, "pending", 500)
    assert replayed["replayed"] == 1
    assert (delivered["state"], delivered["webhookId"]) == ("delivered", receiver.ids[-1])
    assert (off["disabledReason"], off["types"]) == ("by request", ["award.issued"])
    assert len(api.get("/v1/webhooks").json()["webhooks"]) == 1
    assert api.delete(address).status_code == 200
    assert api.get(address).status_code == 404


def test_the_examples_of_webhooks_work_as_they_stand(api: httpx.Client) -> None:
    made = api.post("/v1/webhooks", json=webhook_examples.NEW).json()["webhook"]["id"]

    answers = [
        api.patch(f"/v1/webhooks/{made}", json=webhook_examples.CHANGE),
        api.post(f"/v1/webhooks/{made}/rotate", json=webhook_examples.ROTATE),
        api.post(f"/v1/webhooks/{made}/replay", json=webhook_examples.REPLAY),
    ]

    assert [each.status_code for each in answers] == [200, 200, 200]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "http://alder.example/"}, "refused-address"),
        ({"url": "https://alder.example/", "types": ["award.stolen"]}, "invalid-fields"),
        ({"url": "https://alder.example/", "secret": "mine"}, "invalid-fields"),
    ],
)
def test_what_is_not_accepted_says_why(api: httpx.Client, body: dict[str, object], code: str) -> None:
    refused = api.post("/v1/webhooks", json=body)

    assert refused.status_code == 422
    assert refused.json()["type"].endswith(code)


def test_a_replay_names_one_thing(api: httpx.Client) -> None:
    made = api.post("/v1/webhooks", json=webhook_examples.NEW).json()["webhook"]["id"]
    nothing = "0190b5c2-7d1e-7c3a-9f00-2b6f3e1d4c5a"

    codes = [
        api.post(f"/v1/webhooks/{made}/replay", json=body).status_code
        for body in ({}, {"delivery": nothing, **webhook_examples.REPLAY}, {"delivery": nothing})
    ]

    assert codes == [422, 422, 404]


def test_an_issuer_has_twenty_webhooks_at_most(api: httpx.Client) -> None:
    codes = [api.post("/v1/webhooks", json=webhook_examples.NEW).status_code for _ in range(21)]

    assert codes == [201] * 20 + [409]


def test_a_webhook_is_its_own_issuer_s_and_takes_the_scope(here: World, api: httpx.Client) -> None:
    made = api.post("/v1/webhooks", json=webhook_examples.NEW).json()["webhook"]["id"]
    birch = tenants.create(here.context, "birch", PROFILE)
    _, theirs = clients.create(here.context, birch, "tests", clients.SCOPES)
    _, lesser = clients.create(here.context, here.tenant, "tests", ["awards:read"])

    seen = [
        api.get(f"/v1/webhooks/{made}", headers={"authorization": f"Bearer {key}"}).status_code
        for key in (theirs, lesser)
    ]

    assert seen == [404, 403]


def test_the_command_line_does_the_same(here: World, receiver: Receiver) -> None:
    def run(*arguments: str, code: int = 0) -> list[str]:
        settings = {"ISSUER_FETCH_LOOPBACK": "true"}
        with process.running(here, "webhook", *arguments, **settings) as found:
            assert found.wait(30) == code
            return found.stdout.read().decode().split("\n")

    made, secret, public, _ = run("add", receiver.url, "--type", "award.issued", "--ed25519")
    assert secret.startswith("whsec_")
    assert public.startswith("whpk_")
    assert receiver.url in run("list")[0]
    assert run("rotate", made, "--hours", "0")[0] != secret
    receiver.answers = [(503, {})]
    assert "503" in run("test", made, code=1)[0]
    assert "204" in run("test", made)[0]
    assert run("replay", made, "--dead-since", "2026-01-01T00:00:00Z")[0].startswith("0 ")
    run("replay", made, code=1)
    assert run("remove", made)[0].endswith("was removed")
