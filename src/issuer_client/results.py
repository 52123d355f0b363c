"""What the service answers, as far as a platform needs it. `raw` is all of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class Problem(Exception):
    """The service refused, or could not answer (RFC 9457). `errors` point at members of what was sent."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(str(body.get("detail") or body.get("title") or f"status {status}"))
        self.status = status
        self.code = str(body.get("type", "")).rpartition("/")[2]
        self.errors: list[Json] = body.get("errors", [])
        self.request_id = body.get("request_id")

    @property
    def may_pass(self) -> bool:
        """Whether the same may go well when it is sent again later."""
        return self.status in {429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Award:
    """An award and how it stands: active, revoked, suspended, expired or erased."""

    id: str
    status: str
    livemode: bool
    achievement: str
    raw: Json = field(repr=False)

    @classmethod
    def of(cls, body: Json) -> "Award":
        """Return the award in an answer."""
        return cls(body["id"], body["status"], body["livemode"], body["achievement"]["code"], body)


@dataclass(frozen=True)
class Issued:
    """What became of an event. `holder_url` is the person's own: show it to nobody else, log it nowhere."""

    outcome: str
    award: Award
    page_url: str
    credential_url: str
    holder_url: str = field(repr=False)
    holder_url_expires: datetime
    warnings: list[Json]
    raw: Json = field(repr=False)

    @classmethod
    def of(cls, body: Json) -> "Issued":
        """Return what an answer to an event says."""
        return cls(
            outcome=body["outcome"],
            award=Award.of(body["award"]),
            page_url=body["page_url"],
            credential_url=body["credential_url"],
            holder_url=body["holder_url"],
            holder_url_expires=datetime.fromisoformat(body["holder_url_expires"]),
            warnings=body.get("warnings", []),
            raw=body,
        )


@dataclass(frozen=True)
class Tried:
    """What an event would lead to, and the badge before it is signed, where there would be a new one."""

    result: str
    credential: Json | None = field(repr=False)
    warnings: list[Json]


@dataclass(frozen=True)
class Line:
    """The answer to one event of many: issued, or the problem that it met."""

    number: int
    id: str | None
    answer: Issued | Problem
