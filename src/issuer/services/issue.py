"""Issue badges for approved competencies: the intents first, then the signatures."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple, TypeAlias

from sqlalchemy.exc import DBAPIError

from issuer import failpoints
from issuer.context import Context
from issuer.core.awarding.requirements import Caution
from issuer.core.intake.parse import Received
from issuer.db import clashes, credentials
from issuer.db.credentials import Award, Signed
from issuer.db.tables import Credential, Tenant
from issuer.errors import IssuerError
from issuer.services import finish, recording
from issuer.services.drafts import Draft, Fresh
from issuer.services.finish import Unfinished
from issuer.services.recording import OutcomeName, Recorded
from issuer.services.sending import Sender, Sent
from issuer.services.standing import Erased

__all__ = ["CHUNK", "Issued", "NotRecorded", "OutcomeName", "Sender", "Sent", "issue", "issue_all"]

CHUNK = 500
"""How many events are recorded, and published, together at most."""

_TRIES = 5


class NotRecorded(IssuerError):
    """An event could not be recorded, however often it was tried. The fault is ours."""

    code = "not-recorded"


class New(NamedTuple):
    """An award that was made just now, and was not read back."""

    fresh: Fresh
    signed: Signed


@dataclass(frozen=True)
class Issued:
    """What became of an event, and the award that it led to."""

    outcome: OutcomeName
    tenant: Tenant
    found: Award | New
    cautions: tuple[Caution, ...] = ()
    """What a new event lacks, though its badge is issued."""

    @property
    def may_count(self) -> bool:
        """Whether the award may count toward a stack. It does not where its issuer has offered none."""
        return isinstance(self.found, Award) or self.found.fresh.draft.has_pathways

    @cached_property
    def award(self) -> Award:
        """The award as it was stored when the event was answered."""
        if isinstance(self.found, Award):
            return self.found
        fresh, signed = self.found.fresh, self.found.signed
        row = {**fresh.row, "draft": None, "proof": None, "dictionary_id": None}
        credential = Credential(**row, secured=signed.text, secured_sha256=signed.sha256)
        return Award(credential, fresh.offer.code, fresh.offer.number, fresh.name)


def issue(context: Context, sender: Sender, received: Received) -> Issued:
    """Return the award for an event: a new one, or the one that it led to before.

    Exactly once, for ever: the same event gives the same award, whoever sends it how often. When this
    returns, the badge is public; when it is interrupted, the worker finishes what was recorded.
    """
    [answer] = issue_all(context, [Sent(sender, received)])
    if isinstance(answer, IssuerError):
        raise answer
    return answer


def issue_all(context: Context, sent: Sequence[Sent]) -> list[Issued | IssuerError]:
    """Return what became of each event, in order, or why it was refused: one says nothing of another.

    The outcomes are those that the events would have had one after another, and as safe as `issue` says.
    """
    return [answer for chunk in _chunks(sent) for answer in _issued(context, chunk)]


_Outcome: TypeAlias = Award | New | IssuerError


def _chunks(sent: Sequence[Sent]) -> Iterator[list[Sent]]:
    remaining = iter(sent)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def _issued(context: Context, sent: Sequence[Sent]) -> list[Issued | IssuerError]:
    recorded = _recorded(context, sent)
    failpoints.reach("recorded")
    outcomes = _finished(context, sent, recorded)
    answers = [
        found if isinstance(found, IssuerError) else _answer(found, outcomes[found.credential_id])
        for found in recorded
    ]
    counted = Counter(answer.outcome for answer in answers if isinstance(answer, Issued))
    for outcome, count in counted.items():
        context.metrics.issued.labels(outcome).inc(count)
    context.metrics.count_plans()
    return answers


def _answer(recorded: Recorded, outcome: _Outcome) -> Issued | IssuerError:
    if isinstance(outcome, Award) and outcome.credential.erased_at is not None:
        return Erased("the badge of this event was removed for its holder's privacy")
    if isinstance(outcome, IssuerError):
        return outcome
    return Issued(recorded.outcome, recorded.tenant, outcome, recorded.cautions)


def _recorded(context: Context, sent: Sequence[Sent]) -> list[Recorded | IssuerError]:
    """Record what events lead to, those of one tenant together."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(sent):
        places[each.sender.tenant_id].append(place)
    found: dict[int, Recorded | IssuerError] = {}
    for tenant_id, own in places.items():
        answers = _recorded_together(context, tenant_id, [sent[place] for place in own])
        found.update(zip(own, answers, strict=True))
    return [found[place] for place in range(len(sent))]


def _recorded_together(
    context: Context, tenant_id: str, sent: Sequence[Sent]
) -> Sequence[Recorded | IssuerError]:
    """Record a tenant's events: again when another process recorded something clashing, each alone at last.

    What one event has that the database refuses keeps no other one from being recorded.
    """
    refused = NotRecorded("the event could not be recorded: send it again later")
    for _ in range(_TRIES):
        try:
            with context.database.write.begin() as session:
                found = recording.record(context, session, tenant_id, sent)
                failpoints.reach("recording")
        except IssuerError as error:
            return [error] * len(sent)
        except DBAPIError as error:
            if not clashes.is_clash(error):
                raise
            refused.__cause__ = error
        else:
            return found
    if len(sent) == 1:
        context.metrics.faults.labels(NotRecorded.code).inc()
        return [refused]
    return [answer for each in sent for answer in _recorded_together(context, tenant_id, [each])]


def _finished(
    context: Context, sent: Sequence[Sent], recorded: Sequence[Recorded | IssuerError]
) -> Mapping[str, _Outcome]:
    """Return the awards that events led to, by primary key, with what was not signed yet now published."""
    by: dict[str, Sent] = {}
    fresh: dict[str, Fresh] = {}
    for each, found in zip(sent, recorded, strict=True):
        if isinstance(found, Recorded):
            by.setdefault(found.credential_id, each)
            if found.fresh:
                fresh[found.credential_id] = found.fresh
    stored = _stored(context, {key: each for key, each in by.items() if key not in fresh})
    left = [key for key, award in stored.items() if award.credential.secured is None]
    drafts = [each.draft for each in fresh.values()] + (finish.unsigned(context, left) if left else [])
    done = finish.together(context, [_unfinished(each, by[each.id].sender) for each in drafts])
    errors = {key: found for key, found in done.items() if isinstance(found, IssuerError)}
    new = {
        key: New(fresh[key], found)
        for key, found in done.items()
        if isinstance(found, Signed) and key in fresh
    }
    again = {key: by[key] for key in (*left, *done) if key not in errors and key not in new}
    return {**stored, **errors, **new, **_stored(context, again)}


def _unfinished(draft: Draft, sender: Sender) -> Unfinished:
    return Unfinished(draft, sender.client_id, sender.request_id)


def _stored(context: Context, wanted: Mapping[str, Sent]) -> dict[str, Award]:
    """Return awards that were made before, or by another process, as they are now."""
    by_tenant: dict[str, list[str]] = defaultdict(list)
    for key, each in wanted.items():
        by_tenant[each.sender.tenant_id].append(key)
    found: dict[str, Award] = {}
    if by_tenant:
        with context.database.read() as session:
            for tenant_id, keys in by_tenant.items():
                found.update(credentials.awards(session, tenant_id, keys))
    return found
