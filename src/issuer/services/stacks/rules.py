"""The stacks that an issuer offers, as their rules, and how people stand to them."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from sqlalchemy.orm import Session

from issuer.core.awarding import pathway, stack_levels, stack_progress, stack_rule, stack_used
from issuer.core.awarding.pathway import Pathway
from issuer.core.awarding.stack_progress import Held as HeldBadges
from issuer.db import pathways, stacks
from issuer.db.stacks import Held

_UNDERSTOOD_AT_ONCE = 256


@dataclass(frozen=True)
class Version:
    """A published version of a pathway. `text` is what is served of it, byte for byte."""

    id: str
    pathway_id: str
    code: str
    number: int
    text: str
    stack: Pathway

    @property
    def codes(self) -> frozenset[str]:
        """The badges that it names."""
        return frozenset(stack_rule.codes(self.stack.rule))


@dataclass(frozen=True)
class Complete:
    """A pathway that somebody has completed, by which version, and the badges that it took, each once."""

    version: Version
    recipient_id: str
    used: tuple[Held, ...]


@lru_cache(_UNDERSTOOD_AT_ONCE)
def understood(text: str) -> Pathway:
    """Return the pathway of a version's text. What was published never changes."""
    return pathway.of_published(json.loads(text))


def offered(session: Session, tenant_id: str, codes: Collection[str] | None = None) -> list[list[Version]]:
    """Return the versions of each pathway that is offered, the oldest first: of those that name a code."""
    rows = pathways.offered(session, tenant_id)
    versions = [
        Version(each.id, row.id, row.code, each.number, each.definition, understood(each.definition))
        for row, each in rows
    ]
    found = [list(group) for _, group in groupby(versions, key=lambda version: version.code)]
    if codes is None:
        return found
    return [group for group in found if any(each.codes & set(codes) for each in group)]


def complete(
    session: Session,
    tenant_id: str,
    versions: Sequence[Sequence[Version]],
    people: Collection[str],
    now: datetime,
) -> list[Complete]:
    """Return the pathways that these people have completed, each by its first version that is satisfied."""
    held: defaultdict[str, list[Held]] = defaultdict(list)
    for each in stacks.held(session, tenant_id, people, now):
        held[each.recipient_id].append(each)
    levels = _levels(session, tenant_id, versions, [each for found in held.values() for each in found])
    return [
        found
        for person in sorted(held)
        for group in versions
        if (found := _completed(group, held[person], levels, now)) is not None
    ]


def _completed(
    group: Sequence[Version], held: Sequence[Held], levels: Mapping[str, frozenset[str]], now: datetime
) -> Complete | None:
    for version in group:
        counting = [each for each in held if _counts(version, each, now)]
        badges: HeldBadges = {
            (each.code, level) for each in counting for level in (None, *levels.get(each.credential_id, ()))
        }
        part = stack_progress.evaluate(version.stack.rule, badges)
        if part.satisfied:
            wanted = stack_used.used(part)
            used = [_best(badge, counting, levels) for badge in wanted]
            return Complete(version, held[0].recipient_id, tuple(dict.fromkeys(used)))
    return None


def _counts(version: Version, held: Held, now: datetime) -> bool:
    expired = version.stack.definition.counts.expired
    return expired or held.valid_until is None or now <= held.valid_until


def _best(badge: stack_rule.Badge, held: Sequence[Held], levels: Mapping[str, frozenset[str]]) -> Held:
    """Return the award that serves as a badge: of several, the one that lasts longest."""
    serving = [
        each
        for each in held
        if each.code == badge.code
        and (badge.min_level is None or badge.min_level in levels.get(each.credential_id, ()))
    ]
    return max(serving, key=lambda each: (each.valid_until is None, each.valid_until or each.awarded_at))


def _levels(
    session: Session, tenant_id: str, versions: Sequence[Sequence[Version]], held: Sequence[Held]
) -> dict[str, frozenset[str]]:
    """Return the levels that badges reach, of those of which a rule asks for one. Their texts are read."""
    asked = {
        badge.code
        for group in versions
        for version in group
        for badge in stack_rule.badges(version.stack.rule)
        if badge.min_level is not None
    }
    wanted = [each.credential_id for each in held if each.code in asked]
    if not wanted:
        return {}
    return {
        key: stack_levels.reached(json.loads(text)["credentialSubject"])
        for key, text in stacks.texts(session, tenant_id, wanted).items()
    }
