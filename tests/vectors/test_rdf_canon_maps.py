"""The identifiers that RDFC-1.0 gives to blank nodes, held against the published maps."""

import json
from typing import Any

import pyoxigraph
import pytest

from issuer.core.securing import canonical
from tests.support import reference
from tests.vectors.test_rdf_canon import dataset, entries

_FOLDER = ("vectors", "rdfc10")


@pytest.mark.parametrize("entry", entries("rdfc:RDFC10MapTest"))
def test_every_blank_node_gets_its_published_name(entry: dict[str, str]) -> None:
    names: dict[str, str] = json.loads(reference.path(*_FOLDER, entry["result"]).read_bytes())
    path = str(reference.path(*_FOLDER, entry["action"]))
    given = pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.N_QUADS)

    ours = canonical.canonize_dataset(dataset(entry["action"]))

    assert quads(ours) == {_renamed(quad, names) for quad in given}


def quads(text: str) -> set[pyoxigraph.Quad]:
    return set(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS))


def _renamed(quad: pyoxigraph.Quad, names: dict[str, str]) -> pyoxigraph.Quad:
    terms = [_term(term, names) for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)]
    return pyoxigraph.Quad(*terms)


def _term(term: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - a term of any kind
    return pyoxigraph.BlankNode(names[term.value]) if isinstance(term, pyoxigraph.BlankNode) else term
