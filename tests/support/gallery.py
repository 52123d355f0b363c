"""One running issuer that has every page there is in every state it can be in, of real badges."""

import io
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from PIL import Image, ImageDraw

from issuer.core import documents, moments
from issuer.core.documents import Document
from issuer.core.securing import proofs
from issuer.db import credentials
from issuer.services import achievements, artwork, holder, keys, pathways, revoke, tenants
from issuer.services.exports import profiles as exports
from issuer.services.oauth import authorizing, registering
from issuer.services.oauth.asking import Asked
from issuer.services.revoke import Change
from issuer.storage.folder import FolderStore
from tests.support import exhibits, gallery_texts, hosts, server
from tests.support.exhibits import Exhibit
from tests.support.world import Clock, World, make_context, make_world

_LAST_YEAR: Final = {"days": -400}
_NEXT_MONTH: Final = timedelta(days=30)
_UNKNOWN: Final = "7HqyV2cWmX4tKfRz9aBnPd"


@dataclass(frozen=True)
class Gallery:
    """Where the pages are, and all of them by name."""

    url: str
    world: World
    exhibits: tuple[Exhibit, ...]

    def __getitem__(self, name: str) -> Exhibit:
        """Return the page of a name."""
        return next(each for each in self.exhibits if each.name == name)


