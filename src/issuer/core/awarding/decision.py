"""Whether an approved competency earns an award: the one rule, without any I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from issuer.core.awarding.definition import Definition
from issuer.core.awarding.validity import Validity


@dataclass(frozen=True)
class Held:
    """An award of this achievement that the person was given before."""

    credential_id: str
    valid_until: datetime | None
    revoked: bool


@dataclass(frozen=True)
class Award:
    """The promise to issue. `ordinal` counts the person's awards of this achievement from 0.

    Person, achievement and ordinal are unique together: that is what makes two racing events one.
    """

    awarded: datetime
    valid_until: datetime | None
    ordinal: int


@dataclass(frozen=True)
class Declined:
    """No award, because the person holds this one already."""

    credential_id: str


Decision: TypeAlias = Award | Declined


def decide(definition: Definition, held: Sequence[Held], *, approved: datetime, now: datetime) -> Decision:
    """Return an award, or the award that stands in its way under the achievement's `repeat` policy.

    A withdrawn award never stands in the way. One on hold does: it may become valid again. Who renews an
    award before its end loses nothing of it: the new one lasts from that end.
    """
    standing = [other for other in held if not other.revoked]
    renewed = [other for other in standing if _renewable(definition.validity, other, now)]
    if definition.repeat == "after_expiry":
        standing = [other for other in standing if not _expired(other, now) and other not in renewed]
    if standing and definition.repeat != "always":
        return Declined(standing[-1].credential_id)
    ends = [other.valid_until for other in renewed if other.valid_until is not None]
    until = definition.validity.until(max([approved, *ends])) if definition.validity else None
    return Award(awarded=approved, valid_until=until, ordinal=len(held))


def _renewable(validity: Validity | None, held: Held, now: datetime) -> bool:
    ends = held.valid_until
    return validity is not None and ends is not None and ends >= now and validity.is_open(ends, now)


def _expired(held: Held, now: datetime) -> bool:
    return held.valid_until is not None and held.valid_until < now
