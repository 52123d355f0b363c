"""An agency that has agreed on an export, and what it fetches."""

import gzip
import json
from hashlib import sha256
from typing import Final

import httpx

from issuer.core.documents import Document
from issuer.core.intake import person_ref
from issuer.core.intake.person_ref import PersonRef
from issuer.db.exports import UnknownExport
from issuer.services import clients, revoke
from issuer.services.exports import profiles
from issuer.services.webhooks import announcing
from tests.support.world import World

PPID: Final = "ext:us-pa-ppid"


def save(world: World, name: str = "us-pa", **changes: object) -> None:
    with world.context.database.read() as session:
        try:
            before = profiles.load(session, world.tenant.id, name).profile.client
        except UnknownExport:
            before = ""
    content: Document = {
        "title": "Department",
        "jurisdiction": "us-pa",
        "identifierType": PPID,
        "client": before,
        **changes,
    }
    profiles.save(world.context, world.tenant.id, name, content)


def educator(world: World, number: int, **changes: object) -> Document:
    """An event with all that a state wants to know."""
    return world.event(
        recipient={
            "email": f"t{number}@alder.example",
            "name": "Ana O'Neill",
            "givenName": "Ana",
            "familyName": "O'Neill",
            "employer": {"name": "Alder Elementary", "ncesLeaId": "4200030"},
            "identifiers": [{"type": PPID, "value": f"{1_000_000 + number}"}],
        },
        activity={"startDate": "2026-01-12", "endDate": "2026-06-05"},
        credit=[
            {"type": "clock_hour", "amount": 15, "jurisdiction": "us-pa", "category": "pedagogy"},
            {"type": "clock_hour", "amount": 9, "jurisdiction": "us-ny"},
        ],
        assessment={
            "approvedAt": "2026-06-10T12:00:00Z",
            "method": "portfolio",
            "assessor": {"role": "coach", "organization": "A Board"},
            "results": [{"criterion": "quality", "level": "proficient"}],
            "overall": {"level": "Strong", "points": 9.5},
        },
        **changes,
    )


def agreed(world: World) -> dict[str, str]:
    """Agree on the profile us-pa, and return the headers of the agency's own client."""
    world.publish()
    world.publish("MC-OTHER")
    client, key = clients.create(world.context, world.tenant, "state", ["exports:read"])
    save(world, client=client.id)
    return {"authorization": f"Bearer {key}"}


def heard(world: World) -> None:
    """Let the worker give every change its position."""
    announcing.announce(world.context)


def manifest(http: httpx.Client, agency: dict[str, str], **params: str) -> Document:
    answer = http.get("/v1/exports/us-pa/manifest", params=params, headers=agency)
    assert answer.status_code == 200, answer.text
    found: Document = answer.json()
    return found


def fetched(http: httpx.Client, agency: dict[str, str], pieces: list[Document]) -> list[Document]:
    found: list[Document] = []
    for piece in pieces:
        answer = http.get(httpx.URL(piece["url"]).path, headers=agency)
        assert sha256(answer.content).hexdigest() == piece["sha256"]
        assert len(answer.content) == piece["bytes"]
        lines = gzip.decompress(answer.content).splitlines()
        assert len(lines) == piece["count"]
        found += [json.loads(line) for line in lines]
    return found


def ref(number: int) -> PersonRef:
    return person_ref.named(f"t{number}@alder.example")


def change(world: World, public_id: str, what: revoke.Change, reason: str | None) -> None:
    """Revoke, suspend or reinstate an award."""
    revoke.change(
        world.context, world.client, public_id, what, reason=reason, note=None, request_id="req_test"
    )


def reader(world: World) -> str:
    """Return the id of the client to which the profile us-pa belongs."""
    with world.context.database.read() as session:
        return profiles.load(session, world.tenant.id, "us-pa").profile.client
