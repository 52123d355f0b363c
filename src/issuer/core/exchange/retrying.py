"""When a message that did not arrive is sent again, and when it is given up."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

DELAYS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""What lies between attempts: the example schedule of Standard Webhooks, a little over three days in all."""

LONGEST: Final = timedelta(days=1)
"""Nobody lets us wait for longer, whatever an answer says."""

_REST: Final = timedelta(seconds=5)
_LONGEST_REST: Final = timedelta(minutes=5)
_DOUBLINGS: Final = 6
_GONE: Final = 410
_SUCCESS: Final = range(200, 300)
_JITTER: Final = 10


@dataclass(frozen=True)
class Reply:
    """What became of an attempt: the status that was answered, none where nothing was, and why it failed."""

    status: int | None
    retry_after: str | None = None
    error: str | None = None

    @property
    def arrived(self) -> bool:
        """Whether the receiver has it."""
        return self.status in _SUCCESS

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more."""
        return self.status == _GONE


def next_attempt(attempts: int, now: datetime, reply: Reply, chance: bytes) -> datetime | None:
    """Return when to try again after so many attempts, or None where it is given up.

    Up to a tenth is added by chance, so that what failed together does not come back together.
    """
    if attempts > len(DELAYS):
        return None
    delay = DELAYS[attempts - 1]
    delay += delay * int.from_bytes(chance[:2], "big") / (_JITTER * 0xFFFF)
    return now + max(delay, asked_pause(reply, now))


def rest(failures: int, now: datetime, reply: Reply) -> datetime:
    """Return until when a receiver that failed so often in a row is sent nothing at all."""
    doubled = _REST * (1 << min(failures - 1, _DOUBLINGS))
    return now + max(min(doubled, _LONGEST_REST), asked_pause(reply, now))


def asked_pause(reply: Reply, now: datetime) -> timedelta:
    """Return the pause that an answer asks for by Retry-After (RFC 9110 section 10.2.3), at most a day."""
    text = (reply.retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text[:9]), int(LONGEST.total_seconds()))), LONGEST)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), LONGEST)
