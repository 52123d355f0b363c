"""Fetch what a verification needs, in rounds, and have it judged. No database, no settings."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias

from issuer.core.documents import Document
from issuer.core.securing.did import DID_KEY
from issuer.core.verifying import findings, needs, opening, parts, recognition, refresh
from issuer.core.verifying.findings import Outcome
from issuer.core.verifying.holder import Claimed
from issuer.core.verifying.materials import (
    Fetched,
    Materials,
    Obtained,
    Standing,
    Unfetched,
    Want,
    issuer_of,
)
from issuer.core.verifying.opening import Opened
from issuer.core.verifying.recognition import Registry
from issuer.core.verifying.report import Report
from issuer.errors import Invalid
from issuer.sandbox.judging import Judge

MAX_FETCHES: Final = 12
"""What one verification may fetch. A badge that names more is answered as one that can't be checked."""

_ROUNDS: Final = 4
_SECONDS: Final = 8.0
_AT_ONCE: Final = 6
Obtain: TypeAlias = Callable[[Want], Fetched]
StandingOf: TypeAlias = Callable[[Document], Standing | Unfetched | None]


def _nobody_knows(_: Document) -> None:
    """Return what is known of a badge where there are no records: nothing."""


@dataclass(frozen=True)
class Means:
    """How a verification reaches out, judges, tells the time, and knows issuers.

    `standing_of` is what own records say of one of the badges that a stack is made of.
    """

    obtain: Obtain
    judge: Judge
    clock: Callable[[], datetime]
    registries: Sequence[Registry] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    standing_within: Mapping[str, Standing | Unfetched] = field(default_factory=dict)
    standing_of: StandingOf = _nobody_knows


@dataclass
class Budget:
    """What one verification may still fetch, and the monotonic moment after which it begins nothing new."""

    left: int
    ends: float

    @classmethod
    def fresh(cls) -> "Budget":
        """Return the budget of a verification that begins now."""
        return cls.of(MAX_FETCHES)

    @classmethod
    def of(cls, most: int) -> "Budget":
        """Return the budget of so many fetches that begin now."""
        return cls(most, time.monotonic() + _SECONDS)

    def taken(self, wanted: int) -> int:
        """Return how many of so many fetches may be made, and count them."""
        room = 0 if time.monotonic() > self.ends else min(wanted, self.left)
        self.left -= room
        return room


def verified(
    means: Means,
    credential: Opened,
    claimed: Claimed | None = None,
    standing: Standing | Unfetched | None = None,
) -> Report:
    """Return the report on a credential, or on the newer copy of it that its issuer offers.

    Open Badges 3.0, 9.1: a copy is looked for once, after the seal held; one that is no good changes nothing.
    """
    budget = Budget.fresh()
    found = _judged(means, credential, budget, claimed, standing)
    address = refresh.address(credential.document)
    if address is None or not findings.shows_content(found.checks) or standing is not None:
        return found
    want = Want("credential", address)
    newer = _newer(within_budget([want], budget, means.obtain)[want])
    if newer is None or not refresh.replaces(newer.document, credential.document):
        return found
    if _is_stopped(found) and "credentialStatus" not in newer.document:
        return found  # a copy that cannot be withdrawn does not undo a withdrawal
    better = _judged(replace(means, standing_within={}), newer, budget, claimed, standing)
    if not findings.shows_content(better.checks):
        return found
    return replace(better, refreshed=True)


def _judged(
    means: Means,
    credential: Opened,
    budget: Budget,
    claimed: Claimed | None,
    standing: Standing | Unfetched | None,
) -> Report:
    library = gathered(credential, means.obtain, budget)
    materials = Materials(
        document=credential.document,
        envelope=credential.envelope,
        now=means.clock(),
        library=library,
        standing=standing,
        standing_within=means.standing_within,
        known={**_known(credential, means.registries), **means.known},
    )
    return means.judge(materials, claimed)


def gathered(
    credential: Opened, obtain: Obtain, budget: Budget, there: Mapping[Want, Fetched] | None = None
) -> dict[Want, Fetched]:
    """Return all that a verification of a credential wants to look at, and what was there before."""
    library: dict[Want, Fetched] = dict(there or {})
    for _ in range(_ROUNDS):
        wanted = needs.missing(credential, library)
        if not wanted:
            break
        library |= within_budget(wanted, budget, obtain)
    return library


def within_budget(wanted: list[Want], budget: Budget, obtain: Obtain) -> dict[Want, Fetched]:
    """Return what was fetched of all that is wanted: several at once, and none for which there is no room."""
    local = [want for want in wanted if want.key.startswith(DID_KEY)]
    outside = [want for want in wanted if want not in local]
    room = budget.taken(len(outside))
    over = Unfetched(f"it names more than {MAX_FETCHES} things to look up, or they took too long")
    found: dict[Want, Fetched] = dict.fromkeys(outside[room:], over)
    asked = [*local, *outside[:room]]
    if len(asked) == 1:
        return found | {asked[0]: obtain(asked[0])}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return found | dict(zip(asked, pool.map(obtain, asked), strict=True))


def _known(credential: Opened, registries: Sequence[Registry]) -> dict[str, str]:
    found = {issuer: recognition.recognized_by(issuer, registries) for issuer in issuers_of(credential)}
    return {issuer: name for issuer, name in found.items() if name is not None}


def issuers_of(credential: Opened) -> list[str]:
    """Return the issuers of a credential and of all credentials inside it."""
    inside = [*parts.endorsements(credential.document), *parts.contained(credential.document)]
    documents = [credential.document, *(p.content.document for p in inside if isinstance(p.content, Opened))]
    return list(dict.fromkeys(filter(None, map(issuer_of, documents))))


def _newer(found: Fetched) -> Opened | None:
    if not isinstance(found, Obtained):
        return None
    try:
        if isinstance(found.content, str):
            return opening.opened_text(found.content)
        return opening.opened_document(found.content)
    except Invalid:
        return None


def _is_stopped(found: Report) -> bool:
    return any(
        check.id == "status" and check.outcome in (Outcome.FAILED, Outcome.UNKNOWN) for check in found.checks
    )
