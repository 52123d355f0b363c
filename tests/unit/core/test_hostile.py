"""Strangers' files of every kind, changed at will: an answer always, and trust never."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.core import documents
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.securing import proofs
from issuer.core.verifying import findings, needs, opening, report
from issuer.core.verifying.holder import Claimed
from issuer.core.verifying.materials import Materials
from issuer.core.verifying.report import Report
from issuer.errors import Invalid
from tests.support import badges, pictures, strangers, tokens
from tests.support.asking import as_jws

GUILD, OTHER = strangers.stranger("a guild"), strangers.stranger("another guild")
LIBRARY = badges.library(
    {GUILD.did: GUILD.keys, OTHER.did: OTHER.keys, badges.ADDRESSES.did: badges.KEYS}, {}
)
LIBRARY |= badges.library({}, badges.LISTS)
KNOWN = dict.fromkeys((GUILD.did, OTHER.did, badges.ADDRESSES.did), "a test")
WHOSE = Claimed("emailAddress", "teacher@alder.example")
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def originals(suite: str) -> dict[str, Document]:
    """Return one of each kind of credential, sealed."""
    endorsement = OTHER.sign(strangers.endorsement(OTHER, strangers.badge(GUILD)["id"]), cryptosuite=suite)
    held = OTHER.sign(strangers.badge(OTHER, 2), cryptosuite=suite)
    return {
        "a badge of ours": badges.badge(cryptosuite=suite),
        "a badge": GUILD.sign(strangers.badge(GUILD), cryptosuite=suite),
        "an endorsed badge": GUILD.sign(strangers.badge(GUILD, endorsement=[endorsement]), cryptosuite=suite),
        "an endorsement": endorsement,
        "a transcript": GUILD.sign(strangers.transcript(GUILD, held), cryptosuite=suite),
    }


ORIGINALS = {suite: originals(suite) for suite in proofs.CRYPTOSUITES}
ALL = pytest.mark.parametrize(
    ("suite", "kind"), [(suite, kind) for suite, each in ORIGINALS.items() for kind in each]
)
WORDS = (
    "@context", "@id", "@type", "@graph", "@value", "@language", "@vocab", "@base", "@reverse", "@included",
    "id", "type", "issuer", "proof", "credentialStatus", "credentialSubject", "achievement", "validFrom",
    "validUntil", "issuanceDate", "endorsement", "verifiableCredential", "refreshService", "evidence",
    "identifier", "name", "termsOfUse", "credentialSchema", "previousProof", "verificationMethod", "x", "",
)  # fmt: skip
TEXTS = st.text(max_size=6) | st.sampled_from(
    (
        *WORDS, GUILD.did, OTHER.did, f"{OTHER.did}#{OTHER.multikey}", "VerifiableCredential",
        "ClrCredential", "EndorsementCredential", "OpenBadgeCredential", "VerifiablePresentation",
        "EnvelopedVerifiableCredential", "data:application/vc+jwt,eyJ.eyJ.eyJ", "BitstringStatusListEntry",
        "DataIntegrityProof", "eddsa-jcs-2022", "2999-01-01T00:00:00Z", "_:b0", "https://a.example/#x",
        "https://www.w3.org/ns/credentials/v2", "\u202e", "z" * 90,
    )
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def judged(credential: opening.Opened) -> Report:
    """Return the report that a process would give, after asking what it wants to look at."""
    needs.missing(credential, LIBRARY)
    materials = Materials(credential.document, badges.NOW, LIBRARY, envelope=credential.envelope, known=KNOWN)
    return report.report(materials, WHOSE)


def answer(raw: bytes) -> Report:
    try:
        return judged(opening.opened(raw))
    except Invalid as error:
        return report.unreadable(error.detail, badges.NOW)


def text(document: object) -> bytes:
    return json.dumps(document).encode()


def every(found: Report) -> Iterator[Report]:
    """Yield a report and all inside it."""
    yield found
    for inside in (*found.endorsements, *found.contained):
        yield from every(inside)


def assert_sound(found: Report) -> None:
    for each in every(found):
        assert each.result in findings.HEADLINES
        assert (each.credential is not None) == findings.shows_content(each.checks)
        assert all(check.message.endswith(".") for check in each.checks)


@ALL
def test_every_original_is_good(suite: str, kind: str) -> None:
    found = answer(text(ORIGINALS[suite][kind]))

    assert found.result == "valid"
    assert found.credential == ORIGINALS[suite][kind]


def inner(document: Any, path: documents.Path) -> Any:  # noqa: ANN401 - JSON at a place
    for part in path:
        document = document[part]
    return document


@st.composite
def mutations(draw: st.DrawFn, document: Document) -> Document:
    """Return a document with a few changes: values replaced, removed, added, moved or doubled."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        places = [path for path, _ in documents.walk(changed) if path]
        if not places:
            break
        *above, last = draw(st.sampled_from(places))
        _change(draw, inner(changed, tuple(above)), last, changed)
    return changed


