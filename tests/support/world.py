"""A whole issuer for a test: real database, real key files, a clock that a test can move."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from issuer.context import Context
from issuer.core.documents import Document
from issuer.core.intake import parse
from issuer.core.verifying.report import Report
from issuer.db import engine
from issuer.db.tables import Tenant
from issuer.keys.files import FileKeyring
from issuer.services import achievements, clients, issue, tenants, trials, verify
from issuer.services.clients import Client
from issuer.services.issue import Issued
from issuer.settings import Settings

PUBLIC_URL = "https://badges.example.org"
NOW = datetime(2026, 6, 12, 19, 3, 50, tzinfo=UTC)
PROFILE: Document = {
    "name": "Alder County School District",
    "url": "https://alder.example",
    "email": "badges@alder.example",
}
DEFINITION: Document = {
    "name": "Feedback that Moves Learning",
    "description": "Gives feedback that students use.",
    "criteria": {"narrative": "Submit a plan, six samples and a reflection."},
    "resultDescription": [
        {
            "id": "quality",
            "name": "Quality",
            "resultType": "RubricCriterionLevel",
            "requiredLevel": "proficient",
            "rubricCriterionLevel": [
                {"id": "developing", "name": "Developing"},
                {"id": "proficient", "name": "Proficient"},
                {"id": "distinguished", "name": "Distinguished"},
            ],
        }
    ],
}


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass
class World:
    """One issuer, its database and its keys."""

    context: Context
    clock: Clock
    tenant: Tenant
    client: Client
    api_key: str
    _events: int = field(default=0)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_key}"}

    def publish(self, code: str = "MC-FEEDBACK", **changes: object) -> None:
        achievements.save(self.context, self.tenant, code, {**DEFINITION, **changes})
        achievements.publish(self.context, self.tenant, code)

    def event(self, **changes: object) -> Document:
        self._events += 1
        given: Document = {
            "id": f"event-{self._events}",
            "type": "submission.approved",
            "achievement": "MC-FEEDBACK",
            "recipient": {"email": f"teacher{self._events}@alder.example", "name": "Example Teacher"},
        }
        return {**given, **changes}

    def issue(self, **changes: object) -> Issued:
        return self.send(self.event(**changes))

    def send(self, event: Document) -> Issued:
        sender = issue.Sender(self.client.id, self.tenant.id, "req_test")
        return issue.issue(self.context, sender, parse.received(event, {}))

    def verify(self, text: str) -> Report:
        return verify.verify(self.context, text.encode())


def make_context(folder: Path, database_url: str, clock: Clock, **settings: object) -> Context:
    """Return a context on a migrated database, with unencrypted keys in a folder."""
    chosen = Settings(
        **{
            "public_url": PUBLIC_URL,
            "database_url": SecretStr(database_url),
            "keys_dir": folder / "keys",
            "mode": "development",
            **settings,
        }  # type: ignore[arg-type]
    )
    return Context(
        settings=chosen,
        database=engine.connect(database_url),
        keyring=FileKeyring(chosen.keys_dir, chosen.passphrase(), strict=chosen.encrypts_keys),
        clock=clock,
        chance=secrets.token_bytes,
    )


def make_world(context: Context, clock: Clock, slug: str = "alder", *, default: bool = True) -> World:
    """Return an issuer with an API client that may do everything."""
    tenant = tenants.create(context, slug, PROFILE, default=default)
    client, key = clients.create(context, tenant, "tests", clients.SCOPES)
    return World(context, clock, tenant, Client(client.id, tenant.id, frozenset(clients.SCOPES)), key)


def sandbox(world: World) -> World:
    """Return the sandbox of an issuer, with a key of its own."""
    trial = trials.opened(world.context, world.tenant)
    client, key = clients.create(world.context, trial, "an integrator", clients.SCOPES)
    known = Client(client.id, trial.id, frozenset(clients.SCOPES), is_for_trials=True)
    return replace(world, tenant=trial, client=known, api_key=key)
