"""Documents within the limits of JSON that would take long to canonicalise: each is refused at once."""

import json
import time
from typing import Any

import pytest

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts
from issuer.core.securing.canonical import TooComplex
from tests.support import badges

LOOK_ALIKE = "look alike"
WORK = "contexts would take too much work"
VALUES = "too many values"
NAMED = "more than 8 contexts"
NO_ID = "more than 500 parts without an id"
LINKS = {"@vocab": "https://a.example/v#", "link": {"@id": "https://a.example/link", "@type": "@id"}}


def badge(*own: object, **changes: object) -> Document:
    """Return the least document that is canonicalised, under the usual contexts and some of its own."""
    return {
        "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, *own],
        "id": "https://a.example/1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        **changes,
    }


def linked(pairs: list[tuple[str, str]], **members: object) -> Document:
    nodes: dict[str, list[str]] = {}
    for one, other in pairs:
        nodes.setdefault(one, []).append(f"_:{other}")
    return badge(LINKS, parts=[{"id": f"_:{one}", "link": links, **members} for one, links in nodes.items()])


def clique(size: int, **members: object) -> Document:
    return linked([(f"n{a}", f"n{b}") for a in range(size) for b in range(size) if a != b], **members)


def bipartite(size: int) -> Document:
    return linked([(f"a{a}", f"b{b}") for a in range(size) for b in range(size)])


