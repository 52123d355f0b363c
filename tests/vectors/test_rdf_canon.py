"""The vectors of RDF Dataset Canonicalization (RDFC-1.0)."""

import time
from typing import Any

import pyoxigraph
import pytest

from issuer.core.securing import canonical
from tests.support import reference

_FOLDER = ("vectors", "rdfc10")
_MANIFEST = reference.FOLDER.joinpath(*_FOLDER, "manifest.jsonld")


def entries(kind: str) -> list[Any]:
    if not _MANIFEST.exists():
        return [pytest.param({}, marks=pytest.mark.skip("the reference folder is not here"))]
    listed = reference.load(*_FOLDER, "manifest.jsonld")["entries"]
    return [
        pytest.param(entry, id=entry["id"])
        for entry in listed
        if entry["type"] == kind and entry.get("hashAlgorithm", "SHA256") == "SHA256"
    ]


def dataset(name: str) -> dict[str, list[dict[str, Any]]]:
    """Return a dataset in PyLD's form, read by an independent parser."""
    found: dict[str, list[dict[str, Any]]] = {}
    for quad in pyoxigraph.parse(
        path=str(reference.path(*_FOLDER, name)), format=pyoxigraph.RdfFormat.N_QUADS
    ):
        default = isinstance(quad.graph_name, pyoxigraph.DefaultGraph)
        graph = "@default" if default else _term(quad.graph_name)["value"]
        triple = {
            "subject": _term(quad.subject),
            "predicate": _term(quad.predicate),
            "object": _term(quad.object),
        }
        if triple not in found.setdefault(graph, []):  # a dataset is a set
            found[graph].append(triple)
    return found


def _term(term: Any) -> dict[str, Any]:  # noqa: ANN401 - a term of any kind
    if isinstance(term, pyoxigraph.NamedNode):
        return {"type": "IRI", "value": term.value}
    if isinstance(term, pyoxigraph.BlankNode):
        return {"type": "blank node", "value": f"_:{term.value}"}
    literal = {"type": "literal", "value": term.value, "datatype": term.datatype.value}
    return literal | {"language": term.language} if term.language else literal


@pytest.mark.parametrize("entry", entries("rdfc:RDFC10EvalTest"))
def test_the_canonical_form_is_byte_exact(entry: dict[str, str]) -> None:
    expected = reference.path(*_FOLDER, entry["result"]).read_text("utf-8")

    assert canonical.canonize_dataset(dataset(entry["action"])) == expected


@pytest.mark.parametrize("entry", entries("rdfc:RDFC10NegativeEvalTest"))
def test_a_poisoned_dataset_is_given_up_at_once(entry: dict[str, str]) -> None:
    started = time.process_time()

    with pytest.raises(canonical.TooComplex):
        canonical.canonize_dataset(dataset(entry["action"]))

    assert time.process_time() - started < 0.5
