"""From an unsecured credential to what a key signs, and on to the text that is served: by plan if one fits.

One idea at three costs: an achievement's plan leaves its constant parts unread, a shape's plan reads all of
a document, and the general path takes any document. Each falls back to the next.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, multibase, proofs
from issuer.core.securing.plans.planner import planner
from issuer.core.securing.plans.shapes import NOTHING_FIXED, Fixed, NotCovered
from issuer.core.securing.proofs import InvalidProof, UnsecuredCredential

_SIGNED_AT_ONCE = 256
"""How many proof options are remembered: of badges that are signed in one second, all are the same."""

_KEYS_AT_ONCE = 1024


@dataclass(frozen=True)
class Prepared:
    """What is to be signed, and how its signature makes it the text that is stored and served.

    `text` is that of the document without a proof, and `notes` are those of its plans, where there are any.
    `distrust` stops these: whoever finds that what was signed does not verify says so.
    """

    signing_input: bytes
    secured: Callable[[bytes], str]
    text: str | None = None
    notes: set[Hashable] | None = None
    distrust: Callable[[], None] = lambda: None


def prepare(
    document: UnsecuredCredential, proof: Document, fixed: Fixed = NOTHING_FIXED, *, sampled: bool = False
) -> Prepared:
    """Return what a key has to sign of a document, for proof options made by `proofs.options`.

    Of `fixed` parts the content is taken as it was when they were first seen under their name. What is
    `sampled` goes by the general path as well, which must agree. Raises what `proofs.signing_input` raises.
    """
    jcs = proof["cryptosuite"] == proofs.EDDSA_JCS
    planned_by = planner(contexts.in_force())
    try:
        plans, (body, text) = planned_by.planned(document, fixed, jcs=jcs, sampled=sampled)
    except NotCovered:
        return _general(document, proof)
    members = [member for member in proof.items() if member[0] != "@context"]
    digest, beginning = _options(tuple(document["@context"]), tuple(members))  # type: ignore[arg-type]
    before = f'{text[:-1]},"proof":{beginning},"proofValue":"'

    def secured(signature: bytes) -> str:
        return f'{before}{multibase.encode(signature)}"}}}}'

    signing_input = digest + sha256(body.encode()).digest()
    return Prepared(signing_input, secured, text, plans.notes, partial(planned_by.distrust, plans))


def check(
    prepared: Prepared, text: str, document: UnsecuredCredential, proof: Document, listed: Mapping[str, str]
) -> None:
    """Raise `InvalidProof` unless a text is the document as it was meant, under a proof that holds.

    `listed` are the keys of the issuer's DID document: Multikeys by the ids of their methods. It costs a
    verification, and no canonical form: that the signed bytes are those of the document, plans vouch for.
    """
    found = orjson.loads(text)
    shown = found.pop("proof")
    signature = multibase.decode(shown.pop("proofValue"))
    if found != document or shown != proof:
        raise InvalidProof("the text is not the badge that was meant")
    multikey = listed.get(str(proof["verificationMethod"]))
    if multikey is None:
        raise InvalidProof("the key that signed is not listed in the issuer's DID document")
    try:
        _public_key(multikey).verify(signature, prepared.signing_input)
    except InvalidSignature as error:
        raise InvalidProof("the signature does not hold") from error


def _general(document: UnsecuredCredential, proof: Document) -> Prepared:
    return Prepared(
        proofs.signing_input(document, proof),
        lambda signature: documents.text(proofs.attach(document, proof, signature)),
    )


@lru_cache(_KEYS_AT_ONCE)
def _public_key(multikey: str) -> Ed25519PublicKey:
    return multibase.public_key(multikey)


@lru_cache(_SIGNED_AT_ONCE)
def _options(named: Sequence[str], members: Sequence[tuple[str, str]]) -> tuple[bytes, str]:
    """Return the hash of proof options under contexts, and their text but for its end."""
    proof: Document = dict(members)
    options = {**proof, "@context": list(named)}
    if proof["cryptosuite"] == proofs.EDDSA_JCS:
        return sha256(canonical.jcs(options)).digest(), documents.text(options)[:-1]
    return sha256(planner(contexts.in_force()).rdfc(options)).digest(), documents.text(proof)[:-1]
