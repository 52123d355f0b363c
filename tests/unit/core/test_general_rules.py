"""The rules of any credential, held to the inputs of the public suite for the data model."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.securing import contexts
from issuer.core.verifying import general, presentation, related, values
from issuer.errors import Fault
from tests.support import reference

FOLDER = ("vectors", "vcdm2-inputs")
ISSUER = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
UNDER_CONTEXTS = {
    "credential-redef-type-fail.json",
    "credential-redef-type2-fail.json",
    "credential-type-mapped-nonurl-fail.json",
    "credential-type-unmapped-fail.json",
}
"""Inputs in which only the JSON-LD contexts are wrong: canonicalisation refuses those."""


def as_the_suite_sends_it(name: str) -> dict[str, Any]:
    """Return an input with the issuer's id and the dates that the suite puts in."""
    found: dict[str, Any] = reference.load(*FOLDER, name)
    if isinstance(found.get("issuer"), dict):
        found["issuer"].setdefault("id", ISSUER)
    found.setdefault("issuer", ISSUER)
    dates = {"PAST DATE": "2025-01-01T00:00:00Z", "FUTURE DATE": "2027-01-01T00:00:00Z"}
    return {key: dates.get(value, value) if isinstance(value, str) else value for key, value in found.items()}


NAMES = reference.names(*FOLDER)
GOOD = [name for name in NAMES if name.endswith("-ok.json")] or ["absent"]
BAD = [name for name in NAMES if "-fail" in name and name not in UNDER_CONTEXTS] or ["absent"]


def faults_of(name: str) -> list[Fault]:
    document = as_the_suite_sends_it(name)
    return presentation.faults(document) if name.startswith("presentation") else general.faults(document)


@pytest.mark.parametrize("name", GOOD)
def test_what_the_suite_calls_good_has_no_fault(name: str) -> None:
    assert faults_of(name) == []


@pytest.mark.parametrize("name", BAD)
def test_what_the_suite_calls_bad_has_a_fault(name: str) -> None:
    assert faults_of(name) != []


