"""What this service publishes, fetched as a stranger's verifier fetches it."""

import json
import shutil
from pathlib import Path

import pytest

from issuer.core.verifying.materials import Obtained, Want
from issuer.net import pages
from issuer.net.cache import Cache
from issuer.net.client import GuardedClient
from issuer.net.outside import Outside
from tests.support import server
from tests.support.world import Clock, World, make_context, make_world


@pytest.fixture
def world(tmp_path: Path, sqlite_template: Path, clock: Clock) -> World:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    return make_world(make_context(tmp_path, f"sqlite:///{tmp_path / 'test.db'}", clock), clock)


def test_a_badge_its_page_its_keys_and_its_list_are_found(world: World, clock: Clock) -> None:
    outside = Outside(GuardedClient(allow_loopback=True), Cache(clock), clock)

    with server.local(world) as (here, url):
        award = here.issue().award[0]
        secured = str(award.secured)
        addresses = here.context.addresses(here.tenant)
        list_url = json.loads(secured)["credentialStatus"]["statusListCredential"]
        given = outside.source(f"{url}/b/{award.public_id}#top")
        page = outside.client.fetch(f"{url}/b/{award.public_id}", accept="text/html")
        offered = outside.source(pages.offered_by(page))
        keys = outside.obtain(Want("controller", addresses.did))
        listed = outside.obtain(Want("list", list_url))

    assert given == offered == secured.encode()
    assert isinstance(keys, Obtained)
    assert isinstance(listed, Obtained)
    assert isinstance(listed.content, dict)
    assert listed.content["id"] == list_url
