"""What comes in: an event, who sent it, and what tells it from other events."""

from dataclasses import dataclass
from functools import cached_property

from issuer.core.intake.event import CompetencyApproved
from issuer.core.intake.parse import Received
from issuer.services import people
from issuer.services.people import Identifier


@dataclass(frozen=True)
class Sender:
    """Who sent an event, and in which request."""

    client_id: str
    tenant_id: str
    request_id: str
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Sent:
    """An event as it came, and who sent it."""

    sender: Sender
    received: Received

    @property
    def event(self) -> CompetencyApproved:
        """The event itself."""
        return self.received.event

    @cached_property
    def source(self) -> str:
        """The platform that the event's ids are of: the one that it names, or whoever sent it."""
        return self.event.source or f"client:{self.sender.client_id}"

    @cached_property
    def submission_key(self) -> str | None:
        """The second natural key: one submission earns one achievement once."""
        event = self.event
        return f"{event.achievement.code}:{event.submission.id}" if event.submission else None

    @cached_property
    def identifiers(self) -> tuple[Identifier, ...]:
        """What says who the person is, the strongest first."""
        return people.identifiers(self.event.recipient, self.source)
