"""Documents expanded with the memory of pinned contexts, held against PyLD as it comes."""

import copy
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from pyld.context_resolver import ContextResolver

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import canonical, context_memory, contexts
from issuer.errors import Invalid
from tests.support import badges, reference

GOLDEN = sorted(Path(__file__).parents[2].joinpath("golden").glob("*.json"))
SETS = {"in force": contexts.in_force, "superseded": contexts.superseded, "conformance": contexts.conformance}
CREDENTIAL = [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES]
BADGE = badges.badge()


@dataclass
class Expansion:
    """What a processor made of a document: its expanded form or its error, and what it dropped."""

    form: object = None
    error: str | None = None
    dropped: list[str | None] = field(default_factory=list)


def elsewhere(document: Document, known: contexts.ContextSet) -> Expansion:
    """Return what PyLD makes of it that has never seen another document."""

    def load(url: str, _options: object = None) -> Document:
        return copy.deepcopy(known.load(url))

    found = Expansion()
    options = {
        "base": None,
        "documentLoader": load,
        "contextResolver": ContextResolver({}, load),
        "processingMode": "json-ld-1.1",
    }
    processor = jsonld.JsonLdProcessor(on_property_dropped=found.dropped.append)
    return attempt(found, lambda: processor.expand(document, options))


def ours(document: Document, known: contexts.ContextSet) -> Expansion:
    found = Expansion()
    expander = context_memory.Expander(known, spend=lambda _: None, dropped=found.dropped.append)
    return attempt(found, lambda: expander.expanded(document))


def attempt(found: Expansion, run: Any) -> Expansion:  # noqa: ANN401 - a call without arguments
    try:
        found.form = run()
    except Exception as error:  # noqa: BLE001 - both must fail alike, whatever it is
        found.error = " < ".join(causes(error))
    return found


