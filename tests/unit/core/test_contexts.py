"""The sets of pinned contexts: what they hold, and where it comes from."""

import json
import re
from collections.abc import Callable
from importlib import resources

import pytest

from issuer.core.securing import contexts
from tests.support import reference

MANIFEST = json.loads(
    resources.files("issuer.core.securing").joinpath("contexts", "manifest.json").read_bytes()
)
OB = "https://purl.imsglobal.org/spec/ob/v3p0"
HELD = [
    "https://www.w3.org/2018/credentials/v1",
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/status/v1",
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/vc/status-list/2021/v1",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    *(
        f"{OB}/{name}.json"
        for name in ("context", "context-3.0.1", "context-3.0.2", "context-3.0.3", "extensions")
    ),
]


@pytest.mark.parametrize("known", [contexts.in_force, contexts.superseded])
def test_a_set_holds_the_published_contexts_and_nothing_else(
    known: Callable[[], contexts.ContextSet],
) -> None:
    assert sorted(known().documents) == sorted(HELD)


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_each_context_says_where_it_comes_from(entry: dict[str, str]) -> None:
    assert re.fullmatch(r"(PyPI|npm) \S+ \d+\.\d+\.\d+", entry["source"])
    assert entry["licence"]
    assert re.fullmatch("[0-9a-f]{64}", entry["sha256"])
    assert re.fullmatch("[0-9a-f]{64}", entry["jcs_sha256"])


def test_the_two_sets_differ_in_the_reworded_text_alone() -> None:
    now, before = contexts.in_force().documents, contexts.superseded().documents

    assert [url for url in now if now[url] != before[url]] == [contexts.OPEN_BADGES]
    gained = now[contexts.OPEN_BADGES]["@context"].keys() - before[contexts.OPEN_BADGES]["@context"].keys()
    assert gained <= contexts.REWORDED_TERMS


@pytest.mark.parametrize("name", ["examples", "undefined-terms"])
def test_the_contexts_of_conformance_runs_are_the_published_ones_and_in_no_other_set(name: str) -> None:
    url = f"https://www.w3.org/ns/credentials/{name}/v2"

    assert contexts.conformance().documents[url] == reference.load(
        "contexts", f"credentials-{name}-v2.jsonld"
    )
    assert contexts.conformance().documents.keys() - contexts.in_force().documents.keys() > {url}
    assert url not in contexts.in_force().documents
    assert url not in contexts.superseded().documents
