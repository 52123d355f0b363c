"""Graphs whose blank nodes look different: PyLD's bytes, and those of an independent implementation."""

import copy
from typing import Any

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import canon

from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, quads

BLANKS = [f"_:b{number}" for number in range(5)]
NODES = st.sampled_from([*BLANKS, "urn:a", "urn:b"]).map(
    lambda name: {"type": "blank node" if name in BLANKS else "IRI", "value": name}
)
LITERALS = st.builds(
    lambda text, kind: {"type": "literal", "value": text, **kind},
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=5),
    st.sampled_from(
        [
            {"datatype": "http://www.w3.org/2001/XMLSchema#string"},
            {"datatype": "http://www.w3.org/2001/XMLSchema#date"},
            {"datatype": "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "language": "es"},
        ]
    ),
)
TRIPLES = st.builds(
    lambda subject, predicate, value: {
        "subject": subject,
        "predicate": {"type": "IRI", "value": predicate},
        "object": value,
    },
    NODES,
    st.sampled_from(["urn:p", "urn:q"]),
    st.one_of(NODES, LITERALS),
)
DATASETS = st.dictionaries(
    st.sampled_from(["@default", "urn:graph", "_:b1"]),
    st.lists(TRIPLES, max_size=10, unique_by=repr),
    max_size=3,
)


def by_pyld(dataset: Document) -> str:
    return str(canon.URDNA2015().main(copy.deepcopy(dataset), {"format": "application/n-quads"}))


def elsewhere(dataset: Document) -> list[str]:
    lines = "".join(map(quads.line, quads.of(dataset)))
    found = pyoxigraph.Dataset(pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS))
    found.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad} .\n" for quad in found)


@given(DATASETS)
@settings(max_examples=400, deadline=None)
def test_what_can_be_put_in_order_at_once_has_the_bytes_that_it_has_elsewhere(dataset: Any) -> None:  # noqa: ANN401
    ours = quads.in_order(quads.of(dataset), 500)

    if ours is not None:
        assert ours == by_pyld(dataset)
        assert ours == "".join(elsewhere(dataset))


def link(subject: str, value: str) -> Document:
    kinds = {True: "blank node", False: "IRI"}
    return {
        "subject": {"type": kinds[subject.startswith("_:")], "value": subject},
        "predicate": {"type": "IRI", "value": "urn:p"},
        "object": {"type": kinds[value.startswith("_:")], "value": value},
    }


@pytest.mark.parametrize(
    "dataset",
    [
        {"@default": [link("_:b0", "urn:a"), link("_:b1", "urn:a")]},
        {"@default": [link("_:b0", "_:b0")]},
        {"@default": [link(f"_:b{number}", f"urn:{number}") for number in range(501)]},
    ],
    ids=["two that look alike", "one beside itself", "more than 500"],
)
def test_what_takes_more_than_that_is_left_to_pyld(dataset: Document) -> None:
    assert quads.in_order(quads.of(dataset), 500) is None


def small(**members: object) -> Document:
    terms = {"p": "urn:p:p", "blank": "_:blank", "dated": {"@id": "urn:p:d"}}
    return {
        "@context": [contexts.CREDENTIALS_V2, terms],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential"],
        **members,
    }


@pytest.mark.parametrize("nodes", [[], [{"dated": "x"}] * 2], ids=["at once", "by PyLD"])
def test_a_statement_that_is_made_in_two_ways_stands_once(nodes: list[Document]) -> None:
    integer = {"@value": "1", "@type": "http://www.w3.org/2001/XMLSchema#integer"}

    found = canonical.rdfc(small(p=[1, integer, *nodes])).decode()

    assert found.count('"1"^^') == 1


def test_a_property_that_rdf_would_drop_is_refused() -> None:
    with pytest.raises(canonical.UnsafeDocument, match="'_:blank' would not be signed"):
        canonical.rdfc(small(blank="said and not signed"))