def _change(draw: st.DrawFn, node: Any, last: str | int, whole: Document) -> None:  # noqa: ANN401
    match draw(st.sampled_from(("replace", "remove", "add", "copy", "nest"))):
        case "replace":
            node[last] = draw(VALUES)
        case "remove":
            del node[last]
        case "add" if isinstance(node, dict):
            node[draw(st.sampled_from(WORDS))] = draw(VALUES)
        case "add":
            node.insert(draw(st.integers(0, len(node))), draw(VALUES))
        case "copy":
            places = [path for path, _ in documents.walk(whole) if path]
            node[last] = copy.deepcopy(inner(whole, draw(st.sampled_from(places))))
        case _:
            node[last] = [copy.deepcopy(node[last])]


def meaning(value: object, around: tuple[object, ...] = ()) -> object:
    """Return JSON without what a seal over meaning leaves open.

    That is order, repetition, what is nothing, and contexts that are in force already.
    """
    if isinstance(value, dict):
        if set(value) == {"@value"}:
            return meaning(value["@value"])
        own = [each for each in listed(value.get("@context")) if each not in around]
        inside = (*around, *own)
        found = {name: meaning(each, inside) for name, each in value.items() if name != "@context"}
        added = {"@context": meaning(own)} if own else {}
        return added | {name: each for name, each in found.items() if each not in ([], None)}
    if isinstance(value, list):
        every = (meaning(each, around) for each in value if each is not None)
        held = {json.dumps(each, sort_keys=True): each for each in every}
        flat = [held[key] for key in sorted(held)]
        return flat[0] if len(flat) == 1 else flat
    return value


@ALL
@given(st.data())
@QUICK
def test_what_was_changed_is_never_trusted_and_always_answered(
    suite: str, kind: str, data: st.DataObject
) -> None:
    original = ORIGINALS[suite][kind]
    changed = data.draw(mutations(original))

    found = answer(text(changed))

    assert_sound(found)
    if found.result in findings.TRUSTED and suite == proofs.EDDSA_JCS:
        assert one_proof(found.credential) in (original, *_held(original))
    elif found.result in findings.TRUSTED:
        assert meaning(found.credential) in [meaning(each) for each in (original, *_held(original))]


def one_proof(document: Document | None) -> object:
    """Return a document in which a set of one proof is that proof: the set itself is never signed."""
    proof = (document or {}).get("proof")
    return {**document, "proof": proof[0]} if document and isinstance(proof, list) else document


def _held(document: Document) -> list[object]:
    """Return what is sealed inside a credential: a wrapping around it can be changed into one."""
    return [value for _, value in documents.walk(document) if isinstance(value, dict) and "proof" in value]


@given(VALUES)
@QUICK
def test_any_json_has_an_answer(value: object) -> None:
    found = answer(text(value))

    assert_sound(found)
    assert found.result not in findings.TRUSTED


@given(st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=8), st.sampled_from(proofs.CRYPTOSUITES))
@QUICK
def test_any_content_that_a_stranger_does_sign_has_an_answer(content: Document, suite: str) -> None:
    try:
        document = documents.parse(text({**strangers.badge(GUILD), **content}))
        signed = GUILD.sign(document, cryptosuite=suite)
    except (Invalid, KeyError, TypeError, AttributeError):
        return

    assert_sound(answer(text(signed)))


@given(st.binary(max_size=200))
@QUICK
def test_any_bytes_have_an_answer(raw: bytes) -> None:
    assert answer(raw).result not in findings.TRUSTED


CONTAINERS = {
    "JSON": text(ORIGINALS[proofs.EDDSA_RDFC]["a badge"]),
    "JWT": as_jws().encode(),
    "PNG": pictures.png_by_openbadgeslib(text(ORIGINALS[proofs.EDDSA_JCS]["a badge"]).decode()),
    "SVG": pictures.svg_by_openbadgeslib(as_jws(), as_text=False),
}


@pytest.mark.parametrize("kind", CONTAINERS)
@given(st.data())
@QUICK
def test_any_bytes_changed_in_a_file_have_an_answer_and_no_other_content(
    kind: str, data: st.DataObject
) -> None:
    whole = CONTAINERS[kind]
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 8))
    changed = whole[:start] + data.draw(st.binary(max_size=8)) + whole[start + length :]

    found = answer(changed)

    assert_sound(found)
    if found.result in findings.TRUSTED:
        assert found.credential == opening.opened(whole).document


@given(st.dictionaries(st.sampled_from(("alg", "kid", "typ", "jwk", "crit", "b64", "cty")), VALUES), VALUES)
@QUICK
def test_any_header_and_any_payload_of_a_token_have_an_answer(header: Document, payload: object) -> None:
    claims = {**strangers.badge(GUILD), **(payload if isinstance(payload, dict) else {})}

    for header_of in (header, {"alg": "EdDSA", "kid": f"{GUILD.did}#{GUILD.multikey}", **header}):
        found = answer(tokens.handmade(header_of, claims).encode())
        assert_sound(found)
        assert found.result not in findings.TRUSTED