def causes(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield f"{type(error).__name__} {getattr(error, 'code', error)}"
        error = error.__cause__


def published() -> Iterator[Any]:
    folder = reference.FOLDER
    for path in sorted(folder.rglob("*.json")) if folder.is_dir() else []:
        read = json.loads(path.read_bytes())
        if isinstance(read, dict) and "@context" in read:
            yield pytest.param(path, id=str(path.relative_to(folder)))


@pytest.mark.parametrize("path", [*(pytest.param(path, id=path.name) for path in GOLDEN), *published()])
def test_a_published_document_is_expanded_as_elsewhere(path: Path) -> None:
    document = json.loads(path.read_bytes())

    for known in (each() for each in (*SETS.values(), *SETS.values())):
        assert ours(document, known) == elsewhere(document, known)


@pytest.mark.parametrize("known", SETS.values(), ids=SETS)
@pytest.mark.parametrize(
    "path", [path for path in GOLDEN if "did" not in path.name], ids=lambda path: path.stem
)
def test_a_document_of_ours_has_the_bytes_that_it_has_elsewhere(path: Path, known: Any) -> None:  # noqa: ANN401
    document = {name: value for name, value in json.loads(path.read_bytes()).items() if name != "proof"}
    options = {"base": None, "documentLoader": known().load, "rdfDirection": "i18n-datatype"}

    dataset = jsonld.JsonLdProcessor().to_rdf(document, options)

    assert canonical.rdfc(document, known()).decode() == canonical.canonize_dataset(dataset)


VALUES = st.one_of(
    st.text(max_size=12),
    st.integers(-10, 10),
    st.booleans(),
    st.none(),
    st.sampled_from(["https://a.example/x", "_:b0", "urn:a:b", "Profile", "Result", "@id"]),
    st.sampled_from(
        [{"type": "Image", "id": "https://a.example/i"}, {"@value": "x", "@language": "es"}, [], {}]
    ),
)
INLINE = st.sampled_from(
    [
        {"@vocab": "https://a.example/v#"},
        {"extra": "https://a.example/extra"},
        {"extra": {"@id": "https://a.example/extra", "@context": {"inner": "https://a.example/inner"}}},
        {"Result": {"@id": "https://a.example/Result", "@context": {"value": "https://a.example/value"}}},
        {"name": "https://evil.example/name"},
        {"achievement": None},
        {"@propagate": False, "extra": "https://a.example/extra"},
        {"@protected": True, "extra": "https://a.example/extra"},
        {"@language": "de"},
        {"@base": "https://a.example/"},
        None,
        {"@version": 1.0},
        "https://evil.example/context",
        5,
    ]
)
NAMED = st.sampled_from([*contexts.in_force().documents])
CONTEXTS = st.one_of(
    st.lists(st.one_of(NAMED, INLINE), max_size=4),
    st.lists(INLINE, max_size=2).map(lambda found: CREDENTIAL + found),
    st.lists(NAMED, max_size=2).map(lambda found: CREDENTIAL + found),
    NAMED,
    INLINE,
)
NAMES = st.sampled_from(
    ["name", "type", "id", "extra", "inner", "achievement", "result", "ignored", "@type", "@id"]
)
PLACES = [path for path, value in documents.walk(BADGE) if isinstance(value, dict)]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_badge_however_bent_is_expanded_as_elsewhere(data: st.DataObject) -> None:
    document = copy.deepcopy(BADGE)
    if data.draw(st.booleans()):
        document["@context"] = data.draw(CONTEXTS)
    for path in data.draw(st.lists(st.sampled_from(PLACES), max_size=4)):
        place = node_at(document, path)
        if place is not None:
            name = data.draw(st.one_of(st.just("@context"), NAMES))
            place[name] = data.draw(CONTEXTS if name == "@context" else VALUES)

    for known in (contexts.in_force(), contexts.superseded(), contexts.in_force()):
        assert ours(document, known) == elsewhere(document, known)


def node_at(document: Any, path: documents.Path) -> Document | None:  # noqa: ANN401 - JSON as it comes
    """Return the node at a place, unless what was drawn before has taken it away."""
    for part in path:
        members = dict(enumerate(document)) if isinstance(document, list) else document
        document = members.get(part) if isinstance(members, dict) else None
    return document if isinstance(document, dict) else None


def test_what_no_context_defines_is_named_each_time() -> None:
    document = {**BADGE, "ignored": "x", "credentialSubject": {**BADGE["credentialSubject"], "also": 1}}

    found = [ours(document, contexts.in_force()).dropped for _ in range(2)]

    assert found == [["also", "ignored"]] * 2


@pytest.mark.parametrize("known", SETS.values(), ids=SETS)
def test_a_protected_term_cannot_be_redefined_however_often_it_is_tried(known: Any) -> None:  # noqa: ANN401
    document = {**BADGE, "@context": [*CREDENTIAL, {"name": "https://evil.example/name"}]}

    for _ in range(2):
        with pytest.raises(canonical.UnsafeDocument, match="protected term redefinition"):
            canonical.rdfc(document, known())


def test_an_unknown_context_is_named_wherever_it_stands() -> None:
    unknown = "https://evil.example/context"
    proof = {**BADGE["proof"], "@context": unknown}

    for changes in ({"@context": [*CREDENTIAL, unknown]}, {"@context": unknown}, {"proof": proof}):
        for _ in range(2):
            with pytest.raises(contexts.UnknownContext, match=r"https://evil\.example/context"):
                canonical.rdfc({**BADGE, **changes})


@pytest.mark.parametrize("imported", contexts.in_force().documents)
def test_no_document_changes_how_another_is_read(imported: str) -> None:
    before = copy.deepcopy(dict(contexts.in_force().documents))
    stranger = {"@context": [{"@import": imported, "name": "https://evil.example/name"}], "name": "x"}

    with pytest.raises(canonical.UnsafeDocument, match="@import is not accepted"):
        canonical.rdfc(stranger)
    ours(stranger, contexts.in_force())

    assert contexts.in_force().documents == before
    assert ours(BADGE, contexts.in_force()) == elsewhere(BADGE, contexts.in_force())


def test_only_what_came_of_pinned_contexts_is_remembered() -> None:
    known = contexts.ContextSet(contexts.in_force().documents)
    own = [{"@vocab": "https://a.example/v#"}, {"t": {"@id": "https://a.example/t", "@context": {}}}]

    ours({**BADGE, "@context": own, "credentialSubject": {"@context": own, "t": {"t": "x"}}}, known)
    assert known.remembered == {}
    ours({**BADGE, "@context": [*CREDENTIAL, *own]}, known)
    assert len(known.remembered) == 1
    ours(BADGE, known)
    assert "a.example/v#" not in repr(known.remembered)
    assert "a.example/t" not in repr(known.remembered)


def test_each_set_remembers_for_itself() -> None:
    document = {"@context": CREDENTIAL, "type": ["VerifiableCredential"], "endorsementJwt": ["x"]}

    now, before = ours(document, contexts.in_force()), ours(document, contexts.superseded())

    assert now == elsewhere(document, contexts.in_force())
    assert before == elsewhere(document, contexts.superseded())
    assert now != before


def test_the_memory_stays_small_and_a_full_one_learns_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    known = contexts.ContextSet(contexts.in_force().documents)
    monkeypatch.setattr(context_memory, "REMEMBERED", 10)
    sizes = []

    for length in range(1, 16):
        document = {**BADGE, "@context": CREDENTIAL + [contexts.OPEN_BADGES] * length}
        assert ours(document, known) == elsewhere(document, known)
        sizes.append(len(known.remembered))

    assert max(sizes) <= 10


def test_a_second_document_processes_no_context() -> None:
    known, steps = contexts.ContextSet(contexts.in_force().documents), list[int]()
    for _ in range(2):
        context_memory.Expander(known, spend=steps.append, dropped=lambda _: None).expanded(BADGE)
        steps.append(-1)

    first, second = steps[: steps.index(-1)], steps[steps.index(-1) + 1 :]
    assert 500 < sum(first) < canonical.CONTEXT_BUDGET / 10
    assert second == [-1]


def test_documents_read_at_the_same_time_are_read_as_one_by_one() -> None:
    known = contexts.ContextSet(contexts.in_force().documents)
    read = [json.loads(path.read_bytes()) for path in GOLDEN if "did" not in path.name] * 4
    read += [{**BADGE, "@context": [*CREDENTIAL, {f"t{index}": "https://a.example/t"}]} for index in range(8)]
    expected = [canonical.rdfc(document) for document in read]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda document: canonical.rdfc(document, known), read))

    assert found == expected


def test_a_pinned_context_that_imports_another_is_refused() -> None:
    known = contexts.ContextSet({"https://a.example/c": {"@context": {"@import": contexts.CREDENTIALS_V2}}})

    with pytest.raises(RuntimeError, match="imports another"):
        canonical.rdfc({"@context": [{"t": "https://a.example/t"}], "t": "x"}, known)


def test_a_refused_document_names_no_more_than_an_error_of_ours() -> None:
    document = {**BADGE, "@context": [*CREDENTIAL, {"@version": 2}]}

    with pytest.raises(Invalid, match="invalid @version value"):
        canonical.rdfc(document)
