"""The VC API over real HTTP: the requests of the public suites, and what each mode makes of them."""

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from issuer.core.securing import contexts, multibase, proofs
from issuer.core.securing.did import did_key_document
from issuer.core.status import bitstring
from issuer.services import clients
from issuer.settings import Settings
from tests.support import reference, server
from tests.support.world import PUBLIC_URL, Clock, World, make_context, make_world

V1, V2 = contexts.CREDENTIALS_V1, contexts.CREDENTIALS_V2
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
PROOF_ALONE = {"checks": ["proof"]}
OWN_DID = "did:web:badges.example.org"
Body = dict[str, Any]

SENT_TO_ISSUERS = [
    name
    for name in reference.names("vectors", "vcdm2-inputs")
    if name == "absent" or (name.startswith("credential-") and name != "credential-proof-ok.json")
]
"""The inputs of the data model suite that it has issued: no presentations, nothing sealed already."""


@contextmanager
def served(folder: Path, url: str, **settings: object) -> Iterator[tuple[httpx.Client, World]]:
    clock = Clock()
    context = make_context(folder, url, clock, **settings)
    world = make_world(context, clock)
    with server.serving(context) as http:
        yield http, world
    context.database.engine.dispose()


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> str:
    path = tmp_path / "test.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def conformance(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[httpx.Client]:
    """One server for all tests that leave nothing behind that another could stumble over."""
    folder = tmp_path_factory.mktemp("conformance")
    shutil.copy(sqlite_template, folder / "test.db")
    with served(folder, f"sqlite:///{folder / 'test.db'}", vc_api="conformance") as (http, _):
        yield http


@pytest.fixture
def on(tmp_path: Path, sqlite: str) -> Iterator[tuple[httpx.Client, World]]:
    with served(tmp_path, sqlite, vc_api="on") as found:
        yield found


def credential(**changes: object) -> Body:
    found: Body = {
        "@context": [V2],
        "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
        "type": ["VerifiableCredential"],
        "issuer": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
        "credentialSubject": {"id": "did:example:subject", "name": "ExampleClaim"},
    }
    return {name: value for name, value in {**found, **changes}.items() if value is not ...}


def first_model(**changes: object) -> Body:
    dated = {"@context": [V1], "issuanceDate": "2020-03-16T22:37:26.544Z"}
    return credential(**{**dated, "credentialSubject": {"id": "did:example:subject"}, **changes})


def issue(http: httpx.Client, given: Body, options: Body | None = None, suite: str = "") -> httpx.Response:
    body = {"credential": given, **({"options": options} if options is not None else {})}
    return http.post(f"{suite}/credentials/issue", json=body)


def issued(http: httpx.Client, given: Body, options: Body | None = None, suite: str = "") -> Body:
    answer = issue(http, given, options, suite)
    assert answer.status_code == 201, answer.text
    found: Body = answer.json()["verifiableCredential"]
    return found


def verify(http: httpx.Client, given: object, options: Body | None = None) -> httpx.Response:
    return http.post("/credentials/verify", json={"verifiableCredential": given, "options": options or {}})


class TestOff:
    @pytest.mark.parametrize(
        "path",
        [
            "/credentials/issue",
            "/credentials/verify",
            "/credentials/status",
            "/presentations/verify",
            "/conformance/eddsa-rdfc-2022/credentials/issue",
            "/conformance/eddsa-rdfc-2022/credentials/verify",
        ],
    )
    def test_there_is_nothing_at_its_addresses(self, tmp_path: Path, sqlite: str, path: str) -> None:
        with served(tmp_path, sqlite) as (http, alder):
            answer = http.post(path, json={"credential": credential()}, headers=alder.headers)
            resolved = http.get("/1.0/identifiers/did:web:example.org", headers=alder.headers)

        assert (answer.status_code, resolved.status_code) == (404, 404)
        assert answer.json()["type"].endswith("/problems/not-found")

    def test_conformance_is_refused_in_production_outside_this_machine(self) -> None:
        with pytest.raises(ValidationError, match="vc_api=conformance"):
            Settings(vc_api="conformance", public_url="https://badges.example.org")

        assert Settings(vc_api="conformance", public_url="http://localhost:8000").vc_api == "conformance"


