"""From the report of a check to what its page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from issuer.context import Context
from issuer.core import ids
from issuer.core.verifying import findings, recognition
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.holder import Claimed
from issuer.core.verifying.materials import issuer_of
from issuer.core.verifying.report import Report
from issuer.db import credentials, tenants
from issuer.services.tenants import presentation_of
from issuer.web import verify_content
from issuer.web.pages import views
from issuer.web.pages.verify_views import (
    AnswerView,
    CheckLine,
    Given,
    PartView,
    Person,
    SourceLine,
    StackView,
)

_FOUR: Final = ("integrity", "status", "validity", "issuer")
_NOT_OF_THE_BADGE: Final = frozenset({"contained", "holder", "stack"})
_SPOKEN: Final = frozenset(
    {
        "test",
        "revoked",
        "superseded",
        "suspended",
        "not_yet_valid",
        "expired",
        "status_unknown",
        "unsupported",
        "issuer_unrecognized",
        findings.VALID,
    }
)
"""Headlines under which a badge's own words are shown, provided that its seal held."""


@dataclass(frozen=True)
class Asked:
    """What was checked: how it was given, at which host, by which link, and whose it should be."""

    given: Given
    domain: str
    link: str | None = None
    claimed: Claimed | None = None


@dataclass(frozen=True)
class _Own:
    """What our own records add to the report on a badge of ours. `zone` is that of its page."""

    page_url: str
    zone: ZoneInfo
    change: views.Change | None


def answer_view(context: Context, report: Report, asked: Asked) -> AnswerView:
    """Return what the answer shows. Nothing of the file, unless its seal holds and is its issuer's."""
    own = findings.headline([check for check in report.checks if check.id not in _NOT_OF_THE_BADGE])
    shown = report.credential if own in _SPOKEN else None
    by_id = {check.id: check for check in report.checks}
    recognized = _outcome(by_id.get("issuer")) == "passed" and shown is not None
    ours = _own(context, report) if recognized else None
    zone = ours.zone if ours else None
    change = ours.change if ours else None
    return AnswerView(
        code=_refined(report.result, change),
        own=_refined(own, change),
        cause=_cause(report, own),
        given=asked.given,
        checks=_four(by_id),
        checked_at=_at(report.checked_at, zone),
        domain=asked.domain,
        claims=verify_content.claims(shown, linked=recognized, zone=zone) if shown is not None else None,
        recognized=recognized,
        recognized_by=_registry(context, report) if recognized and ours is None else None,
        change=change,
        page_url=ours.page_url if ours else None,
        link=asked.link,
        refreshed=report.refreshed,
        person=_person(by_id.get("holder"), asked.claimed, shown=shown is not None),
        stack=_stack(by_id.get("stack")) if shown is not None else None,
        endorsements=tuple(map(_part, report.endorsements)) if shown is not None else (),
        contained=tuple(map(_part, report.contained)) if shown is not None else (),
        lines=tuple(_line(check, told=shown is not None) for check in report.checks),
        sources=tuple(SourceLine(name=each.url, at=_at(each.fetched_at, zone)) for each in report.sources),
    )


def _refined(result: str, change: views.Change | None) -> str:
    """Return the result as our own records have it: a newer badge is told of where it can be seen."""
    if change is None or result not in {"revoked", "superseded"}:
        return result
    return "superseded" if change.newer_url else "revoked"


def _four(by_id: Mapping[str, Finding]) -> views.Checks:
    """Return how the four lines stand. Nothing has passed by the word of a file whose seal does not hold."""
    outcomes = {name: _outcome(by_id.get(name)) for name in _FOUR}
    if outcomes["integrity"] != "passed":
        outcomes = {name: "skipped" if was == "passed" else was for name, was in outcomes.items()}
    return views.Checks(**cast("dict[str, Any]", outcomes))


def _outcome(check: Finding | None) -> views.Outcome:
    return (check.outcome if check else Outcome.SKIPPED).value


def _cause(report: Report, own: str) -> str:
    """Return the finer code that called for the headline: the code itself where there is none finer."""
    called = (check.code for check in report.checks if findings.CALLS_FOR.get(check.code) == own)
    return next(called, own)


def _registry(context: Context, report: Report) -> str | None:
    """Return the list that knows the issuer, with its date."""
    issuer = issuer_of(report.credential or {})
    return recognition.recognized_by(issuer, context.verifier.registries())


def _own(context: Context, report: Report) -> _Own | None:
    """Return the page of a badge of ours and what changed since, or None for anybody else's."""
    named = (report.credential or {}).get("id")
    public_id = str(named).rpartition("/")[2]
    if len(public_id) != ids.PUBLIC_ID_LENGTH:
        return None
    with context.database.read() as session:
        try:
            row = credentials.public_row(session, public_id)
        except credentials.UnknownCredential:
            return None
        tenant = tenants.by_id(session, row.tenant_id)
        newer_id = credentials.replacement(session, tenant.id, row)
    addresses = context.addresses(tenant)
    if addresses.badge(public_id) != named or addresses.did != issuer_of(report.credential or {}):
        return None
    zone, when = ZoneInfo(presentation_of(tenant).time_zone), row.revoked_at or row.suspended_at
    reason = cast("views.Reason", row.reason or "other")
    newer = addresses.badge(newer_id) if newer_id else None
    change = views.Change(on=when.astimezone(zone), reason=reason, newer_url=newer) if when else None
    return _Own(addresses.badge(public_id), zone, change)


def _at(when: datetime, zone: ZoneInfo | None) -> datetime:
    """Return a moment as the issuer's clocks show it, where it is known which those are."""
    return when.astimezone(zone) if zone else when


def _person(found: Finding | None, claimed: Claimed | None, *, shown: bool) -> Person | None:
    if found is None or claimed is None:
        return None
    by = "email" if claimed.kind == "emailAddress" else "name"
    return Person(code=found.code if shown else "not_compared", by=cast("Any", by))


def _stack(found: Finding | None) -> StackView | None:
    return StackView(code=found.code, outcome=_outcome(found), names=found.names) if found else None


def _part(report: Report) -> PartView:
    document = report.credential
    if document is None or report.result not in _SPOKEN:
        return PartView(code=report.result)
    return PartView(
        code=report.result,
        name=verify_content.name_of(document),
        issuer=verify_content.who(document).name,
    )


def _line(check: Finding, *, told: bool) -> CheckLine:
    return CheckLine(
        id=check.id,
        outcome=_outcome(check),
        code=check.code,
        citation=check.citation,
        message=check.message if told else None,
    )
