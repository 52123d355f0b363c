"""Work a stack out again: fetch its rule and its badges, and judge each. No database, no settings."""

import time
from collections.abc import Sequence
from dataclasses import replace

from issuer.core.documents import Document
from issuer.core.verifying import findings, opening, stack
from issuer.core.verifying.findings import Finding
from issuer.core.verifying.materials import Fetched, Materials, Obtained, Want, issuer_of
from issuer.core.verifying.report import Report
from issuer.core.verifying.stack import Claim
from issuer.core.verifying.stack_parts import Component
from issuer.errors import Invalid
from issuer.services import gather
from issuer.services.gather import Budget, Means


def with_stack(means: Means, found: Report) -> Report:
    """Return a report with what its stack came to: as it was for a badge that is none, or has no whole seal.

    The result stays: whether a stack can be worked out again is told beside it, and is not what was signed.
    """
    document = found.credential
    claim = (
        stack.claim_of(document) if document is not None and findings.shows_content(found.checks) else None
    )
    if document is None or claim is None:
        return found
    reason = stack.obstacle(claim, issuer_of(document))
    finding = stack.not_checked(reason) if reason else _checked(means, document, claim)
    return replace(found, checks=(*found.checks, finding))


def _checked(means: Means, document: Document, claim: Claim) -> Finding:
    """Return what a stack came to. Its badges share what is fetched for them, and the time for it."""
    budget = Budget.of(len(claim.addresses))
    wanted = [Want("resource", address) for address in claim.addresses]
    fetched = gather.within_budget(list(dict.fromkeys(wanted)), budget, means.obtain)
    rule, *badges = (fetched[want] for want in wanted)
    return stack.check_stack(document, claim, rule, _components(means, claim, badges, budget))


def _components(
    means: Means, claim: Claim, badges: Sequence[Fetched], budget: Budget
) -> list[Component | None]:
    """Return each badge with the report on it, or None: it was not to be had, or there was no time left."""
    library: dict[Want, Fetched] = {}
    further = Budget(gather.MAX_FETCHES, budget.ends)
    found: list[Component | None] = []
    for entry, badge in zip(claim.badges, badges, strict=True):
        text = badge.content if isinstance(badge, Obtained) else None
        report = _report(means, text, library, further) if isinstance(text, str) else None
        found.append(Component(entry, str(text), report) if report else None)
    return found


def _report(means: Means, text: str, library: dict[Want, Fetched], budget: Budget) -> Report | None:
    """Return the report on one badge, without what it is made of in turn."""
    if time.monotonic() > budget.ends:
        return None
    try:
        credential = opening.opened_text(text)
    except Invalid:
        return None
    library |= gather.gathered(credential, means.obtain, budget, library)
    materials = Materials(
        document=credential.document,
        envelope=credential.envelope,
        now=means.clock(),
        library=library,
        standing=means.standing_of(credential.document),
        known=means.known,
    )
    return means.judge(materials, None)