@contextmanager
def opened(folder: Path, database_url: str) -> Iterator[Gallery]:
    """Yield the pages of a server that runs meanwhile. The database is migrated and empty."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url, clock = f"http://localhost:{port}", Clock()
    context = make_context(
        folder,
        database_url,
        clock,
        public_url=url,
        verify_per_minute=100_000,
    )
    context = replace(context, artwork=FolderStore(folder / "artwork"))
    clock.move(**_LAST_YEAR)
    world = make_world(context, clock)
    shown = _exhibits(world, url)
    with server.serving(context, port):
        yield Gallery(url, world, shown)
    context.database.engine.dispose()


def _exhibits(world: World, url: str) -> tuple[Exhibit, ...]:
    _set_up(world)
    badges = {name: f"/b/{public_id}" for name, public_id in _badges(world).items()}
    shown = [Exhibit(f"badge-{name}", path, _STATUS.get(name, 200)) for name, path in badges.items()]
    holders = {name: _holder_path(world, url, badges[name]) for name in ("full", "minimal", "arabic")}
    shared = _shared(world, badges["private"].rpartition("/")[2])
    shown += [
        Exhibit("badge-shared", shared.removeprefix(url)),
        Exhibit("badge-unknown", f"/b/{_UNKNOWN}", 404),
        Exhibit("holder", holders["full"]),
        *exhibits.of_pathways("alder", {name: path.rpartition("/")[2] for name, path in holders.items()}),
        *exhibits.of_issuer("alder"),
        Exhibit("dictionary", _dictionary(world)),
        *exhibits.of_badges(badges),
        *exhibits.of_checks(badges["full"], _files(world, badges)),
        *exhibits.of_programs(_asked(world, url, holders["full"]), holders["full"]),
    ]
    return tuple(shown)


_STATUS: Final = {"private": 403, "erased": 410}


def _set_up(world: World) -> None:
    """Publish all that there is to award, and how the issuer looks."""
    tenants.update_profile(world.context, world.tenant.id, gallery_texts.PROFILE)
    tenants.present(world.context, world.tenant.id, gallery_texts.PRESENTATION)
    picture = artwork.add(world.context, world.tenant, _picture(), gallery_texts.CAPTION)
    image = {"id": artwork.address(world.context, world.tenant, picture.row)}
    for code, definition in gallery_texts.ACHIEVEMENTS.items():
        pictured = {"image": image} if code == "MC-PICTURE" else {}
        achievements.save(world.context, world.tenant, code, {**definition, **pictured})
        achievements.publish(world.context, world.tenant, code)
    for code, rule in gallery_texts.PATHWAYS.items():
        pathways.save(world.context, world.tenant, code, rule)
        pathways.publish(world.context, world.tenant, code)


def _dictionary(world: World) -> str:
    """Return where the data dictionary of an export is."""
    profile = {
        "title": "State Department of Education",
        "jurisdiction": "us-pa",
        "identifierType": "ext:us-pa-ppid",
        "client": world.client.id,
    }
    exports.save(world.context, world.tenant.id, "us-pa", profile)
    return "/i/alder/exports/us-pa"


def _picture() -> bytes:
    """Return a picture as an issuer uploads one."""
    drawn = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((10, 10, 390, 390), fill="#14574f")
    pen.rounded_rectangle((90, 110, 310, 250), radius=40, fill="white")
    pen.polygon([(130, 240), (200, 240), (130, 310)], fill="white")
    pen.line([(150, 180), (190, 215), (255, 145)], fill="#14574f", width=22)
    found = io.BytesIO()
    drawn.save(found, "PNG")
    return found.getvalue()


def _badges(world: World) -> dict[str, str]:
    """Award one badge for each state, and return their public ids. The clock ends at its usual moment."""
    found = {"expired": _award(world, "MC-SHORT", **gallery_texts.FULL_EVENT)}
    keys.rotate(world.context, world.tenant)
    world.clock.move(days=-_LAST_YEAR["days"])
    newer = gallery_texts.ACHIEVEMENTS["MC-FEEDBACK"] | {"description": gallery_texts.NEWER_DESCRIPTION}
    achievements.save(world.context, world.tenant, "MC-FEEDBACK", newer)
    achievements.publish(world.context, world.tenant, "MC-FEEDBACK")
    for name, (code, event) in gallery_texts.EVENTS.items():
        found[name] = _award(world, code, **event)
    achievements.retire(world.context, world.tenant, "MC-SHORT")
    _change(world, found["withdrawn"], "revoke", "requirements_not_met")
    _change(world, found["on-hold"], "suspend", "other")
    _change(world, found["replaced"], "revoke", "replaced", replaced_by=found["full"])
    _set(world, found["erased"], erased_at=world.clock.now)
    _postpone(world, found["not-yet"])
    _set(world, found["initials"], name_shown="initials")
    trial = make_world(world.context, world.clock, "test", default=False)
    trial.publish()
    found["test"] = _award(trial, "MC-FEEDBACK", recipient=gallery_texts.ROSA)
    return found


def _award(world: World, code: str, **event: object) -> str:
    return str(world.issue(achievement=code, **event).award[0].public_id)


def _change(
    world: World, public_id: str, what: Change, reason: str, *, replaced_by: str | None = None
) -> None:
    revoke.change(
        world.context,
        world.client,
        public_id,
        what,
        reason=reason,
        note=None,
        request_id="req_gallery",
        replaced_by=replaced_by,
    )


def _postpone(world: World, public_id: str) -> None:
    """Sign a badge anew so that it begins next month: no event can bring that about."""
    with world.context.database.read() as session:
        document = json.loads(str(credentials.public_row(session, public_id).secured))
    begins = world.clock.now + _NEXT_MONTH
    method = document.pop("proof")["verificationMethod"]
    document["validFrom"] = moments.stamp(begins)
    proof = proofs.options(document, method=method, created=moments.stamp(world.clock.now))
    signer = world.context.keyring.signer(method.partition("#")[2])
    signature = signer.sign(proofs.signing_input(document, proof))
    text = documents.text(proofs.attach(document, proof, signature))
    _set(
        world,
        public_id,
        secured=text,
        secured_sha256=sha256(text.encode()).hexdigest(),
        awarded_at=begins,
    )


def _set(world: World, public_id: str, **columns: object) -> None:
    with world.context.database.write.begin() as session:
        row = credentials.public_row(session, public_id)
        for name, value in columns.items():
            setattr(row, name, value)


def _asked(world: World, url: str, holder_path: str) -> str:
    """Return the address at which a program asks a holder, who has allowed another one something already."""
    earlier, now = (_query(world, name) for name in ("Maletín de insignias", "Backpack"))
    person = holder.opened(world.context, holder_path.rpartition("/")[2], url, "req_gallery")
    authorizing.decide(world.context, Asked(url, "GET", parse_qsl(earlier)), person)
    return f"/oauth/authorize?{now}"


def _query(world: World, name: str) -> str:
    """Return what a program asks that registered under a name."""
    said = json.dumps({**hosts.METADATA, "client_name": name}).encode()
    made = registering.register(world.context, said).body or {}
    return hosts.query(made["client_id"], "v" * 64)


def _holder_path(world: World, url: str, badge_path: str) -> str:
    public_id = badge_path.rpartition("/")[2]
    link = holder.renew(world.context, world.client, public_id, stop_others=False, request_id="req_gallery")
    return link.url.removeprefix(url)


def _shared(world: World, public_id: str) -> str:
    """Return the address at which the holder lets somebody see a private badge."""
    link = holder.renew(world.context, world.client, public_id, stop_others=False, request_id="req_gallery")
    token = link.url.rpartition("/")[2]
    opened_by = holder.opened(world.context, token, world.context.settings.public_url, "req_gallery")
    badge = holder.badge(world.context, opened_by, public_id)
    return holder.share(world.context, opened_by, badge).url


def _files(world: World, badges: dict[str, str]) -> dict[str, str]:
    """Return the signed files of the badges by the same names, and one that was altered."""
    found = {}
    with world.context.database.read() as session:
        for name, path in badges.items():
            found[name] = str(credentials.public_row(session, path.rpartition("/")[2]).secured)
    altered: Document = {**json.loads(found["full"]), "name": "Doctor of Everything"}
    return {**found, "altered": json.dumps(altered)}