WRONG: dict[str, list[object]] = {
    "@context": [..., 4, {"foo": True}, False, None, [4], [V2, 4], [V2, "https ://x"]],
    "type": [..., 4, None, True, [], ["RelationshipCredential"], ["VerifiableCredential", "InvalidType"]],
    "issuer": [..., None, True, 4, [], "fake-issuer", {"id": None}, {"id": "fake"}],
    "credentialSubject": [..., None, True, 4, [], {}, "did:example:1234", {"invalidTerm": "invalidTerm"}],
    "statusEntry": [{"type": "BitstringStatusListEntry", "statusListIndex": True}],
    "name": [{"@value": "A", "@language": "en", "url": "did:example:1"}],
    "validFrom": ["Sat 25 Feb 2023 07:16:31 PM CST"],
    "proof": [{"type": "DataIntegrityProof"}],
}
NO_CREDENTIALS = [(member, value) for member, values in WRONG.items() for value in values]


class TestIssuing:
    @pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
    @pytest.mark.parametrize("given", [credential(), first_model()], ids=["2.0", "1.1"])
    def test_both_data_models_are_issued_by_each_suite_and_verify(
        self, conformance: httpx.Client, suite: str, given: Body
    ) -> None:
        found = issued(conformance, given, suite=f"/conformance/{suite}")

        assert (found["proof"]["type"], found["proof"]["cryptosuite"]) == ("DataIntegrityProof", suite)
        assert found["proof"]["verificationMethod"].startswith(f"{found['issuer']}#z6Mk")
        assert verify(conformance, found, PROOF_ALONE).json()["verified"] is True
        assert verify(conformance, found).json()["verified"] is True

    def test_the_cryptosuite_can_be_named_in_the_options(self, conformance: httpx.Client) -> None:
        found = issued(conformance, credential(), {"cryptosuite": "eddsa-jcs-2022", "somethingElse": 1})

        assert found["proof"]["cryptosuite"] == "eddsa-jcs-2022"

    def test_ed25519signature2020_comes_with_its_context(self, conformance: httpx.Client) -> None:
        found = issued(conformance, first_model(), {"type": "Ed25519Signature2020"})

        assert found["@context"] == [V1, "https://w3id.org/security/suites/ed25519-2020/v1"]
        assert found["proof"]["type"] == "Ed25519Signature2020"
        assert "cryptosuite" not in found["proof"]
        assert verify(conformance, found, PROOF_ALONE).status_code == 200

    def test_an_enveloped_credential_is_a_jws_that_verifies(self, conformance: httpx.Client) -> None:
        found = issued(conformance, credential(id=...), suite="/conformance/jose")

        assert found["type"] == "EnvelopedVerifiableCredential"
        header, payload, _ = found["id"].removeprefix("data:application/vc+jwt,").split(".")
        assert json.loads(base64.urlsafe_b64decode(header + "==="))["typ"] == "vc+jwt"
        assert "vc" not in json.loads(base64.urlsafe_b64decode(payload + "==="))
        assert verify(conformance, found).json()["verified"] is True

    def test_proofs_hold_for_another_reader_of_the_same_key(self, conformance: httpx.Client) -> None:
        found = issued(conformance, credential())
        key = multibase.public_key(found["issuer"].removeprefix("did:key:"))

        proofs.verify(found, found["proof"], key)

    @pytest.mark.parametrize(("member", "value"), NO_CREDENTIALS)
    def test_what_is_no_credential_is_refused_with_400(
        self, conformance: httpx.Client, member: str, value: object
    ) -> None:
        answer = issue(conformance, credential(**{member: value}), {})

        assert answer.status_code == 400, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["problemDetails"][0]["type"].startswith("https://")

    def test_a_body_without_a_credential_is_refused(self, conformance: httpx.Client) -> None:
        answer = conformance.post("/credentials/issue", json={"verifiableCredential": credential()})

        assert answer.status_code == 400
        assert answer.json()["problemDetails"]

    @pytest.mark.parametrize("name", SENT_TO_ISSUERS)
    def test_the_inputs_of_the_data_model_suite_come_out_as_it_wants_them(
        self, conformance: httpx.Client, name: str
    ) -> None:
        given = reference.load("vectors", "vcdm2-inputs", name)
        if isinstance(given.get("issuer"), dict):
            given["issuer"].setdefault("id", credential()["issuer"])
        given.setdefault("issuer", credential()["issuer"])
        dates = {"PAST DATE": "2025-01-01T00:00:00Z", "FUTURE DATE": "2027-01-01T00:00:00Z"}
        given = {
            key: dates.get(value, value) if isinstance(value, str) else value for key, value in given.items()
        }

        answer = issue(conformance, given)

        assert answer.status_code == (201 if name.endswith("-ok.json") else 400), answer.text
        if answer.status_code == 201:
            secured = answer.json()["verifiableCredential"]
            assert verify(conformance, secured, PROOF_ALONE).status_code == 200

    @pytest.mark.parametrize("path", ["/b/7HqyV2cWmX4tKfRz9aBnPd", "/status/1"])
    def test_an_address_of_ours_is_no_id_for_what_clients_issue(
        self, conformance: httpx.Client, path: str
    ) -> None:
        answer = issue(conformance, credential(id=PUBLIC_URL + path))

        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/id")

    def test_digests_of_related_resources_are_checked_before_signing(self, conformance: httpx.Client) -> None:
        earlier = "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"
        wrong = "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0"

        good = issue(conformance, credential(relatedResource={"id": V2, "digestMultibase": earlier}))
        bad = issue(conformance, credential(relatedResource=[{"id": V2, "digestMultibase": wrong}]))

        assert (good.status_code, bad.status_code) == (201, 400)


