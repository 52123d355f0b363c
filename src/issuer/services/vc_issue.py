"""Issue any Verifiable Credential for a client of the VC API: checked, its issuer settled, and signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from issuer.context import Context
from issuer.core import moments
from issuer.core.credentials import kinds
from issuer.core.credentials.rules import types_of
from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, enveloping, multibase, proofs
from issuer.core.securing.did import DID_KEY
from issuer.core.status.entries import Purpose
from issuer.core.verifying import form, general, materials
from issuer.core.verifying.seal import CLOCK_SKEW
from issuer.db import tenants
from issuer.db.tables import Tenant
from issuer.errors import Fault, Invalid
from issuer.keys.ports import KeyUnavailable
from issuer.services import vc_mode, vc_status
from issuer.services.self_check import SelfCheckFailed

JOSE: Final = "jose"
Securing: TypeAlias = Literal["eddsa-rdfc-2022", "eddsa-jcs-2022", "Ed25519Signature2020", "jose"]
_OFFERED: Final = frozenset(proofs.CRYPTOSUITES)

_SUITE_2020: Final = "https://w3id.org/security/suites/ed25519-2020/v1"
_DATA_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v2"


class UnacceptedCredential(Invalid):
    """The credential is not one that the VC API signs as it stands."""

    code = "unaccepted-credential"


@dataclass(frozen=True)
class Wanted:
    """How a credential is to be issued. `reference` names its status later; without one, its id does."""

    securing: Securing = proofs.EDDSA_RDFC
    reference: str | None = None
    created: str | None = None
    purposes: tuple[Purpose, ...] = ()


@dataclass(frozen=True)
class _Signatory:
    issuer: str
    method: str
    key_id: str


def issue(context: Context, tenant: Tenant, credential: Document, wanted: Wanted) -> Document:
    """Return the secured credential (VCALM, Issue Credential). Nothing is kept of it but a status asked for.

    Raises `UnacceptedCredential`, `UnsafeDocument` where part of it would not be signed, `UnknownContext`,
    `StatusExists` and `KeyUnavailable`. Whether what it says is so is the client's to know.
    """
    lenient = vc_mode.is_lenient(context.settings)
    _check(credential, wanted, context.addresses(tenant).base, lenient=lenient)
    signatory = _signatory(context, tenant, credential, wanted, lenient=lenient)
    document = _issued_by(credential, signatory.issuer, lenient=lenient)
    document = _with_context(document, wanted.securing)
    canonical.rdfc(document, vc_mode.known_contexts(context.settings))
    if wanted.purposes:
        document = vc_status.with_status(context, tenant, document, wanted.purposes, wanted.reference)
    signer = context.keyring.signer(signatory.key_id)
    if wanted.securing == JOSE:
        signing = enveloping.signing_input(document, signatory.method)
        return enveloping.enveloped(signing, signer.sign(signing))
    return _with_proof(context, document, wanted, signatory)


def _check(credential: Document, wanted: Wanted, base: str, *, lenient: bool) -> None:
    """Raise `UnacceptedCredential` with every fault of the credential and of the wish."""
    found = [*general.faults(credential, earlier_digests=lenient), *_clashes(credential, wanted, base)]
    if not lenient:
        found += form.respelled(credential)
        if kinds.is_first_model(credential):
            found.append(Fault("/@context/0", f"only {contexts.CREDENTIALS_V2} is issued"))
    if found:
        first = found[0]
        raise UnacceptedCredential(f"{first.pointer or 'the credential'}: {first.detail}", found)
    if not lenient and wanted.securing not in _OFFERED:
        raise UnacceptedCredential(
            f"{wanted.securing} is not issued: choose from {', '.join(sorted(_OFFERED))}"
        )


def _clashes(credential: Document, wanted: Wanted, base: str) -> Iterator[Fault]:
    """Yield where the credential claims what only this service gives: a proof, a status, an address."""
    if "proof" in credential or general.ENVELOPED_CREDENTIAL in types_of(credential):
        yield Fault("/proof", "it is secured already: send the credential without its proof")
    if str(credential.get("id")).startswith(f"{base}/"):  # a badge or a list could be passed off as ours
        yield Fault("/id", "an address of this service is not free to take: choose another id")
    if wanted.purposes and "credentialStatus" in credential:
        yield Fault("/credentialStatus", "it has a status already: leave it out, or do not ask for one")
    if wanted.purposes and kinds.is_first_model(credential):
        yield Fault("/@context/0", f"a status needs {contexts.CREDENTIALS_V2}")


def _signatory(
    context: Context, tenant: Tenant, credential: Document, wanted: Wanted, *, lenient: bool
) -> _Signatory:
    """Return who signs: the tenant's DID, or for the suites the did:key of its key, which they can resolve.

    A credential with a status is always the tenant's DID's, because the list is.
    """
    with context.database.read() as session:
        key = tenants.signing_key(session, tenant.id)
    if key is None:
        raise KeyUnavailable("the issuer has no signing key: run `issuer keys rotate`")
    addresses = context.addresses(tenant)
    if lenient and not wanted.purposes and materials.issuer_of(credential) != addresses.did:
        did = DID_KEY + key.id
        return _Signatory(did, f"{did}#{key.id}", key.id)
    return _Signatory(addresses.did, addresses.verification_method(key.id), key.id)


def _issued_by(credential: Document, issuer: str, *, lenient: bool) -> Document:
    """Return the credential under the issuer whose key signs, or raise `UnacceptedCredential`.

    Another issuer is refused, and for the suites replaced: their manifests may name any.
    """
    named = credential["issuer"]
    if materials.issuer_of(credential) == issuer:
        return credential
    if not lenient:
        fault = Fault("/issuer", f"it is not {issuer}, whose key signs")
        raise UnacceptedCredential("the credential names another issuer", [fault])
    return {**credential, "issuer": {**named, "id": issuer} if isinstance(named, dict) else issuer}


def _with_context(document: Document, securing: Securing) -> Document:
    """Return the document with a context that defines the proof, if it names none (DI 1.0, 2.4.1)."""
    named = document["@context"]
    if securing == proofs.SIGNATURE_2020:
        wanted = _SUITE_2020
    elif securing != JOSE and named[0] == contexts.CREDENTIALS_V1:
        wanted = _DATA_INTEGRITY
    else:
        return document
    return document if wanted in named else {**document, "@context": [*named, wanted]}


def _with_proof(context: Context, document: Document, wanted: Wanted, signatory: _Signatory) -> Document:
    now, known = context.clock(), vc_mode.known_contexts(context.settings)
    created = wanted.created or moments.stamp(now)
    if moments.parse(created) > now + CLOCK_SKEW:
        raise UnacceptedCredential("options.created is in the future")
    proof = _options(document, signatory.method, created, wanted.securing)
    signature = context.keyring.signer(signatory.key_id).sign(proofs.signing_input(document, proof, known))
    secured = proofs.attach(document, proof, signature)
    try:
        proofs.verify(secured, secured["proof"], multibase.public_key(signatory.key_id), known)  # type: ignore[arg-type]
    except Invalid as error:
        raise SelfCheckFailed(f"the signed credential does not verify: {error.detail}") from error
    return dict(secured)


def _options(document: Document, method: str, created: str, securing: Securing) -> Document:
    if securing != proofs.SIGNATURE_2020:
        return proofs.options(document, method=method, created=created, cryptosuite=securing)
    return {
        "type": proofs.SIGNATURE_2020,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": proofs.ASSERTION,
    }
