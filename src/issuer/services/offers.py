"""Find what events award: a version of an achievement that may be awarded."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

import orjson
from sqlalchemy.orm import Session

from issuer.core.awarding.definition import Definition
from issuer.core.documents import Document
from issuer.core.intake.event import AchievementRef
from issuer.db import achievements
from issuer.db.achievements import Offered
from issuer.errors import Fault, Invalid

_UNDERSTOOD_AT_ONCE = 256
"""How many versions are remembered as parsed: a full one takes some 50 kB."""


class NotAwardable(Invalid):
    """The achievement does not exist, is not published, or is retired."""

    code = "not-awardable"


@dataclass(frozen=True)
class Offer:
    """A version that may be awarded. Its document is one object as long as it is remembered."""

    achievement_id: str
    code: str
    version_id: str
    number: int
    definition: Definition
    document: Document


@dataclass
class Offers:
    """What a tenant has under the codes that a batch names."""

    session: Session
    tenant_id: str
    versions: dict[str, list[Offered]]
    refused: dict[str, str] = field(default_factory=dict)


def offers(session: Session, tenant_id: str, asked: Iterable[AchievementRef]) -> Offers:
    """Return what there is of these achievements, in one query."""
    refs = list(asked)
    versions: dict[str, list[Offered]] = defaultdict(list)
    codes, numbers = {ref.code for ref in refs}, {ref.version for ref in refs if ref.version is not None}
    for row in achievements.offered(session, tenant_id, codes, numbers) if codes else ():
        versions[row.code].append(row)
    return Offers(session, tenant_id, dict(versions))


def offer(found: Offers, ref: AchievementRef) -> Offer:
    """Return the version that an event names, the newest where it names none, or raise `NotAwardable`."""
    versions = found.versions.get(ref.code)
    if versions is None:
        hint = _hint(found, ref.code)
        raise NotAwardable(
            f"there is no achievement {ref.code!r}{hint}", [_at_achievement("it is not known" + hint)]
        )
    row = (
        next((each for each in versions if each.number == ref.version), None) if ref.version else versions[-1]
    )
    if row is None or row.retired or row.version_id is None or row.number is None:
        detail = "it is retired" if versions[0].retired else "no such version is published"
        raise NotAwardable(
            f"the achievement {ref.code!r} cannot be awarded: {detail}", [_at_achievement(detail)]
        )
    definition, document = _understood(str(row.definition), str(row.document))
    return Offer(row.achievement_id, row.code, row.version_id, row.number, definition, document)


def _hint(found: Offers, code: str) -> str:
    """Return what the code may have been meant for: worked out once for all events that have it."""
    if code not in found.refused:
        near = get_close_matches(code, achievements.codes(found.session, found.tenant_id), n=3, cutoff=0.4)
        found.refused[code] = f"; did you mean {', '.join(near)}?" if near else ""
    return found.refused[code]


def _at_achievement(detail: str) -> Fault:
    return Fault("/achievement", detail)


@lru_cache(_UNDERSTOOD_AT_ONCE)
def _understood(definition: str, document: str) -> tuple[Definition, Document]:
    """Return the parsed texts of a version: what was published never changes, and nobody changes this."""
    return Definition.model_validate_json(definition), orjson.loads(document)