def results(*, of: int, alignments: int) -> Document:
    alignment = {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://a.example/"}
    result = {"type": ["Result"], "alignment": [alignment] * alignments}
    return badge(credentialSubject={"type": ["AchievementSubject"], "result": [result] * of})


def iris(count: int) -> list[str]:
    return [f"https://a.example/{index}" for index in range(count)]


def in_lists(count: int, values: list[str]) -> list[list[str]]:
    return [values[index : index + count] for index in range(0, len(values), count)]


def scoped(depth: int) -> Document:
    found: Document = {"t": "https://a.example/t"}
    for level in range(depth):
        terms = {f"q{level}-{index}": "https://a.example/q" for index in range(300)}
        found = {f"s{level}": {"@id": "https://a.example/s", "@context": found}, **terms}
    return found


def parts(count: int, **members: object) -> list[Document]:
    return [{"name": str(index), **members} for index in range(count)]


ITEMS = {"items": {"@id": "https://a.example/items", "@container": "@list"}}
WORDS = {"words": {"@id": "https://a.example/words", "@container": "@language"}}
TERMS = {f"t{index}": f"https://a.example/t{index}" for index in range(3_500)}
SAME = {"id": "https://a.example/e", "type": ["Evidence"]}
POISONS: dict[str, tuple[str, Document]] = {
    "clique of 7": (LOOK_ALIKE, clique(7)),
    "clique of 8": (LOOK_ALIKE, clique(8)),
    "clique of 9": (LOOK_ALIKE, clique(9)),
    "clique of 6 with 700 members each": (
        LOOK_ALIKE,
        clique(6, **{f"p{index}": "v" for index in range(700)}),
    ),
    "K5,5": (LOOK_ALIKE, bipartite(5)),
    "K6,6": (LOOK_ALIKE, bipartite(6)),
    "a ring of 480": (LOOK_ALIKE, linked([(str(index), str((index + 1) % 480)) for index in range(480)])),
    "identical results": (LOOK_ALIKE, results(of=8, alignments=8)),
    "a list of the same word": (LOOK_ALIKE, badge(ITEMS, items=["x"] * 500)),
    "600 parts without an id": (
        NO_ID,
        badge(LINKS, link=[], more=parts(200, a={"b": "x"}), other=parts(200)),
    ),
    "4,500 types of one node": (
        VALUES,
        badge(evidence=[{**SAME, "type": each} for each in in_lists(500, iris(4_500))]),
    ),
    "4,400 links of one node": (
        VALUES,
        badge(LINKS, parts=[{**SAME, "link": each} for each in in_lists(490, iris(4_400))]),
    ),
    "4,900 words of one property": (
        VALUES,
        badge(WORDS, words={f"a{chr(97 + index % 26)}-{index}": "x" for index in range(4_900)}),
    ),
    "500 contexts": (NAMED, badge(**{"@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES] * 250})),
    "500 contexts at a node": (NAMED, badge(issuer={"@context": [{"a": "https://a.example/"}] * 500})),
    "a large context of its own, used often": (WORK, badge(TERMS, evidence=parts(380, type="Evidence"))),
    "a large scoped context, used often": (
        WORK,
        badge(
            {"a": {"@id": "https://a.example/a", "@context": TERMS}},
            a=[{"a": {"id": "https://a.example/e"}}] * 300,
        ),
    ),
    "scoped contexts in each other": (
        WORK,
        badge(scoped(12), **{f"s{level}": {"id": "https://a.example/s"} for level in range(12)}),
    ),
}


@pytest.mark.parametrize(("reason", "poison"), POISONS.values(), ids=POISONS)
def test_a_poison_that_the_limits_let_through_is_refused_at_once(reason: str, poison: Document) -> None:
    document = documents.parse(json.dumps(poison).encode())
    started = time.process_time()

    with pytest.raises(TooComplex, match=reason):
        canonical.rdfc(document)

    assert time.process_time() - started < 1


def deep(levels: int) -> Document:
    found: Document = {"name": "x"}
    for _ in range(levels):
        found = {"inner": found}
    return found


LARGE: dict[str, Document] = {
    "1,000 types": badge(evidence=[{"id": each, "type": iris(500)} for each in iris(2)]),
    "490 evidences": badge(evidence=[{"id": each, "type": ["Evidence"]} for each in iris(490)]),
    "490 nodes with contexts of their own": badge(LINKS, parts=parts(490, **{"@context": [LINKS]})[:400]),
    "nodes nested to the limit": badge(LINKS, inner=deep(29)),
    "4,900 members": badge(LINKS, **{f"m{index}": "v" for index in range(4_900)}),
    "3,500 terms": badge(TERMS),
    "240 pairs that look alike": linked([(str(index), str(index ^ 1)) for index in range(480)]),
    "contexts nested to the limit": badge(LINKS, inner={"@context": [LINKS], "inner": {"@context": [LINKS]}}),
}


@pytest.mark.parametrize("document", LARGE.values(), ids=LARGE)
def test_a_large_document_is_canonicalised_in_little_time(document: Document) -> None:
    parsed = documents.parse(json.dumps(document).encode())
    started = time.process_time()

    assert canonical.rdfc(parsed)

    assert time.process_time() - started < 1


@pytest.mark.parametrize("own", [[], [LINKS]])
def test_a_transcript_of_thirty_badges_is_far_from_the_limits(own: list[Document]) -> None:
    named = [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, *own]
    text = documents.text({**badges.badge(badges.MINIMAL), "@context": named})
    held = [json.loads(text.replace("MC-FEEDBACK", f"MC-{index}")) for index in range(30)]
    for index, each in enumerate(held):
        del each["proof"]
        each["id"] += str(index)
        each["credentialSubject"]["identifier"][0]["salt"] = str(index)

    found = canonical.rdfc(
        {"@context": named, "type": "VerifiablePresentation", "verifiableCredential": held}
    )

    assert found.count(b"#VerifiableCredential>") == 30


@pytest.mark.parametrize(
    "place",
    [
        {"@context": {"@import": contexts.CREDENTIALS_V2}},
        {"issuer": {"@context": [{"@import": contexts.CREDENTIALS_V2}]}},
        {
            "@context": [
                contexts.CREDENTIALS_V2,
                {"t": {"@id": "https://a.example/t", "@context": {"@import": "x"}}},
            ]
        },
    ],
)
def test_an_import_is_refused_wherever_it_stands(place: Any) -> None:  # noqa: ANN401 - members of a document
    with pytest.raises(canonical.UnsafeDocument, match="@import is not accepted"):
        canonical.rdfc(badge(**place))
