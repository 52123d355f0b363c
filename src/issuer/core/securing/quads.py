"""RDF statements as canonical N-Quads writes them, in order where their neighbours tell blank nodes apart."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

from pyld import nquads

from issuer.core.documents import Document

Quad: TypeAlias = tuple[str, str, str, str]
"""Subject, predicate, object and graph as N-Quads writes them; the default graph is the empty text."""

_ESCAPES: Final = {
    **{chr(point): f"\\u{point:04X}" for point in (*range(0x20), 0x7F)},
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
    "\b": "\\b",
    "\f": "\\f",
    '"': '\\"',
    "\\": "\\\\",
}
_ESCAPE_TABLE: Final = str.maketrans(_ESCAPES)


def escape(value: str) -> str:
    """Return a literal's text as canonical N-Quads writes it (RDFC-1.0, section 5)."""
    return value.translate(_ESCAPE_TABLE)


def of(dataset: Document) -> list[Quad]:
    """Return the quads of a dataset in PyLD's form, each once: a dataset is a set."""
    found: dict[Quad, None] = {}
    for name, triples in dataset.items():
        graph = _graph(name)
        for triple in triples:
            found[_quad(triple, graph)] = None
    return list(found)


def distinct(dataset: Document) -> Document:
    """Return a dataset in PyLD's form without the statements that it makes twice."""
    return {
        name: list({_quad(each, ""): each for each in triples}.values()) for name, triples in dataset.items()
    }


def line(quad: Quad) -> str:
    """Return the line of a quad."""
    subject, predicate, value, graph = quad
    return f"{subject} {predicate} {value} {graph} .\n" if graph else f"{subject} {predicate} {value} .\n"


def seen_from(blank: str, quad: Quad) -> Quad:
    """Return a quad as the first-degree hash of a blank node sees it (RDFC-1.0, 4.6.3)."""
    subject, predicate, value, graph = quad
    if subject[:2] == "_:":
        subject = "_:a" if subject == blank else "_:z"
    if value[:2] == "_:":
        value = "_:a" if value == blank else "_:z"
    if graph[:2] == "_:":
        graph = "_:a" if graph == blank else "_:z"
    return subject, predicate, value, graph


def in_order(found: Collection[Quad], most: int) -> str | None:
    """Return the canonical N-Quads of distinct quads; None where it takes more to name their blank nodes.

    Where the first-degree hashes of all differ, the names follow their order (RDFC-1.0, 4.4.3 step 4): not
    so where two look alike. Of more than `most`, and of one that is beside itself, nothing is said.
    """
    around: dict[str, list[Quad]] = {}
    for quad in found:
        subject, _, value, graph = quad
        if subject[:2] == "_:":
            around.setdefault(subject, []).append(quad)
        if value[:2] == "_:":
            around.setdefault(value, []).append(quad)
        if graph[:2] == "_:":
            around.setdefault(graph, []).append(quad)
        if value in {subject, graph} or graph == subject:
            return None
    hashes = {_first_degree(blank, near): blank for blank, near in around.items()}
    if len(hashes) < len(around) or len(around) > most:
        return None
    names = {hashes[each]: f"_:c14n{number}" for number, each in enumerate(sorted(hashes))}
    return "".join(sorted([line(_named(quad, names)) for quad in found]))


def _quad(triple: Document, graph: str) -> Quad:
    return _term(triple["subject"]), _term(triple["predicate"]), _term(triple["object"]), graph


def _term(term: Mapping[str, str]) -> str:
    kind, value = term["type"], term["value"]
    if kind == "IRI":
        return f"<{value}>"
    if kind == "blank node":
        return value
    text = f'"{escape(str(value))}"'
    if term["datatype"] == nquads.RDF_LANGSTRING:
        return f"{text}@{term['language']}" if term.get("language") else text
    return text if term["datatype"] == nquads.XSD_STRING else f"{text}^^<{term['datatype']}>"


def _graph(name: str) -> str:
    if name == "@default":
        return ""
    return name if name.startswith("_:") else f"<{name}>"


def _first_degree(blank: str, near: Sequence[Quad]) -> bytes:
    lines = sorted([line(seen_from(blank, quad)) for quad in near])
    return sha256("".join(lines).encode()).digest()


def _named(quad: Quad, names: Mapping[str, str]) -> Quad:
    subject, predicate, value, graph = quad
    return names.get(subject, subject), predicate, names.get(value, value), names.get(graph, graph)


nquads.escape = escape
"""PyLD leaves control characters as they are, against RDFC-1.0 section 5: signatures would differ."""
