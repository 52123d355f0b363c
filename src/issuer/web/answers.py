"""What the API answers, as models: they serialise, and they document."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from issuer.context import Context
from issuer.core.addresses import Addresses
from issuer.core.status import standing
from issuer.core.status.standing import Summary
from issuer.core.verifying.report import Report
from issuer.db import credentials, standings
from issuer.db.tables import Credential, Message, Tenant
from issuer.services import holder
from issuer.services.issue import Issued, OutcomeName
from issuer.services.pathways import Counted
from issuer.web import linkedin
from issuer.web.cautions import CautionOut, cautions_out

PublicId = Annotated[str, Field(examples=["7HqyV2cWmX4tKfRz9aBnPd"])]


class Answer(BaseModel):
    """An answer with the names of Open Badges: camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class AchievementRefOut(Answer):
    """Which version of which achievement."""

    code: str
    version: int


class AwardOut(Answer):
    """An award: what it is of, and how it stands."""

    id: PublicId
    status: Summary
    livemode: bool = True
    achievement: AchievementRefOut
    recipient_name: str | None = None
    awarded_date: date
    valid_until: datetime | None = None
    reason: str | None = None
    hold_visible_to_strangers: bool
    """Whether a hold shows in the published status list. Where it doesn't, only this service says so."""


class HistoryOut(Answer):
    """One thing that happened to an award."""

    type: str
    at: datetime
    actor: str
    reason: str | None = None
    note: str | None = None


class AddressesOut(BaseModel):
    """An award with its addresses: all that a platform shows beside it."""

    award: AwardOut
    status: Summary
    page_url: str
    credential_url: str
    image_url: str
    linkedin_url: str | None
    """Where its holder adds it to LinkedIn. None for a badge that is not current, or that is private."""
    request_id: str


class EditionOut(Answer):
    """A signed file that an award had before a correction, withdrawn since."""

    issued_at: datetime
    replaced_at: datetime
    sha256: str


class AwardDetailOut(AddressesOut):
    """An award, its addresses, what happened to it, and its former files, the oldest first."""

    history: list[HistoryOut] = []
    editions: list[EditionOut] = []


class HolderLinkOut(BaseModel):
    """The private address of all badges of the award's person. Show it to nobody else, and log it nowhere."""

    holder_url: str
    holder_url_expires: datetime
    request_id: str


class CountedOut(Answer):
    """A pathway that names the badge: how far its person is, and the id of the stack that it brought."""

    code: str
    satisfied: bool
    have: int
    need: int
    awarded: str | None = None


class EventOut(AddressesOut):
    """What became of an event. `pathways` are those that name the badge, with the badge counted."""

    outcome: OutcomeName
    holder_url: str
    """The private address of all badges of this person, for this person alone."""
    holder_url_expires: datetime
    pathways: list[CountedOut] = []
    warnings: list[CautionOut] = []


class AwardsOut(BaseModel):
    """A page of awards, the newest first. `next` is the address of the following page."""

    awards: list[AwardOut]
    next: str | None = None
    request_id: str


class CheckOut(BaseModel):
    """One check of a verification, and the section that asks for it."""

    id: Literal["schema", "integrity", "issuer", "status", "validity", "contained", "holder", "stack"]
    outcome: Literal["passed", "failed", "skipped", "unknown"]
    code: str
    message: str
    citation: str


class SourceOut(Answer):
    """Something that was fetched for a verification, and when."""

    url: str
    fetched_at: datetime


class PartOut(Answer):
    """The verification of a credential inside another. `at` is its place in it (RFC 6901)."""

    at: str
    result: str
    checks: list[CheckOut]
    credential: dict[str, object] | None = None


class ReportOut(Answer):
    """A verification: one result, and every check. The credential is repeated only if its seal held."""

    result: str
    checks: list[CheckOut]
    credential: dict[str, object] | None = None
    checked_at: datetime
    endorsements: list[PartOut] | None = None
    contained: list[PartOut] | None = None
    sources: list[SourceOut] | None = None
    refreshed: Literal[True] | None = None


