"""The bytes that are hashed: RDFC-1.0 by PyLD in a safe mode with a work budget, and RFC 8785.

PyLD has no safe mode: terms that no context defines, and relative ids, would vanish from the signature.
It has no work limit either. Both are mended here and nowhere else. Where all blank nodes look different,
as those of badges do, `quads` writes the canonical form at a third of PyLD's cost. Whatever
`documents.parse` lets through takes less than half a second.
"""

import math
import re
from collections import Counter
from itertools import chain
from typing import Any

from pyld import canon, jsonld, nquads
from pyld.identifier_issuer import IdentifierIssuer
from typing_extensions import override

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import contexts, quads
from issuer.core.securing.context_memory import Expander
from issuer.errors import Invalid

WORK_BUDGET = 20_000
"""Steps of the N-degree hash, of some 10 µs, before giving up. Real badges need about forty."""

CONTEXT_BUDGET = 30_000
"""Steps of context processing, of some 5 µs. A badge needs about 1,400, and none once they are remembered."""

MOST_CONTEXTS = 8
"""Contexts in one `@context`. Real credentials name two to five."""

MOST_BLANK_NODES = 500
"""Parts without an id. Real badges have about twenty, a transcript of fifty badges some hundreds."""

MOST_COMPARISONS = 600_000
"""PyLD compares each value of a property with all before it: two arrays of the greatest length allowed."""

_A_STEP = 8
"""Quads read, or identifiers copied, for the price of a step."""

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20<>\"{}|^`\\\x7f-\x9f]*")
"""Absolute IRIs. PyLD drops a node without a word whose IRI holds white space of any script."""

_BLANK = re.compile(r"_:[A-Za-z0-9._-]+")
_TYPE = {"type": "IRI", "value": jsonld.RDF_TYPE}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


class UnsafeDocument(Invalid):
    """Part of the document would not be covered by a signature over it."""

    code = "unsafe-document"


class TooComplex(Invalid):
    """Canonicalising the document would take more work than any honest badge needs."""

    code = "too-complex"


def rdfc(document: Document, known: contexts.ContextSet | None = None) -> bytes:
    """Return the canonical N-Quads of a JSON-LD document (RDFC-1.0), in UTF-8.

    Raises `UnsafeDocument` where JSON-LD processing would drop something, `UnknownContext`, and
    `TooComplex`. Nothing is ever fetched.
    """
    return canonize_dataset(dataset(document, known)).encode()


def dataset(document: Document, known: contexts.ContextSet | None = None) -> Document:
    """Return the RDF dataset of a JSON-LD document in PyLD's form. Raises what `rdfc` raises."""
    return _to_rdf(_expand(document, known or contexts.in_force()))


def jcs(document: Document) -> bytes:
    """Return the RFC 8785 form of a document."""
    return documents.canonical_bytes(document)


def canonize_dataset(dataset: Document, budget: int = WORK_BUDGET) -> str:
    """Return the canonical N-Quads of an RDF dataset in PyLD's form, or raise `TooComplex`."""
    easy = quads.in_order(quads.of(dataset), MOST_BLANK_NODES)
    if easy is not None:
        return easy
    return str(_Budgeted(budget).main(quads.distinct(dataset), {"format": "application/n-quads"}))


