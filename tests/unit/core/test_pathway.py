"""A pathway's definition, and what is published of it."""

import json

import pytest

from issuer.core import documents
from issuer.core.addresses import Addresses
from issuer.core.awarding import pathway
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields

HERE = Addresses("https://badges.example.org", "alder", owns_origin=False)
LEAST: Document = {"name": "N", "description": "D", "requires": "A"}
FULL: Document = {
    "name": "Feedback Specialist",
    "description": "Leads feedback in a school.",
    "requires": {"all": ["A", {"any": 1, "of": ["B", "C"], "label": {"en": "Choice"}}]},
    "achievement": "MC-SPECIALIST",
    "counts": {"expired": True, "fromVersions": "any"},
    "grant": "review",
    "onComponentLoss": "keep",
    "validity": {"for": "P5Y", "endsOn": "06-30"},
    "image": {"id": "https://alder.example/s.png", "caption": "A star"},
    "inLanguage": "es",
}


def pointers(document: Document) -> list[str]:
    with pytest.raises(InvalidFields) as caught:
        pathway.read(document)
    return [fault.pointer for fault in caught.value.faults]


def test_what_is_left_out_has_the_careful_value() -> None:
    found = pathway.read(LEAST).definition

    assert (found.grant, found.on_component_loss, found.counts.expired) == ("automatic", "review", False)
    assert found.validity is None


@pytest.mark.parametrize("given", [LEAST, FULL])
def test_what_is_published_is_read_again(given: Document) -> None:
    found = pathway.read(given)

    text = documents.text(pathway.published(found, HERE, "AFL", 2))

    assert pathway.of_published(json.loads(text)) == pathway.read(found.document)
    assert json.loads(text)["requires"] == given["requires"]


def test_a_published_version_says_which_it_is() -> None:
    document = pathway.published(pathway.read(LEAST), HERE, "AFL", 2)

    assert {name: document[name] for name in ("id", "type", "issuer", "code", "version")} == {
        "id": "https://badges.example.org/i/alder/p/AFL/v2",
        "type": "Pathway",
        "issuer": "did:web:badges.example.org:i:alder",
        "code": "AFL",
        "version": 2,
    }


def test_two_ways_to_write_a_rule_are_stored_alike() -> None:
    longer = {**LEAST, "requires": {"badge": "A"}}

    assert pathway.read(longer).document == pathway.read(LEAST).document


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": ""}, ["/name"]),
        ({"requires": None}, ["/requires"]),
        ({"requires": {"all": ["A", "A"]}}, ["/requires/all/1"]),
        ({"name": "", "requires": {"all": []}}, ["/name", "/requires/all"]),
        ({"grant": "now"}, ["/grant"]),
        ({"counts": {"expired": 1}}, ["/counts/expired"]),
        ({"counts": {"fromVersions": "newest"}}, ["/counts/fromVersions"]),
        ({"onComponentLoss": "delete"}, ["/onComponentLoss"]),
        ({"validity": {}}, ["/validity"]),
        ({"validity": {"ends": "earliest_component", "for": "P5Y"}}, ["/validity"]),
        ({"validity": {"ends": "earliest_component", "endsOn": "06-30"}}, ["/validity"]),
        ({"validity": {"for": "5 years"}}, ["/validity/for"]),
        ({"achievement": "a b"}, ["/achievement"]),
        ({"kind": "MicroCredential"}, ["/kind"]),
        ({"image": {"id": "logo.png"}}, ["/image/id"]),
    ],
)
def test_every_fault_of_a_definition_is_pointed_at(change: Document, expected: list[str]) -> None:
    assert pointers({**LEAST, **change}) == expected


def test_a_definition_without_a_rule_is_refused_for_that_alone() -> None:
    assert pointers({"name": "N", "description": "D"}) == ["/requires"]


def test_a_stack_may_end_with_its_first_component() -> None:
    found = pathway.read({**LEAST, "validity": {"ends": "earliest_component"}})

    assert found.document["validity"] == {"ends": "earliest_component"}
