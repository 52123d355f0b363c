"""Verify presentations for a client of the VC API: who presents, and every credential inside."""

from issuer.context import Context
from issuer.core.credentials.rules import listed, types_of
from issuer.core.documents import Document
from issuer.core.securing import jose
from issuer.core.verifying import form, presentation, presented, problems
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Library, Want, proofs_of
from issuer.core.verifying.methods import document_of
from issuer.core.verifying.presented import Presented
from issuer.core.verifying.purposes import Given
from issuer.core.verifying.seal import MAX_PROOFS
from issuer.errors import Fault, Invalid
from issuer.services import vc_mode, vc_sources, vc_verify
from issuer.services.vc_verify import Asked, Verification


def verify(context: Context, document: Document, asked: Asked) -> Verification:
    """Return whether a presentation verifies, with each credential in it (VCDM 2.0, 7.1; VCALM).

    The challenge and domain are asked of the presentation's own proof, not of those inside.
    """
    found = _faults(context, document)
    if found:
        return Verification(tuple(map(problems.of_fault, found)))
    if presentation.ENVELOPED not in types_of(document):
        return _with_contents(context, document, asked, _by_proofs(context, document, asked))
    try:
        opened = presented.opened(document)
    except Invalid as error:
        return Verification((problems.unparsable(error.detail),))
    broken = _faults(context, opened.document)
    if broken:
        return Verification(tuple(map(problems.of_fault, broken)))
    return _with_contents(context, opened.document, asked, _by_envelope(context, opened, asked))


def _faults(context: Context, document: Document) -> list[Fault]:
    lenient = vc_mode.is_lenient(context.settings)
    found = presentation.faults(document, earlier_digests=lenient)
    return found if lenient else [*found, *form.respelled(document)]


def _by_proofs(context: Context, document: Document, asked: Asked) -> list[Finding]:
    methods = [proof.get("verificationMethod") for proof in proofs_of(document)[:MAX_PROOFS]]
    given = _given(context, [method for method in methods if isinstance(method, str)])
    return presentation.findings(document, given, challenge=asked.challenge, domain=asked.domain)


def _by_envelope(context: Context, opened: Presented, asked: Asked) -> list[Finding]:
    method = jose.key_hint(opened.envelope)
    given = _given(context, [method] if method else [])
    seal = presentation.envelope_seal(opened, given, challenge=asked.challenge, domain=asked.domain)
    return [seal.finding, *presentation.holder_findings(opened.document, [seal])]


def _given(context: Context, methods: list[str]) -> Given:
    wanted = dict.fromkeys(Want("controller", document_of(method)) for method in methods)
    library: Library = {want: vc_sources.obtain(context, want) for want in wanted}
    return Given(library, context.clock(), vc_mode.known_contexts(context.settings))


def _with_contents(context: Context, document: Document, asked: Asked, found: list[Finding]) -> Verification:
    held = listed(document.get("verifiableCredential"))
    inside = [
        vc_verify.credential(context, each, Asked(checks=asked.checks))
        for each in held
        if isinstance(each, dict)
    ]
    failed = [problems.of_finding(each) for each in found if each.outcome is not Outcome.PASSED]
    for index, each in enumerate(inside):
        failed += [problem.at(f"/verifiableCredential/{index}") for problem in each.errors]
    warnings = [warning for each in inside for warning in each.warnings]
    return Verification(tuple(failed), tuple(dict.fromkeys(warnings)), ("proof", "holder"), tuple(inside))