def _expand(document: Document, known: contexts.ContextSet) -> list[Any]:
    _refuse_contexts(document)
    dropped: list[str | None] = []
    budget = _Budget(CONTEXT_BUDGET, "its contexts would take too much work")
    try:
        expanded = Expander(known, spend=budget.spend, dropped=dropped.append).expanded(document)
    except jsonld.JsonLdError as error:
        raise _reason(error) from error
    except (RecursionError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnsafeDocument("the document is not JSON-LD that can be processed") from error
    if dropped:
        raise UnsafeDocument(f"no context defines {_quoted(dropped[0])}: it would not be signed")
    values = documents.values(expanded)
    _refuse_unsafe(values)
    _refuse_comparisons(values)
    return expanded


def _refuse_contexts(document: Document) -> None:
    for value in documents.values(document):
        if isinstance(value, dict) and "@context" in value and _is_longer(value["@context"], MOST_CONTEXTS):
            raise TooComplex(f"the document names more than {MOST_CONTEXTS} contexts in one place")
        if isinstance(value, dict) and "@import" in value:
            raise UnsafeDocument("@import is not accepted in a credential: name the context by its URL")


def _is_longer(value: object, most: int) -> bool:
    return isinstance(value, list) and len(value) > most


def _to_rdf(expanded: list[Any]) -> Document:
    try:
        found: Document = _Expanded().to_rdf(
            expanded, {"rdfDirection": "i18n-datatype", "documentLoader": None}
        )
    except (jsonld.JsonLdError, RecursionError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnsafeDocument("the document cannot be turned into RDF") from error
    return found


def _reason(error: BaseException) -> Invalid:
    """Return our own error for PyLD's: what we raised below it is given back as it was."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, contexts.UnknownContext | TooComplex):
            return cause
        cause = cause.__cause__
    code = getattr(error, "code", None) or "syntax error"
    return UnsafeDocument(f"JSON-LD processing refused the document: {code}")


def _refuse_unsafe(values: list[object]) -> None:
    """Raise `UnsafeDocument` for a place of an expanded document that RDF would drop or bend."""
    objects = [value for value in values if isinstance(value, dict)]
    for name in dict.fromkeys(chain.from_iterable(objects)):
        if name[:1] != "@" and not _IRI.fullmatch(name):
            raise UnsafeDocument(f"a property named {_quoted(name)} would not be signed")
    for each in objects:
        for name, member in each.items():
            if name[:1] == "@" and name != "@value":
                _refuse_keyword(name, member)


def _refuse_keyword(name: str, value: object) -> None:
    if name == "@type":
        for iri in value if isinstance(value, list) else [value]:
            if isinstance(iri, str) and iri != "@json":
                _refuse_relative(iri)
    elif name == "@id":
        if not isinstance(value, str):
            raise UnsafeDocument("an id is not text")
        _refuse_relative(value)
    elif name == "@language" and not (isinstance(value, str) and _LANGUAGE.fullmatch(value)):
        raise UnsafeDocument(f"{_quoted(value)} is not a language tag")
    elif name in {"@index", "@reverse", "@included"}:
        raise UnsafeDocument(f"{name} is not accepted in a credential")


def _refuse_relative(iri: str) -> None:
    if not (_IRI.fullmatch(iri) or _BLANK.fullmatch(iri)):
        raise UnsafeDocument(f"{_quoted(iri)} is not an absolute IRI: it would not be signed")


def _quoted(value: object) -> str:
    return repr(value)[:120]


def _refuse_comparisons(values: list[object]) -> None:
    """Raise `TooComplex` where nodes of one id have so many values that finding doubles would take long."""
    if len(values) ** 2 <= MOST_COMPARISONS:
        return
    counts = Counter[tuple[object, str]]()
    for node in values:
        if isinstance(node, dict):
            key = node.get("@id", id(node))
            lists = {name: value for name, value in node.items() if isinstance(value, list)}
            counts.update({(key, name): len(value) for name, value in lists.items()})
    if sum(count**2 for count in counts.values()) > MOST_COMPARISONS:
        raise TooComplex("the document gives too many values to one property")


class _Expanded(jsonld.JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """PyLD's way to RDF for a document that is expanded, and whose ids and names are known to be absolute.

    PyLD would expand it again, and look at each of its names again for each statement.
    """

    @override
    def expand(self, input_: list[Any], options: Document) -> list[Any]:
        return input_

    @override
    def _graph_to_rdf(self, graph: Document, issuer: IdentifierIssuer, options: Document) -> list[Document]:
        triples: list[Document] = []
        for name, node in sorted(graph.items()):
            subject = _resource(name)
            for term, items in sorted(node.items()):
                if term[:1] == "@" and term != "@type":
                    continue
                predicate = _TYPE if term == "@type" else {"type": "IRI", "value": term}
                for item in items:
                    value = self._object_to_rdf(item, issuer, triples, options)
                    triples.append({"subject": subject, "predicate": predicate, "object": value})
        return triples

    @override
    def _object_to_rdf(
        self, item: object, issuer: IdentifierIssuer, triples: list[Document], options: Document
    ) -> Document:
        """Return PyLD's answer, at once for what most values are: a link, or a text and nothing else."""
        if isinstance(item, str):
            return _resource(item)
        if isinstance(item, dict) and len(item) == 1:
            if "@id" in item:
                return _resource(item["@id"])
            if isinstance(item.get("@value"), str):
                return {"type": "literal", "value": item["@value"], "datatype": nquads.XSD_STRING}
        found: Document = super()._object_to_rdf(item, issuer, triples, options)
        return found


def _resource(name: str) -> Document:
    return {"type": "blank node" if name[:2] == "_:" else "IRI", "value": name}


class _Budget:
    """Steps that may still be taken."""

    def __init__(self, steps: int, refusal: str) -> None:
        self._left = steps
        self._refusal = refusal

    def spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise TooComplex(f"the document is refused: {self._refusal}")


class _Budgeted(canon.URDNA2015):  # type: ignore[misc]  # PyLD has no types
    """PyLD's canonicaliser, counting the steps that a poisoned graph multiplies."""

    def __init__(self, budget: int) -> None:
        super().__init__()
        self._budget = _Budget(budget, "it holds too many anonymous parts that look alike")

    @override
    def hash_first_degree_quads(self, id_: str) -> str:
        if len(self.blank_node_info) > MOST_BLANK_NODES:
            raise TooComplex(f"the document has more than {MOST_BLANK_NODES} parts without an id")
        return str(super().hash_first_degree_quads(id_))

    @override
    def create_hash_to_related(self, id_: str, issuer: IdentifierIssuer) -> dict[str, list[str]]:
        """Return PyLD's answer, having paid for its quads and for a copy of the issuer each permutation."""
        self._budget.spend(1 + len(self.blank_node_info[id_]["quads"]) // _A_STEP)
        related: dict[str, list[str]] = super().create_hash_to_related(id_, issuer)
        permutations = sum(math.factorial(min(len(group), 12)) for group in related.values())
        self._budget.spend(permutations * (1 + len(issuer.existing) // _A_STEP))
        return related

    @override
    def modify_first_degree_component(self, id_: str, component: Document, _key: str) -> Document:
        if component["type"] != "blank node":
            return component
        return {**component, "value": "_:a" if component["value"] == id_ else "_:z"}