@pytest.mark.parametrize("held", ["eyJhbGciOiJFUzI1NiJ9.e30.AA", "https://example.org/b/1", 4])
def test_a_presentation_holds_objects_alone(held: object) -> None:
    document = {
        "@context": [contexts.CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [held],
    }

    assert [fault.pointer for fault in presentation.faults(document)] == ["/verifiableCredential/0"]


def credential(**changes: object) -> dict[str, Any]:
    return {
        "@context": [contexts.CREDENTIALS_V2],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER,
        "credentialSubject": {"id": "did:example:subject"},
        **changes,
    }


@pytest.mark.parametrize(
    ("member", "value", "place"),
    [
        ("@context", contexts.CREDENTIALS_V2, "/@context"),
        ("@context", [contexts.CREDENTIALS_V2, None], "/@context/1"),
        ("type", [[]], "/type"),
        ("type", [], "/type"),
        ("issuer", [], "/issuer"),
        ("issuer", {"name": "Alder"}, "/issuer/id"),
        ("credentialSubject", "did:example:1234", "/credentialSubject"),
        ("credentialSubject", [], "/credentialSubject"),
        ("validFrom", "2026-06-12T19:03:50", "/validFrom"),
        ("validUntil", 1_800_000_000, "/validUntil"),
        ("name", {"@value": "A badge", "url": "https://example.org/"}, "/name"),
        ("name", {"@value": "A badge", "@direction": "up"}, "/name"),
        ("issuer", {"id": ISSUER, "description": {"@language": "en"}}, "/issuer/description"),
        ("credentialStatus", None, "/credentialStatus"),
        (
            "credentialStatus",
            {"type": "BitstringStatusListEntry", "statusListIndex": True},
            "/credentialStatus",
        ),
        ("credentialSchema", [{"type": "JsonSchema"}], "/credentialSchema/0/id"),
        ("evidence", "a photograph", "/evidence"),
        ("proof", [], "/proof"),
        ("proof", "signed", "/proof"),
        ("proof", {"proofValue": "z1"}, "/proof/type"),
    ],
)
def test_a_fault_names_its_place(member: str, value: object, place: str) -> None:
    found = general.faults(credential(**{member: value}))

    assert [fault.pointer for fault in found][:1] == [place]


def test_the_first_version_of_the_data_model_has_its_own_dates() -> None:
    first = {"@context": [contexts.CREDENTIALS_V1], "issuanceDate": "2026-01-01T00:00:00Z"}

    undated = general.faults(credential(**{"@context": [contexts.CREDENTIALS_V1]}))

    assert general.faults(credential(**first)) == []
    assert [fault.pointer for fault in undated] == ["/issuanceDate"]
    assert [
        fault.pointer for fault in general.faults(credential(**first, expirationDate="2025-01-01T00:00:00Z"))
    ] == ["/expirationDate"]


SRI = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"
MULTIHASH = "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA"
EARLIER_SRI = "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg"


@pytest.mark.parametrize(
    ("resource", "is_good"),
    [
        ({"id": contexts.CREDENTIALS_V2, "digestSRI": SRI}, True),
        ({"id": contexts.CREDENTIALS_V2, "digestSRI": EARLIER_SRI}, False),
        ({"id": contexts.CREDENTIALS_V2, "digestSRI": "sha384-"}, False),
        ({"id": contexts.CREDENTIALS_V2, "digestMultibase": "u!"}, False),
        (
            {
                "id": contexts.CREDENTIALS_V2,
                "digestMultibase": "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0",
            },
            False,
        ),
        ({"id": contexts.CREDENTIALS_V2}, False),
        ({"digestSRI": SRI}, False),
        (contexts.CREDENTIALS_V2, False),
        ({"id": "https://example.org/picture.png", "digestSRI": SRI}, True),
    ],
)
def test_a_digest_of_what_we_hold_must_be_true(resource: object, is_good: bool) -> None:  # noqa: FBT001
    assert (general.faults(credential(relatedResource=[resource])) == []) is is_good


def test_a_digest_may_be_a_multihash() -> None:
    right = {"id": contexts.CREDENTIALS_V2, "digestMultibase": MULTIHASH}

    assert general.faults(credential(relatedResource=right)) == []


def test_a_related_resource_stands_once() -> None:
    resource = {"id": contexts.CREDENTIALS_V2, "digestSRI": SRI}

    found = list(related.faults(credential(relatedResource=[resource, resource])))

    assert [fault.pointer for fault in found] == ["/relatedResource/1/id"]


def test_digests_of_the_earlier_context_count_only_where_they_are_asked_for() -> None:
    document = credential(relatedResource={"id": contexts.CREDENTIALS_V2, "digestSRI": EARLIER_SRI})

    assert general.faults(document) != []
    assert general.faults(document, earlier_digests=True) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({}, None),
        ({"@context": []}, "/@context"),
        ({"@context": "https://www.w3.org/ns/credentials/examples/v2"}, "/@context"),
        ({"id": "eyJhbGciOiJFZERTQSJ9.e30.AA"}, "/id"),
    ],
)
def test_an_enveloped_credential_is_a_data_url_under_the_base_context(
    change: dict[str, object], place: str | None
) -> None:
    envelope = {
        "@context": contexts.CREDENTIALS_V2,
        "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+jwt,eyJhbGciOiJFZERTQSJ9.e30.AA",
    }

    assert [fault.pointer for fault in general.faults({**envelope, **change})] == ([place] if place else [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = st.sampled_from(
    [
        *(
            "@context",
            "type",
            "id",
            "issuer",
            "credentialSubject",
            "validFrom",
            "validUntil",
            "name",
            "proof",
        ),
        *("credentialStatus", "credentialSchema", "evidence", "termsOfUse", "refreshService"),
        *("relatedResource", "holder", "verifiableCredential"),
    ]
)


@given(MEMBERS, JSON)
def test_no_value_breaks_the_rules_themselves(member: str, value: object) -> None:
    general.faults(credential(**{member: value}))
    presentation.faults(credential(**{member: value}))


@given(st.text())
def test_text_with_white_space_is_no_url(text: str) -> None:
    assert not values.is_url(f"https ://{text}")
    assert not values.is_url(f"https://example.org/ {text}")