VECTORS = [
    ("eddsa-rdfc-2022", "signedDataInt.json"),
    ("eddsa-jcs-2022", "signedJCS.json"),
    ("Ed25519Signature2020", "signedEdSig.json"),
]


class TestVerifying:
    @pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector[0])
    def test_published_vectors_verify_by_their_proof_alone(
        self, conformance: httpx.Client, vector: tuple[str, str]
    ) -> None:
        given = reference.load("vectors", "vc-di-eddsa", *vector)

        by_proof, by_all = verify(conformance, given, PROOF_ALONE), verify(conformance, given)

        assert by_proof.json()["verified"] is True, by_proof.text
        assert (by_all.status_code, by_all.json()["verified"]) == (400, False)

    @pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector[0])
    def test_published_vectors_are_nobodys_in_earnest(
        self, on: tuple[httpx.Client, World], vector: tuple[str, str]
    ) -> None:
        http, alder = on
        given = reference.load("vectors", "vc-di-eddsa", *vector)
        http.headers.update(alder.headers)

        answer = verify(http, given, PROOF_ALONE)

        assert (answer.status_code, answer.json()["verified"]) == (200, False)
        assert "Checks are not chosen" in [each["title"] for each in answer.json()["warnings"]]

    @pytest.mark.parametrize("member", ["@context", "type", "issuer", "credentialSubject", "proof"])
    @pytest.mark.parametrize("value", [..., "string", None, 10, True, []])
    def test_what_is_malformed_does_not_verify(
        self, conformance: httpx.Client, member: str, value: object
    ) -> None:
        given = {**reference.load("vectors", "vc-di-eddsa", *VECTORS[2]), member: value}
        given = {name: kept for name, kept in given.items() if kept is not ...}

        answer = verify(conformance, given, PROOF_ALONE)

        assert (answer.status_code, answer.json()["verified"]) == (400, False)
        assert answer.json()["problemDetails"][0]["type"].startswith("https://")

    @pytest.mark.parametrize(
        "member", ["type", "created", "verificationMethod", "proofValue", "proofPurpose", "cryptosuite"]
    )
    @pytest.mark.parametrize("value", [..., None, "invalid"])
    def test_a_proof_without_one_of_its_members_does_not_verify(
        self, conformance: httpx.Client, member: str, value: object
    ) -> None:
        given = reference.load("vectors", "vc-di-eddsa", *VECTORS[0])
        changed = {**given["proof"], member: value}
        given["proof"] = {name: kept for name, kept in changed.items() if kept is not ...}

        assert verify(conformance, given, PROOF_ALONE).status_code == 400

    @pytest.mark.parametrize(
        "change",
        [
            lambda it: it["credentialSubject"].update(undefinedTerm="IfDroppedWillVerify"),
            lambda it: it["type"].append("UndefinedType"),
            lambda it: it.update(id="urn:uuid:00000000-0000-4000-8000-000000000000"),
            lambda it: it["proof"].update(proofValue=it["proof"]["proofValue"][1:]),
        ],
        ids=["term", "type", "id", "header"],
    )
    def test_what_was_changed_after_issuing_does_not_verify(
        self, conformance: httpx.Client, change: Callable[[Body], None]
    ) -> None:
        given = issued(conformance, credential())

        change(given)

        assert verify(conformance, given, PROOF_ALONE).status_code == 400

    def test_a_credential_that_is_text_is_refused(self, conformance: httpx.Client) -> None:
        assert verify(conformance, json.dumps(issued(conformance, credential()))).status_code == 400

    @pytest.mark.parametrize(
        "change",
        [
            {"@context": []},
            {"@context": EXAMPLES},
            {"type": "VerifiableCredential"},
            {"type": ...},
            {"id": "eyJhbGciOiJFZERTQSJ9.e30.AA"},
        ],
    )
    def test_an_envelope_that_is_none_does_not_verify(self, conformance: httpx.Client, change: Body) -> None:
        found = issued(conformance, credential(), suite="/conformance/jose")
        given = {name: value for name, value in {**found, **change}.items() if value is not ...}

        assert verify(conformance, given).status_code == 400

    @pytest.mark.parametrize(
        "chain", ["signedProofChain1.json", "signedProofChain2.json", "signedProofSet2.json"]
    )
    def test_chains_and_sets_of_proofs_verify(self, conformance: httpx.Client, chain: str) -> None:
        given = reference.load("vectors", "vc-di-eddsa", "proof-set-chain", chain)

        assert verify(conformance, given, PROOF_ALONE).json()["verified"] is True

    def test_a_chain_whose_first_proof_was_changed_does_not_verify(self, conformance: httpx.Client) -> None:
        given = reference.load("vectors", "vc-di-eddsa", "proof-set-chain", "signedProofChain1.json")
        given["proof"][0]["proofValue"] = given["proof"][1]["proofValue"]

        assert verify(conformance, given, PROOF_ALONE).status_code == 400

    def test_a_challenge_and_a_domain_must_be_those_of_the_proof(self, conformance: httpx.Client) -> None:
        given = issued(conformance, credential())

        found = verify(conformance, given, {**PROOF_ALONE, "challenge": "1235abcd6789"}).json()

        assert found["errors"][0]["type"] == "https://w3id.org/security#INVALID_CHALLENGE_ERROR"

    def test_the_status_of_a_failure_can_be_chosen(self, tmp_path: Path, sqlite: str) -> None:
        with served(tmp_path, sqlite, vc_api="conformance", vc_api_unverified="422") as (http, _):
            answer = verify(http, credential(), PROOF_ALONE)

        assert (answer.status_code, answer.json()["verified"]) == (422, False)


