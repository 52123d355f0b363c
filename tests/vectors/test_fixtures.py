"""Badges and data of other makers: what we say of them, beside what they say."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from importlib import resources
from typing import Any

import jsonschema_rs
import pytest
import rfc8785

from issuer.core.credentials import subject
from issuer.core.documents import Document
from issuer.core.securing import contexts, did, multibase, proofs
from issuer.core.status import bitstring
from issuer.core.verifying import findings, report
from issuer.core.verifying.materials import Materials, controller_of, proofs_of
from tests.support import badges, reference
from tests.support.world import World

_FIXTURES = ("openbadges-3.0", "validator-fixtures")
_NOW = datetime(2026, 6, 12, tzinfo=UTC)


STRICTER = {"simple-did-key-method.json": "issuer_key_missing"}
"""Fixtures that their makers let pass and we don't: here the issuer has nothing to do with the key."""


def expectations() -> list[Any]:
    path = reference.FOLDER.joinpath(*_FIXTURES, "expected.json")
    if not path.exists():
        return [pytest.param("", "", marks=pytest.mark.skip("the reference folder is not here"))]
    return [
        pytest.param(each["file"], each["outcome"], id=each["file"])
        for each in json.loads(path.read_bytes())
        if each["file"].endswith((".json", ".1ob"))
    ]


def judged(document: Document) -> report.Report:
    """Return our report, with the document of each key's controller as it would be published."""
    controllers = {}
    for proof in proofs_of(document):
        method = str(proof["verificationMethod"])
        name, key = controller_of(proof), method.partition("#")[2]
        if method.startswith(did.DID_KEY) and not key:
            controllers[method] = did.did_key_document(method)
        if name is not None and key.startswith("z"):
            controllers[name] = did.did_document(name, [key])
    return report.report(Materials(document=document, now=_NOW, library=badges.library(controllers, {})))


@pytest.mark.parametrize(("file", "outcome"), expectations())
def test_our_verdict_on_a_validator_fixture_is_never_kinder_than_its_own(file: str, outcome: str) -> None:
    document = json.loads(reference.path(*_FIXTURES, file).read_bytes())

    found = judged(document)

    if outcome == "invalid":
        assert found.result not in findings.TRUSTED
    if outcome == "valid" and not file.startswith("endorsement"):
        expected = STRICTER.get(file, "issuer_unrecognized")
        assert found.result == expected, found.checks
    if outcome == "warning":
        assert found.result == "issuer_unrecognized", "their warning is about VCDM 1.1, which we read"


def test_identity_hashes_are_those_that_are_published() -> None:
    vectors = reference.load("derived", "identityhash-and-bitstring.json")["identityHash"]

    for each in vectors:
        if each["identityHash"].startswith("sha256$"):
            assert subject.identity_hash(each["identifier"], each["salt"]) == each["identityHash"]


def test_bitstrings_of_others_decode_to_the_same_ones() -> None:
    vectors = reference.load("derived", "identityhash-and-bitstring.json")
    lists = [
        (
            reference.load("bitstring-status-list", each["file"])["credentialSubject"]["encodedList"],
            each["ones"],
        )
        for each in vectors["bitstring"]
    ]
    lists += [(each["encodedList"], each["ones"]) for each in vectors["bitstringMade"]]

    for encoded, ones in lists:
        bits = bitstring.decode(encoded)
        assert [index for index in range(len(bits) * 8) if bitstring.is_set(bits, index)] == ones


def test_the_packaged_contexts_are_the_pinned_ones_and_equal_to_the_published_ones() -> None:
    folder = resources.files("issuer.core.securing").joinpath("contexts")
    manifest = json.loads(folder.joinpath("manifest.json").read_bytes())
    published = {
        (each["url"], "superseded" in each["file"]): each
        for each in reference.load("contexts", "manifest.json")
    }

    for entry in manifest:
        raw = folder.joinpath(entry["file"]).read_bytes()
        form = sha256(rfc8785.dumps(json.loads(raw))).hexdigest()
        theirs = published.get((entry["url"], entry["superseded"]))
        assert sha256(raw).hexdigest() == entry["sha256"]
        assert form == entry["jcs_sha256"]
        if theirs is not None:
            assert form == sha256(rfc8785.dumps(reference.load("contexts", theirs["file"]))).hexdigest()
    assert contexts.in_force().documents.keys() == {entry["url"] for entry in manifest}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_our_badges_hold_to_the_json_schema_of_open_badges(alder: World) -> None:
    schema = reference.load("openbadges-3.0", "schema", "achievementcredential.json")
    validator = jsonschema_rs.validator_for(schema, retriever=_refuse)
    full = {
        "recipient": {"email": "a@b.example", "name": "N", "role": "Teacher", "did": "did:example:1"},
        "activity": {"startDate": "2026-01-12", "endDate": "2026-06-05", "term": "2025-26"},
        "assessment": {
            "results": [{"criterion": "quality", "level": "proficient"}],
            "assessor": {"organization": "B"},
        },
        "evidence": [{"name": "Plan", "url": "https://lms.example/e", "visibility": "public"}, {"name": "B"}],
        "credit": [{"type": "clock_hour", "amount": 7.5}],
        "narrative": "Said.",
    }

    for event in ({}, full):
        badge = json.loads(str(alder.issue(**event).award[0].secured))
        badge["proof"] = [badge["proof"]]  # the JSON-LD form, which we serve, lets a single proof stand alone
        assert [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(badge)] == []


def _refuse(url: str) -> None:
    raise ValueError(f"a schema wanted {url}")


@pytest.mark.parametrize(("file", "outcome"), expectations())
def test_the_seal_of_every_fixture_that_is_called_valid_is_whole(file: str, outcome: str) -> None:
    document = json.loads(reference.path(*_FIXTURES, file).read_bytes())

    found = {check.id: check.outcome for check in judged(document).checks}

    assert outcome != "valid" or file in STRICTER or found["integrity"] is findings.Outcome.PASSED


def test_a_method_that_is_a_did_key_without_a_fragment_names_no_method_though_its_seal_is_whole() -> None:
    document = json.loads(reference.path(*_FIXTURES, "simple-did-key-method.json").read_bytes())
    proof = proofs_of(document)[0]
    key = multibase.public_key(proof["verificationMethod"].removeprefix("did:key:"))

    proofs.verify(document, proof, key)

    assert controller_of(proof) is None
