"""Badges of this service, before verifiers that we did not write."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from issuer.core.documents import Document
from issuer.services import keys, revoke, status_lists
from tests.conformance import outside
from tests.support.world import PUBLIC_URL, World

pytestmark = [pytest.mark.conformance, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

FULL: Document = {
    "recipient": {"email": "teacher@alder.example", "name": "Zoë “Quote” 😀", "role": "Grade 4 teacher"},
    "activity": {"startDate": "2026-01-12", "endDate": "2026-06-05", "term": "2025-26"},
    "assessment": {
        "approvedAt": "2026-06-12T15:03:50-04:00",
        "assessor": {"organization": "A Board of Assessors"},
        "results": [{"criterion": "quality", "level": "proficient"}],
    },
    "evidence": [
        {"name": "Plan", "description": 'Line one\nline "two" \\ three', "genre": "document"},
        {"name": "Video", "url": "https://lms.example/e/1", "visibility": "public"},
    ],
    "credit": [{"type": "clock_hour", "amount": 7.5}],
    "narrative": "Students revised. \ttab, ünïcode, 學",
}


def signed(world: World, **changes: object) -> Document:
    found: Document = json.loads(str(world.issue(**changes).award[0].secured))
    return found


def published(world: World, credential: Document) -> dict[str, Document]:
    """Return what the service publishes about a badge, by address."""
    entries = credential["credentialStatus"]
    documents = {f"{PUBLIC_URL}/.well-known/did.json": keys.did_document(world.context, world.tenant)}
    for entry in entries if isinstance(entries, list) else [entries]:
        url = entry["statusListCredential"]
        documents[url] = json.loads(status_lists.published(world.context, int(url.rpartition("/")[2])))
    return documents


def ask_digital_bazaar(world: World, credential: Document) -> outside.Verdict:
    outside.require_javascript()
    return outside.javascript(credential, published(world, credential))["digitalbazaar"]


def ask_dcc(world: World, credential: Document) -> outside.Verdict:
    outside.require_javascript()
    return outside.javascript(credential, published(world, credential))["dcc"]


def ask_openbadgeslib(world: World, credential: Document) -> outside.Verdict:
    return outside.openbadgeslib(credential, published(world, credential))


VERIFIERS = {"digitalbazaar": ask_digital_bazaar, "dcc": ask_dcc, "openbadgeslib": ask_openbadgeslib}
Ask = Callable[[World, Document], outside.Verdict]


@pytest.fixture(params=VERIFIERS)
def ask(request: pytest.FixtureRequest) -> Ask:
    return VERIFIERS[request.param]


@pytest.fixture
def living(alder: World) -> World:
    """A world in which time is the real one: outside verifiers have no other clock."""
    alder.clock.now = datetime.now(UTC)  # noqa: TID251
    return alder


@pytest.mark.parametrize("event", [{}, FULL], ids=["minimal", "full"])
def test_a_badge_of_this_service_is_verified(living: World, ask: Ask, event: Document) -> None:
    verdict = ask(living, signed(living, **event))

    assert verdict.verified, verdict.errors
    assert verdict.revoked is False


@pytest.mark.parametrize(
    "tamper",
    [
        lambda badge: badge | {"name": "Another"},
        lambda badge: badge | {"validUntil": "2099-01-01T00:00:00Z"},
        lambda badge: badge | {"credentialSubject": badge["credentialSubject"] | {"role": "Principal"}},
        lambda badge: {name: value for name, value in badge.items() if name != "credentialStatus"},
    ],
    ids=["name", "expiry", "role", "status removed"],
)
def test_a_tampered_one_is_refused(living: World, ask: Ask, tamper: Callable[[Document], Document]) -> None:
    badge = signed(living, **FULL)
    documents = published(living, badge)
    changed = tamper(badge)

    if ask is ask_openbadgeslib:
        verdict = outside.openbadgeslib(changed, documents)
    else:
        outside.require_javascript()
        name = next(name for name, each in VERIFIERS.items() if each is ask)
        verdict = outside.javascript(changed, documents)[name]

    assert not verdict.verified


def test_a_withdrawal_is_read_from_our_status_list(living: World, ask: Ask) -> None:
    badge = signed(living)
    revoke.change(
        living.context, living.client, badge["id"].rpartition("/")[2], "revoke",
        reason="issued_in_error", note=None, request_id="req",
    )  # fmt: skip

    verdict = ask(living, badge)

    assert verdict.verified, verdict.errors
    assert verdict.revoked is True


def test_a_hold_on_a_suspendable_badge_is_read_by_those_who_read_every_entry(living: World) -> None:
    living.publish(suspendable=True)
    badge = signed(living)
    revoke.change(
        living.context, living.client, badge["id"].rpartition("/")[2], "suspend",
        reason="other", note=None, request_id="req",
    )  # fmt: skip

    assert ask_digital_bazaar(living, badge).revoked is True


def test_earlier_badges_are_verified_after_a_rotation(living: World, ask: Ask) -> None:
    badge = signed(living)
    keys.rotate(living.context, living.tenant)

    verdict = ask(living, badge)

    assert verdict.verified, verdict.errors


def test_a_jcs_badge_is_verified_by_digital_bazaar(living: World) -> None:
    verdict = ask_digital_bazaar(living, signed(living, cryptosuite="eddsa-jcs-2022"))

    assert verdict.verified, verdict.errors