class TestStatus:
    def test_a_status_can_be_asked_for_changed_and_read(self, database_url: str, tmp_path: Path) -> None:
        wanted = {"credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}}
        with served(tmp_path, database_url, vc_api="conformance") as (http, _):
            found = issued(http, credential(), wanted)
            entry = found["credentialStatus"]
            change = {"credentialId": found["id"], **wanted, "status": True}
            before = verify(http, found, {"checks": ["proof", "credentialStatus"]})

            changed = http.post("/credentials/status", json=change)
            again = http.post("/credentials/status", json=change)
            lifted = http.post("/credentials/status", json={**change, "status": False})
            unknown = http.post("/credentials/status", json={**change, "credentialId": "urn:uuid:other"})
            twice = issue(http, credential(), wanted)
            after = verify(http, found)
            published = http.get(entry["statusListCredential"].removeprefix(PUBLIC_URL))

        assert before.json()["verified"] is True, before.text
        assert [each.status_code for each in (changed, again, lifted, unknown, twice)] == [
            200,
            200,
            409,
            404,
            409,
        ]
        assert [each["code"] for each in after.json()["errors"]] == ["revoked"]
        bits = bitstring.decode(published.json()["credentialSubject"]["encodedList"])
        assert bitstring.is_set(bits, int(entry["statusListIndex"]))
        assert published.json()["issuer"] == found["issuer"] == OWN_DID

    def test_a_suspension_can_be_lifted(self, conformance: httpx.Client) -> None:
        purposes = [{"statusPurpose": "revocation"}, {"statusPurpose": "suspension"}]
        found = issued(conformance, credential(id=...), {"credentialStatus": purposes, "credentialId": "c-1"})
        change = {"credentialId": "c-1", "credentialStatus": {"statusPurpose": "suspension"}}

        conformance.post("/credentials/status", json=change)
        held = verify(conformance, found).json()
        conformance.post("/credentials/status", json={**change, "status": False})
        free = verify(conformance, found).json()

        assert [each["code"] for each in held["errors"]] == ["suspended"]
        assert free["verified"] is True

    def test_a_status_needs_an_id(self, conformance: httpx.Client) -> None:
        wanted = {"credentialStatus": {"statusPurpose": "revocation"}}

        assert issue(conformance, credential(id=...), wanted).status_code == 400


class TestOn:
    def test_a_key_with_the_scope_is_needed(self, on: tuple[httpx.Client, World]) -> None:
        http, alder = on
        _, key = clients.create(alder.context, alder.tenant, "reader", ["awards:read"])

        without = issue(http, credential(issuer=OWN_DID))
        http.headers["authorization"] = f"Bearer {key}"
        unscoped = issue(http, credential(issuer=OWN_DID))
        resolved = http.get("/1.0/identifiers/did:web:example.org")

        assert (without.status_code, unscoped.status_code, resolved.status_code) == (401, 403, 403)

    def test_its_own_issuer_is_signed_for_and_no_other(self, on: tuple[httpx.Client, World]) -> None:
        http, alder = on
        http.headers.update(alder.headers)

        found = issued(http, credential(issuer={"id": OWN_DID, "name": "Alder"}), {})
        other = issue(http, credential())
        answer = verify(http, found, {"returnCredential": True, "returnResults": True}).json()

        assert found["proof"]["verificationMethod"].startswith(OWN_DID + "#z6Mk")
        assert answer["verified"] is True, answer
        assert answer["verifiableCredential"] == found
        assert answer["results"]["verified"] is True
        assert (other.status_code, other.json()["errors"][0]["pointer"]) == (400, "/issuer")

    @pytest.mark.parametrize(
        ("given", "options"),
        [
            (first_model(issuer=OWN_DID), {}),
            (credential(issuer=OWN_DID, **{"@context": [V2, {"word": "https://example.org/#word"}]}), {}),
            (credential(issuer=OWN_DID, **{"@context": [V2, EXAMPLES]}), {}),
            (credential(issuer=OWN_DID), {"type": "Ed25519Signature2020"}),
            (credential(issuer=OWN_DID), {"mandatoryPointers": ["/issuer"]}),
        ],
        ids=["1.1", "inline", "examples", "2020", "unknown option"],
    )
    def test_the_leniencies_for_the_suites_are_not_there(
        self, on: tuple[httpx.Client, World], given: Body, options: Body
    ) -> None:
        http, alder = on
        http.headers.update(alder.headers)

        assert issue(http, given, options).status_code == 400
        assert issue(http, given, suite="/conformance/eddsa-rdfc-2022").status_code == 404

    def test_a_badge_verifies_like_any_credential(self, on: tuple[httpx.Client, World]) -> None:
        http, alder = on
        alder.publish()
        http.headers.update(alder.headers)
        badge = json.loads(str(alder.issue().award[0].secured))

        assert verify(http, badge).json()["verified"] is True
        assert verify(http, {**badge, "name": "Another name"}).json()["verified"] is False


HOLDER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HOLDER_MULTIKEY = multibase.multikey(HOLDER_KEY.public_key().public_bytes_raw())
HOLDER = f"did:key:{HOLDER_MULTIKEY}"
CHALLENGE, DOMAIN = "uR4nd0mChallenge", "github.com/w3c/vc-data-model-2.0-test-suite"


def presented(*held: Body, purpose: str = "authentication", **changes: object) -> Body:
    document: Body = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER,
        **({"verifiableCredential": list(held)} if held else {}),
        **changes,
    }
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-06-12T19:00:00Z",
        "verificationMethod": f"{HOLDER}#{HOLDER_MULTIKEY}",
        "proofPurpose": purpose,
        "challenge": CHALLENGE,
        "domain": DOMAIN,
    }
    signature = HOLDER_KEY.sign(proofs.signing_input(document, proof, contexts.conformance()))
    return dict(proofs.attach(document, proof, signature))


