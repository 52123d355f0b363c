"""Verify any credential for a client of the VC API, in the one order of checks that the mode allows."""

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from issuer.context import Context
from issuer.core.credentials import kinds
from issuer.core.documents import Document
from issuer.core.verifying import (
    dates,
    findings,
    form,
    general,
    opening,
    presented,
    problems,
    purposes,
    seal,
    standing,
)
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Materials, issuer_of
from issuer.core.verifying.opening import Opened
from issuer.core.verifying.presented import Presented
from issuer.core.verifying.problems import Problem
from issuer.core.verifying.purposes import Expected, Given
from issuer.core.verifying.seal import Seal
from issuer.errors import Invalid
from issuer.services import gather, vc_mode, vc_sources
from issuer.services.gather import Budget

CHECKS: Final = ("proof", "issuer", "credentialStatus", "validity")
_BY_FINDING: Final = {
    "integrity": "proof",
    "issuer": "issuer",
    "status": "credentialStatus",
    "validity": "validity",
}
_KEPT: Final = frozenset({"integrity", "issuer", "status", "contained"})
_UNRECOGNIZED: Final = "issuer_unrecognized"


@dataclass(frozen=True)
class Asked:
    """What a client asks beside the credential. `checks` limits the checks, where the mode allows that."""

    challenge: str | None = None
    domain: str | None = None
    checks: tuple[str, ...] = ()

    @property
    def expected(self) -> Expected:
        """What a credential's own proof must have been made for."""
        return Expected(challenge=self.challenge, domain=self.domain)


@dataclass(frozen=True)
class Verification:
    """What came of it: every reason against, every warning, and the checks that were made."""

    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    checks: tuple[str, ...] = ()
    inside: tuple["Verification", ...] = field(default=())

    @property
    def verified(self) -> bool:
        """Whether nothing spoke against it, inside it either."""
        return not self.errors and all(each.verified for each in self.inside)


def credential(context: Context, document: Document, asked: Asked) -> Verification:
    """Return whether a credential of any kind verifies (VCDM 2.0, 7.1; VCALM, Verify Credential).

    An issuer whom nobody knows is a warning. Raises `Busy` where too much is being verified at this moment.
    """
    lenient = vc_mode.is_lenient(context.settings)
    try:
        opened = _opened(document, lenient=lenient)
    except _Faulty as error:
        return Verification(tuple(problems.of_fault(fault) for fault in error.faults))
    except Invalid as error:
        return Verification((problems.unparsable(error.detail),))
    library = gather.gathered(opened, partial(vc_sources.obtain, context), Budget.fresh())
    materials = Materials(opened.document, context.clock(), library, opened.envelope)
    if lenient:
        chosen = asked.checks or CHECKS
        found = [each for each in _lenient(context, materials, asked) if _BY_FINDING[each.id] in chosen]
    else:
        chosen = CHECKS
        found = [*_strict(context, materials), *purposes.mismatches(opened.document, asked.expected)]
    return _summed(found, tuple(name for name in CHECKS if name in chosen), asked, lenient=lenient)


class _Faulty(Invalid):
    """The document breaks the data model."""

    code = "breaks-data-model"


def _opened(document: Document, *, lenient: bool) -> Opened:
    """Return the credential out of whatever envelope, held to the data model at each step, or raise."""
    _refuse_faults(document, lenient=lenient)
    opened = opening.opened_document(document)
    if opened.envelope is not None:
        _refuse_faults(opened.document, lenient=lenient)
    return opened


def _refuse_faults(document: Document, *, lenient: bool) -> None:
    found = general.faults(document, earlier_digests=lenient)
    if not lenient:
        found += form.respelled(document)
    if found:
        raise _Faulty("it breaks the data model", found)


def _strict(context: Context, materials: Materials) -> list[Finding]:
    """Return the findings of the same checks that badges go through, in the same place of judgement."""
    found = context.verifier.judge(materials, None).checks
    kept = [each for each in found if each.id in _KEPT]
    return [*kept, _validity(materials)] if kept else list(found)


def _lenient(context: Context, materials: Materials, asked: Asked) -> list[Finding]:
    """Return the findings under the suites' contexts: of every proof, where whose they are is not asked."""
    of_proofs_alone = bool(asked.checks) and "issuer" not in asked.checks
    seals = _lenient_seals(context, materials, asked, of_proofs_alone=of_proofs_alone)
    issuer = issuer_of(materials.document)
    found = findings.worst([each.finding for each in seals])
    return [
        found if of_proofs_alone else seal.check_integrity(seals, issuer),
        seal.check_issuer(materials, seals),
        standing.check_status(materials),
        _validity(materials),
    ]


def _lenient_seals(
    context: Context, materials: Materials, asked: Asked, *, of_proofs_alone: bool
) -> list[Seal]:
    given = Given(materials.library, materials.now, vc_mode.known_contexts(context.settings))
    if materials.envelope is None:
        return purposes.seals_of(materials.document, given, asked.expected)
    if of_proofs_alone:
        return [presented.seal_of(Presented(materials.document, materials.envelope), given, asked.expected)]
    return seal.seals_of(materials)


def _validity(materials: Materials) -> Finding:
    """Return whether now is within the dates, of which a credential need have none (VCDM 2.0, 4.9)."""
    start = kinds.start_member(materials.document)
    dated = {start: "1970-01-01T00:00:00Z", **materials.document}
    return dates.check_validity(replace(materials, document=dated))


def _summed(found: list[Finding], checks: tuple[str, ...], asked: Asked, *, lenient: bool) -> Verification:
    failed = [each for each in found if _speaks_against(each)]
    doubtful = [each for each in found if each.code == _UNRECOGNIZED]
    warnings = [problems.of_finding(each) for each in doubtful]
    if asked.checks and not lenient:
        warnings.append(problems.NOT_CHOSEN)
    return Verification(tuple(map(problems.of_finding, failed)), tuple(warnings), checks)


def _speaks_against(found: Finding) -> bool:
    return found.outcome not in (Outcome.PASSED, Outcome.SKIPPED) and found.code != _UNRECOGNIZED
