"""The sandbox of an issuer: an issuer of its own beside it, whose badges nobody takes for real ones.

It has its own DID, keys, people and badges, so that nothing of a test can meet anything that is meant. What
it offers follows what the issuer offers, until somebody who tries things out defines a badge anew.
"""

from collections.abc import Sequence
from typing import Final

from issuer.context import Context
from issuer.core.intake import magic
from issuer.core.intake.magic import Change
from issuer.db import purging, tenants
from issuer.db.tables import Tenant
from issuer.errors import Conflict, Forbidden, IssuerError
from issuer.services import issue, revoke, trial_offers
from issuer.services import tenants as issuers
from issuer.services.clients import Client
from issuer.services.issue import Issued, Sent

_LONGEST: Final = 64 - len(tenants.TRIALS)


class NoTrials(Conflict):
    """The issuer cannot have a sandbox."""

    code = "no-sandbox"


class NotForTrials(Forbidden):
    """It is possible in a sandbox alone: with a key that begins with sk_test_."""

    code = "test-key-needed"


def opened(context: Context, owner: Tenant) -> Tenant:
    """Return the sandbox of an issuer, made where there was none, with all that the issuer offers now.

    Raises `NoTrials` for an issuer whose own slug leaves no room for it, and for a sandbox.
    """
    if tenants.is_for_trials(owner) or len(owner.slug) > _LONGEST:
        raise NoTrials(f"the issuer {owner.slug!r} can have no sandbox")
    with context.database.read() as session:
        found = tenants.trials_of(session, owner)
    if found is None:
        found = issuers.create_trial(context, owner)
    trial_offers.follow_all(context, owner, found)
    return found


def keep_up(context: Context, owner: Tenant) -> None:
    """Offer in the sandbox of an issuer, where it has one, what the issuer offers now."""
    with context.database.read() as session:
        found = None if tenants.is_for_trials(owner) else tenants.trials_of(session, owner)
    if found is not None:
        trial_offers.follow_all(context, owner, found)


def purge(context: Context, trial: Tenant) -> int:
    """Forget everybody and every badge of a sandbox, and return how many badges there were.

    What it offers, its keys and its API clients stay. Raises `NotForTrials` for an issuer that is none.
    """
    if not tenants.is_for_trials(trial):
        raise NotForTrials("this is no sandbox: real badges are withdrawn, never purged")
    with context.database.write.begin() as session:
        return purging.purge(session, trial.id)


def catch_up(context: Context, tenant_id: str, codes: Sequence[str]) -> None:
    """Take over what its issuer offers under these codes by now, where a tenant is a sandbox."""
    with context.database.read() as session:
        trial = tenants.by_id(session, tenant_id)
        owner = tenants.owner_of_trials(session, trial) if tenants.is_for_trials(trial) else None
    if owner is not None:
        trial_offers.follow(context, owner, trial, codes)


def issue_all(context: Context, client: Client, sent: Sequence[Sent]) -> list[Issued | IssuerError]:
    """Return what became of each test event: as anywhere, but for recipients who stand for a failure."""
    catch_up(context, client.tenant_id, sorted({each.event.achievement.code for each in sent}))
    effects = [magic.effect(each.event.recipient.email) for each in sent]
    plain = [each for each, what in zip(sent, effects, strict=True) if not isinstance(what, IssuerError)]
    answers = iter(issue.issue_all(context, plain))
    found = [what if isinstance(what, IssuerError) else next(answers) for what in effects]
    return [
        _changed(context, client, each, answer, what)
        for each, answer, what in zip(sent, found, effects, strict=True)
    ]


def _changed(
    context: Context,
    client: Client,
    sent: Sent,
    answer: Issued | IssuerError,
    what: IssuerError | Change | None,
) -> Issued | IssuerError:
    """Return the answer once the badge was changed as its recipient asks, if at all."""
    if not isinstance(what, Change) or not isinstance(answer, Issued) or answer.outcome != "issued":
        return answer
    revoke.change(
        context,
        client,
        answer.award.credential.public_id,
        what.what,
        reason=what.reason,
        note=None,
        request_id=sent.sender.request_id,
    )
    again = issue.issue_all(context, [sent])[0]
    return Issued("issued", again.tenant, again.found) if isinstance(again, Issued) else again