def present(http: httpx.Client, given: Body, **options: object) -> httpx.Response:
    asked = {"challenge": CHALLENGE, "domain": DOMAIN, **options}
    return http.post("/presentations/verify", json={"verifiablePresentation": given, "options": asked})


class TestPresentations:
    def test_a_presentation_of_several_credentials_verifies(self, conformance: httpx.Client) -> None:
        held = [issued(conformance, credential()), issued(conformance, credential(id=...))]

        answer = present(conformance, presented(*held), returnResults=True)

        assert answer.json()["verified"] is True, answer.text
        assert [each["verified"] for each in answer.json()["results"]["credentialResults"]] == [True, True]

    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"holder": {"id": HOLDER}},
            {"id": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"},
            {
                "@context": [V2, {"Example": "https://example.org/#Example"}],
                "type": ["VerifiablePresentation", "Example"],
            },
        ],
    )
    def test_presentations_of_every_form_verify(self, conformance: httpx.Client, given: Body) -> None:
        answer = present(conformance, presented(**given))

        assert answer.json()["verified"] is True, answer.text

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            (
                presented(holder="did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj"),
                "holder_key_missing",
            ),
            (presented(purpose="assertionMethod"), "seal_of_another_purpose"),
            ({**presented(), "id": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"}, "altered"),
            ({**presented(), "@context": [V2, "https://example.com"]}, "unknown_context"),
            ({**presented(), "@context": [V2, 123192875]}, "malformed"),
            ({**presented(), "verifiableCredential": ["eyJhbGciOiJFUzI1NiJ9.e30.AA"]}, "malformed"),
            ({"type": ["NonconformingDocument"]}, "malformed"),
        ],
    )
    def test_a_presentation_that_is_not_the_holders_does_not_verify(
        self, conformance: httpx.Client, given: Body, code: str
    ) -> None:
        answer = present(conformance, given)

        assert answer.status_code == 400
        assert code in [each["code"] for each in answer.json()["errors"]]

    @pytest.mark.parametrize(
        ("options", "kind"),
        [
            ({"challenge": "other"}, "INVALID_CHALLENGE_ERROR"),
            ({"domain": "other.example"}, "INVALID_DOMAIN_ERROR"),
        ],
    )
    def test_another_challenge_or_domain_is_refused(
        self, conformance: httpx.Client, options: Body, kind: str
    ) -> None:
        answer = present(conformance, presented(), **options)

        assert answer.json()["errors"][0]["type"] == f"https://w3id.org/security#{kind}"

    def test_a_credential_that_does_not_verify_spoils_it(self, conformance: httpx.Client) -> None:
        held = issued(conformance, credential())

        answer = present(conformance, presented({**held, "credentialSubject": {"id": "did:example:other"}}))

        assert answer.json()["verified"] is False
        assert answer.json()["errors"][0]["detail"]

    def test_an_enveloped_presentation_verifies(self, conformance: httpx.Client) -> None:
        held = issued(conformance, credential(), suite="/conformance/jose")
        header = {"alg": "EdDSA", "typ": "vp+jwt", "kid": f"{HOLDER}#{HOLDER_MULTIKEY}"}
        payload = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [held]}
        payload |= {"nonce": CHALLENGE, "aud": DOMAIN, "holder": HOLDER}
        encoded = [
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, payload)
        ]
        signature = base64.urlsafe_b64encode(HOLDER_KEY.sign(b".".join(encoded))).rstrip(b"=")
        jws = b".".join([*encoded, signature]).decode()
        given = {
            "@context": V2,
            "type": "EnvelopedVerifiablePresentation",
            "id": f"data:application/vp+jwt,{jws}",
        }

        good, other = present(conformance, given), present(conformance, given, challenge="other")
        bare = present(conformance, {**given, "id": jws})
        typeless = present(conformance, {**given, "type": ["VerifiablePresentation"]})

        assert good.json()["verified"] is True, good.text
        assert [each.status_code for each in (other, bare, typeless)] == [400, 400, 400]

    def test_presentations_verify_in_earnest_too(self, on: tuple[httpx.Client, World]) -> None:
        http, alder = on
        http.headers.update(alder.headers)
        held = issued(http, credential(issuer=OWN_DID))

        assert present(http, presented(held)).json()["verified"] is True
        assert present(http, presented(held), challenge="other").json()["verified"] is False


