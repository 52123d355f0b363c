"""The specification's list of checks as data, run over the materials into one report."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from issuer.core.credentials import kinds
from issuer.core.documents import Document
from issuer.core.verifying import dates, findings, parts, seal, standing, structure
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.holder import Claimed, check_holder
from issuer.core.verifying.materials import Materials, Obtained, issuer_of
from issuer.core.verifying.opening import Opened
from issuer.core.verifying.parts import Part
from issuer.core.verifying.seal import Seal
from issuer.core.verifying.structure import Sound
from issuer.errors import Invalid


@dataclass(frozen=True)
class Examined:
    """The materials, how each seal in them came out, and what is known of the credential by its shape."""

    materials: Materials
    seals: tuple[Seal, ...]
    sound: Sound | None


@dataclass(frozen=True)
class Check:
    """One check: its id in answers, the section that asks for it, and the function that runs it."""

    id: str
    citation: str
    run: Callable[[Examined], Finding]


@dataclass(frozen=True)
class Source:
    """Something that was fetched for a report, and when."""

    url: str
    fetched_at: datetime


@dataclass(frozen=True)
class Report:
    """What a verification found. `credential` is present only when its seal held.

    `at` is where the credential stands inside another (RFC 6901). `refreshed` says that a newer copy was
    offered by the issuer, and is what was checked.
    """

    result: str
    checks: tuple[Finding, ...]
    credential: Document | None
    checked_at: datetime
    at: str = ""
    endorsements: tuple["Report", ...] = ()
    contained: tuple["Report", ...] = ()
    sources: tuple[Source, ...] = ()
    refreshed: bool = False


def check_schema(examined: Examined) -> Finding:
    """Return whether the document is of a kind known here, written plainly and as the standard wants it."""
    document = examined.materials.document
    if kinds.kind_of(document) is None:
        return Finding("schema", Outcome.FAILED, "not_a_badge", "It is not an Open Badge credential.")
    broken = structure.faults(document, examined.sound)
    if broken:
        message = f"It breaks the standard at {broken[0].pointer}: {broken[0].detail}."
        return Finding("schema", Outcome.FAILED, "malformed", message)
    return Finding("schema", Outcome.PASSED, "well_formed", "It is written as the standard wants it.")


CHECKS: Final = (
    Check("schema", "Open Badges 3.0, section 9.1 step 1", check_schema),
    Check(
        "integrity",
        "Open Badges 3.0, section 9.1 step 2; Data Integrity 1.0, section 4.4",
        lambda it: seal.check_integrity(it.seals, issuer_of(it.materials.document)),
    ),
    Check(
        "issuer",
        "Open Badges 3.0, section 8.5; Controlled Identifiers 1.0, section 3.3",
        lambda it: seal.check_issuer(it.materials, it.seals),
    ),
    Check(
        "status",
        "Open Badges 3.0, section 9.1 step 4; Bitstring Status List 1.0, section 3.2",
        lambda it: standing.check_status(it.materials),
    ),
    Check(
        "validity",
        "Open Badges 3.0, section 9.1 step 4; VCDM 2.0, section 4.9",
        lambda it: dates.check_validity(it.materials),
    ),
)
"""Every check runs on every badge, so that a report is always whole."""

_CONTAINED: Final = "CLR 2.0, ClrSubject verifiableCredential; Open Badges 3.0, section 9.1"
_HARMLESS: Final = findings.TRUSTED | {"expired", "not_yet_valid"}
"""Results of what a transcript holds that leave the transcript itself as good as it is."""


def report(materials: Materials, claimed: Claimed | None = None) -> Report:
    """Return the report of every check and the headline that sums them up. It never raises.

    Endorsements have reports of their own, which change nothing about the badge. What a transcript holds has
    too, and a transcript with something worthless in it is no better than that.
    """
    sound = structure.known(materials.document)
    own = _report(materials, sound)
    held = _contained(materials)
    whole = not parts.has_more(materials.document)
    checks = own.checks if held is None else (*own.checks, _contained_finding(held, whole=whole))
    shown = own.credential is not None
    holder = () if claimed is None else (check_holder(materials.document, claimed, seal_holds=shown),)
    return replace(
        own,
        result=findings.headline(checks),
        checks=(*checks, *holder),
        endorsements=tuple(_endorsements(materials)) if shown and (sound is None or sound.endorsed) else (),
        contained=tuple(held or ()) if shown else (),
        sources=_sources(materials),
    )


def unreadable(reason: str, now: datetime) -> Report:
    """Return the report on something in which no badge could be found."""
    return _alone("schema", Outcome.FAILED, findings.UNREADABLE, reason, now)


def unobtained(reason: str, now: datetime) -> Report:
    """Return the report on a badge that did not come from its address: nothing is known of it."""
    return _alone("schema", Outcome.UNKNOWN, "could_not_check", reason, now)


def given_up(reason: str, now: datetime) -> Report:
    """Return the report on something that took more work, or longer, than any honest badge does."""
    return _alone("integrity", Outcome.UNKNOWN, "too_complex", reason, now)


def _alone(check: str, outcome: Outcome, code: str, reason: str, now: datetime) -> Report:
    """Return a report of one finding, where there was nothing to run the other checks on."""
    message = reason[:1].upper() + reason[1:].rstrip(".") + "."
    citation = next(each.citation for each in CHECKS if each.id == check)
    return Report(code, (Finding(check, outcome, code, message, citation),), None, now)


def _report(materials: Materials, sound: Sound | None) -> Report:
    examined = Examined(materials, tuple(seal.seals_of(materials)), sound)
    found = tuple(check.run(examined).cited(check.citation) for check in CHECKS)
    credential = materials.document if findings.shows_content(found) else None
    return Report(findings.headline(found), found, credential, materials.now)


def _contained(materials: Materials) -> list[Report] | None:
    if kinds.kind_of(materials.document) != "clr":
        return None
    return [_part_report(materials, part) for part in parts.contained(materials.document)]


def _contained_finding(held: list[Report], *, whole: bool) -> Finding:
    if not whole:
        message = f"It holds more than {parts.MAX_CONTAINED} credentials, or another transcript."
        return Finding("contained", Outcome.UNKNOWN, "too_complex", message, _CONTAINED)
    counted = Counter(each.result for each in held)
    said = ", ".join(f"{count} {result}" for result, count in sorted(counted.items()))
    bad = [each.result for each in held if each.result not in _HARMLESS]
    if not bad:
        message = f"Of the credentials that it holds: {said}." if said else "It holds no credentials."
        return Finding("contained", Outcome.PASSED, "contained", message, _CONTAINED)
    code = min(bad, key=findings.HEADLINES.index)
    outcome = Outcome.UNKNOWN if code in findings.UNDECIDED else Outcome.FAILED
    return Finding("contained", outcome, code, f"Of the credentials that it holds: {said}.", _CONTAINED)


def _endorsements(materials: Materials) -> Iterator[Report]:
    ids = parts.ids_in(materials.document)
    for part in parts.endorsements(materials.document):
        own = _part_report(materials, part)
        yield own if isinstance(part.content, Invalid) else _about(own, part.content, ids)


def _about(found: Report, endorsement: Opened, ids: frozenset[str]) -> Report:
    """Return the report of an endorsement, malformed where it is about something else (OB 3.0, B.1.9)."""
    subject = endorsement.document.get("credentialSubject")
    if (
        kinds.kind_of(endorsement.document) == "endorsement"
        and isinstance(subject, dict)
        and subject.get("id") in ids
    ):
        return found
    message = "It is not an endorsement of anything in this credential."
    stranger = replace(found.checks[0], outcome=Outcome.FAILED, code="malformed", message=message)
    checks = (stranger, *found.checks[1:])
    return replace(found, result=findings.headline(checks), checks=checks)


def _part_report(materials: Materials, part: Part) -> Report:
    if isinstance(part.content, Invalid):
        return replace(unreadable(part.content.detail, materials.now), at=part.at)
    inside = replace(
        materials,
        document=part.content.document,
        envelope=part.content.envelope,
        standing=materials.standing_within.get(part.at),
    )
    return replace(_report(inside, structure.known(inside.document)), at=part.at)


def _sources(materials: Materials) -> tuple[Source, ...]:
    return tuple(
        Source(want.key, found.at)
        for want, found in materials.library.items()
        if isinstance(found, Obtained) and not want.key.startswith("did:key:")
    )