class ErrorLine(BaseModel):
    """Why one line of many has no answer."""

    error: str
    detail: str


def award_out(addresses: Addresses, found: credentials.Award, now: datetime) -> AwardOut:
    """Return the answer for one award."""
    credential, code, number, name = found
    return AwardOut(
        id=credential.public_id,
        status=standing.summary(standings.standing(credential, now)),
        livemode=not addresses.is_for_trials,
        achievement=AchievementRefOut(code=code, version=number),
        recipient_name=name,
        awarded_date=credential.awarded_at.date(),
        valid_until=credential.valid_until,
        reason=credential.reason,
        hold_visible_to_strangers=credential.suspension_list_id is not None,
    )


def detail_out(
    context: Context,
    tenant: Tenant,
    found: credentials.Award,
    request_id: str,
    *,
    history: Sequence[Message] = (),
    former: Sequence[Credential] = (),
) -> AwardDetailOut:
    """Return the answer for one award with its addresses and, where given, its history and former files."""
    addresses = context.addresses(tenant)
    award = award_out(addresses, found, context.clock())
    return AwardDetailOut(
        award=award,
        status=award.status,
        page_url=addresses.badge(award.id),
        credential_url=addresses.credential(award.id),
        image_url=addresses.image(award.id),
        linkedin_url=linkedin.address(context, tenant, found[0]),
        history=[_history_out(message) for message in history],
        editions=[_edition_out(each) for each in former],
        request_id=request_id,
    )


def event_out(context: Context, issued: Issued, request_id: str, counts: Sequence[Counted] = ()) -> EventOut:
    """Return the answer to an event: the award, its addresses, and a new private link for its person."""
    found = detail_out(context, issued.tenant, issued.award, request_id)
    link = holder.mint(context, issued.tenant, issued.award[0].recipient_id)
    return EventOut(
        outcome=issued.outcome,
        holder_url=link.url,
        holder_url_expires=link.expires,
        pathways=[_counted_out(each) for each in counts],
        warnings=cautions_out(issued.cautions),
        **found.model_dump(exclude={"history", "editions"}),
    )


def _counted_out(counted: Counted) -> CountedOut:
    part = counted.standing.part
    return CountedOut(
        code=counted.standing.offer.code,
        satisfied=part.satisfied,
        have=part.have,
        need=part.need,
        awarded=counted.awarded,
    )


def report_out(report: Report) -> ReportOut:
    """Return the answer for a verification."""
    return ReportOut(
        result=report.result,
        checks=_checks_out(report),
        credential=report.credential,
        checked_at=report.checked_at,
        endorsements=[_part_out(each) for each in report.endorsements] or None,
        contained=[_part_out(each) for each in report.contained] or None,
        sources=[SourceOut(url=each.url, fetched_at=each.fetched_at) for each in report.sources] or None,
        refreshed=report.refreshed or None,
    )


def _checks_out(report: Report) -> list[CheckOut]:
    return [
        CheckOut.model_validate(
            {
                "id": found.id,
                "outcome": found.outcome.value,
                "code": found.code,
                "message": found.message,
                "citation": found.citation,
            }
        )
        for found in report.checks
    ]


def _part_out(report: Report) -> PartOut:
    return PartOut(
        at=report.at, result=report.result, checks=_checks_out(report), credential=report.credential
    )


def _edition_out(former: Credential) -> EditionOut:
    return EditionOut(
        issued_at=former.created_at,
        replaced_at=former.revoked_at or former.created_at,
        sha256=former.secured_sha256 or "",
    )


def _history_out(message: Message) -> HistoryOut:
    return HistoryOut(
        type=message.topic,
        at=message.created_at,
        actor=message.actor,
        reason=message.reason,
        note=message.note,
    )