DID = "did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b"
METHOD = f"{DID}#{DID.removeprefix('did:key:')}"
WHOLE = {"accept": 'application/ld+json;profile="https://w3id.org/did-resolution"'}


class TestResolving:
    def resolve(self, http: httpx.Client, did: str, **query: str) -> httpx.Response:
        escaped = did.replace("%", "%25").replace("#", "%23").replace("?", "%3F").replace("/", "%2F")
        return http.get(f"/1.0/identifiers/{escaped}", params=query, headers=WHOLE)

    def test_a_did_key_is_resolved_with_its_purposes(self, conformance: httpx.Client) -> None:
        answer = self.resolve(conformance, DID)

        document = answer.json()["didDocument"]
        assert answer.status_code == 200
        assert {**did_key_document(DID), **document} == document
        assert document["authentication"] == [METHOD]

    def test_the_document_alone_is_answered_by_accept(self, conformance: httpx.Client) -> None:
        answer = conformance.get(f"/1.0/identifiers/{DID}", headers={"accept": "application/did+json"})

        assert answer.headers["content-type"] == "application/did+json"
        assert answer.json()["id"] == DID

    def test_our_own_did_is_resolved_from_our_records(self, conformance: httpx.Client) -> None:
        assert self.resolve(conformance, OWN_DID).json()["didDocument"]["id"] == OWN_DID

    def test_the_url_of_a_key_leads_to_its_verification_method(self, conformance: httpx.Client) -> None:
        answer = self.resolve(conformance, METHOD)

        assert answer.json()["didDocument"]["controller"] == DID
        assert "didDereferencingMetadata" in answer.json()

    @pytest.mark.parametrize(
        ("did", "query", "status", "error"),
        [
            (DID.replace("did:", "notDid:"), {}, 400, "invalidDid"),
            (DID.replace(":key:", ":experimental:"), {}, 501, "methodNotSupported"),
            (DID.replace(":key:", ":key:-4:"), {}, 400, "invalidDid"),
            (DID.replace(":z6", ":6"), {}, 400, "invalidDid"),
            ("did:key:@", {}, 400, "invalidDid"),
            ("did:key:zTjsVPtY", {}, 400, "invalidPublicKeyLength"),
            (DID, {"publicKeyFormat": "unknown"}, 501, "unsupportedPublicKeyType"),
            ("did:web:nowhere.example", {}, 404, "notFound"),
            (f"{DID}/^bar^/?query=`#{DID[8:]}", {}, 400, "invalidDidUrl"),
            (METHOD, {"publicKeyFormat": "Ed25519VerificationKey2018"}, 400, "invalidPublicKeyType"),
        ],
    )
    def test_what_cannot_be_resolved_says_why(
        self, conformance: httpx.Client, did: str, query: dict[str, str], status: int, error: str
    ) -> None:
        answer = self.resolve(conformance, did, **query)

        body = answer.json()
        metadata = body.get("didResolutionMetadata") or body["didDereferencingMetadata"]
        assert (answer.status_code, metadata["error"], body["didDocument"]) == (status, error, {})
        assert {"@context", "didDocumentMetadata"} <= set(body)

    def test_another_representation_is_refused(self, conformance: httpx.Client) -> None:
        answer = conformance.get(f"/1.0/identifiers/{DID}", headers={"accept": "application/did+cbor"})

        assert answer.status_code == 406
        assert answer.json()["didResolutionMetadata"]["error"] == "representationNotSupported"
